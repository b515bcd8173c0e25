// SPDX-License-Identifier: MIT OR Apache-2.0
//! The indexes over the journal: certificates, their names, how they stand, and issuers.

pub(in crate::sqlite) mod compromise;
mod standing;
mod status;
mod token;

use authority::journal::{CertificateIssued, Certified, CrlPresigned, Entry, Event, IssuerAdded};
use authority::{IssuerId, RecordError};
use rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE;
use rusqlite::{Connection, OptionalExtension as _};
use x509::ext::SubjectAltName;
use x509::{Certificate, DigestAlgorithm, GeneralName, SignatureVerifier};

use crate::error::translate;

/// Files an entry.
pub(super) fn insert(
    connection: &Connection,
    sequence: i64,
    entry: &Entry,
    crypto: &dyn SignatureVerifier,
) -> Result<(), RecordError> {
    match &entry.event {
        Event::CertificateIssued(issued) => certificate(connection, sequence, issued, crypto),
        Event::IssuerAdded(added) => issuer(connection, sequence, added, crypto),
        Event::CertificateRevoked(revoked) => {
            status::revoke(connection, sequence, revoked)?;
            compromise::note(connection, revoked, crypto)
        }
        Event::CrlIssued(issued) => status::crl(connection, sequence, issued, None),
        Event::CrlPresigned(CrlPresigned { issued, .. }) => {
            status::crl(connection, sequence, issued, Some(issued.this_update))
        }
        Event::TokenAdded(added) => token::add(connection, sequence, added),
        Event::TokenRevoked(revoked) => token::revoke(connection, entry.at, revoked),
        Event::IssuerRetired(retired) => standing::retire(connection, entry.at, retired),
        Event::KeyMoved(moved) => standing::move_key(connection, moved),
        Event::HoldReleased(released) => status::release(connection, sequence, released),
        _ => Ok(()),
    }
}

fn certificate(
    connection: &Connection,
    sequence: i64,
    issued: &CertificateIssued,
    crypto: &dyn SignatureVerifier,
) -> Result<(), RecordError> {
    standing::require_in_use(connection, issued.issuer)?;
    standing::require_key(connection, issued.issuer)?;
    let certificate = parse(&issued.certificate)?;
    compromise::require_sound(connection, &certificate, crypto)?;
    let tbs = certificate.tbs();
    let serial = tbs.serial().magnitude();
    let fingerprint = crypto.digest(DigestAlgorithm::Sha256, &issued.certificate);
    let failed = |error| translate(error, "filing a certificate");
    let mut statement = connection
        .prepare_cached(
            "INSERT INTO certificates
                 (sequence, issuer, serial, profile, subject, not_before, not_after, fingerprint)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )
        .map_err(failed)?;
    let inserted = statement.execute((
        sequence,
        issued.issuer.octets(),
        serial,
        &issued.profile,
        tbs.subject().to_string(),
        tbs.validity().not_before.time.unix(),
        tbs.validity().not_after.time.unix(),
        fingerprint.octets(),
    ));
    match inserted {
        Ok(_) => {}
        Err(error) if is_taken(&error) => {
            return Err(RecordError::SerialTaken { serial: tbs.serial().to_string() });
        }
        Err(error) => return Err(failed(error)),
    }
    names(connection, sequence, &certificate)
}

fn names(connection: &Connection, sequence: i64, certificate: &Certificate<'_>) -> Result<(), RecordError> {
    let failed = |error| translate(error, "filing a name");
    let found =
        certificate.tbs().extensions().decode::<SubjectAltName<'_>>().map_err(|error| damaged(&error))?;
    let mut statement = connection
        .prepare_cached("INSERT OR IGNORE INTO names (name, kind, certificate) VALUES (?1, ?2, ?3)")
        .map_err(failed)?;
    for name in found.iter().flat_map(|found| found.value.iter()) {
        let (kind, text) = match name {
            GeneralName::Dns(text) => ("dns", text.to_ascii_lowercase()),
            GeneralName::Email(text) => ("email", text.to_owned()),
            GeneralName::Ip(_) => match name.ip() {
                Some(address) => ("ip", address.to_string()),
                None => continue,
            },
            _ => ("other", name.to_string()),
        };
        statement.execute((text, kind, sequence)).map_err(failed)?;
    }
    Ok(())
}

/// Files an issuer, with its own certificate where that was issued here.
fn issuer(
    connection: &Connection,
    sequence: i64,
    added: &IssuerAdded,
    crypto: &dyn SignatureVerifier,
) -> Result<(), RecordError> {
    let failed = |error| translate(error, "filing an issuer");
    // One that was taken back, or retired, is not brought back by another certificate.
    standing::require_in_use(connection, added.id)?;
    let own = added.chain.first().ok_or_else(|| damaged(&"an issuer without a certificate"))?;
    let own = parse(own)?;
    let above = parse(added.chain.get(1).map_or(own.der(), Vec::as_slice))?;
    let issued_by = IssuerId::of(&above.tbs().subject_public_key_info(), crypto);
    let certificate: Option<i64> = connection
        .prepare_cached("SELECT sequence FROM certificates WHERE issuer = ?1 AND serial = ?2")
        .and_then(|mut statement| {
            let of = (issued_by.octets(), own.tbs().serial().magnitude());
            statement.query_row(of, |row| row.get(0)).optional()
        })
        .map_err(failed)?;
    connection
        .prepare_cached(
            "INSERT INTO issuers (sequence, id, key, certificate, beside) VALUES (?1, ?2, ?3, ?4, ?5)",
        )
        .and_then(|mut statement| {
            let beside = added.certified == Certified::Beside;
            statement.execute((sequence, added.id.octets(), &added.key, certificate, beside))
        })
        .map(drop)
        .map_err(failed)
}

/// Whether a UNIQUE constraint stands in the way: the only one here is that of issuer and serial number.
fn is_taken(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|failure| failure.extended_code == SQLITE_CONSTRAINT_UNIQUE)
}

fn parse(der: &[u8]) -> Result<Certificate<'_>, RecordError> {
    Certificate::parse(der).map_err(|error| damaged(&error))
}

fn damaged(detail: &dyn std::fmt::Display) -> RecordError {
    RecordError::Corrupt { detail: detail.to_string() }
}
