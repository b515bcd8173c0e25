// SPDX-License-Identifier: MIT OR Apache-2.0
//! Putting a chain in order. [RFC 8446 §4.4.2]

use core::fmt;

use keys::AwsLc;
use x509::{Certificate, SignatureVerifier};

use crate::error::CredentialsError;

/// The most certificates taken: every further one costs each client a reading.
const MAX_CHAIN: usize = 16;

/// Something that was changed in a chain before it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChainNote {
    /// The certificates stood in another order than leaf first, each followed by its issuer.
    Reordered,
    /// A root was left out: a client that trusts it has it, and no other will for being sent it.
    RootLeftOut {
        /// The root's name.
        subject: String,
    },
    /// A certificate stood there twice.
    DuplicateLeftOut {
        /// Its name.
        subject: String,
    },
}

impl fmt::Display for ChainNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reordered => {
                f.write_str("the certificates were put in order: leaf first, each followed by its issuer")
            }
            Self::RootLeftOut { subject } => {
                write!(f, "the root {subject} is not sent: clients have their own")
            }
            Self::DuplicateLeftOut { subject } => write!(f, "{subject} stood twice and is sent once"),
        }
    }
}

type Arranged = (Vec<Vec<u8>>, Vec<ChainNote>);

/// Finds the leaf by its key and orders the others behind it, nearest issuer first.
pub(super) fn arrange(given: &[Vec<u8>], public_key_info: &[u8]) -> Result<Arranged, CredentialsError> {
    let mut notes = Vec::new();
    let mut waiting = parse(given, &mut notes)?;
    let is_ours = |certificate: &Certificate<'_>| spki(certificate) == public_key_info;
    let Some(position) = waiting.iter().position(is_ours) else {
        let subjects = waiting.iter().map(|certificate| subject(certificate)).collect();
        return Err(CredentialsError::KeyMismatch { subjects });
    };
    let mut ordered = vec![waiting.remove(position)];
    waiting.retain(|certificate| {
        let root = issued(certificate, certificate);
        if root {
            notes.push(ChainNote::RootLeftOut { subject: subject(certificate) });
        }
        !root
    });
    let remaining: Vec<&[u8]> = waiting.iter().map(Certificate::der).collect();
    let reordered_leaf = position != 0;
    let mut next = 0;
    while let Some(child) = ordered.get(next).copied() {
        let (issuers, others) = waiting.into_iter().partition(|candidate| issued(candidate, &child));
        waiting = others;
        ordered.extend::<Vec<_>>(issuers);
        next += 1;
    }
    if let Some(stranger) = waiting.first() {
        return Err(CredentialsError::Unrelated { subject: subject(stranger) });
    }
    if reordered_leaf || ordered.iter().skip(1).map(Certificate::der).ne(remaining) {
        notes.push(ChainNote::Reordered);
    }
    Ok((ordered.iter().map(|certificate| certificate.der().to_vec()).collect(), notes))
}

fn parse<'a>(
    given: &'a [Vec<u8>],
    notes: &mut Vec<ChainNote>,
) -> Result<Vec<Certificate<'a>>, CredentialsError> {
    if given.is_empty() {
        return Err(CredentialsError::Empty);
    }
    if given.len() > MAX_CHAIN {
        return Err(CredentialsError::TooMany { found: given.len(), limit: MAX_CHAIN });
    }
    let mut parsed: Vec<Certificate<'a>> = Vec::with_capacity(given.len());
    for (index, der) in given.iter().enumerate() {
        let certificate = Certificate::parse(der)
            .map_err(|source| CredentialsError::Unreadable { position: index + 1, source })?;
        if parsed.iter().any(|earlier| earlier.der() == der.as_slice()) {
            notes.push(ChainNote::DuplicateLeftOut { subject: subject(&certificate) });
        } else {
            parsed.push(certificate);
        }
    }
    Ok(parsed)
}

fn spki<'a>(certificate: &Certificate<'a>) -> &'a [u8] {
    certificate.tbs().subject_public_key_info().raw()
}

fn subject(certificate: &Certificate<'_>) -> String {
    certificate.tbs().subject().to_string()
}

/// Whether `issuer`'s key signed `certificate`, and its name is the one given there.
fn issued(issuer: &Certificate<'_>, certificate: &Certificate<'_>) -> bool {
    let key = issuer.tbs().subject_public_key_info();
    let algorithm = certificate.signature_algorithm();
    issuer.tbs().subject().matches(&certificate.tbs().issuer())
        && AwsLc.verify(&key, &algorithm, certificate.tbs().raw(), certificate.signature_value()).is_ok()
}
