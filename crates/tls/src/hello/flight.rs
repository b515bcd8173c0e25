// SPDX-License-Identifier: MIT OR Apache-2.0
//! Everything readable that one side sent.

use core::fmt;

use x509::bytes::Cursor;

use super::client::ClientHello;
use super::message::{self, Message};
use super::record::{self, Next, Record};
use super::server::ServerHello;
use super::{MAX_ALERTS, MAX_FLIGHT, MAX_MESSAGES};
use crate::error::{Field, HelloError};
use crate::registry::{AlertDescription, AlertLevel, KeyExchange};

/// An alert. [RFC 8446 §6]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alert {
    /// How grave it says it is.
    pub level: AlertLevel,
    /// What it is about.
    pub description: AlertDescription,
}

impl fmt::Display for Alert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} alert {}", self.level, self.description)
    }
}

impl Alert {
    /// What the sender means, to follow the alert's own `Display`: `: it serves no host of …`.
    #[cfg(feature = "handshake")]
    pub(crate) fn in_words(self) -> String {
        self.description.meaning().map(|meaning| format!(": {meaning}")).unwrap_or_default()
    }
}

/// Where the readable part of a flight ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum FlightEnd {
    /// The bytes end where a message ends.
    #[default]
    Complete,
    /// The bytes end inside a record or a message.
    Cut,
    /// From here on everything is encrypted.
    Encrypted,
    /// From here on the bytes are not what TLS allows.
    Malformed(HelloError),
}

/// What one side sent in the open, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flight {
    /// The handshake messages.
    pub messages: Vec<Message>,
    /// The last alert that was sent in the open, if one was; after a warning more may follow.
    pub alert: Option<Alert>,
    /// Where reading stopped.
    pub end: FlightEnd,
}

impl Flight {
    /// Reads the bytes that one side sent, from the connection's first on.
    ///
    /// It never fails: what cannot be read is the flight's [`end`](Self::end).
    pub fn read(bytes: &[u8]) -> Self {
        let within = bytes.get(..MAX_FLIGHT);
        let mut reader = Reader::default();
        let end = match reader.read(within.unwrap_or(bytes)) {
            Ok(FlightEnd::Complete) if within.is_some_and(|within| within.len() < bytes.len()) => {
                FlightEnd::Cut
            }
            Ok(end) => end,
            Err(error) => FlightEnd::Malformed(error),
        };
        Self { messages: reader.messages, alert: reader.alert, end }
    }

    /// The last ClientHello: the second one, when the server asked for another.
    pub fn client_hello(&self) -> Option<&ClientHello> {
        self.messages.iter().rev().find_map(|message| match message {
            Message::ClientHello(hello) => Some(&**hello),
            _ => None,
        })
    }

    /// The ServerHello.
    pub fn server_hello(&self) -> Option<&ServerHello> {
        self.messages.iter().find_map(|message| match message {
            Message::ServerHello(hello) => Some(&**hello),
            _ => None,
        })
    }

    /// The HelloRetryRequest, if the server wanted another group.
    pub fn retry_request(&self) -> Option<&ServerHello> {
        self.messages.iter().find_map(|message| match message {
            Message::HelloRetryRequest(hello) => Some(&**hello),
            _ => None,
        })
    }
}

#[derive(Default)]
struct Reader {
    messages: Vec<Message>,
    alert: Option<Alert>,
    alerts: usize,
    /// A handshake message of which only the beginning has come.
    partial: Vec<u8>,
    exchange: Option<KeyExchange>,
    cipher_changed: bool,
}

impl Reader {
    fn read(&mut self, bytes: &[u8]) -> Result<FlightEnd, HelloError> {
        let mut records = Cursor::new(bytes);
        loop {
            let record = match record::next(&mut records)? {
                Next::Record(record) => record,
                Next::End if self.partial.is_empty() => return Ok(FlightEnd::Complete),
                Next::End | Next::Cut => return Ok(FlightEnd::Cut),
            };
            if !self.partial.is_empty() && record.content_type != record::HANDSHAKE {
                return Err(HelloError::Interleaved { content_type: record.content_type });
            }
            match record.content_type {
                record::HANDSHAKE if self.cipher_changed => return Ok(self.after_change(record)),
                record::HANDSHAKE => self.handshake(record.fragment)?,
                record::CHANGE_CIPHER_SPEC if self.expects_hello() => self.cipher_changed = true,
                record::ALERT if !self.cipher_changed => {
                    if self.ends_with(alert(record.fragment)?)? {
                        return Ok(FlightEnd::Complete);
                    }
                }
                _ => return Ok(FlightEnd::Encrypted),
            }
        }
    }

    /// Notes an alert, and says whether it is the last word: before TLS 1.3 some servers warn that
    /// they do not know the name, and go on. [RFC 6066 §3]
    fn ends_with(&mut self, alert: Alert) -> Result<bool, HelloError> {
        self.alerts += 1;
        if self.alerts > MAX_ALERTS {
            return Err(HelloError::TooMany { items: "alerts", limit: MAX_ALERTS });
        }
        self.alert = Some(alert);
        Ok(alert.level != AlertLevel::WARNING || alert.description == AlertDescription::CLOSE_NOTIFY)
    }

    /// Whether a change of cipher may be TLS 1.3's empty gesture to middleboxes, after which a
    /// hello can still follow in the open. [RFC 8446 §D.4]
    fn expects_hello(&self) -> bool {
        matches!(self.messages.last(), Some(Message::ClientHello(_) | Message::HelloRetryRequest(_)))
    }

    /// After a change of cipher a record is encrypted, unless a second hello can be read from it.
    fn after_change(&mut self, record: Record<'_>) -> FlightEnd {
        let mut cursor = Cursor::new(record.fragment);
        if let Ok(Some(framed)) = message::next(&mut cursor)
            && matches!(framed.message_type, message::CLIENT_HELLO | message::SERVER_HELLO)
            && let Ok(hello) = Message::read(framed, None)
        {
            self.messages.push(hello);
        }
        FlightEnd::Encrypted
    }

    /// Adds a fragment, and reads the messages that are now whole.
    fn handshake(&mut self, fragment: &[u8]) -> Result<(), HelloError> {
        if fragment.is_empty() {
            return Err(HelloError::EmptyFragment);
        }
        let mut whole = core::mem::take(&mut self.partial);
        whole.extend_from_slice(fragment);
        let mut cursor = Cursor::new(&whole);
        while let Some(framed) = message::next(&mut cursor)? {
            if self.messages.len() == MAX_MESSAGES {
                return Err(HelloError::TooMany { items: "handshake messages", limit: MAX_MESSAGES });
            }
            let message = Message::read(framed, self.exchange)?;
            if let Message::ServerHello(hello) = &message {
                self.exchange = hello.cipher_suite.key_exchange();
            }
            self.messages.push(message);
        }
        let read = whole.len() - cursor.rest().len();
        whole.drain(..read);
        self.partial = whole;
        Ok(())
    }
}

fn alert(fragment: &[u8]) -> Result<Alert, HelloError> {
    let mut cursor = Cursor::new(fragment);
    let level = AlertLevel(cursor.u8().field("AlertLevel")?);
    let description = AlertDescription(cursor.u8().field("AlertDescription")?);
    cursor.finish().field("Alert")?;
    Ok(Alert { level, description })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;

    use super::super::made::{
        client_extensions, client_hello, extension, message, record, server_hello, u16s, vec8, vec16, vec24,
    };
    use super::*;

    const CCS: [u8; 6] = [20, 3, 3, 0, 1, 1];

    fn hello() -> Vec<u8> {
        message(1, &client_hello(&client_extensions()))
    }

    fn kinds(flight: &Flight) -> String {
        let letter = |message: &Message| match message {
            Message::ClientHello(_) => 'c',
            Message::HelloRetryRequest(_) => 'r',
            Message::ServerHello(_) => 's',
            Message::Certificate(_) => 'C',
            Message::CertificateStatus(_) => 'O',
            Message::ServerKeyExchange(_) => 'K',
            Message::CertificateRequest => 'q',
            Message::ServerHelloDone => 'd',
            Message::ClientKeyExchange(_) => 'k',
            Message::Other { .. } => '?',
        };
        flight.messages.iter().map(letter).collect()
    }

    /// A TLS 1.2 server's whole flight, as messages.
    fn server_messages() -> Vec<Vec<u8>> {
        let exchange = [vec![3], u16s(&[0x17]), vec8(&[4; 65]), u16s(&[0x0403]), vec16(&[5; 70])].concat();
        vec![
            message(2, &server_hello([9; 32], 0xc02b, &[])),
            message(11, &vec24(&[vec24(b"leaf"), vec24(b"intermediate")].concat())),
            message(22, &[vec![1], vec24(b"answer")].concat()),
            message(12, &exchange),
            message(13, b"whatever"),
            message(14, b""),
        ]
    }

    fn retry_request() -> Vec<u8> {
        let random = [
            0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
            0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
        ];
        record(22, &message(2, &server_hello(random, 0x1301, &[extension(51, &[0, 0x17])])))
    }

    #[test]
    fn flights_are_read_up_to_where_they_can_be() {
        let tls12 = record(22, &server_messages().concat());
        let chosen = record(22, &message(2, &server_hello([9; 32], 0x1301, &[])));
        let offered = record(22, &hello());
        let noise = record(23, &[0xee; 40]);
        let sealed = record(22, &[0xee; 40]);
        let key = record(22, &message(16, &vec8(&[4; 65])));
        for (bytes, expected, end) in [
            (vec![], "", FlightEnd::Complete),
            (offered.clone(), "c", FlightEnd::Complete),
            ([&offered[..], &CCS, &noise].concat(), "c", FlightEnd::Encrypted),
            ([&offered[..], &CCS, &offered, &noise].concat(), "cc", FlightEnd::Encrypted),
            ([&offered[..], &CCS, &sealed].concat(), "c", FlightEnd::Encrypted),
            ([&offered[..], &key, &CCS, &sealed].concat(), "ck", FlightEnd::Encrypted),
            ([&chosen[..], &CCS, &noise].concat(), "s", FlightEnd::Encrypted),
            ([&retry_request()[..], &CCS, &chosen, &noise].concat(), "rs", FlightEnd::Encrypted),
            ([&tls12[..], &CCS, &sealed].concat(), "sCOKqd", FlightEnd::Encrypted),
            (offered.get(..100).unwrap().to_vec(), "", FlightEnd::Cut),
            (record(22, hello().get(..50).unwrap()), "", FlightEnd::Cut),
            (vec![22, 3], "", FlightEnd::Cut),
            (record(22, &message(99, b"??")), "?", FlightEnd::Complete),
        ] {
            let flight = Flight::read(&bytes);
            assert_eq!((kinds(&flight).as_str(), flight.end), (expected, end), "{bytes:02x?}");
        }
    }

    #[test]
    fn messages_may_be_cut_into_records_anywhere() {
        let whole = server_messages().concat();
        let expected = Flight::read(&record(22, &whole));
        for size in [1, 2, 3, 7, 64, whole.len()] {
            let bytes: Vec<u8> = whole.chunks(size).flat_map(|piece| record(22, piece)).collect();
            assert_eq!(Flight::read(&bytes), expected, "{size}");
        }
    }

    #[test]
    fn an_alert_ends_the_flight() {
        let flight = Flight::read(&[record(21, &[2, 40]), vec![1, 2, 3]].concat());
        let alert = flight.alert.unwrap();
        assert_eq!(alert.to_string(), "fatal alert handshake_failure (40)");
        assert_eq!(flight.end, FlightEnd::Complete);
    }

    #[test]
    fn a_warning_ends_nothing_but_a_flood_of_them_does() {
        let warning = record(21, &[1, 112]);
        let chosen = record(22, &message(2, &server_hello([9; 32], 0xc02b, &[])));
        let flight = Flight::read(&[&warning[..], &chosen].concat());
        assert_eq!(kinds(&flight), "s");
        assert_eq!(flight.alert.unwrap().to_string(), "warning alert unrecognized_name (112)");
        let closed = Flight::read(&[&record(21, &[1, 0])[..], &chosen].concat());
        assert_eq!((kinds(&closed).as_str(), closed.end), ("", FlightEnd::Complete));
        let flood = Flight::read(&warning.repeat(5));
        assert_eq!(flood.end, FlightEnd::Malformed(HelloError::TooMany { items: "alerts", limit: 4 }));
    }

    #[test]
    fn what_tls_does_not_allow_ends_the_flight_with_its_reason() {
        let half = hello().get(..50).unwrap().to_vec();
        let not_a_record = |content_type, version| HelloError::NotARecord {
            content_type,
            version: crate::registry::ProtocolVersion(version),
        };
        for (bytes, expected) in [
            (b"HTTP/1.1 400 Bad Request\r\n".to_vec(), not_a_record(b'H', 0x5454)),
            (vec![22, 4, 0, 0, 1, 1], not_a_record(22, 0x0400)),
            (record(22, b""), HelloError::EmptyFragment),
            (record(21, b""), HelloError::Field { field: "AlertLevel", source: truncated(1, 0) }),
            (
                [record(22, &half), record(21, &[2, 40])].concat(),
                HelloError::Interleaved { content_type: 21 },
            ),
            (vec![22, 3, 3, 0x40, 1], HelloError::RecordTooLong { length: 0x4001, limit: 0x4000 }),
            (record(22, &[1, 1, 0, 0]), HelloError::MessageTooLong { length: 0x1_0000, limit: 0xffff }),
            (
                record(22, &message(0, b"").repeat(33)),
                HelloError::TooMany { items: "handshake messages", limit: 32 },
            ),
            (record(22, &message(11, &vec24(&vec24(b"")))), HelloError::Empty { field: "ASN.1Cert" }),
            (
                record(22, &message(11, &vec24(&vec24(b"x").repeat(129)))),
                HelloError::TooMany { items: "certificates", limit: 128 },
            ),
        ] {
            assert_eq!(Flight::read(&bytes).end, FlightEnd::Malformed(expected), "{bytes:02x?}");
        }
    }

    fn truncated(wanted: usize, left: usize) -> x509::bytes::BytesError {
        x509::bytes::BytesError::Truncated { wanted, left }
    }

    #[test]
    fn no_more_than_the_cap_is_looked_at() {
        let flood = record(22, &message(99, &[0; 12_000]));
        let flight = Flight::read(&flood.repeat(20));
        assert_eq!((flight.messages.len(), flight.end), (10, FlightEnd::Cut));
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            Flight::read(&bytes);
            Flight::read(&record(22, &bytes));
            Flight::read(&record(22, &message(1, &bytes)));
            Flight::read(&record(22, &message(2, &bytes)));
        }

        #[test]
        fn no_change_to_a_real_flight_makes_the_reader_panic(
            changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
            cut in any::<prop::sample::Index>(),
        ) {
            let mut bytes = [record(22, &hello()), record(22, &server_messages().concat())].concat();
            for (place, value) in changes {
                let place = place.index(bytes.len());
                *bytes.get_mut(place).unwrap() = value;
            }
            bytes.truncate(cut.index(bytes.len()));
            Flight::read(&bytes);
        }
    }
}
