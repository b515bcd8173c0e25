// SPDX-License-Identifier: MIT OR Apache-2.0
//! What `verify` is told of revocation.

use std::path::PathBuf;

use ::verify::Revocation;
use clap::{ArgGroup, ValueEnum};
use x509::ext::OcspNonce;
use x509::hex::{self, Hex};

use super::{borrowed, each, words};
use crate::failure::Failure;
use crate::input;

#[derive(Debug, clap::Args)]
#[command(group = ArgGroup::new("told").args(["crl", "ocsp"]).multiple(true))]
pub(super) struct RevocationArgs {
    /// A CRL, complete or delta; with one given, the status of every certificate must be known. May be repeated
    #[arg(long, value_name = "FILE")]
    crl: Vec<PathBuf>,

    /// An OCSP response, DER; as with CRLs
    #[arg(long, value_name = "FILE")]
    ocsp: Vec<PathBuf>,

    /// The nonce that was sent for the OCSP responses, hexadecimal: one without it is not used
    #[arg(long, value_name = "HEX", value_parser = nonce, requires = "ocsp")]
    ocsp_nonce: Option<Nonce>,

    /// Whose status must be known
    #[arg(long, value_enum, default_value_t = StatusOf::Path, requires = "told")]
    status_of: StatusOf,

    /// What to make of a certificate whose status nothing given tells
    #[arg(long, value_enum, default_value_t = UnknownStatus::Refuse, requires = "told")]
    unknown_status: UnknownStatus,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StatusOf {
    /// Every certificate below the root
    Path,
    /// The first certificate alone
    Leaf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum UnknownStatus {
    /// Refuse it (hard fail)
    Refuse,
    /// Accept it with a remark (soft fail)
    Accept,
}

/// The octets of a nonce.
#[derive(Debug, Clone)]
struct Nonce(Vec<u8>);

fn nonce(text: &str) -> Result<Nonce, String> {
    let wrong = || format!("write it as 1 to {} octets in hexadecimal", OcspNonce::LIMIT);
    let octets = hex::decode(text).ok_or_else(wrong)?;
    OcspNonce::new(&octets).ok_or_else(wrong)?;
    Ok(Nonce(octets))
}

/// What the files hold, DER.
pub(super) struct Given {
    lists: Vec<Vec<u8>>,
    responses: Vec<Vec<u8>>,
}

impl Given {
    pub(super) fn lists(&self) -> Vec<&[u8]> {
        borrowed(&self.lists)
    }

    pub(super) fn responses(&self) -> Vec<&[u8]> {
        borrowed(&self.responses)
    }
}

impl RevocationArgs {
    /// Reads the files.
    pub(super) fn read(&self) -> Result<Given, Failure> {
        let lists = each(&self.crl, input::crls)?;
        let responses = each(&self.ocsp, input::ocsp_responses)?;
        Ok(Given { lists, responses })
    }

    /// The same, as it was typed.
    pub(super) fn words(&self) -> String {
        let mut words = words("--crl", &self.crl) + &words("--ocsp", &self.ocsp);
        if let Some(Nonce(octets)) = &self.ocsp_nonce {
            words.push_str(&format!(" --ocsp-nonce {}", Hex(octets)));
        }
        if self.status_of == StatusOf::Leaf {
            words.push_str(" --status-of leaf");
        }
        if self.unknown_status == UnknownStatus::Accept {
            words.push_str(" --unknown-status accept");
        }
        words
    }

    /// What the question says of revocation; nothing when nothing is given.
    pub(super) fn question<'a>(
        &'a self,
        lists: &'a [&'a [u8]],
        responses: &'a [&'a [u8]],
    ) -> Option<Revocation<'a>> {
        if lists.is_empty() && responses.is_empty() {
            return None;
        }
        let mut revocation = Revocation::new(lists, responses);
        revocation.nonce = self.ocsp_nonce.as_ref().map(|nonce| &nonce.0[..]);
        revocation.of = match self.status_of {
            StatusOf::Path => ::verify::StatusOf::Path,
            StatusOf::Leaf => ::verify::StatusOf::Leaf,
        };
        revocation.unknown = match self.unknown_status {
            UnknownStatus::Refuse => ::verify::UnknownStatus::Refused,
            UnknownStatus::Accept => ::verify::UnknownStatus::Accepted,
        };
        Some(revocation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_hexadecimal_and_not_too_long() {
        let check = |text: &str, expect: Option<&[u8]>| {
            assert_eq!(nonce(text).ok().map(|nonce| nonce.0).as_deref(), expect, "{text}");
        };
        check("00ffAb", Some(&[0, 0xff, 0xab]));
        check(&"01".repeat(128), Some(&[1; 128]));
        for bad in ["", "0", "0g", "+1", "é", &"01".repeat(129)] {
            check(bad, None);
        }
    }
}
