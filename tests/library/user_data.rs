//! The user data header by every rule of TS 23.040, 9.2.3.24, and routing by its port (7.1.1).

use hex_literal::hex;
use oma_dm_notification::wap::{
    self,
    udh::{Concatenation, Ports, Reference, UserData},
};
use oma_dm_notification::{DecodeErrorKind, Field};

/// WSP push of an empty Package #0.
const PUSH: [u8; 6] = hex!("010603c4af87");
const DM: Option<Ports> = Some(Ports::Sixteen {
    destination: 2948,
    originator: 0xC002,
});

fn ports(header: &[u8]) -> Option<Ports> {
    UserData::parse(header).unwrap().ports()
}

fn segment(header: &[u8]) -> Option<Concatenation> {
    UserData::parse(header).unwrap().concatenation()
}

/// Where and why the header, followed by a push, is refused.
#[track_caller]
fn refusal(header: &[u8]) -> (DecodeErrorKind, Field, usize) {
    let error = wap::open_sms(&[header, &PUSH].concat())
        .map(|_| ())
        .unwrap_err();
    (error.kind(), error.field(), error.offset())
}

#[track_caller]
fn accepted(header: &[u8]) {
    let message = [header, &PUSH].concat();
    assert_eq!(wap::open_sms(&message).unwrap().body(), b"");
}

#[test]
fn elements_are_listed_in_order_known_or_not() {
    let octets = hex!("0E 0504 0B84C002 2403 010203 7001 FF");
    let user_data = UserData::parse(&octets).unwrap();
    let elements: Vec<(u8, &[u8])> = user_data
        .elements()
        .map(|element| (element.identifier(), element.data()))
        .collect();
    let expected: [(u8, &[u8]); 3] = [
        (0x05, &hex!("0B84C002")),
        (0x24, &hex!("010203")),
        (0x70, &hex!("FF")),
    ];
    assert_eq!(elements, expected);
    assert_eq!(user_data.payload(), b"");
}

#[test]
fn ports_are_read_wherever_their_element_is() {
    assert_eq!(ports(&hex!("06 0504 0B84C002")), DM);
    assert_eq!(ports(&hex!("0B 0504 0B84C002 0003 5A0201")), DM);
    assert_eq!(ports(&hex!("0B 0003 5A0201 0504 0B84C002")), DM);
    assert_eq!(
        ports(&hex!("08 7000 0504 0B84C002")),
        DM,
        "behind an element without data"
    );
    accepted(&hex!("0B 7003 AABBCC 0504 0B84C002"));
}

#[test]
fn of_several_elements_with_ports_the_last_one_counts() {
    let eight = Ports::Eight {
        destination: 240,
        originator: 241,
    };
    assert_eq!(ports(&hex!("0C 0504 23F023F0 0504 0B84C002")), DM);
    assert_eq!(ports(&hex!("0A 0402 F0F1 0504 0B84C002")), DM);
    assert_eq!(ports(&hex!("0A 0504 0B84C002 0402 F0F1")), Some(eight));
    accepted(&hex!("0A 0402 F0F1 0504 0B84C002"));
    let foreign = (DecodeErrorKind::NotDm, Field::DestinationPort, 9);
    assert_eq!(refusal(&hex!("0A 0504 0B84C002 0402 F0F1")), foreign);
    assert_eq!(refusal(&hex!("0C 0504 0B84C002 0504 0B85C002")), foreign);
}

#[test]
fn a_ports_element_of_another_length_is_skipped() {
    assert_eq!(ports(&hex!("05 0503 0B84C0")), None);
    assert_eq!(ports(&hex!("07 0505 0B84C00200")), None);
    assert_eq!(ports(&hex!("03 0401 F0")), None);
    assert_eq!(ports(&hex!("0D 0504 0B84C002 0505 23F0C00200")), DM);
}

#[test]
fn an_element_with_a_reserved_destination_port_is_ignored() {
    let last = Ports::Sixteen {
        destination: 49151,
        originator: 0,
    };
    assert_eq!(ports(&hex!("06 0504 BFFF0000")), Some(last));
    assert_eq!(ports(&hex!("06 0504 C0000000")), None);
    let first = Ports::Eight {
        destination: 240,
        originator: 0,
    };
    assert_eq!(ports(&hex!("04 0402 F000")), Some(first));
    assert_eq!(ports(&hex!("04 0402 EFFF")), None);
    assert_eq!(ports(&hex!("0C 0504 0B84C002 0504 C0000B84")), DM);
}

#[test]
fn any_originator_port_is_accepted_reserved_ones_included() {
    for originator in [0, 2948, 9200, 49151, 49152, 0xC002, 0xFFFF_u16] {
        let [high, low] = originator.to_be_bytes();
        accepted(&[6, 5, 4, 0x0B, 0x84, high, low]);
    }
}

#[test]
fn another_port_or_none_is_not_for_dm() {
    let foreign = (DecodeErrorKind::NotDm, Field::DestinationPort, 3);
    for port in [0, 1, 2947, 2949, 9200, 0x840B, 49151_u16] {
        let [high, low] = port.to_be_bytes();
        assert_eq!(
            refusal(&[6, 5, 4, high, low, 0x0B, 0x84]),
            foreign,
            "port {port}"
        );
    }
    let missing = (DecodeErrorKind::Missing, Field::DestinationPort, 0);
    assert_eq!(refusal(&hex!("05 0003 5A0201")), missing);
    assert_eq!(refusal(&hex!("02 7000")), missing);
    let error = wap::open_sms(&hex!("06 0504 0B85C002")).unwrap_err();
    assert!(error.is_not_for_dm());
}

#[test]
fn a_malformed_header_is_ignored_as_a_whole_so_there_is_no_push() {
    let udhl = |kind| (kind, Field::UserDataHeader, 0);
    assert_eq!(refusal(&[0]), udhl(DecodeErrorKind::Length));
    assert_eq!(refusal(&[1, 5]), udhl(DecodeErrorKind::Length));
    assert_eq!(
        refusal(&[14, 5, 4, 0x0B, 0x84, 0xC0, 2]),
        udhl(DecodeErrorKind::Truncated)
    );
    let element = |offset| {
        (
            DecodeErrorKind::Truncated,
            Field::InformationElement,
            offset,
        )
    };
    assert_eq!(
        refusal(&hex!("07 0504 0B84C002 70")),
        element(7),
        "one octet too many"
    );
    assert_eq!(
        refusal(&hex!("08 0504 0B84C002 7001")),
        element(7),
        "one octet too few"
    );
    assert_eq!(refusal(&hex!("05 0504 0B84C0")), element(1));
    assert!(!UserData::parse(&[0]).unwrap_err().is_not_for_dm());
}

#[test]
fn segments_are_recognised_with_either_width_of_reference() {
    let eight = Concatenation::new(Reference::Eight(0x5A), 2, 1);
    assert_eq!(segment(&hex!("05 0003 5A0201")), eight);
    let sixteen = Concatenation::new(Reference::Sixteen(0xABCD), 255, 255);
    assert_eq!(segment(&hex!("06 0804 ABCDFFFF")), sixteen);
    let found = sixteen.unwrap();
    let parts = (found.reference(), found.total(), found.number());
    assert_eq!(parts, (Reference::Sixteen(0xABCD), 255, 255));
    assert_eq!(segment(&hex!("06 0504 0B84C002")), None);
}

#[test]
fn of_several_concatenation_elements_the_last_one_counts() {
    let eight = Concatenation::new(Reference::Eight(1), 3, 2);
    let sixteen = Concatenation::new(Reference::Sixteen(1), 3, 2);
    assert_eq!(segment(&hex!("0A 0003 5A0201 0003 010302")), eight);
    assert_eq!(segment(&hex!("0B 0003 5A0201 0804 00010302")), sixteen);
    assert_eq!(segment(&hex!("0B 0804 00010302 0003 010302")), eight);
}

#[test]
fn an_impossible_concatenation_element_is_ignored_and_the_message_is_not_a_segment() {
    for header in [
        hex!("05 0003 5A0000"), // total 0
        hex!("05 0003 5A0001"),
        hex!("05 0003 5A0200"), // number 0
        hex!("05 0003 5A0203"), // number above total
    ] {
        assert_eq!(segment(&header), None, "{header:02X?}");
    }
    assert_eq!(segment(&hex!("04 0002 5A02")), None, "another length");
    assert_eq!(segment(&hex!("07 0805 ABCD020100")), None, "another length");
    accepted(&hex!("0B 0504 0B84C002 0003 5A0203"));
}

#[test]
fn a_message_that_is_its_only_segment_is_whole() {
    accepted(&hex!("0B 0504 0B84C002 0003 5A0101"));
    accepted(&hex!("0C 0804 ABCD0101 0504 0B84C002"));
}

#[test]
fn a_segment_is_reported_as_one_only_on_port_2948() {
    let segment = (DecodeErrorKind::Segment, Field::Concatenation, 9);
    assert_eq!(refusal(&hex!("0B 0504 0B84C002 0003 5A0201")), segment);
    let first = (DecodeErrorKind::Segment, Field::Concatenation, 3);
    assert_eq!(refusal(&hex!("0C 0804 ABCD0202 0504 0B84C002")), first);
    let foreign = (DecodeErrorKind::NotDm, Field::DestinationPort, 3);
    assert_eq!(refusal(&hex!("0B 0504 0B85C002 0003 5A0201")), foreign);
}
