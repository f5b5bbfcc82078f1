//! Package #0 over OBEX on TCP (7.2): a device that takes one, or a server that puts one.

#[path = "common/octets.rs"]
mod octets;

use clap::Parser;
use oma_dm_notification::obex::{
    Connect, Connection, Disconnect, MaximumPacketLength, Put, Receiver, Response, ResponseCode,
};
use std::error::Error;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

/// Takes a Package #0 over OBEX on TCP, or puts one.
#[derive(Parser)]
enum Command {
    /// The device: takes one connection, and prints each Package #0 that is put over it
    Receive {
        /// Where to listen, such as 127.0.0.1:650
        #[arg(value_name = "HOST:PORT")]
        address: String,
    },
    /// Prints the packets that `send` sends, one line of hexadecimal each, to a device that gives
    /// them `ConnectionID` 1
    Packets {
        /// The most octets of one packet that the device takes, 255 to 65535
        #[arg(long, value_name = "N", default_value = "1024")]
        max_packet: u16,
        /// Package #0, as `compose --bearer package0` prints it
        #[arg(value_name = "HEX")]
        package0: octets::Octets,
    },
    /// The server: puts a Package #0, and prints each response code
    Send {
        /// The device
        #[arg(value_name = "HOST:PORT")]
        address: String,
        /// Package #0, as `compose --bearer package0` prints it
        #[arg(value_name = "HEX")]
        package0: octets::Octets,
    },
}

fn main() -> Result<(), Box<dyn Error>> {
    match Command::parse() {
        Command::Receive { address } => {
            let listener = TcpListener::bind(address)?;
            println!("ready");
            let (mut stream, _) = listener.accept()?;
            receive(&mut stream)
        }
        Command::Packets {
            max_packet,
            package0,
        } => print_packets(MaximumPacketLength::new(max_packet)?, &package0.0),
        Command::Send { address, package0 } => {
            let mut stream = TcpStream::connect(address)?;
            send(&mut stream, &package0.0)
        }
    }
}

fn receive(stream: &mut TcpStream) -> Result<(), Box<dyn Error>> {
    let mut receiver = Receiver::<1024>::new(Connection::Required);
    while let Some(request) = packet(stream)? {
        let reply = receiver.receive(&request);
        if let Some(error) = reply.error() {
            eprintln!("{error}");
        }
        if let Some(package0) = reply.package0() {
            println!("{}", hex::encode(package0));
        }
        stream.write_all(reply.response())?;
    }
    Ok(())
}

fn send(stream: &mut TcpStream, package0: &[u8]) -> Result<(), Box<dyn Error>> {
    let mut buffer = vec![0; u16::MAX.into()];
    stream.write_all(Connect::new(MaximumPacketLength::DEFAULT).encode(&mut buffer)?)?;
    let octets = response(stream)?;
    let connected = Response::parse_connect(&octets)?;
    report("CONNECT", connected.code(), ResponseCode::SUCCESS)?;

    let put = Put::relay(package0, connected.connection_id())
        .with_maximum_packet_length(connected.maximum_packet_length());
    for packet in put.packets() {
        stream.write_all(packet.encode(&mut buffer)?)?;
        report(
            "PUT",
            Response::parse(&response(stream)?)?.code(),
            packet.expected(),
        )?;
    }

    stream.write_all(Disconnect::new(connected.connection_id()).encode(&mut buffer)?)?;
    let code = Response::parse(&response(stream)?)?.code();
    report("DISCONNECT", code, ResponseCode::SUCCESS)
}

fn print_packets(maximum: MaximumPacketLength, package0: &[u8]) -> Result<(), Box<dyn Error>> {
    let mut buffer = vec![0; maximum.value().into()];
    let connect = Connect::new(MaximumPacketLength::DEFAULT);
    println!("{}", hex::encode(connect.encode(&mut buffer)?));
    let put = Put::relay(package0, Some(1)).with_maximum_packet_length(maximum);
    for packet in put.packets() {
        println!("{}", hex::encode(packet.encode(&mut buffer)?));
    }
    let disconnect = Disconnect::new(Some(1));
    println!("{}", hex::encode(disconnect.encode(&mut buffer)?));
    Ok(())
}

fn report(request: &str, code: ResponseCode, expected: ResponseCode) -> Result<(), Box<dyn Error>> {
    println!("{request} {:02X}", code.value());
    if code == expected {
        Ok(())
    } else {
        Err(format!("{request} was refused").into())
    }
}

fn response(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    packet(stream)?.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

/// One packet, cut out of the stream by its length, octets 1 and 2; `None` if the stream ends.
fn packet(stream: &mut TcpStream) -> io::Result<Option<Vec<u8>>> {
    let mut octets = vec![0; 3];
    if stream.read(&mut octets[..1])? == 0 {
        return Ok(None);
    }
    stream.read_exact(&mut octets[1..])?;
    let length = usize::from(u16::from_be_bytes([octets[1], octets[2]]));
    // A length below 3 is for the receiver to refuse.
    octets.resize(length.max(3), 0);
    stream.read_exact(&mut octets[3..])?;
    Ok(Some(octets))
}
