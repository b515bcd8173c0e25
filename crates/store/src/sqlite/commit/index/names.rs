// SPDX-License-Identifier: MIT OR Apache-2.0
//! The names of authorities.

use authority::journal::Event;
use authority::{IssuerId, RecordError, succession};
use rusqlite::Connection;
use x509::Certificate;
use x509::ext::BasicConstraints;

use super::damaged;
use crate::sqlite::read;

/// Refuses the certificate of an authority that has the name of an issuer with another key.
pub(super) fn require_own(connection: &Connection, certificate: &Certificate<'_>) -> Result<(), RecordError> {
    let sql = "SELECT j.sequence, j.entry FROM issuers i JOIN journal j USING (sequence) ORDER BY j.sequence";
    let mut known: Vec<(IssuerId, Vec<u8>)> = Vec::new();
    for (sequence, entry) in read::entries(connection, sql, [])? {
        let Event::IssuerAdded(added) = entry.event else {
            return Err(read::misfiled(sequence, &entry.event));
        };
        known.extend(added.chain.into_iter().next().map(|own| (added.id, own)));
    }
    succession::require_own_name(certificate, known.iter().map(|(id, own)| (*id, own.as_slice())))
}

/// The same where the certificate is that of an authority; of others, nothing is looked up.
pub(super) fn require_own_of_authority(
    connection: &Connection,
    certificate: &Certificate<'_>,
) -> Result<(), RecordError> {
    let constraints = certificate.tbs().extensions().decode::<BasicConstraints>();
    match constraints.map_err(|error| damaged(&error))? {
        Some(found) if found.value.ca => require_own(connection, certificate),
        Some(_) | None => Ok(()),
    }
}
