//! What is measured, the same on the host and on bare metal: each step, and beside it the least that any
//! implementation of it must do.

use core::hint::black_box;
use md5::block_api::compress;
use oma_dm_notification::{
    Authentic, Credentials, Initiator, Nonce, NotAuthentic, Package0, ServerId, SessionId, Trigger,
    UiMode, wap,
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
    case("decode sms", decode, copy),
    case("decode datagram-1400", decode_long, copy_long),
    case("decode headers-1400", decode_headers, copy_long),
    case("verify stored", verify_stored, three_blocks),
    case("verify datagram-1400", verify_long, long_blocks),
    case("compose package0", compose, three_blocks),
    case("compose sms", compose_sms, three_blocks),
    // Reassembly of 2 and 255 segments, CDMA and OBEX follow.
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
    blocks: [[u8; 64]; 24],
}

/// Octets of the short message of Appendix C.
const SMS: usize = 7 + 6 + 16 + 26;

impl Inputs {
    pub(crate) fn new() -> Self {
        let credentials = Credentials::new(SERVER_ID, b"password");
        let sms = |nonce| {
            let mut package0 = [0; SMS];
            let package0 =
                Package0::encode(&trigger(), &credentials, nonce, &mut package0).unwrap();
            let mut sms = [0; SMS];
            push(package0, &mut sms);
            sms
        };
        let (sms_stored, sms_resync) = (sms(STORED), sms(Nonce::RESYNC));

        let vendor_specific = [0x55; LONG - 6 - 16 - 26];
        let trigger = trigger().with_vendor_specific(&vendor_specific);
        let (mut buffer, mut long) = ([0; LONG], [0; LONG]);
        let package0 = Package0::encode(&trigger, &credentials, STORED, &mut buffer).unwrap();
        wap::DmPush::new(1, package0).encode(&mut long).unwrap();

        // TID, PDU type, HeadersLen in two octets, Content-Type in two, then headers of two each, that of the application last.
        let mut headers = [0x81; LONG];
        let length = LONG - 4 - 42;
        headers[..4].copy_from_slice(&[1, 6, 0x8A, 0x4A]); // 1354 = 0x0A * 128 + 0x4A
        headers[4..6].copy_from_slice(&[0x01, 0xC4]);
        headers[4 + length - 2..][..2].copy_from_slice(&[0xAF, 0x87]);
        headers[4 + length..].copy_from_slice(&sms_stored[13..]);
        Self {
            credentials,
            sms: sms_stored,
            sms_resync,
            long,
            headers,
            blocks: [[0x55; 64]; 24],
        }
    }
}

fn trigger() -> Trigger<'static> {
    let session_id = SessionId::new(0x1234).unwrap();
    Trigger::new(session_id, ServerId::new(SERVER_ID).unwrap())
        .with_ui_mode(UiMode::Background)
        .with_initiator(Initiator::Client)
}

fn push<'b>(package0: &[u8], buffer: &'b mut [u8]) -> &'b [u8] {
    let push = wap::DmPush::new(1, package0);
    let mut messages = push
        .short_messages(0xC002, wap::Reference::Eight(1))
        .unwrap();
    messages.next().unwrap().encode(buffer).unwrap()
}

/// Short message to verdict, with credentials that are kept.
#[allow(
    clippy::unwrap_in_result,
    reason = "the verdict alone is what can be negative here"
)]
fn receive<'a, 'n>(
    sms: &'a [u8],
    credentials: &Credentials,
    candidates: &[Nonce<'n>],
) -> Result<Authentic<'a, 'n>, NotAuthentic> {
    let push = wap::open_sms(black_box(sms)).unwrap();
    let package0 = Package0::parse(push.body()).unwrap();
    package0.verify(black_box(credentials), black_box(candidates))
}

fn receive_stored(inputs: &Inputs) {
    let candidates = [STORED, Nonce::RESYNC];
    black_box(receive(&inputs.sms, &inputs.credentials, &candidates)).unwrap();
}

fn receive_resync(inputs: &Inputs) {
    let candidates = [STORED, Nonce::RESYNC];
    black_box(receive(
        &inputs.sms_resync,
        &inputs.credentials,
        &candidates,
    ))
    .unwrap();
}

fn receive_neither(inputs: &Inputs) {
    let candidates = [Nonce::new(b"0123456789ABCDEF"), Nonce::RESYNC];
    black_box(receive(&inputs.sms, &inputs.credentials, &candidates)).unwrap_err();
}

fn decode(inputs: &Inputs) {
    let push = wap::open_sms(black_box(&inputs.sms)).unwrap();
    black_box(Package0::parse(push.body())).unwrap();
}

fn decode_long(inputs: &Inputs) {
    let push = wap::open_datagram(wap::PORT, black_box(&inputs.long)).unwrap();
    black_box(Package0::parse(push.body())).unwrap();
}

fn decode_headers(inputs: &Inputs) {
    let push = wap::open_datagram(wap::PORT, black_box(&inputs.headers)).unwrap();
    black_box(Package0::parse(push.body())).unwrap();
}

fn verify_stored(inputs: &Inputs) {
    let package0 = Package0::parse(black_box(&inputs.sms[13..])).unwrap();
    black_box(package0.verify(&inputs.credentials, black_box(&[STORED]))).unwrap();
}

fn verify_long(inputs: &Inputs) {
    let package0 = Package0::parse(black_box(&inputs.long[6..])).unwrap();
    black_box(package0.verify(&inputs.credentials, black_box(&[STORED]))).unwrap();
}

fn compose(inputs: &Inputs) {
    let mut buffer = [0; SMS];
    let trigger = black_box(trigger());
    let package0 = Package0::encode(&trigger, &inputs.credentials, STORED, &mut buffer);
    black_box(package0).unwrap();
}

fn compose_sms(inputs: &Inputs) {
    let (mut buffer, mut sms) = ([0; SMS], [0; SMS]);
    let trigger = black_box(trigger());
    let package0 = Package0::encode(&trigger, &inputs.credentials, STORED, &mut buffer);
    black_box(push(package0.unwrap(), &mut sms));
}

/// H(trigger) is one block, the outer hash under a nonce of 16 octets is two, and one under that of four octets.
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
