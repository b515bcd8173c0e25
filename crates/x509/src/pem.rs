// SPDX-License-Identifier: MIT OR Apache-2.0
//! PEM: DER in Base64 between two lines (RFC 7468).

use base64ct::{Base64, Encoding};
use zeroize::{Zeroize, Zeroizing};

/// One block: what it says it is, and its DER.
#[derive(Clone, PartialEq, Eq)]
pub struct Block {
    /// The label, such as `CERTIFICATE`.
    pub label: String,
    /// The content.
    pub der: Vec<u8>,
    /// The line of the BEGIN, counted from 1.
    pub line: usize,
}

/// The label and the length alone: a block may hold a private key.
impl std::fmt::Debug for Block {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Block({}, {} bytes, line {})", self.label, self.der.len(), self.line)
    }
}

/// Why text is no PEM.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PemError {
    /// A BEGIN without an END.
    #[error("line {line}: BEGIN {label} has no END")]
    NoEnd {
        /// The line of the BEGIN.
        line: usize,
        /// Its label.
        label: String,
    },
    /// An END with another label than its BEGIN, or without one.
    #[error("line {line}: END {found} where END {expected} belongs")]
    WrongEnd {
        /// The line of the END.
        line: usize,
        /// The label that BEGIN named.
        expected: String,
        /// The label found.
        found: String,
    },
    /// Something that is not Base64 (RFC 4648 §4, padded).
    #[error("line {line}: the content of BEGIN {label} is not Base64")]
    NotBase64 {
        /// The line of the BEGIN.
        line: usize,
        /// Its label.
        label: String,
    },
    /// Header lines, as the encryption of old OpenSSL keys writes them (RFC 1421).
    #[error("line {line}: {label} has RFC 1421 headers, as the encryption of old OpenSSL keys writes them")]
    LegacyHeaders {
        /// The line of the header.
        line: usize,
        /// The block's label.
        label: String,
    },
    /// A block without content.
    #[error("line {line}: {label} is empty")]
    Empty {
        /// The line of the BEGIN.
        line: usize,
        /// Its label.
        label: String,
    },
}

/// Reads every block; text around the blocks is skipped (RFC 7468 §5.2).
///
/// # Errors
/// The first block that is not whole. Text without any block gives an empty list.
pub fn decode(text: &[u8]) -> Result<Vec<Block>, PemError> {
    blocks(text).collect()
}

/// As [`decode`], block by block: one that is not whole does not keep the others from being read.
pub fn blocks(text: &[u8]) -> impl Iterator<Item = Result<Block, PemError>> + '_ {
    // Editors of Windows put a byte order mark in front.
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let mut lines = (1..).zip(text.split(|&byte| byte == b'\n'));
    let mut open = None;
    std::iter::from_fn(move || {
        for (number, line) in lines.by_ref() {
            if let Some(found) = take_line(&mut open, number, line.trim_ascii()) {
                return Some(found);
            }
        }
        open.take().map(|open: Open| Err(PemError::NoEnd { line: open.line, label: open.label }))
    })
}

/// A block whose END has not come yet. Its text may be that of a private key: it is zeroised when the
/// block is given up, and does not grow, which would leave what it held behind.
struct Open {
    label: String,
    base64: Zeroizing<Vec<u8>>,
    line: usize,
}

impl Open {
    /// More than the text of any private key.
    const KEY_CAPACITY: usize = 16 * 1024;

    fn new(label: String, line: usize) -> Self {
        let capacity = if label.ends_with("PRIVATE KEY") { Self::KEY_CAPACITY } else { 0 };
        Self { label, base64: Zeroizing::new(Vec::with_capacity(capacity)), line }
    }

    /// Turns the Base64 into DER, in place.
    fn close(mut self) -> Result<Block, PemError> {
        if self.base64.is_empty() {
            return Err(PemError::Empty { line: self.line, label: self.label });
        }
        let length = Base64::decode_in_place(&mut self.base64).map(<[u8]>::len);
        match length {
            Ok(length) => {
                let mut der = std::mem::take(&mut *self.base64);
                // What is cut off is Base64 that was not overwritten.
                der.get_mut(length..).unwrap_or_default().zeroize();
                der.truncate(length);
                Ok(Block { label: self.label, der, line: self.line })
            }
            Err(_refused) => Err(PemError::NotBase64 { line: self.line, label: self.label }),
        }
    }
}

/// Takes one line in: what it opens stays in `open`, what it ends (well or not) is given back.
fn take_line(open: &mut Option<Open>, number: usize, line: &[u8]) -> Option<Result<Block, PemError>> {
    let begin = boundary(line, b"-----BEGIN ");
    let Some(mut block) = open.take() else {
        *open = begin.map(|label| Open::new(label, number));
        return None;
    };
    if let Some(label) = begin {
        *open = Some(Open::new(label, number));
        return Some(Err(PemError::NoEnd { line: block.line, label: block.label }));
    }
    match boundary(line, b"-----END ") {
        Some(found) if found == block.label => Some(block.close()),
        Some(found) => Some(Err(PemError::WrongEnd { line: number, expected: block.label, found })),
        None if line.contains(&b':') => {
            Some(Err(PemError::LegacyHeaders { line: number, label: block.label }))
        }
        None => {
            block.base64.extend(line.iter().filter(|byte| !byte.is_ascii_whitespace()));
            *open = Some(block);
            None
        }
    }
}

/// The label of a boundary line that starts with `marker`.
fn boundary(line: &[u8], marker: &[u8]) -> Option<String> {
    let label = line.strip_prefix(marker)?.strip_suffix(b"-----")?;
    let plain = label.len() <= 64 && label.iter().all(|byte| (0x20..0x7f).contains(byte));
    if plain { String::from_utf8(label.to_vec()).ok() } else { None }
}

/// Writes a block: lines of 64 characters, a line end after the last.
#[must_use]
pub fn encode(label: &str, der: &[u8]) -> String {
    // Four characters for three octets, a line's end for each 64, and what stands around them.
    let mut text = String::with_capacity(der.len().saturating_mul(7).div_ceil(5).saturating_add(96));
    text.extend(["-----BEGIN ", label, "-----\n"]);
    // 48 octets make one line of 64 characters.
    let mut line = [0; 64];
    for piece in der.chunks(48) {
        // A line has room for its piece: this cannot fail.
        text.push_str(Base64::encode(piece, &mut line).unwrap_or_default());
        text.push('\n');
    }
    text.extend(["-----END ", label, "-----\n"]);
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn blocks_survive_the_round_trip_and_text_around_them_is_skipped() {
        for length in [1, 47, 48, 49, 500] {
            let der: Vec<u8> = (0..length).map(|index: usize| index.to_le_bytes()[0]).collect();
            let text =
                format!("subject: x\r\n{}\nend\n{}", encode("CERTIFICATE", &der), encode("X509 CRL", &der));
            let blocks = decode(text.replace('\n', "\r\n").as_bytes()).unwrap();
            let found: Vec<_> = blocks.iter().map(|block| (block.label.as_str(), block.der == der)).collect();
            assert_eq!(found, [("CERTIFICATE", true), ("X509 CRL", true)]);
        }
    }

    #[test]
    fn broken_blocks_are_refused_with_their_line() {
        let check =
            |text: &str, expect: &str| assert_eq!(decode(text.as_bytes()).unwrap_err().to_string(), expect);
        check("-----BEGIN A-----\nAAAA\n", "line 1: BEGIN A has no END");
        check("\n-----BEGIN A-----\nAAAA\n-----END B-----\n", "line 4: END B where END A belongs");
        check("-----BEGIN A-----\nAA*A\n-----END A-----\n", "line 1: the content of BEGIN A is not Base64");
        check("-----BEGIN A-----\nAAA\n-----END A-----\n", "line 1: the content of BEGIN A is not Base64");
        check("-----BEGIN A-----\n-----END A-----\n", "line 1: A is empty");
        check("-----BEGIN A-----\n-----BEGIN A-----\n", "line 1: BEGIN A has no END");
        check(
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n",
            "line 2: RSA PRIVATE KEY has RFC 1421 headers, as the encryption of old OpenSSL keys writes them",
        );
        assert_eq!(decode(b"no blocks here").unwrap(), []);
    }

    #[test]
    fn a_byte_order_mark_does_not_hide_the_first_block() {
        let text = format!("\u{feff}{}", encode("A", b"x"));
        assert_eq!(decode(text.as_bytes()).unwrap().len(), 1);
    }

    #[test]
    fn a_broken_block_does_not_keep_the_others_from_being_read() {
        let whole = encode("A", b"whole");
        let text = format!(
            "-----BEGIN A-----\nA*\n-----END A-----\n{whole}-----BEGIN A-----\n{whole}-----BEGIN A-----"
        );
        let found: Vec<_> = blocks(text.as_bytes()).map(|block| block.map(|block| block.line).ok()).collect();
        assert_eq!(found, [None, Some(4), None, Some(8), None]);
    }
}
