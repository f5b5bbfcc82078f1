//! Every public function, reachable with values that the compiler cannot know. The panic handler is
//! an undefined symbol: where a panic is reachable from any of them, this does not link. `run`
//! checks that none is missing here.

#![no_std]
#![no_main]

use core::{
    fmt::{Debug, Display, LowerHex, UpperHex, Write},
    hash::{Hash, Hasher},
    hint::black_box,
};
use oma_dm_notification::{
    account::{Account, AccountState, Decision, Notification, ResyncPolicy},
    bearer::{
        Address,
        cdma::{BearerData, CdmaDelivery, CdmaMessage},
        rp::{Cause, RpAck, RpData, RpError, RpMessage, memory_available},
        tpdu::{Deliver, Framing, Submit, Tpdu, Validity, is_eight_bit},
    },
    inbox::{Delivery, Inbox, Outcome},
    obex::*,
    session::*,
    wap::{
        reassembly::{Reassembled, Reassembler, Segment},
        sms::{ShortMessage, ShortMessages},
        udh::*,
        wsp::{DmPush, Header, Push, Value},
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
    package0();
    errors();
    receive();
    reassemble();
    cdma();
    tpdu();
    rp();
    cdma_message();
    inbox();
    account();
    server();
    obex_server();
    obex_client();
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

fn hexadecimal(value: &(impl UpperHex + LowerHex)) {
    let _ = write!(Printer, "{value:X} {value:#x}");
}

/// Every octet that is hashed is looked at.
struct Octets;

impl Hasher for Octets {
    fn write(&mut self, octets: &[u8]) {
        black_box(octets);
    }

    fn finish(&self) -> u64 {
        0
    }
}

fn hash(value: &impl Hash) {
    value.hash(&mut Octets);
}

fn fields() {
    if let Some(version) = some(Version::new(black_box(0))) {
        black_box(Version::value(version));
        black_box(version < Version::MAX);
        display(&version);
    }
    if let Some(session_id) = some(SessionId::new(black_box(0))) {
        black_box(SessionId::value(session_id));
        display(&session_id);
        hexadecimal(&session_id);
        if let Some(text) = black_box(SessionId::to_text(session_id)) {
            black_box(SessionIdText::as_bytes(&text));
            black_box(SessionIdText::as_str(&text));
            display(&text);
        }
    }
    if let Some(server_id) = some(ServerId::new(octets())) {
        black_box(ServerId::as_bytes(&server_id));
        black_box(ServerId::as_str(&server_id));
        black_box(ServerId::length_identifier(&server_id));
        display(&server_id);
        hash(&server_id);
    }
    black_box(FutureUse::value(black_box(FutureUse::ZERO)));
    display(&black_box(UiMode::Informative));
    display(&black_box(Initiator::Server));
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
    black_box(Trigger::received(&trigger));
    hash(&trigger);
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
    black_box(Credentials::as_base64(&credentials));
    black_box(Credentials::to_hash(&credentials));
    let nonce = black_box(Nonce::new(octets()));
    debug(&nonce);
    black_box(Nonce::as_bytes(&nonce));
    black_box(Credentials::session_credential(&credentials, nonce));
    let choice = black_box(NonceChoice::Stored);
    display(&choice);
    black_box(NonceChoice::resolve(choice, nonce));
}

fn package0() {
    let Some(package0) = some(Package0::parse(octets())) else {
        return;
    };
    debug(&package0);
    hash(&package0);
    black_box(Package0::as_bytes(&package0));
    let digest = Package0::digest(&package0);
    debug(&digest);
    black_box(Digest::as_bytes(&digest));
    let credentials = black_box(Credentials::new(octets(), octets()));
    let nonce = black_box(Nonce::new(octets()));
    if let Some(authentic) = some(Package0::verify(&package0, &credentials, nonce)) {
        debug(&authentic);
    }
    match Package0::verify_or_resync(&package0, &credentials, nonce) {
        Ok(authentic) => {
            debug(&Authentic::trigger(&authentic));
            debug(&Authentic::nonce(&authentic));
        }
        Err(error) => display(&error),
    }
    let candidates = black_box(&[Nonce::RESYNC, Nonce::NONE][..]);
    if let Some(authentic) = some(Package0::verify_any(&package0, &credentials, candidates)) {
        debug(&authentic);
        black_box(AuthenticAmong::trigger(&authentic));
        black_box(AuthenticAmong::candidate(&authentic));
    }
    let trigger = Package0::unverified(&package0);
    match Trigger::sign(trigger, &credentials, nonce) {
        Ok(signed) => {
            debug(&signed);
            black_box(Signed::digest(&signed));
            black_box(Signed::trigger(&signed));
            black_box(Signed::encoded_len(&signed));
            black_box(Signed::encode(&signed, buffer())).ok();
        }
        Err(error) => display(&error),
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
        display(&ValueError::field(&error));
        black_box(ValueError::value(&error));
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
            black_box(InformationElement::identifier(&element));
            black_box(InformationElement::data(&element));
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

fn reassemble() {
    let mut reassembler: Reassembler<Originator, 2, 512> = Reassembler::new();
    let reassembler = black_box(&mut reassembler);
    Reassembler::set_max_age(reassembler, black_box(0));
    if let Some(user_data) = some(UserData::parse(octets())) {
        if let Some(segment) = black_box(Segment::from_user_data(&user_data)) {
            accept(reassembler, &segment);
        }
    }
    if let Some(segment) = some(cdma::WdpSegment::parse(octets())) {
        if let Some(segment) = black_box(Segment::from_wdp(&segment, black_box(0))) {
            accept(reassembler, &segment);
        }
    }
    if let Some(displaced) = black_box(Reassembler::expire(reassembler, black_box(0))) {
        display(&displaced);
        hash(&displaced);
    }
    debug(reassembler);
    Reassembler::clear(reassembler);
}

fn accept<const SETS: usize, const OCTETS: usize>(
    reassembler: &mut Reassembler<Originator, SETS, OCTETS>,
    segment: &Segment<'_>,
) {
    debug(segment);
    display(&Segment::message(segment));
    black_box(Segment::total(segment));
    black_box(Segment::number(segment));
    black_box(Segment::payload(segment));
    match Reassembler::accept(reassembler, black_box(0), black_box(0), segment) {
        Ok(accepted) => {
            debug(&accepted);
            let outcome: Reassembled<'_> = black_box(accepted.outcome);
            display(&outcome);
        }
        Err(error) => display(&error),
    }
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

fn address() -> Address {
    let text = black_box("");
    let address: Address = some(text.parse()).unwrap_or_default();
    display(&address);
    hash(&address);
    black_box(Address::type_of_address(&address));
    black_box(Address::is_empty(&address));
    black_box(u32::from(address));
    black_box(address)
}

fn tpdu() {
    let framing = black_box(Framing::Length(0));
    debug(&framing);
    black_box(is_eight_bit(black_box(0)));
    match Tpdu::parse(octets(), framing) {
        Ok(tpdu) => debug(&tpdu),
        Err(error) => display(&error),
    }
    if let Some(deliver) = some(Deliver::parse(octets(), framing)) {
        self::deliver(&deliver);
    }
    let mut deliver = Deliver::new(address(), octets());
    deliver = Deliver::with_service_centre(deliver, address());
    deliver = Deliver::with_protocol_identifier(deliver, black_box(0));
    deliver = Deliver::with_data_coding_scheme(deliver, black_box(4));
    deliver = Deliver::with_time_stamp(deliver, black_box([0; 7]));
    self::deliver(&deliver);
    if let Some(submit) = some(Submit::parse(octets(), framing)) {
        self::submit(&submit);
    }
    let mut submit = Submit::new(address(), octets());
    submit = Submit::with_service_centre(submit, address());
    submit = Submit::with_reference(submit, black_box(0));
    submit = Submit::with_protocol_identifier(submit, black_box(0));
    submit = Submit::with_data_coding_scheme(submit, black_box(4));
    submit = Submit::with_validity(submit, black_box(Validity::Absent));
    submit = Submit::with_status_report(submit, black_box(true));
    self::submit(&submit);
}

fn deliver(deliver: &Deliver<'_>) {
    debug(deliver);
    black_box(Deliver::service_centre(deliver));
    black_box(Deliver::more_messages(deliver));
    black_box(Deliver::loop_prevention(deliver));
    black_box(Deliver::status_report_indication(deliver));
    black_box(Deliver::reply_path(deliver));
    black_box(Deliver::originator(deliver));
    black_box(Deliver::protocol_identifier(deliver));
    black_box(Deliver::data_coding_scheme(deliver));
    black_box(Deliver::time_stamp(deliver));
    black_box(Deliver::user_data(deliver));
    black_box(Deliver::user_data_offset(deliver));
    black_box(Deliver::trailing(deliver));
    black_box(Deliver::encoded_len(deliver));
    black_box(Deliver::encode(deliver, buffer())).ok();
    black_box(Deliver::encode_with_service_centre(deliver, buffer())).ok();
}

fn submit(submit: &Submit<'_>) {
    debug(submit);
    black_box(Submit::service_centre(submit));
    black_box(Submit::reject_duplicates(submit));
    black_box(Submit::status_report(submit));
    black_box(Submit::reply_path(submit));
    black_box(Submit::reference(submit));
    black_box(Submit::destination(submit));
    black_box(Submit::protocol_identifier(submit));
    black_box(Submit::data_coding_scheme(submit));
    let validity = Submit::validity(submit);
    debug(&validity);
    black_box(Validity::relative_minutes(validity));
    black_box(Submit::user_data(submit));
    black_box(Submit::user_data_offset(submit));
    black_box(Submit::trailing(submit));
    black_box(Submit::encoded_len(submit));
    black_box(Submit::encode(submit, buffer())).ok();
    black_box(Submit::encode_with_service_centre(submit, buffer())).ok();
}

fn rp() {
    match RpMessage::parse(octets()) {
        Ok(RpMessage::Data(data)) => rp_data(&data),
        Ok(RpMessage::Ack(ack)) => rp_ack(&ack),
        Ok(RpMessage::Error(error)) => rp_error(&error),
        Ok(message) => debug(&message),
        Err(error) => display(&error),
    }
    black_box(memory_available(black_box(0)));
    black_box(RpData::parse(octets())).ok();
    rp_data(&RpData::to_device(black_box(0), address(), octets()));
    rp_data(&RpData::to_network(black_box(0), address(), octets()));
    rp_ack(&RpAck::of_delivery(black_box(0)));
    let cause = Cause::new(black_box(0));
    rp_error(&RpError::of_delivery(black_box(0), cause));
}

fn rp_data(data: &RpData<'_>) {
    debug(data);
    debug(&RpData::direction(data));
    black_box(RpData::reference(data));
    black_box(RpData::originator(data));
    black_box(RpData::destination(data));
    black_box(RpData::service_centre(data));
    black_box(RpData::tpdu(data));
    black_box(RpData::tpdu_offset(data));
    black_box(RpData::deliver(data)).ok();
    black_box(RpData::submit(data)).ok();
    black_box(RpData::encode(data, buffer())).ok();
}

fn rp_ack(ack: &RpAck<'_>) {
    debug(ack);
    black_box(RpAck::direction(ack));
    black_box(RpAck::reference(ack));
    black_box(RpAck::tpdu(ack));
    black_box(RpAck::encode(ack, buffer())).ok();
}

fn rp_error(error: &RpError<'_>) {
    debug(error);
    black_box(RpError::direction(error));
    black_box(RpError::reference(error));
    let cause = RpError::cause(error);
    display(&cause);
    black_box(Cause::value(cause));
    black_box(RpError::diagnostic(error));
    black_box(RpError::tpdu(error));
    black_box(RpError::encode(error, buffer())).ok();
}

fn cdma_message() {
    if let Some(message) = some(CdmaMessage::parse(octets())) {
        debug(&message);
        black_box(CdmaMessage::teleservice(&message));
        black_box(CdmaMessage::originator(&message));
        bearer_data(CdmaMessage::bearer_data(&message));
    }
    if let Some(data) = some(BearerData::parse(octets())) {
        bearer_data(data);
    }
    let delivery = CdmaDelivery::new(address(), black_box(0), octets());
    debug(&delivery);
    black_box(CdmaDelivery::encode(&delivery, buffer())).ok();
    let delivery = CdmaDelivery::nested(delivery, black_box(0));
    black_box(CdmaDelivery::encode(&delivery, buffer())).ok();
}

fn bearer_data(data: BearerData<'_>) {
    debug(&data);
    black_box(BearerData::nested(&data)).ok();
    black_box(BearerData::message_id(&data));
    black_box(BearerData::user_data_len(&data));
    black_box(BearerData::user_data_offset(&data));
    black_box(BearerData::copy_user_data(&data, buffer())).ok();
}

fn inbox() {
    let mut inbox: Inbox<Originator, 2, 512> = Inbox::new();
    let inbox = black_box(&mut inbox);
    Inbox::set_max_age(inbox, black_box(0));
    let originator = black_box(0);
    for delivery in [
        Delivery::Tpdu {
            octets: octets(),
            framing: black_box(Framing::Bare),
        },
        Delivery::RpData(octets()),
        Delivery::CdmaMessage {
            octets: octets(),
            repeated_ports: black_box(cdma::RepeatedPorts::Strip),
            buffer: buffer(),
        },
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
        let received = Inbox::receive(inbox, black_box(0), delivery);
        display(&received);
        hash(&received);
        let outcome: Outcome<'_> = black_box(received.outcome);
        display(&outcome);
    }
    debug(&Inbox::expire(inbox, black_box(0)));
    debug(inbox);
    Inbox::clear(inbox);
}

fn account() {
    let mut state = black_box(AccountState::from_bytes(octets())).unwrap_or(AccountState::new());
    let mut interrupted = black_box(AccountState::power_cycled(&mut state));
    debug(&interrupted);
    let policy = black_box(ResyncPolicy::Limited);
    for session in &mut interrupted {
        black_box(AccountState::resume(&mut state, &session, policy));
    }
    let credentials = black_box(Credentials::new(octets(), octets()));
    let account = Account::new(&credentials, Nonce::new(octets()), policy);
    let account = Account::with_offered(account, black_box(Some(Nonce::new(octets()))));
    debug(&account);
    if let Some(package0) = some(Package0::parse(octets())) {
        let decision = black_box(AccountState::receive(&mut state, &package0, &account));
        debug(&decision);
        match decision {
            Decision::Start {
                session,
                notification,
            } => {
                notified(&notification);
                self::session(&mut state, session);
            }
            Decision::Repeated { notification, .. } => notified(&notification),
            Decision::Ignored(reason) => display(&reason),
            _ => {}
        }
    }
    debug(&state);
    hash(&state);
    black_box(AccountState::to_bytes(&state));
    AccountState::secret_replaced(black_box(&mut state));
    state = black_box(AccountState::lost());
    debug(&state);
}

fn notified(notification: &Notification<'_>) {
    black_box(Notification::trigger(notification));
    black_box(Notification::session_id(notification));
    black_box(Notification::session_id_text(notification));
    black_box(Notification::ui_mode(notification));
    black_box(Notification::initiator(notification));
    black_box(Notification::version(notification));
    black_box(Notification::future_use(notification));
    black_box(Notification::vendor_specific(notification));
    black_box(Notification::nonce(notification));
}

fn session(state: &mut AccountState, mut session: Session) {
    debug(&session);
    black_box(Session::session_id(&session));
    let nonce = Session::nonce(&session);
    display(&nonce);
    black_box(MatchedNonce::choice(nonce));
    Session::client_nonce_renewed(black_box(&mut session));
    Session::server_nonce_offered(black_box(&mut session));
    black_box(Session::is_server_nonce_offered(&session));
    AccountState::server_nonce_renewed(state, black_box(&mut session));
    black_box(Session::client_nonce(&session));
    black_box(Session::server_nonce(&session));
    black_box(Session::took_place(&session));
    black_box(Session::to_bytes(&session));
    if let Some(session) = some(Session::from_bytes(octets())) {
        AccountState::failed(state, session);
    }
    AccountState::completed(state, session);
}

fn server() {
    let mut device = black_box(DeviceState::from_bytes(octets())).unwrap_or(DeviceState::new());
    if let Some(session_id) = some(SessionId::new(black_box(0))) {
        let notify = black_box(DeviceState::notify(&mut device, session_id));
        debug(&notify);
        let mut session = black_box(DeviceState::session(&device, notify.session_id));
        DeviceState::server_nonce_renewed(&mut device, &mut session);
        DeviceState::completed(&mut device, session);
        let session = DeviceState::session(&device, session_id);
        DeviceState::failed(&mut device, session);
    }
    DeviceState::unanswered(black_box(&mut device));
    black_box(DeviceState::should_replace_secret(&device));
    debug(&device);
    black_box(DeviceState::to_bytes(&device));
    DeviceState::secret_replaced(black_box(&mut device));
    device = black_box(DeviceState::lost());
    debug(&device);
}

fn obex_server() {
    let mut receiver: Receiver<512> = Receiver::new(black_box(Connection::Required));
    let Some(longest) = some(MaximumPacketLength::new(black_box(0))) else {
        return;
    };
    debug(&longest);
    black_box(MaximumPacketLength::value(longest));
    let receiver = black_box(&mut receiver);
    Receiver::set_maximum_packet_length(receiver, longest);
    debug(receiver);
    let reply = black_box(Receiver::receive(receiver, octets()));
    debug(&reply);
    black_box(Reply::response(&reply));
    let code = Reply::code(&reply);
    display(&code);
    hexadecimal(&code);
    black_box(ResponseCode::value(code));
    black_box(Reply::package0(&reply));
    debug(&Reply::error(&reply));
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
    let put = Put::with_maximum_packet_length(Put::relay(octets(), connection_id), longest);
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

fn send() {
    let credentials = black_box(Credentials::new(octets(), octets()));
    let (Some(session_id), Some(server_id)) = (
        some(SessionId::new(black_box(0))),
        some(ServerId::new(octets())),
    ) else {
        return;
    };
    let trigger = Trigger::new(session_id, server_id);
    if let Some(signed) = some(Trigger::sign(&trigger, &credentials, Nonce::NONE)) {
        debug(&Put::new(&signed, black_box(None)));
        push(DmPush::new(black_box(0), &signed));
    }
    push(DmPush::relay(black_box(0), octets()));
}

fn push(push: DmPush<'_>) {
    let Some(push) = some(DmPush::with_headers(black_box(push), octets())) else {
        return;
    };
    debug(&push);
    black_box(DmPush::encoded_len(&push));
    black_box(DmPush::encode(&push, buffer())).ok();
    let reference = black_box(Reference::Sixteen(0));
    if let Some(messages) = some(ShortMessages::new(push, black_box(0), reference)) {
        debug(&messages);
        black_box(messages.len());
        for message in messages {
            debug(&message);
            black_box(ShortMessage::encode(&message, buffer())).ok();
        }
    }
    let longest = black_box(0);
    if let Some(segments) = some(cdma::CdmaSegments::new(push, black_box(0), longest)) {
        debug(&segments);
        black_box(segments.len());
        for segment in segments {
            debug(&segment);
            black_box(cdma::CdmaSegment::encode(&segment, buffer())).ok();
        }
    }
}
