// SPDX-License-Identifier: MIT OR Apache-2.0
//! Keys that somebody else may have: they are certified no more.

use authority::journal::CertificateRevoked;
use authority::{IssuerId, RecordError};
use rusqlite::Connection;
use x509::ext::ReasonCode;
use x509::{Certificate, SignatureVerifier};

use crate::error::translate;
use crate::sqlite::read;

/// Notes the key of a certificate that is revoked because of it.
pub(in crate::sqlite) fn note(
    connection: &Connection,
    revoked: &CertificateRevoked,
    crypto: &dyn SignatureVerifier,
) -> Result<(), RecordError> {
    if revoked.reason != ReasonCode::KeyCompromise {
        return Ok(());
    }
    for der in read::certificates_of(connection, revoked.issuer, &revoked.serial)? {
        let certificate = super::parse(&der)?;
        connection
            .prepare_cached("INSERT OR IGNORE INTO compromised_keys (key, since) VALUES (?1, ?2)")
            .and_then(|mut statement| statement.execute((digest(&certificate, crypto), revoked.since.unix())))
            .map_err(|error| translate(error, "filing a compromised key"))?;
    }
    Ok(())
}

/// Refuses to file a certificate for such a key.
pub(super) fn require_sound(
    connection: &Connection,
    certificate: &Certificate<'_>,
    crypto: &dyn SignatureVerifier,
) -> Result<(), RecordError> {
    match read::compromised(connection, digest(certificate, crypto))? {
        Some(since) => Err(RecordError::KeyCompromised { since }),
        None => Ok(()),
    }
}

/// What the key is filed under.
fn digest(certificate: &Certificate<'_>, crypto: &dyn SignatureVerifier) -> [u8; 32] {
    *IssuerId::of(&certificate.tbs().subject_public_key_info(), crypto).octets()
}
