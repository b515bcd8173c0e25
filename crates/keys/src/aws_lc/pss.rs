// SPDX-License-Identifier: MIT OR Apache-2.0
//! The parameters of RSASSA-PSS.

use x509::AlgorithmIdentifier;
use x509::der::{Reader, Tag};
use x509::oid;

use super::digest::Hash;

/// ```asn1
/// RSASSA-PSS-params ::= SEQUENCE {
///     hashAlgorithm     [0] HashAlgorithm    DEFAULT sha1Identifier,
///     maskGenAlgorithm  [1] MaskGenAlgorithm DEFAULT mgf1SHA1Identifier,
///     saltLength        [2] INTEGER          DEFAULT 20,
///     trailerField      [3] INTEGER          DEFAULT 1 }
/// ```
/// [RFC 4055 §3.1]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PssParameters {
    pub(super) hash: Hash,
    pub(super) salt_length: u32,
}

/// Why parameters are not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PssProblem {
    /// Not the structure above.
    Malformed,
    /// SHA-1, by name or by default.
    Sha1,
    /// A digest or mask function that is not known, or two that differ.
    Unsupported,
}

impl From<x509::Error> for PssProblem {
    fn from(_: x509::Error) -> Self {
        Self::Malformed
    }
}

impl PssParameters {
    /// Reads parameters that are the whole of `der`. One digest for the message and for MGF1: what
    /// the CA/Browser Forum's baseline §7.1.3.2.1 allows, and all that AWS-LC and TLS use.
    pub(super) fn read(der: &[u8]) -> Result<Self, PssProblem> {
        let mut outer = Reader::new(der);
        let mut inner = outer.sequence()?;
        outer.finish()?;
        let hash = match explicit(&mut inner, 0)? {
            Some(mut reader) => {
                let algorithm = AlgorithmIdentifier::read(&mut reader)?;
                reader.finish()?;
                read_hash(&algorithm)?
            }
            None => return Err(PssProblem::Sha1),
        };
        let mask_hash = match explicit(&mut inner, 1)? {
            Some(mut reader) => {
                let algorithm = AlgorithmIdentifier::read(&mut reader)?;
                reader.finish()?;
                read_mask(&algorithm)?
            }
            None => return Err(PssProblem::Sha1),
        };
        let salt_length = match explicit(&mut inner, 2)? {
            Some(mut reader) => {
                let length = reader.small_integer()?;
                reader.finish()?;
                length
            }
            None => 20,
        };
        if let Some(mut reader) = explicit(&mut inner, 3)? {
            // RFC 4055 §3.1: left out by who signs, but a present 1 must be recognised.
            if reader.small_integer()? != 1 {
                return Err(PssProblem::Malformed);
            }
            reader.finish()?;
        }
        inner.finish()?;
        if hash == mask_hash { Ok(Self { hash, salt_length }) } else { Err(PssProblem::Unsupported) }
    }
}

fn explicit<'a>(reader: &mut Reader<'a>, number: u8) -> Result<Option<Reader<'a>>, x509::Error> {
    let element = reader.optional(Tag::context_constructed(number))?;
    Ok(element.map(|element| element.reader()))
}

/// RFC 4055 §2.1: parameters NULL or absent, both must be accepted.
fn read_hash(algorithm: &AlgorithmIdentifier<'_>) -> Result<Hash, PssProblem> {
    if !matches!(algorithm.parameters(), None | Some([0x05, 0x00])) {
        return Err(PssProblem::Malformed);
    }
    match Hash::from_oid(algorithm.oid()) {
        Some(hash) => Ok(hash),
        None if algorithm.oid() == oid::SHA1 => Err(PssProblem::Sha1),
        None => Err(PssProblem::Unsupported),
    }
}

/// RFC 4055 §2.2: MGF1, its parameter the digest.
fn read_mask(algorithm: &AlgorithmIdentifier<'_>) -> Result<Hash, PssProblem> {
    if algorithm.oid() != oid::MGF1 {
        return Err(PssProblem::Unsupported);
    }
    let parameters = algorithm.parameters().ok_or(PssProblem::Malformed)?;
    read_hash(&AlgorithmIdentifier::parse(parameters)?)
}
