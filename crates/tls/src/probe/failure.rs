// SPDX-License-Identifier: MIT OR Apache-2.0
//! How a probe can end early.

use core::fmt;
use core::time::Duration;

use rustls::pki_types::InvalidDnsNameError;

use crate::handshake::Handshake;
use crate::hello::Alert;
use crate::registry::ProtocolVersion;

/// A probe that ended early, and the story up to there.
#[derive(Debug)]
#[non_exhaustive]
pub struct ProbeError {
    /// What ended it.
    pub failure: Failure,
    /// Everything that happened before.
    pub handshake: Box<Handshake>,
}

impl fmt::Display for ProbeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.handshake.peer {
            Some(peer) => write!(f, "{} at {peer}: {}", self.handshake.name, self.failure),
            None => write!(f, "{}: {}", self.handshake.name, self.failure),
        }
    }
}

impl std::error::Error for ProbeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.failure)
    }
}

/// What ended a probe.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The name is no server's.
    #[error("not the name of a server")]
    Name {
        /// What was wrong with it as a host's name; none for a mail address.
        source: Option<InvalidDnsNameError>,
    },
    /// There was no address to call.
    #[error("no address to connect to")]
    NoAddress,
    /// No address answered; each attempt is in the story.
    #[error("no connection")]
    NoConnection,
    /// The connection stood, but the handshake did not come to an end.
    #[error("the handshake did not finish within {} ms ({received} bytes received)", limit.as_millis())]
    HandshakeTimedOut {
        /// The time allowed.
        limit: Duration,
        /// What had come by then, in bytes.
        received: u64,
    },
    /// Whoever answered does not speak TLS.
    #[error("not TLS: {0}")]
    NotTls(NotTls),
    /// The server hung up with an alert.
    #[error("the server sent the {alert}{}", alert.in_words())]
    Alert {
        /// The alert.
        alert: Alert,
    },
    /// The server speaks no version that we do.
    #[error("no common version: TLS 1.3 and TLS 1.2 offered, {}", chosen.map_or_else(|| "the server takes neither".to_owned(), |version| format!("the server chose {version}")))]
    NoCommonVersion {
        /// The version the server chose, when it chose one; else it sent an alert.
        chosen: Option<ProtocolVersion>,
    },
    /// The server found no cipher suite, group or signature scheme that both sides accept.
    #[error("no common cipher suite, group or signature scheme: the server sent handshake_failure (40)")]
    NoCommonParameters,
    /// The server closed the connection without a word.
    #[error("the server closed the connection in the middle of the handshake ({received} bytes received)")]
    Closed {
        /// What had come by then, in bytes.
        received: u64,
    },
    /// The connection broke.
    #[error("the connection broke in the middle of the handshake")]
    Io {
        /// What the system said.
        source: std::io::Error,
    },
    /// The chain was refused: the decision in the story says why.
    #[error("the certificate was refused")]
    Refused,
    /// The server did not prove that it holds the private key: the possession in the story says why.
    #[error("the server did not prove that it holds the certificate's private key")]
    NotProven,
    /// The server broke the protocol in another way.
    #[error("the handshake failed")]
    Protocol {
        /// What rustls found.
        source: rustls::Error,
    },
}

/// What answered in place of TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotTls {
    /// Plain HTTP, or a page without any.
    Http {
        /// The answer's first line.
        status_line: String,
    },
    /// A protocol that greets first, such as SSH, SMTP or FTP.
    Greeting {
        /// The greeting's first line.
        line: String,
    },
    /// Something else.
    Unknown {
        /// The first bytes, 16 at most.
        first: Vec<u8>,
    },
}

impl fmt::Display for NotTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http { status_line } => write!(f, "it answered in plain HTTP, {status_line:?}"),
            Self::Greeting { line } => write!(f, "it greeted with {line:?}"),
            Self::Unknown { first } => {
                f.write_str("it answered with the bytes")?;
                first.iter().try_for_each(|byte| write!(f, " {byte:02x}"))
            }
        }
    }
}

impl NotTls {
    /// Says what `received` is, given that it is not TLS.
    pub(super) fn recognise(received: &[u8]) -> Self {
        let line = received.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
        let line = line.get(..MAX_LINE).unwrap_or(line);
        let printable = |byte: &u8| matches!(byte, b' '..=b'~');
        if line.len() < 4 || !line.iter().all(printable) {
            return Self::Unknown { first: received.iter().take(16).copied().collect() };
        }
        let line = String::from_utf8_lossy(line).into_owned();
        // A server of web pages that saw no HTTP/1 in our bytes may answer with a page and no head.
        if line.starts_with("HTTP/") || line.starts_with('<') {
            Self::Http { status_line: line }
        } else {
            Self::Greeting { line }
        }
    }
}

/// The longest first line that is shown.
const MAX_LINE: usize = 120;

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_tls_is_called_by_its_name() {
        let http = |line: &str| NotTls::Http { status_line: line.to_owned() };
        let greeting = |line: &str| NotTls::Greeting { line: line.to_owned() };
        for (received, expected) in [
            (&b"HTTP/1.1 400 Bad Request\r\nServer: x\r\n"[..], http("HTTP/1.1 400 Bad Request")),
            (b"<!DOCTYPE HTML>\n<html>", http("<!DOCTYPE HTML>")),
            (b"SSH-2.0-OpenSSH_9.2\r\n", greeting("SSH-2.0-OpenSSH_9.2")),
            (b"220 mail.example ESMTP\r\n", greeting("220 mail.example ESMTP")),
            (b"\x00\x01\x02", NotTls::Unknown { first: vec![0, 1, 2] }),
            (b"", NotTls::Unknown { first: vec![] }),
            (b"ok\n\x1b[31m", NotTls::Unknown { first: b"ok\n\x1b[31m".to_vec() }),
            (&[0x1b; 64], NotTls::Unknown { first: vec![0x1b; 16] }),
            (&[b'a'; 500], greeting(&"a".repeat(120))),
        ] {
            assert_eq!(NotTls::recognise(received), expected);
        }
    }
}
