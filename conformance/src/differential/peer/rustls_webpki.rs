// SPDX-License-Identifier: MIT OR Apache-2.0
//! rustls-webpki, which rustls verifies with unless told otherwise.

use std::time::Duration;

use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, Error, KeyUsage, anchor_from_trusted_cert};
use x509::Certificate;

use super::{Cause, Verdict};
use crate::differential::mutant::Mutant;

pub(crate) fn judge(mutant: &Mutant) -> Verdict {
    let others = mutant.sent.get(1..).unwrap_or_default();
    let Err(error) = decide(mutant, &ders(others)) else { return Verdict::Accepted };
    let mut cause = cause(&error);
    // Of several ways up it may tell of one that led nowhere anyway: what does it say with one issuer fewer?
    if mutant.has_a_choice() {
        for place in 0..others.len() {
            let mut fewer = ders(others);
            fewer.remove(place);
            cause.beside.extend(decide(mutant, &fewer).err().as_ref().map(self::cause));
        }
        cause.beside.retain(|other| other.code != cause.code);
    }
    Verdict::Refused(cause)
}

fn decide(mutant: &Mutant, others: &[CertificateDer<'_>]) -> Result<(), Error> {
    let leaf = CertificateDer::from(mutant.leaf());
    let trusted: Vec<CertificateDer<'_>> = ders(&mutant.anchors);
    let read = || trusted.iter().map(anchor_from_trusted_cert);
    let anchors: Vec<_> = read().filter_map(Result::ok).collect();
    let mut others = others.to_vec();
    // It passes over what it cannot read, but tells of that sooner than of an issuer that is missing.
    others.retain(|der| EndEntityCert::try_from(der).is_ok() || Certificate::parse(der).is_ok());
    let leaf = EndEntityCert::try_from(&leaf)?;
    let at = UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(mutant.at.unix()).unwrap_or(0)));
    let usage = KeyUsage::server_auth();
    let path = leaf.verify_for_usage(ALL_VERIFICATION_ALGS, &anchors, &others, at, usage, None, None);
    path.map_err(|error| match error {
        // Who trusts nobody knows no issuer: why the anchor could not be read says more.
        Error::UnknownIssuer => read().find_map(Result::err).unwrap_or(error),
        other => other,
    })?;
    let name =
        ServerName::try_from(mutant.host.as_str()).map_err(|_invalid| Error::MalformedDnsIdentifier)?;
    leaf.verify_is_valid_for_subject_name(&name)
}

fn ders(all: &[Vec<u8>]) -> Vec<CertificateDer<'_>> {
    all.iter().map(|der| CertificateDer::from(der.as_slice())).collect()
}

/// The error by its name in its source: `CertExpired` of `CertExpired { … }`.
fn cause(error: &Error) -> Cause {
    let words = format!("{error:?}");
    let code: String = words.chars().take_while(char::is_ascii_alphanumeric).collect();
    Cause::new(code, words)
}
