// SPDX-License-Identifier: MIT OR Apache-2.0
//! The indexes over the journal: certificates, how they stand, issuers and tokens.

pub(in crate::sqlite) mod certificate;
pub(in crate::sqlite) mod compromise;
mod names;
mod request;
mod standing;
mod status;
mod token;

use authority::journal::{Certified, CrlPresigned, Entry, Event, IssuerAdded};
use authority::{IssuerId, RecordError};
use rusqlite::{Connection, OptionalExtension as _};
use x509::{Certificate, SignatureVerifier};

use crate::error::translate;
use certificate::{Approvals, Parts};

/// Files an entry; of a certificate, the names that are yet to be filed by their parts come back. `approvals` are
/// those of the entries before it in its batch.
pub(super) fn insert(
    connection: &Connection,
    sequence: i64,
    entry: &Entry,
    approvals: &mut Approvals,
    crypto: &dyn SignatureVerifier,
) -> Result<Option<Parts>, RecordError> {
    certificate::hear(approvals, entry);
    match &entry.event {
        Event::CertificateIssued(issued) => {
            return certificate::file(connection, sequence, (entry.at, issued), approvals, crypto).map(Some);
        }
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
        Event::RequestHeld(held) => request::hold(connection, sequence, entry.at, held),
        Event::RequestApproved(approved) => request::approve(connection, sequence, entry.at, approved),
        Event::RequestDenied(denied) => request::decide(connection, sequence, entry.at, denied.id),
        Event::HoldReleased(released) => status::release(connection, sequence, released),
        _ => Ok(()),
    }?;
    Ok(None)
}

/// Files an issuer, with its own certificate where that was issued here.
fn issuer(
    connection: &Connection,
    sequence: i64,
    added: &IssuerAdded,
    crypto: &dyn SignatureVerifier,
) -> Result<(), RecordError> {
    let failed = |error| translate(error, "filing an issuer");
    standing::require_certifiable(connection, added, crypto)?;
    let own = own_certificate(added)?;
    compromise::require_sound(connection, &own, crypto)?;
    names::require_own(connection, &own)?;
    let certificate = issuer_certificate(connection, sequence, added, crypto)?;
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

/// The place of an issuer's own certificate among those that were issued here before; `None` of one that was issued
/// elsewhere.
pub(in crate::sqlite) fn issuer_certificate(
    connection: &Connection,
    sequence: i64,
    added: &IssuerAdded,
    crypto: &dyn SignatureVerifier,
) -> Result<Option<i64>, RecordError> {
    let own = own_certificate(added)?;
    let above = parse(added.chain.get(1).map_or(own.der(), Vec::as_slice))?;
    let issued_by = IssuerId::of(&above.tbs().subject_public_key_info(), crypto);
    connection
        .prepare_cached(
            "SELECT sequence FROM certificates WHERE issuer = ?1 AND serial = ?2 AND sequence < ?3",
        )
        .and_then(|mut statement| {
            let of = (issued_by.octets(), own.tbs().serial().magnitude(), sequence);
            statement.query_row(of, |row| row.get(0)).optional()
        })
        .map_err(|error| translate(error, "filing an issuer"))
}

fn own_certificate(added: &IssuerAdded) -> Result<Certificate<'_>, RecordError> {
    parse(added.chain.first().ok_or_else(|| damaged(&"an issuer without a certificate"))?)
}

fn parse(der: &[u8]) -> Result<Certificate<'_>, RecordError> {
    Certificate::parse(der).map_err(|error| damaged(&error))
}

fn damaged(detail: &dyn std::fmt::Display) -> RecordError {
    RecordError::Corrupt { detail: detail.to_string() }
}
