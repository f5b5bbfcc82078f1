//! TPDUs from whatever octets.

use super::within;
use oma_dm_notification::bearer::Address;
use oma_dm_notification::bearer::tpdu::{Deliver, Framing, Submit, Tpdu, Validity};
use oma_dm_notification::{DecodeError, DecodeErrorKind as Kind, Field};

/// What is wrong, by kind, field and offset.
pub(crate) type Wrong = (Kind, Field, usize);

pub(crate) const fn wrong(error: &DecodeError) -> Wrong {
    (error.kind(), error.field(), error.offset())
}

/// The first octet chooses what precedes the TPDU that the others are. They are read as both
/// messages and as the one that they say, against a second implementation, and written again.
pub fn tpdu(octets: &[u8]) {
    let Some((&choice, octets)) = octets.split_first() else {
        return;
    };
    let framing = match choice {
        0 => Framing::Bare,
        1 => Framing::ServiceCentre,
        length => Framing::Length(usize::from(length) - 2),
    };
    let deliver = Deliver::parse(octets, framing);
    let submit = Submit::parse(octets, framing);
    for error in [deliver.err(), submit.err()].into_iter().flatten() {
        within(error, octets);
    }
    let start = match start(octets, framing) {
        Ok(start) => start,
        Err(error) => {
            assert_eq!(deliver.map_err(|error| wrong(&error)).err(), Some(error));
            assert_eq!(submit.map_err(|error| wrong(&error)).err(), Some(error));
            return;
        }
    };
    let centre = rp_address(&octets[..start]);
    check_deliver(&deliver, octets, start, centre.as_ref());
    check_submit(&submit, octets, start, centre.as_ref());

    let either = Tpdu::parse(octets, framing).map_err(|error| wrong(&error));
    match (octets.get(start), either) {
        (Some(first), Ok(Tpdu::Submit(_))) => assert_eq!(first & 3, 1),
        (Some(first), Ok(Tpdu::Deliver(_))) => assert_eq!(first & 3, 0),
        (Some(first), Err(error)) if first & 3 == 1 => {
            assert_eq!(submit.map_err(|error| wrong(&error)).err(), Some(error));
        }
        (_, Err(error)) => assert_eq!(deliver.map_err(|error| wrong(&error)).err(), Some(error)),
        (_, Ok(_)) => unreachable!("no other message"),
    }
}

/// Where the TPDU starts.
fn start(octets: &[u8], framing: Framing) -> Result<usize, Wrong> {
    let centre = 1 + octets.first().map_or(0, |&length| usize::from(length));
    match framing {
        Framing::Length(length) if length == octets.len() => return Ok(0),
        Framing::Length(length) if centre + length != octets.len() => {
            return Err((Kind::Length, Field::Tpdu, 0));
        }
        Framing::Bare => return Ok(0),
        _ => {}
    }
    let field = Field::ServiceCentreAddress;
    match octets.first() {
        None => Err((Kind::Truncated, field, 0)),
        Some(12..) => Err((Kind::Length, field, 0)),
        Some(_) if octets.len() < centre => Err((Kind::Truncated, field, 0)),
        Some(_) => Ok(centre),
    }
}

/// The originator's address and the user data of an SMS-DELIVER.
pub(crate) fn delivered(octets: &[u8], framing: Framing) -> Result<(ModelAddress, &[u8]), Wrong> {
    let at = start(octets, framing)?;
    let mut plan = Plan { octets, at };
    plan.first(0)?;
    let address = plan.address(Field::TpOriginatingAddress)?;
    plan.octet(Field::TpProtocolIdentifier)?;
    plan.data_coding_scheme()?;
    plan.take(7, Field::TpTimeStamp, plan.at)?;
    Ok((address, plan.user_data()?))
}

/// What an SMS-DELIVER says, in order; `Err` as soon as it is wrong.
struct Plan<'a> {
    octets: &'a [u8],
    at: usize,
}

impl<'a> Plan<'a> {
    fn take(&mut self, count: usize, field: Field, at: usize) -> Result<&'a [u8], Wrong> {
        let end = self.at + count;
        let taken = self.octets.get(self.at..end);
        self.at = end;
        taken.ok_or((Kind::Truncated, field, at))
    }

    fn octet(&mut self, field: Field) -> Result<u8, Wrong> {
        self.take(1, field, self.at).map(|octets| octets[0])
    }

    fn first(&mut self, message_type: u8) -> Result<u8, Wrong> {
        let at = self.at;
        let first = self.octet(Field::TpMessageType)?;
        if first % 4 != message_type {
            return Err((Kind::NotDm, Field::TpMessageType, at));
        }
        if first / 64 % 2 == 0 {
            return Err((Kind::Missing, Field::TpUserDataHeaderIndicator, at));
        }
        Ok(first)
    }

    fn address(&mut self, field: Field) -> Result<ModelAddress, Wrong> {
        let at = self.at;
        let length = self.octet(field)?;
        if length > 20 {
            return Err((Kind::Length, field, at));
        }
        let value = self.take(1 + usize::from(length).div_ceil(2), field, at)?;
        Ok(ModelAddress::new(value[0], length.into(), &value[1..]))
    }

    fn data_coding_scheme(&mut self) -> Result<u8, Wrong> {
        let at = self.at;
        let scheme = self.octet(Field::TpDataCodingScheme)?;
        let eight_bit = [0x04, 0x14, 0x44, 0x54, 0xF4, 0xFC];
        if eight_bit.contains(&(scheme & 0xFC)) {
            Ok(scheme)
        } else {
            Err((Kind::NotDm, Field::TpDataCodingScheme, at))
        }
    }

    fn user_data(&mut self) -> Result<&'a [u8], Wrong> {
        let at = self.at;
        match self.octet(Field::TpUserDataLength)? {
            141.. => Err((Kind::Length, Field::TpUserDataLength, at)),
            length => self.take(length.into(), Field::TpUserData, self.at),
        }
    }
}

fn check_deliver(
    deliver: &Result<Deliver<'_>, DecodeError>,
    octets: &[u8],
    start: usize,
    centre: Option<&ModelAddress>,
) {
    let mut plan = Plan { octets, at: start };
    let mut model = || {
        let first = plan.first(0)?;
        let address = plan.address(Field::TpOriginatingAddress)?;
        let protocol = plan.octet(Field::TpProtocolIdentifier)?;
        let scheme = plan.data_coding_scheme()?;
        let stamp = plan.take(7, Field::TpTimeStamp, plan.at)?;
        Ok((first, address, [protocol, scheme], stamp, plan.user_data()?))
    };
    let (first, address, scheme, stamp, user_data) = match (model(), deliver) {
        (Ok(model), Ok(_)) => model,
        (model, deliver) => {
            let found = deliver.as_ref().map(|_| ()).map_err(wrong);
            return assert_eq!(found, model.map(|_| ()));
        }
    };
    let deliver = deliver.as_ref().unwrap();
    address.check(deliver.originator());
    assert_eq!(deliver.service_centre().is_some(), centre.is_some());
    if let (Some(found), Some(model)) = (deliver.service_centre(), centre) {
        model.check(found);
    }
    assert_eq!(
        [deliver.protocol_identifier(), deliver.data_coding_scheme()],
        scheme
    );
    assert_eq!(deliver.time_stamp(), stamp);
    assert_eq!(deliver.user_data(), user_data);
    assert_eq!(deliver.user_data_offset() + user_data.len(), plan.at);
    assert_eq!(deliver.trailing(), &octets[plan.at..]);

    let tpdu = [
        &[first],
        &address.to_tp()[..],
        &scheme,
        stamp,
        &[count(user_data.len())],
        user_data,
    ];
    let tpdu = tpdu.concat();
    let mut buffer = [0xEE; 180];
    assert_eq!(deliver.encode(&mut buffer).unwrap(), tpdu);
    assert_eq!(deliver.encoded_len(), tpdu.len());
    let both = [centre.map_or(vec![0], ModelAddress::to_rp), tpdu].concat();
    assert_eq!(
        deliver.encode_with_service_centre(&mut buffer).unwrap(),
        both
    );
}

fn check_submit(
    submit: &Result<Submit<'_>, DecodeError>,
    octets: &[u8],
    start: usize,
    centre: Option<&ModelAddress>,
) {
    let mut plan = Plan { octets, at: start };
    let mut model = || {
        let first = plan.first(1)?;
        let reference = plan.octet(Field::TpMessageReference)?;
        let address = plan.address(Field::TpDestinationAddress)?;
        let protocol = plan.octet(Field::TpProtocolIdentifier)?;
        let scheme = plan.data_coding_scheme()?;
        let period = [0, 7, 1, 7][usize::from(first / 8 % 4)];
        let period = plan.take(period, Field::TpValidityPeriod, plan.at)?;
        Ok((
            [first, reference],
            address,
            [protocol, scheme],
            period,
            plan.user_data()?,
        ))
    };
    let (before, address, scheme, period, user_data) = match (model(), submit) {
        (Ok(model), Ok(_)) => model,
        (model, submit) => {
            let found = submit.as_ref().map(|_| ()).map_err(wrong);
            return assert_eq!(found, model.map(|_| ()));
        }
    };
    let submit = submit.as_ref().unwrap();
    address.check(submit.destination());
    let validity = match before[0] / 8 % 4 {
        0 => Validity::Absent,
        1 => Validity::Enhanced(period.try_into().unwrap()),
        2 => Validity::Relative(period[0]),
        _ => Validity::Absolute(period.try_into().unwrap()),
    };
    assert_eq!(submit.validity(), validity);
    assert_eq!(submit.reference(), before[1]);
    assert_eq!(
        [submit.protocol_identifier(), submit.data_coding_scheme()],
        scheme
    );
    assert_eq!(submit.user_data(), user_data);
    assert_eq!(submit.user_data_offset() + user_data.len(), plan.at);
    assert_eq!(submit.trailing(), &octets[plan.at..]);

    let length = [count(user_data.len())];
    let tpdu = [
        &before[..],
        &address.to_tp(),
        &scheme,
        period,
        &length,
        user_data,
    ]
    .concat();
    let mut buffer = [0xEE; 180];
    assert_eq!(submit.encode(&mut buffer).unwrap(), tpdu);
    assert_eq!(submit.encoded_len(), tpdu.len());
    let both = [centre.map_or(vec![0], ModelAddress::to_rp), tpdu].concat();
    assert_eq!(
        submit.encode_with_service_centre(&mut buffer).unwrap(),
        both
    );
}

/// An address by its hexadecimal digits, of which a number has each and a name none.
pub(crate) struct ModelAddress {
    kind: u8,
    /// The semi-octets in the order of the number.
    digits: String,
}

impl ModelAddress {
    fn new(kind: u8, length: usize, octets: &[u8]) -> Self {
        let halves = octets
            .iter()
            .map(|octet| format!("{:x}{:x}", octet % 16, octet / 16));
        let mut digits: String = halves.collect();
        digits.truncate(length);
        if !is_name(kind) {
            digits = digits.split('f').next().unwrap().to_owned();
        }
        Self { kind, digits }
    }

    /// A telephone number of unknown type, as digits; without them, no address at all.
    pub(crate) fn telephone(text: Option<&str>) -> Self {
        let digits = text.unwrap_or_default().replace('*', "a");
        Self {
            kind: u8::from(text.is_some()),
            digits: digits.replace('#', "b"),
        }
    }

    /// The FNV-1a hash of kind, length and ten octets of digits.
    pub(crate) fn key(&self) -> u32 {
        let mut value = self.octets();
        if self.digits.len() % 2 == 1 && !is_name(self.kind) {
            // Without the filler.
            let last = value.pop().unwrap();
            value.push(last & 0x0F);
        }
        value.resize(10, 0);
        let octets = [&[self.kind & 0x7F, count(self.digits.len())], &value[..]].concat();
        octets.iter().fold(0x811C_9DC5, |hash: u32, octet| {
            (hash ^ u32::from(*octet)).wrapping_mul(0x0100_0193)
        })
    }

    /// The septets, as one number whose lowest bits come first.
    fn septets(&self) -> Vec<u8> {
        let halves = self.digits.chars().rev();
        let number = halves.fold(0, |number, digit| {
            number << 4 | u128::from(digit.to_digit(16).unwrap())
        });
        let characters = self.digits.len() * 4 / 7;
        (0..characters)
            .map(|index| count(usize::try_from(number >> (7 * index) & 0x7F).unwrap()))
            .collect()
    }

    fn text(&self) -> String {
        if is_name(self.kind) {
            return name(&self.septets());
        }
        let international = self.kind / 16 % 8 == 1 && !self.digits.is_empty();
        let plus = if international { "+" } else { "" };
        let digits = self.digits.replace('a', "*").replace('b', "#");
        plus.to_owned() + &digits.replace('c', "a").replace('d', "b").replace('e', "c")
    }

    pub(crate) fn check(&self, found: Address) {
        assert_eq!(found.type_of_address(), self.kind | 0x80);
        assert_eq!(found.to_string(), self.text());
        assert_eq!(found.is_empty(), self.digits.is_empty());
        let plain = |text: &str| {
            text.chars()
                .all(|digit| digit.is_ascii_digit() || "*#".contains(digit))
        };
        let telephone = [0x81, 0x91].contains(&(self.kind | 0x80))
            && plain(&self.digits.replace(['a', 'b'], "*"));
        if telephone && !self.digits.is_empty() {
            assert_eq!(found.to_string().parse(), Ok(found));
        }
    }

    fn octets(&self) -> Vec<u8> {
        let mut digits = self.digits.clone();
        if digits.len() % 2 == 1 {
            digits.push(if is_name(self.kind) { '0' } else { 'f' });
        }
        let digit = |at: usize| u8::from_str_radix(&digits[at..=at], 16).unwrap();
        let mut octets: Vec<_> = (0..digits.len())
            .step_by(2)
            .map(|at| digit(at) | digit(at + 1) << 4)
            .collect();
        if is_name(self.kind) {
            let used = self.septets().len() * 7;
            for (index, octet) in octets.iter_mut().enumerate() {
                let left = u32::from(count(used.saturating_sub(8 * index).min(8)));
                *octet &= u8::MAX.checked_shr(8 - left).unwrap_or(0);
            }
        }
        octets
    }

    pub(crate) fn to_tp(&self) -> Vec<u8> {
        [
            &[count(self.digits.len()), self.kind | 0x80],
            &self.octets()[..],
        ]
        .concat()
    }

    pub(crate) fn to_rp(&self) -> Vec<u8> {
        let octets = self.octets();
        [&[count(octets.len() + 1), self.kind | 0x80], &octets[..]].concat()
    }
}

/// A number that an octet holds.
pub(crate) fn count(number: usize) -> u8 {
    u8::try_from(number).unwrap()
}

const fn is_name(kind: u8) -> bool {
    kind / 16 % 8 == 5
}

/// An RP-address with its length; `None` if it is empty or there is none.
pub(crate) fn rp_address(octets: &[u8]) -> Option<ModelAddress> {
    let (kind, value) = octets.get(1..)?.split_first()?;
    Some(ModelAddress::new(*kind, 2 * value.len(), value))
}

/// A name by the tables of TS 23.038; what ends a line is a space.
fn name(septets: &[u8]) -> String {
    const BASIC: &str = "@£$¥èéùìòÇ Øø ÅåΔ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
        ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    let mut text = String::new();
    let mut rest = septets.iter();
    while let Some(&septet) = rest.next() {
        let extended = septet == 0x1B;
        let Some(&septet) = (if extended { rest.next() } else { Some(&septet) }) else {
            break;
        };
        let extension = match septet {
            0x0A => ' ',
            0x14 => '^',
            0x28 => '{',
            0x29 => '}',
            0x2F => '\\',
            0x3C => '[',
            0x3D => '~',
            0x3E => ']',
            0x40 => '|',
            0x65 => '€',
            other => BASIC.chars().nth(other.into()).unwrap(),
        };
        let basic = BASIC.chars().nth(septet.into()).unwrap();
        text.push(if extended { extension } else { basic });
    }
    text
}
