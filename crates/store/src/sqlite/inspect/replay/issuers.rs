// SPDX-License-Identifier: MIT OR Apache-2.0
//! The table of issuers, made again from the journal.

use std::collections::BTreeMap;

use authority::journal::{Certified, IssuerAdded, KeyMoved, Reach};
use authority::{IssuerId, RecordError};
use rusqlite::{Connection, Row};
use x509::{SignatureVerifier, Time};

use super::super::failed;
use crate::sqlite::commit::issuer_certificate;

/// What a row should be.
#[derive(PartialEq, Eq)]
struct Issuer {
    id: [u8; 32],
    key: String,
    certificate: Option<i64>,
    is_beside: bool,
    is_away: bool,
    retired: Option<i64>,
}

/// The rows by their places in the journal, as far as it was read.
#[derive(Default)]
pub(super) struct Issuers {
    rows: BTreeMap<i64, Issuer>,
}

impl Issuers {
    pub(super) fn add(
        &mut self,
        connection: &Connection,
        place: i64,
        added: &IssuerAdded,
        crypto: &dyn SignatureVerifier,
    ) -> Result<(), RecordError> {
        let certificate = match issuer_certificate(connection, place, added, crypto) {
            // That it cannot be read is found elsewhere.
            Err(RecordError::Corrupt { .. }) => None,
            found => found?,
        };
        let row = Issuer {
            id: *added.id.octets(),
            key: added.key.clone(),
            certificate,
            is_beside: added.certified == Certified::Beside,
            is_away: false,
            retired: None,
        };
        self.rows.insert(place, row);
        Ok(())
    }

    pub(super) fn retire(&mut self, id: IssuerId, at: Time) {
        for row in self.rows.values_mut().filter(|row| row.id == *id.octets()) {
            row.retired = row.retired.or(Some(at.unix()));
        }
    }

    pub(super) fn move_key(&mut self, moved: &KeyMoved) {
        for row in self.rows.values_mut().filter(|row| row.id == *moved.id.octets()) {
            row.key.clone_from(&moved.key);
            row.is_away = moved.reach == Reach::Away;
        }
    }

    /// What is filed otherwise.
    pub(super) fn compare(mut self, connection: &Connection) -> Result<Vec<String>, RecordError> {
        let sql =
            "SELECT sequence, id, key, certificate, beside, away, retired FROM issuers ORDER BY sequence";
        let mut statement = connection.prepare(sql).map_err(failed)?;
        let mut rows = statement.query([]).map_err(failed)?;
        let mut findings = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            let (place, filed) = read(row).map_err(failed)?;
            let id = IssuerId::from_octets(filed.id);
            match self.rows.remove(&place) {
                None => findings.push(format!("issuer {id} is filed, and was never added")),
                Some(said) if said != filed => {
                    let what = differences(&said, &filed).join(", ");
                    findings.push(format!("issuer {id} is filed with what is not its own: {what}"));
                }
                Some(_) => {}
            }
        }
        let missing = self.rows.into_values().map(|row| {
            format!("a certificate of issuer {} is not filed as one", IssuerId::from_octets(row.id))
        });
        findings.extend(missing);
        Ok(findings)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<(i64, Issuer)> {
    let issuer = Issuer {
        id: row.get(1)?,
        key: row.get(2)?,
        certificate: row.get(3)?,
        is_beside: row.get(4)?,
        is_away: row.get(5)?,
        retired: row.get(6)?,
    };
    Ok((row.get(0)?, issuer))
}

fn differences(said: &Issuer, filed: &Issuer) -> Vec<&'static str> {
    let checks = [
        ("its identifier", said.id == filed.id),
        ("its key", said.key == filed.key),
        ("its certificate", said.certificate == filed.certificate),
        ("whether it stands beside the others", said.is_beside == filed.is_beside),
        ("whether its key is away", said.is_away == filed.is_away),
        ("when it was retired", said.retired == filed.retired),
    ];
    checks.iter().filter(|(_, is_right)| !is_right).map(|(what, _)| *what).collect()
}
