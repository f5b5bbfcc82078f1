//! The relay layer from whatever octets.

use super::tpdu::{Wrong, count, rp_address, wrong};
use super::within;
use oma_dm_notification::bearer::rp::{Direction, RpData, RpMessage};
use oma_dm_notification::bearer::tpdu::{Deliver, Framing, Submit};
use oma_dm_notification::{DecodeErrorKind as Kind, Field};

/// The octets as one message: its fields against a second implementation, its TPDU against the
/// TPDU's own reader, and the message written again.
pub fn rp(octets: &[u8]) {
    let message = RpMessage::parse(octets);
    if let Err(error) = message {
        within(error, octets);
    }
    let expected = model(octets);
    assert_eq!(
        message.map(|_| ()).map_err(|error| wrong(&error)),
        expected.as_ref().map(|_| ()).map_err(|error| *error)
    );
    let to_device = octets.first().is_some_and(|first| first & 7 == 1);
    match RpData::parse(octets) {
        Ok(_) => assert!(to_device && expected.is_ok()),
        Err(error) if to_device || octets.is_empty() => assert_eq!(
            Err(wrong(&error)),
            expected.as_ref().map(|_| ()).map_err(|error| *error)
        ),
        Err(error) => assert_eq!(wrong(&error), (Kind::NotDm, Field::RpMessageType, 0)),
    }
    let (Ok(message), Ok(again)) = (message, expected) else {
        return;
    };
    let mut buffer = [0xEE; 300];
    let written = match message {
        RpMessage::Data(data) => {
            check_tpdu(&data, octets);
            data.encode(&mut buffer).unwrap()
        }
        RpMessage::Ack(ack) => ack.encode(&mut buffer).unwrap(),
        RpMessage::Error(error) => error.encode(&mut buffer).unwrap(),
        RpMessage::MemoryAvailable { reference, .. } => {
            buffer[..2].copy_from_slice(&oma_dm_notification::bearer::rp::memory_available(
                reference,
            ));
            &mut buffer[..2]
        }
        _ => unreachable!("no other message"),
    };
    assert_eq!(written, again);
}

/// The message as it is written again, or what is wrong with it.
fn model(octets: &[u8]) -> Result<Vec<u8>, Wrong> {
    let truncated = |field, at| Err((Kind::Truncated, field, at));
    let Some(first) = octets.first() else {
        return truncated(Field::RpMessageType, 0);
    };
    let message_type = first & 7;
    if message_type == 7 {
        return Err((Kind::NotDm, Field::RpMessageType, 0));
    }
    let Some(reference) = octets.get(1) else {
        return truncated(Field::RpMessageReference, 1);
    };
    let mut again = vec![message_type, *reference];
    let mut at = 2;
    let counted = |at: usize, longest: usize, field| match octets.get(at) {
        Some(&length) if usize::from(length) > longest => Err((Kind::Length, field, at)),
        Some(&length) => {
            octets
                .get(at + 1..at + 1 + usize::from(length))
                .ok_or((Kind::Truncated, field, at))
        }
        None => Err((Kind::Truncated, field, at)),
    };
    match message_type {
        0 | 1 => {
            for field in [Field::RpOriginatorAddress, Field::RpDestinationAddress] {
                let value = counted(at, 11, field)?;
                let address = rp_address(&octets[at..=at + value.len()]);
                again.extend(address.map_or(vec![0], |address| address.to_rp()));
                at += 1 + value.len();
            }
            let tpdu = counted(at, 233, Field::RpUserData)?;
            again.push(count(tpdu.len()));
            again.extend(tpdu);
            return Ok(again);
        }
        4 | 5 => {
            let cause = counted(at, 255, Field::RpCause)?;
            let kept = match cause {
                [] => return Err((Kind::Length, Field::RpCause, at)),
                [cause] => vec![1, cause & 0x7F],
                [cause, diagnostic, ..] => vec![2, cause & 0x7F, *diagnostic],
            };
            again.extend(kept);
            at += 1 + cause.len();
        }
        6 => return Ok(again),
        _ => {}
    }
    if octets.get(at) == Some(&0x41) {
        let tpdu = counted(at + 1, 233, Field::RpUserData)
            .map_err(|(kind, field, _)| (kind, field, at))?;
        again.extend([0x41, count(tpdu.len())]);
        again.extend(tpdu);
    }
    Ok(again)
}

/// The TPDU to a device, and where it starts.
pub(crate) fn to_device(octets: &[u8]) -> Result<(&[u8], usize), Wrong> {
    let expected = model(octets);
    if octets.first().is_some_and(|first| first & 7 != 1) {
        return Err((Kind::NotDm, Field::RpMessageType, 0));
    }
    expected?;
    let behind = |at: usize| at + 1 + usize::from(octets[at]);
    let length = behind(behind(2));
    Ok((&octets[length + 1..behind(length)], length + 1))
}

/// The TPDU is read as it is alone, but for the offset and the service centre.
fn check_tpdu(data: &RpData<'_>, octets: &[u8]) {
    let start = data.tpdu_offset();
    assert_eq!(data.tpdu(), &octets[start..start + data.tpdu().len()]);
    let moved = |(kind, field, at): Wrong| (kind, field, at + start);
    let foreign = (Kind::NotDm, Field::RpMessageType, 0);
    let alone = Deliver::parse(data.tpdu(), Framing::Bare).map_err(|error| moved(wrong(&error)));
    let deliver = data.deliver().map_err(|error| wrong(&error));
    match (data.direction(), deliver, alone) {
        (Direction::ToNetwork, deliver, _) => assert_eq!(deliver.err(), Some(foreign)),
        (_, Ok(deliver), Ok(alone)) => {
            assert_eq!(deliver.service_centre(), data.originator());
            assert_eq!(deliver.user_data(), alone.user_data());
            assert_eq!(deliver.user_data_offset(), alone.user_data_offset() + start);
        }
        (_, deliver, alone) => assert_eq!(deliver.err(), alone.err()),
    }
    let alone = Submit::parse(data.tpdu(), Framing::Bare).map_err(|error| moved(wrong(&error)));
    let submit = data.submit().map_err(|error| wrong(&error));
    match (data.direction(), submit, alone) {
        (Direction::ToDevice, submit, _) => assert_eq!(submit.err(), Some(foreign)),
        (_, Ok(submit), Ok(alone)) => {
            assert_eq!(submit.service_centre(), data.destination());
            assert_eq!(submit.user_data(), alone.user_data());
            assert_eq!(submit.user_data_offset(), alone.user_data_offset() + start);
        }
        (_, submit, alone) => assert_eq!(submit.err(), alone.err()),
    }
}
