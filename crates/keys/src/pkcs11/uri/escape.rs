// SPDX-License-Identifier: MIT OR Apache-2.0
//! Values as a URI carries them (RFC 3986 §2.1, RFC 7512 §2.3).

use std::fmt;

use super::UriError;

/// A value, to be written.
pub(super) enum Text<'a> {
    /// Every octet escaped, as RFC 7512 §2.3 advises for what is no text.
    All(&'a [u8]),
    /// With the unreserved characters as they are.
    Part(&'a [u8]),
    /// The same, and slashes.
    Path(&'a [u8]),
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::All(octets) | Self::Part(octets) | Self::Path(octets)) = self;
        for &octet in *octets {
            let is_plain = match self {
                Self::All(_) => false,
                Self::Part(_) => is_unreserved(octet),
                Self::Path(_) => is_unreserved(octet) || octet == b'/',
            };
            match is_plain {
                true => write!(f, "{}", char::from(octet))?,
                false => write!(f, "%{octet:02x}")?,
            }
        }
        Ok(())
    }
}

/// The octets of a value.
pub(super) fn decode(name: &'static str, value: &str) -> Result<Vec<u8>, UriError> {
    let mut octets = Vec::with_capacity(value.len());
    let mut rest = value.bytes();
    while let Some(octet) = rest.next() {
        match octet {
            b'%' => {
                let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16));
                let pair = digit().zip(digit()).and_then(|(high, low)| u8::try_from(high << 4 | low).ok());
                octets.push(pair.ok_or(UriError::Unescaped { name, octet })?);
            }
            _ if is_unreserved(octet) || is_available(octet) => octets.push(octet),
            _ => return Err(UriError::Unescaped { name, octet }),
        }
    }
    Ok(octets)
}

const fn is_unreserved(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'.' | b'_' | b'~')
}

/// What RFC 7512 §2.3 leaves unescaped in a path (`pk11-path-res-avail`) or a query (`pk11-query-res-avail`); what
/// separates attributes has been taken out before.
const fn is_available(octet: u8) -> bool {
    matches!(
        octet,
        b':' | b'['
            | b']'
            | b'@'
            | b'!'
            | b'$'
            | b'\''
            | b'('
            | b')'
            | b'*'
            | b'+'
            | b','
            | b'='
            | b'&'
            | b'/'
            | b'?'
            | b'|'
    )
}
