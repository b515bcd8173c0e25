// SPDX-License-Identifier: MIT OR Apache-2.0
//! The table of compromised keys, made again from the journal: there are few of them.

use std::collections::BTreeMap;

use authority::RecordError;
use authority::journal::CertificateRevoked;
use rusqlite::{Connection, OptionalExtension as _};
use x509::Time;
use x509::ext::ReasonCode;
use x509::hex::Hex;

use super::super::failed;

/// Since when which key is compromised, by the SHA-256 of its SubjectPublicKeyInfo.
#[derive(Default)]
pub(super) struct Compromised {
    since: BTreeMap<[u8; 32], i64>,
}

impl Compromised {
    /// Notes the key of a certificate that is revoked because of it; the first revocation counts. Of a certificate that is
    /// not filed, which is found elsewhere, nothing is known.
    pub(super) fn revoke(
        &mut self,
        connection: &Connection,
        revoked: &CertificateRevoked,
    ) -> Result<(), RecordError> {
        if revoked.reason != ReasonCode::KeyCompromise {
            return Ok(());
        }
        let key: Option<[u8; 32]> = connection
            .prepare_cached("SELECT key FROM certificates WHERE issuer = ?1 AND serial = ?2")
            .and_then(|mut statement| {
                let of = (revoked.issuer.octets(), &revoked.serial);
                statement.query_row(of, |row| row.get(0)).optional()
            })
            .map_err(failed)?;
        if let Some(key) = key {
            self.since.entry(key).or_insert(revoked.since.unix());
        }
        Ok(())
    }

    /// The keys that are filed, and that no revocation says to be compromised, or since another time. That none is missing
    /// is found with the certificates.
    pub(super) fn compare(self, connection: &Connection) -> Result<Vec<String>, RecordError> {
        let mut statement =
            connection.prepare("SELECT key, since FROM compromised_keys ORDER BY key").map_err(failed)?;
        let mut rows = statement.query([]).map_err(failed)?;
        let mut findings = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            let (key, filed): ([u8; 32], i64) = (row.get(0).map_err(failed)?, row.get(1).map_err(failed)?);
            let name = Hex(&key);
            match self.since.get(&key) {
                None => {
                    findings.push(format!("key {name} is filed as compromised, and no revocation says so"))
                }
                Some(said) if *said != filed => findings.push(format!(
                    "key {name} is filed as compromised since {}, and was since {}",
                    Time::from_unix(filed),
                    Time::from_unix(*said)
                )),
                Some(_) => {}
            }
        }
        Ok(findings)
    }
}
