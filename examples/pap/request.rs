//! The request: HTTP around a multipart body of the control document and the content.

use crate::{Arguments, Version};
use oma_dm_notification::Package0;
use quick_xml::events::{BytesDecl, BytesStart, BytesText, Event};
use quick_xml::writer::Writer;
use std::{error::Error, io};
use ureq::http::{Request, header};

/// OMA DM's application id, by name: a gateway may not know its number.
const APPLICATION_ID: &str = "x-wap-application:syncml.dm";

/// Returns the push submission of a Package #0.
pub(crate) fn push(
    arguments: &Arguments,
    package0: &[u8],
) -> Result<Request<Vec<u8>>, Box<dyn Error>> {
    let control = control(arguments)?;
    let boundary = boundary(&[&control, package0]);
    let body = multipart(&boundary, &control, package0);
    let media_type = format!("multipart/related; boundary={boundary}; type=\"application/xml\"");
    Ok(Request::post(&arguments.ppg)
        .header(header::HOST, host(arguments))
        .header(header::CONTENT_TYPE, media_type)
        .header(header::CONTENT_LENGTH, body.len())
        .body(body)?)
}

/// Returns the request as it is sent, but for the credentials.
pub(crate) fn octets(request: &Request<Vec<u8>>) -> Vec<u8> {
    let path = request.uri().path_and_query().map_or("/", |it| it.as_str());
    let mut octets = format!("{} {path} HTTP/1.1\r\n", request.method()).into_bytes();
    for (name, value) in request.headers() {
        octets.extend_from_slice(name.as_str().as_bytes());
        octets.extend_from_slice(b": ");
        octets.extend_from_slice(value.as_bytes());
        octets.extend_from_slice(b"\r\n");
    }
    octets.extend_from_slice(b"\r\n");
    octets.extend_from_slice(request.body());
    octets
}

/// Returns the gateway's host and port, without the credentials in front.
fn host(arguments: &Arguments) -> &str {
    let authority = arguments.ppg.authority().map_or("", |it| it.as_str());
    authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host)
}

/// Returns the control document: who gets the push, and how.
fn control(arguments: &Arguments) -> io::Result<Vec<u8>> {
    let address = arguments.to.at(arguments.ppg.host().unwrap_or_default());
    let mut quality = BytesStart::new("quality-of-service");
    quality.push_attribute(("delivery-method", "unconfirmed"));
    for (name, required, value) in [
        ("network", "network-required", &arguments.network),
        ("bearer", "bearer-required", &arguments.bearer),
    ] {
        if let Some(value) = value {
            quality.push_attribute((name, value.as_str()));
            quality.push_attribute((required, "true"));
        }
    }
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", None, None)))?;
    xml.write_event(Event::DocType(BytesText::from_escaped(doctype(
        arguments.pap,
    ))))?;
    xml.create_element("pap").write_inner_content(|pap| {
        pap.create_element("push-message")
            .with_attribute(("push-id", arguments.push_id.as_str()))
            .write_inner_content(|message| {
                message
                    .create_element("address")
                    .with_attribute(("address-value", address.as_str()))
                    .write_empty()?;
                message.write_event(Event::Empty(quality))
            })?;
        Ok(())
    })?;
    Ok(xml.into_inner())
}

const fn doctype(version: Version) -> &'static str {
    match version {
        Version::V1_0 => {
            r#"pap PUBLIC "-//WAPFORUM//DTD PAP 1.0//EN" "http://www.wapforum.org/DTD/pap_1.0.dtd""#
        }
        Version::V2_0 => {
            r#"pap PUBLIC "-//WAPFORUM//DTD PAP 2.0//EN" "http://www.wapforum.org/DTD/pap_2.0.dtd""#
        }
        Version::V2_1 => concat!(
            r#"pap PUBLIC "-//WAPFORUM//DTD PAP 2.1//EN" "#,
            r#""http://www.openmobilealliance.org/tech/DTD/pap_2.1.dtd""#
        ),
    }
}

/// Returns a boundary that occurs in none of the parts.
fn boundary(parts: &[&[u8]]) -> String {
    let occurs = |boundary: &str| {
        let boundary = boundary.as_bytes();
        parts
            .iter()
            .any(|part| part.windows(boundary.len()).any(|it| it == boundary))
    };
    let mut boundary = "part-0".to_owned();
    for number in 1_u32.. {
        if !occurs(&boundary) {
            break;
        }
        boundary = format!("part-{number}");
    }
    boundary
}

fn multipart(boundary: &str, control: &[u8], package0: &[u8]) -> Vec<u8> {
    let media_type = Package0::MEDIA_TYPE;
    [
        format!("--{boundary}\r\nContent-Type: application/xml\r\n\r\n").as_bytes(),
        control,
        format!(
            "\r\n--{boundary}\r\nContent-Type: {media_type}\r\n\
            X-Wap-Application-Id: {APPLICATION_ID}\r\n\r\n"
        )
        .as_bytes(),
        package0,
        format!("\r\n--{boundary}--\r\n").as_bytes(),
    ]
    .concat()
}
