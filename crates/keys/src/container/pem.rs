// SPDX-License-Identifier: MIT OR Apache-2.0
//! Private keys in PEM (RFC 7468).

use base64ct::{Base64, Encoding};
use x509::pem::{self, Block, PemError};
use zeroize::{Zeroize, Zeroizing};

use super::Container;
use super::pkcs8::named_curve;
use crate::curve::Curve;
use crate::error::KeyError;

/// The one private key of a text.
pub(super) struct KeyBlock {
    pub(super) container: Container,
    pub(super) der: Zeroizing<Vec<u8>>,
    /// What an EC PARAMETERS block beside it names.
    pub(super) curve: Option<Curve>,
}

/// A block whose content is zeroised when dropped, whatever it turns out to be.
struct SecretBlock {
    label: String,
    der: Zeroizing<Vec<u8>>,
}

impl From<Block> for SecretBlock {
    fn from(block: Block) -> Self {
        Self { label: block.label, der: Zeroizing::new(block.der) }
    }
}

/// Finds the one private key; certificates and the like beside it are skipped.
pub(super) fn the_private_key(text: &[u8]) -> Result<KeyBlock, KeyError> {
    let mut blocks = Vec::new();
    for block in pem::blocks(text) {
        blocks.push(block.map(SecretBlock::from)?);
    }
    let parameters = blocks.iter().find(|block| block.label == "EC PARAMETERS");
    let curve = parameters.map(|block| named_curve(&block.der)).transpose()?;
    let first = blocks.first().map(|block| block.label.clone());
    let mut keys = blocks.into_iter().filter(|block| block.label.ends_with("PRIVATE KEY"));
    match (keys.next(), keys.count()) {
        (Some(block), 0) => Ok(KeyBlock { container: labelled(&block.label)?, der: block.der, curve }),
        (Some(_), more) => Err(KeyError::SeveralKeys { count: more.saturating_add(1) }),
        (None, _) => Err(KeyError::NoKey { found: found(first.as_deref(), text) }),
    }
}

/// What the label says; PEM is not guessed at.
fn labelled(label: &str) -> Result<Container, KeyError> {
    match label {
        "PRIVATE KEY" => Ok(Container::Pkcs8),
        "ENCRYPTED PRIVATE KEY" => Ok(Container::EncryptedPkcs8),
        "EC PRIVATE KEY" => Ok(Container::Sec1),
        "RSA PRIVATE KEY" => Ok(Container::Pkcs1),
        other => Err(KeyError::UnsupportedContainer { label: other.to_owned() }),
    }
}

/// What a text without a private key holds instead.
fn found(first: Option<&str>, text: &[u8]) -> String {
    match first {
        Some(label) => format!("a PEM block of {label}"),
        None if text.is_empty() => "nothing at all".to_owned(),
        None => "neither PEM nor DER".to_owned(),
    }
}

/// Whether a text or DER holds an encrypted key. Broken input counts as not encrypted: reading it
/// says what is wrong without a passphrase.
pub(crate) fn is_encrypted(input: &[u8]) -> bool {
    if input.first() == Some(&0x30) {
        return super::der::recognise(input) == Ok(Container::EncryptedPkcs8);
    }
    match the_private_key(input) {
        Err(KeyError::Pem(PemError::LegacyHeaders { .. })) => {
            matches!(super::legacy::read(input), Ok(Some(_)))
        }
        block => block.is_ok_and(|block| block.container == Container::EncryptedPkcs8),
    }
}

/// Writes a block into text that is zeroised when dropped, growing nothing on the way: a buffer
/// that moves leaves its old content behind.
pub(crate) fn encode(label: &str, der: &[u8]) -> Zeroizing<String> {
    const OCTETS_A_LINE: usize = 48;
    let lines = der.len().div_ceil(OCTETS_A_LINE).saturating_mul(65);
    let frame = label.len().saturating_mul(2).saturating_add(64);
    let mut text = Zeroizing::new(String::with_capacity(lines.saturating_add(frame)));
    let mut line = [0_u8; 64];
    text.push_str("-----BEGIN ");
    text.push_str(label);
    text.push_str("-----\n");
    for piece in der.chunks(OCTETS_A_LINE) {
        // 48 octets make one line of 64 characters: it always fits.
        text.push_str(Base64::encode(piece, &mut line).unwrap_or_default());
        text.push('\n');
    }
    text.push_str("-----END ");
    text.push_str(label);
    text.push_str("-----\n");
    line.zeroize();
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_what_x509_writes_and_is_allocated_once() {
        for length in [1, 47, 48, 49, 500] {
            let der: Vec<u8> = (0..length).map(|index: usize| index.to_le_bytes()[0]).collect();
            let text = encode("PRIVATE KEY", &der);
            assert_eq!(*text, pem::encode("PRIVATE KEY", &der));
            let frame = 64 + 2 * "PRIVATE KEY".len();
            assert!(text.capacity() <= length.div_ceil(48) * 65 + frame, "grown at {length}");
        }
    }
}
