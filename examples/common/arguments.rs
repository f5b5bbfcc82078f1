//! What the command lines of the examples have in common.

use clap::ValueEnum;

/// How Package #0 travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Bearer {
    /// Short messages: TP-User-Data with its user data header.
    Sms,
    /// The payload of a UDP datagram to port 2948.
    Udp,
    /// WDP segments: short messages of the WAP teleservice over CDMA.
    Cdma,
    /// The request packets of an OBEX exchange.
    Obex,
    /// No bearer: Package #0 itself.
    Package0,
}
