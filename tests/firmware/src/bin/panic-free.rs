//! Every public function, reachable with values that the compiler cannot know. The panic handler is
//! an undefined symbol: where a panic is reachable from any of them, this does not link. `run`
//! checks that none is missing here.

#![no_std]
#![no_main]

use core::{
    fmt::{Debug, Display, Write},
    hint::black_box,
};
use oma_dm_notification::{
    handset::{Account, Delivery, Handset},
    obex::*,
    session::*,
    wap::{
        concat::{Reassembler, ShortMessage},
        *,
    },
    *,
};
use panic_never as _;

#[firmware::entry]
fn main() -> ! {
    fields();
    trigger();
    digest();
    errors();
    receive();
    reassemble();
    cdma();
    obex_server();
    obex_client();
    sessions();
    handset();
    send();
    loop {}
}

/// Octets that the compiler knows nothing of.
fn octets() -> &'static [u8] {
    black_box(&[])
}

/// Room for octets, and the compiler does not know how much.
fn buffer() -> &'static mut [u8] {
    black_box(&mut [])
}

/// A value that the compiler knows nothing of, or none.
fn some<T, E>(result: Result<T, E>) -> Option<T> {
    black_box(result.ok())
}

/// Every octet that is printed is looked at.
struct Printer;

impl Write for Printer {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        black_box(text);
        Ok(())
    }
}

fn debug(value: &dyn Debug) {
    let _ = write!(Printer, "{value:?} {value:#?}");
}

fn display(value: &(impl Display + Debug)) {
    let _ = write!(Printer, "{value}");
    debug(value);
}

fn fields() {
    if let Some(version) = some(Version::new(black_box(0))) {
        black_box(Version::value(version));
        black_box(version < Version::MAX);
        display(&version);
    }
    if let Some(session_id) = some(SessionId::new(black_box(0))) {
        black_box(SessionId::value(session_id));
        debug(&session_id);
        if let Some(text) = some(SessionId::text(session_id)) {
            black_box(SessionIdText::as_bytes(&text));
            black_box(SessionIdText::as_str(&text));
            display(&text);
        }
    }
    if let Some(server_id) = some(ServerId::new(octets())) {
        black_box(ServerId::as_bytes(&server_id));
        black_box(ServerId::as_str(&server_id));
        black_box(ServerId::length_identifier(&server_id));
        debug(&server_id);
    }
    black_box(FutureUse::value(black_box(FutureUse::ZERO)));
}

fn trigger() {
    let Some(mut trigger) = some(Trigger::parse(octets())) else {
        return;
    };
    debug(&trigger);
    black_box(Trigger::version(&trigger));
    black_box(Trigger::ui_mode(&trigger));
    black_box(Trigger::initiator(&trigger));
    black_box(Trigger::future_use(&trigger));
    black_box(Trigger::session_id(&trigger));
    black_box(Trigger::server_id(&trigger));
    black_box(Trigger::vendor_specific(&trigger));
    black_box(Trigger::as_bytes(&trigger));
    black_box(Trigger::encoded_len(&trigger));
    for departure in Trigger::conformance(&trigger) {
        display(&departure);
    }
    let built = Trigger::new(Trigger::session_id(&trigger), Trigger::server_id(&trigger));
    black_box(built == trigger);
    trigger = black_box(Trigger::with_version(trigger, black_box(Version::V1_2)));
    trigger = black_box(Trigger::with_ui_mode(
        trigger,
        black_box(UiMode::Background),
    ));
    trigger = black_box(Trigger::with_initiator(
        trigger,
        black_box(Initiator::Client),
    ));
    trigger = black_box(Trigger::with_vendor_specific(trigger, octets()));
    black_box(Trigger::encode(&trigger, buffer())).ok();
}

fn digest() {
    let credentials = black_box(Credentials::new(octets(), octets()));
    debug(&credentials);
    black_box(Credentials::from_hash(black_box([0; 16])));
    black_box(Credentials::from_base64(black_box([0; 24]))).ok();
    let nonce = black_box(Nonce::new(octets()));
    debug(&nonce);
    black_box(Nonce::as_bytes(&nonce));
    black_box(Credentials::session_credential(&credentials, nonce));
    if let Some(package0) = some(Package0::parse(octets())) {
        debug(&package0);
        black_box(Package0::as_bytes(&package0));
        black_box(Digest::as_bytes(&Package0::digest(&package0)));
        let candidates = black_box(&[Nonce::RESYNC, Nonce::NONE][..]);
        black_box(Package0::verify_or_resync(&package0, &credentials, nonce)).ok();
        match Package0::verify(&package0, &credentials, candidates) {
            Ok(authentic) => {
                debug(&authentic);
                black_box(Authentic::trigger(&authentic));
                black_box(Authentic::candidate(&authentic));
                black_box(Authentic::nonce(&authentic));
            }
            Err(error) => display(&error),
        }
        let trigger = Package0::unverified(&package0);
        black_box(Package0::encoded_len(trigger));
        black_box(Package0::encode(trigger, &credentials, nonce, buffer())).ok();
    }
}

fn errors() {
    if let Err(error) = black_box(Trigger::parse(octets())) {
        display(&error);
        display(&DecodeError::kind(&error));
        display(&DecodeError::field(&error));
        black_box(DecodeError::offset(&error));
        black_box(DecodeError::is_not_for_dm(&error));
    }
    if let Err(error) = black_box(ServerId::new(octets())) {
        display(&error);
    }
}

fn receive() {
    black_box(open_sms(octets())).ok();
    if let Some(user_data) = some(UserData::parse(octets())) {
        debug(&user_data);
        black_box(UserData::payload(&user_data));
        debug(&UserData::ports(&user_data));
        if let Some(segment) = UserData::concatenation(&user_data) {
            debug(&segment);
            black_box(Concatenation::reference(&segment));
            black_box(Concatenation::total(&segment));
            black_box(Concatenation::number(&segment));
        }
        for element in UserData::elements(&user_data) {
            debug(&element);
            black_box(Element::identifier(&element));
            black_box(Element::data(&element));
        }
    }
    black_box(Concatenation::new(
        black_box(Reference::Eight(0)),
        black_box(0),
        black_box(0),
    ));
    black_box(Push::parse(octets())).ok();
    if let Some(push) = some(open_datagram(black_box(0), octets())) {
        debug(&push);
        black_box(Push::tid(&push));
        black_box(Push::is_confirmed(&push));
        black_box(Push::body(&push));
        debug(&Push::content_type(&push));
        black_box(Push::content_type_octets(&push));
        debug(&Push::application_id(&push));
        for header in Push::headers(&push) {
            debug(&header);
            black_box(Header::name(&header));
            black_box(Header::as_bytes(&header));
            let value = Header::value(&header);
            black_box(Value::integer(&value));
            black_box(Value::text(&value));
            black_box(Value::counted(&value));
        }
    }
}

/// What the caller compares and prints itself: at "s", `core` prints a `u64` with an index that may
/// panic.
type Originator = u32;
type Server = u8;

fn reassemble() {
    let mut reassembler: Reassembler<Originator, 2, 512, 600> = Reassembler::new();
    let reassembler = black_box(&mut reassembler);
    if let Some(user_data) = some(UserData::parse(octets())) {
        match black_box(concat::Segment::from_user_data(&user_data)) {
            Ok(segment) => accept(reassembler, &segment),
            Err(error) => display(&error),
        }
    }
    if let Some(segment) = some(cdma::WdpSegment::parse(octets())) {
        accept(
            reassembler,
            &cdma::WdpSegment::of_message(&segment, black_box(0)),
        );
    }
    debug(&Reassembler::expire(reassembler, black_box(0)));
    debug(reassembler);
}

fn accept<const SETS: usize, const OCTETS: usize, const MAX_AGE: u32>(
    reassembler: &mut Reassembler<Originator, SETS, OCTETS, MAX_AGE>,
    segment: &concat::Segment<'_>,
) {
    debug(segment);
    debug(&concat::Segment::message(segment));
    black_box(concat::Segment::total(segment));
    black_box(concat::Segment::number(segment));
    black_box(concat::Segment::payload(segment));
    let accepted = Reassembler::accept(reassembler, black_box(0), black_box(0), segment);
    debug(&black_box(accepted));
}

fn cdma() {
    if let Some(segment) = some(cdma::WdpSegment::parse(octets())) {
        debug(&segment);
        black_box(cdma::WdpSegment::total(&segment));
        black_box(cdma::WdpSegment::number(&segment));
        debug(&cdma::WdpSegment::ports(&segment));
        black_box(cdma::WdpSegment::payload(&segment));
    }
    let repeated_ports = black_box(cdma::RepeatedPorts::Strip);
    debug(&repeated_ports);
    black_box(cdma::open(octets(), repeated_ports)).ok();
}

fn obex_server() {
    let receiver: Receiver<512> = Receiver::new(black_box(Connection::Required));
    let Some(longest) = some(MaximumPacketLength::new(black_box(0))) else {
        return;
    };
    debug(&longest);
    black_box(MaximumPacketLength::value(longest));
    let mut receiver = Receiver::with_maximum_packet_length(receiver, longest);
    let receiver = black_box(&mut receiver);
    debug(receiver);
    let reply = black_box(Receiver::receive(receiver, octets()));
    debug(&reply);
    black_box(Reply::response(&reply));
    black_box(ResponseCode::value(Reply::code(&reply)));
    black_box(Reply::package0(&reply));
    debug(&Reply::fault(&reply));
    Receiver::reset(receiver);
}

fn obex_client() {
    let connect = black_box(Connect::new(black_box(MaximumPacketLength::DEFAULT)));
    debug(&connect);
    black_box(Connect::encode(&connect, buffer())).ok();
    black_box(Response::parse(octets())).ok();
    let Some(response) = some(Response::parse_connect(octets())) else {
        return;
    };
    debug(&response);
    debug(&Response::code(&response));
    black_box(Response::who(&response));
    let connection_id = Response::connection_id(&response);
    let longest = Response::maximum_packet_length(&response);
    let put = Put::with_maximum_packet_length(Put::new(octets(), connection_id), longest);
    debug(&put);
    let packets = Put::packets(&put);
    debug(&packets);
    for packet in packets {
        debug(&packet);
        black_box(PutPacket::encoded_len(&packet));
        black_box(PutPacket::expected(&packet) == Response::code(&response));
        black_box(PutPacket::encode(&packet, buffer())).ok();
    }
    let disconnect = Disconnect::new(connection_id);
    debug(&disconnect);
    black_box(Disconnect::encode(&disconnect, buffer())).ok();
}

fn sessions() {
    let mut sessions: SessionLog<Server, 8> = SessionLog::new();
    let sessions = black_box(&mut sessions);
    if let Some(session_id) = some(SessionId::new(black_box(0))) {
        black_box(SessionLog::admit(sessions, black_box(0), session_id));
    }
    debug(sessions);

    let mut device = black_box(DeviceNonces::new(black_box(Resynchronisation::Once)));
    if let Some(package0) = some(Package0::parse(octets())) {
        let credentials = black_box(Credentials::new(octets(), octets()));
        let stored = Nonce::new(octets());
        if let Some(authentic) = some(DeviceNonces::verify(
            &device,
            &package0,
            &credentials,
            stored,
        )) {
            DeviceNonces::session_started(&mut device, &authentic);
        }
        let nonces = DeviceNonces::current(&device);
        debug(&nonces);
        black_box(NonceChoice::of(Nonces::client(&nonces), stored));
        black_box(NonceChoice::of(Nonces::server(&nonces), stored));
    }
    DeviceNonces::client_nonce_renewed(&mut device);
    DeviceNonces::server_nonce_renewed(black_box(&mut device));
    DeviceNonces::secret_replaced(black_box(&mut device));
    debug(&device);

    let mut server = black_box(ServerNonces::new());
    ServerNonces::resynchronise(black_box(&mut server));
    debug(&ServerNonces::current(&server));
    ServerNonces::client_nonce_renewed(black_box(&mut server));
    ServerNonces::server_nonce_renewed(black_box(&mut server));
    black_box(ServerNonces::should_replace_secret(&server));
    ServerNonces::secret_replaced(black_box(&mut server));
    debug(&server);
}

fn handset() {
    let mut handset: Handset<Originator, Server, 2, 512, 600, 8> = Handset::new();
    let handset = black_box(&mut handset);
    let credentials = black_box(Credentials::new(octets(), octets()));
    let mut nonces = black_box(DeviceNonces::new(Resynchronisation::Once));
    let originator = black_box(0);
    for delivery in [
        Delivery::ShortMessage {
            originator,
            user_data: octets(),
        },
        Delivery::Cdma {
            originator,
            message_id: black_box(0),
            segment: octets(),
            repeated_ports: black_box(cdma::RepeatedPorts::Strip),
        },
        Delivery::Datagram {
            destination_port: black_box(0),
            payload: octets(),
        },
        Delivery::Package0(octets()),
    ] {
        debug(&delivery);
        let received = Handset::receive(handset, black_box(0), delivery, |server_id| {
            debug(&server_id);
            let nonce = Nonce::new(octets());
            let account = Account::new(black_box(0), &credentials, nonce, &mut nonces);
            debug(&account);
            black_box(Some(account))
        });
        debug(&black_box(received));
    }
    debug(&Handset::expire(handset, black_box(0)));
    debug(handset);
}

fn send() {
    let push = black_box(DmPush::new(black_box(0), octets()));
    let Some(push) = some(DmPush::with_headers(push, octets())) else {
        return;
    };
    debug(&push);
    black_box(DmPush::encoded_len(&push));
    black_box(DmPush::encode(&push, buffer())).ok();
    let reference = black_box(Reference::Sixteen(0));
    if let Some(messages) = some(DmPush::short_messages(&push, black_box(0), reference)) {
        debug(&messages);
        black_box(messages.len());
        for message in messages {
            debug(&message);
            black_box(ShortMessage::encode(&message, buffer())).ok();
        }
    }
    if let Some(segments) = some(DmPush::cdma_segments(&push, black_box(0), black_box(0))) {
        debug(&segments);
        black_box(segments.len());
        for segment in segments {
            debug(&segment);
            black_box(cdma::CdmaSegment::encode(&segment, buffer())).ok();
        }
    }
}
