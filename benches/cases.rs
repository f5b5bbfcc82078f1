//! What is measured, the same on the host and on bare metal: each step, and beside it the least
//! that any implementation of it must do.

use core::hint::black_box;
use md5::block_api::compress;
use oma_dm_notification::inbox::{Delivery, Inbox};
use oma_dm_notification::obex::{
    Connect, Connection, Disconnect, MaximumPacketLength, Put, Receiver, Response,
};
use oma_dm_notification::wap::reassembly::{Reassembler, Segment};
use oma_dm_notification::wap::sms::ShortMessages;
use oma_dm_notification::wap::udh::{PUSH_PORT, Reference, UserData};
use oma_dm_notification::wap::wsp::DmPush;
use oma_dm_notification::{
    Credentials, DecodeError, EncodeError, Initiator, Nonce, Package0, ServerId, SessionId, Signed,
    Trigger, UiMode, wap,
};

/// One figure: what it is called, the step, and its limit.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) run: fn(&Inputs),
    pub(crate) limit: fn(&Inputs),
}

const fn case(name: &'static str, run: fn(&Inputs), limit: fn(&Inputs)) -> Case {
    Case { name, run, limit }
}

pub(crate) static CASES: &[Case] = &[
    case("receive-sms stored", receive_stored, three_blocks),
    case("receive-sms resync", receive_resync, four_blocks),
    case("receive-sms neither", receive_neither, four_blocks),
    case("decode sms", decode_sms, copy),
    case("decode datagram-1400", decode_long, copy_long),
    case("decode headers-700", decode_half_of_headers, copy_long),
    case("decode headers-1400", decode_headers, copy_long),
    case("verify stored", verify_stored, three_blocks),
    case("verify datagram-1400", verify_long, long_blocks),
    case("compose package0", compose, three_blocks),
    case("compose sms", compose_sms, three_blocks),
    case("reassemble 2", reassemble_2, copy_2),
    case("reassemble 128", reassemble_128, copy_128),
    case("reassemble 255", reassemble_255, copy_255),
    case("reassemble 255-reversed", reassemble_255_reversed, copy_255),
    case("segments 64-sets", receive_64, receive_1),
    case("obex exchange", obex_exchange, copy),
];

/// Octets of a long message: what Ethernet carries.
const LONG: usize = 1400;

const SERVER_ID: &[u8] = b"com.mgmtsrv.manage";
const STORED: Nonce<'static> = Nonce::new(b"0123456789abcdef");

/// The message of Appendix C under a nonce of 16 octets, and others.
pub(crate) struct Inputs {
    credentials: Credentials,
    sms: [u8; SMS],
    sms_resync: [u8; SMS],
    /// Most of it is vendor specific.
    long: [u8; LONG],
    /// Most of it is headers.
    headers: [u8; LONG],
    half_of_headers: [u8; LONG / 2],
    blocks: [[u8; 64]; 24],
}

/// The octets of a message in segments.
static WHOLE: [u8; 255 * SEGMENT] = [0x55; 255 * SEGMENT];

/// Octets of a segment after its header.
const SEGMENT: usize = 128;

/// Octets of the short message of Appendix C.
const SMS: usize = 7 + 6 + 16 + 26;

impl Inputs {
    pub(crate) fn new() -> Self {
        let credentials = Credentials::new(SERVER_ID, b"password");
        let sms = |nonce| {
            let mut sms = [0; SMS];
            short_message(&trigger().sign(&credentials, nonce).unwrap(), &mut sms).unwrap();
            sms
        };
        let (sms_stored, sms_resync) = (sms(STORED), sms(Nonce::RESYNC));

        let vendor_specific = [0x55; LONG - 6 - 16 - 26];
        let trigger = trigger().with_vendor_specific(&vendor_specific);
        let signed = trigger.sign(&credentials, STORED).unwrap();
        let mut long = [0; LONG];
        DmPush::new(1, &signed).encode(&mut long).unwrap();

        Self {
            credentials,
            sms: sms_stored,
            sms_resync,
            long,
            headers: headers(&sms_stored[13..]),
            half_of_headers: headers(&sms_stored[13..]),
            blocks: [[0x55; 64]; 24],
        }
    }
}

/// TID, PDU type, `HeadersLen` in two octets, Content-Type in two, then headers of two each, that
/// of the application last.
fn headers<const OCTETS: usize>(package0: &[u8]) -> [u8; OCTETS] {
    let mut datagram = [0x81; OCTETS];
    let length = OCTETS - 4 - package0.len();
    let [.., high, low] = (length << 1).to_be_bytes();
    datagram[..4].copy_from_slice(&[1, 6, 0x80 | high, low >> 1]);
    datagram[4..6].copy_from_slice(&[0x01, 0xC4]);
    datagram[4 + length - 2..][..2].copy_from_slice(&[0xAF, 0x87]);
    datagram[4 + length..].copy_from_slice(package0);
    datagram
}

fn trigger() -> Trigger<'static> {
    let session_id = SessionId::new(0x1234).unwrap();
    Trigger::new(session_id, ServerId::new(SERVER_ID).unwrap())
        .with_ui_mode(UiMode::Background)
        .with_initiator(Initiator::Client)
}

/// Encodes the only short message of a notification.
fn short_message<'b>(
    signed: &Signed<'_>,
    buffer: &'b mut [u8],
) -> Result<Option<&'b mut [u8]>, EncodeError> {
    let push = DmPush::new(1, signed);
    let mut messages = ShortMessages::new(push, 0xC002, Reference::Eight(1))?;
    let message = messages.next();
    message.map(|message| message.encode(buffer)).transpose()
}

/// From short message to verdict, with credentials that are kept. As in an application, errors are
/// the caller's: an `unwrap` here would make every error path cold, and the figure better.
#[inline(never)]
fn receive(sms: &[u8], credentials: &Credentials, stored: Nonce<'_>) -> Result<bool, DecodeError> {
    let push = wap::open_sms(sms)?;
    let package0 = Package0::parse(push.body())?;
    let verdict = package0.verify_or_resync(credentials, stored);
    Ok(black_box(&verdict).is_ok())
}

fn receive_stored(inputs: &Inputs) {
    let authentic = receive(black_box(&inputs.sms), &inputs.credentials, STORED);
    assert_eq!(black_box(authentic), Ok(true));
}

fn receive_resync(inputs: &Inputs) {
    let authentic = receive(black_box(&inputs.sms_resync), &inputs.credentials, STORED);
    assert_eq!(black_box(authentic), Ok(true));
}

fn receive_neither(inputs: &Inputs) {
    let stored = Nonce::new(b"0123456789ABCDEF");
    let authentic = receive(black_box(&inputs.sms), &inputs.credentials, stored);
    assert_eq!(black_box(authentic), Ok(false));
}

/// From short message to Package #0; errors are the caller's, as in [`receive`].
#[inline(never)]
fn decode(sms: &[u8]) -> Result<Package0<'_>, DecodeError> {
    let push = wap::open_sms(sms)?;
    Package0::parse(push.body())
}

fn decode_sms(inputs: &Inputs) {
    assert!(black_box(decode(black_box(&inputs.sms))).is_ok());
}

/// From datagram to Package #0; errors are the caller's, as in [`receive`].
#[inline(never)]
fn decode_datagram(datagram: &[u8]) -> Result<Package0<'_>, DecodeError> {
    let push = wap::open_datagram(PUSH_PORT, datagram)?;
    Package0::parse(push.body())
}

fn decode_long(inputs: &Inputs) {
    assert!(black_box(decode_datagram(black_box(&inputs.long))).is_ok());
}

fn decode_headers(inputs: &Inputs) {
    assert!(black_box(decode_datagram(black_box(&inputs.headers))).is_ok());
}

fn decode_half_of_headers(inputs: &Inputs) {
    assert!(black_box(decode_datagram(black_box(&inputs.half_of_headers))).is_ok());
}

fn verify_stored(inputs: &Inputs) {
    let package0 = Package0::parse(black_box(&inputs.sms[13..])).unwrap();
    black_box(package0.verify(&inputs.credentials, black_box(STORED))).unwrap();
}

fn verify_long(inputs: &Inputs) {
    let package0 = Package0::parse(black_box(&inputs.long[6..])).unwrap();
    black_box(package0.verify(&inputs.credentials, black_box(STORED))).unwrap();
}

fn compose(inputs: &Inputs) {
    let mut buffer = [0; SMS];
    let signed = black_box(trigger()).sign(&inputs.credentials, STORED);
    black_box(signed.and_then(|signed| signed.encode(&mut buffer).map(|_| ()))).unwrap();
    black_box(buffer);
}

fn compose_sms(inputs: &Inputs) {
    let mut sms = [0; SMS];
    let signed = black_box(trigger())
        .sign(&inputs.credentials, STORED)
        .unwrap();
    black_box(short_message(&signed, &mut sms)).unwrap();
}

/// From user data to the whole message: the segments are read and kept in this order.
fn reassemble<const OCTETS: usize>(total: u8, numbers: impl Iterator<Item = u8>) {
    let mut reassembler = Reassembler::<u8, 1, OCTETS>::new();
    for number in numbers {
        let octets = segment(1, total, number);
        let user_data = UserData::parse(black_box(&octets)).unwrap();
        let segment = Segment::from_user_data(&user_data).unwrap();
        let accepted = reassembler.accept(0, black_box(1), &segment).unwrap();
        black_box(accepted);
    }
}

/// TP-User-Data of a segment.
fn segment(reference: u8, total: u8, number: u8) -> [u8; 12 + SEGMENT] {
    let mut user_data = [0x55; 12 + SEGMENT];
    let header = [
        0x0B, 5, 4, 0x0B, 0x84, 0xC0, 2, 0, 3, reference, total, number,
    ];
    user_data[..12].copy_from_slice(&header);
    user_data
}

/// 256 messages of two segments, as many at a time as there are sets.
fn receive_segments<const SETS: usize>() {
    let mut inbox = Inbox::<u32, SETS, { 2 * (SEGMENT + 2) }>::new();
    let last = u8::try_from(SETS - 1).unwrap();
    for first in (0..=u8::MAX).step_by(SETS) {
        for number in 1..=2 {
            for reference in first..=first + last {
                let delivery = Delivery::ShortMessage {
                    originator: 1,
                    user_data: &segment(reference, 2, number),
                };
                black_box(inbox.receive(reference.into(), black_box(delivery)));
            }
        }
    }
}

fn receive_64(_: &Inputs) {
    receive_segments::<64>();
}

fn receive_1(_: &Inputs) {
    receive_segments::<1>();
}

fn reassemble_2(_: &Inputs) {
    reassemble::<{ 2 * (SEGMENT + 2) }>(2, 1..=2);
}

fn reassemble_128(_: &Inputs) {
    reassemble::<{ 128 * (SEGMENT + 2) }>(128, 1..=128);
}

fn reassemble_255(_: &Inputs) {
    reassemble::<{ 255 * (SEGMENT + 2) }>(255, 1..=255);
}

/// Each segment moves all that came before it.
fn reassemble_255_reversed(_: &Inputs) {
    reassemble::<{ 255 * (SEGMENT + 2) }>(255, (1..=255).rev());
}

/// CONNECT, PUT and DISCONNECT, both ends.
fn obex_exchange(inputs: &Inputs) {
    let mut receiver = Receiver::<SMS>::new(Connection::Required);
    let mut buffer = [0; 255];
    let connect = Connect::new(MaximumPacketLength::DEFAULT);
    let reply = receiver.receive(connect.encode(&mut buffer).unwrap());
    let response = Response::parse_connect(black_box(reply.response())).unwrap();
    let connection_id = response.connection_id();
    for packet in Put::relay(black_box(&inputs.sms[13..]), connection_id).packets() {
        let answer = receiver.receive(packet.encode(&mut buffer).unwrap());
        assert_eq!(answer.code(), packet.expected());
        black_box(answer.package0());
    }
    let disconnect = Disconnect::new(connection_id);
    black_box(receiver.receive(disconnect.encode(&mut buffer).unwrap()));
}

/// H(trigger) is one block, the outer hash under a nonce of 16 octets is two, and one under that of
/// four octets.
fn three_blocks(inputs: &Inputs) {
    hash(&inputs.blocks[..1]);
    hash(&inputs.blocks[..2]);
}

fn four_blocks(inputs: &Inputs) {
    three_blocks(inputs);
    hash(&inputs.blocks[..1]);
}

/// H(trigger) over 1378 octets, and the outer hash.
fn long_blocks(inputs: &Inputs) {
    hash(&inputs.blocks[..22]);
    hash(&inputs.blocks[..2]);
}

fn hash(blocks: &[[u8; 64]]) {
    let mut state = black_box([0; 4]);
    compress(&mut state, black_box(blocks));
    black_box(state);
}

const fn copy(inputs: &Inputs) {
    let mut copy = [0; SMS];
    copy.copy_from_slice(black_box(&inputs.sms));
    black_box(copy);
}

const fn copy_long(inputs: &Inputs) {
    let mut copy = [0; LONG];
    copy.copy_from_slice(black_box(&inputs.long));
    black_box(copy);
}

fn copy_2(_: &Inputs) {
    copy_whole::<{ 2 * SEGMENT }>();
}

fn copy_128(_: &Inputs) {
    copy_whole::<{ 128 * SEGMENT }>();
}

fn copy_255(_: &Inputs) {
    copy_whole::<{ 255 * SEGMENT }>();
}

fn copy_whole<const OCTETS: usize>() {
    let mut copy = [0; OCTETS];
    copy.copy_from_slice(black_box(&WHOLE[..OCTETS]));
    black_box(copy);
}
