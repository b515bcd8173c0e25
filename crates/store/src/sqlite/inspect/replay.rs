// SPDX-License-Identifier: MIT OR Apache-2.0
//! The tables of which the journal has few entries (issuers, changes, CRLs, tokens, requests), beside what it says of them.
//!
//! Each entry is looked for where it belongs, and counted: where every one of them is found, and a table has no more
//! rows than were counted, the two say the same. Issuers and compromised keys alone, of which there are few, are made again in
//! memory.

mod compromised;
mod issuers;

use authority::Event;
use authority::journal::{CrlIssued, CrlPresigned, RequestHeld, TokenAdded, TokenRevoked};
use authority::{IssuerId, RecordError, RequestId};
use rusqlite::{Connection, OptionalExtension as _, Params};
use x509::{SignatureVerifier, Time};

use super::{count, failed};
use compromised::Compromised;
use issuers::Issuers;

/// How many findings are told one by one.
const TOLD: usize = 100;

/// How many entries there are of each kind.
#[derive(Default)]
struct Counts {
    /// Of changes, those that are filed as the last of their certificates.
    changes: u64,
    crls: u64,
    tokens: u64,
    revoked_tokens: u64,
    requests: u64,
    decisions: u64,
}

pub(super) struct Replay<'r> {
    connection: &'r Connection,
    crypto: &'r dyn SignatureVerifier,
    issuers: Issuers,
    compromised: Compromised,
    counts: Counts,
    findings: Vec<String>,
}

impl<'r> Replay<'r> {
    pub(super) fn new(connection: &'r Connection, crypto: &'r dyn SignatureVerifier) -> Self {
        let (issuers, compromised) = (Issuers::default(), Compromised::default());
        let counts = Counts::default();
        Self { connection, crypto, issuers, compromised, counts, findings: Vec::new() }
    }

    /// Looks for an entry in the tables.
    pub(super) fn hear(&mut self, place: i64, at: Time, event: Event) -> Result<(), RecordError> {
        match event {
            Event::IssuerAdded(added) => self.issuers.add(self.connection, place, &added, self.crypto),
            Event::IssuerRetired(retired) => {
                self.issuers.retire(retired.id, at);
                Ok(())
            }
            Event::KeyMoved(moved) => {
                self.issuers.move_key(&moved);
                Ok(())
            }
            Event::CrlIssued(issued) => self.crl(place, &issued, None),
            Event::CrlPresigned(CrlPresigned { issued, .. }) => {
                self.crl(place, &issued, Some(issued.this_update))
            }
            Event::CertificateRevoked(revoked) => {
                self.compromised.revoke(self.connection, &revoked)?;
                self.change(place, revoked.issuer, &revoked.serial)
            }
            Event::HoldReleased(released) => self.change(place, released.issuer, &released.serial),
            Event::TokenAdded(added) => self.token(place, &added),
            Event::TokenRevoked(revoked) => self.revoked_token(at, &revoked),
            Event::RequestHeld(held) => self.request(place, at, &held),
            Event::RequestApproved(approved) => self.decision(place, approved.id),
            Event::RequestDenied(denied) => self.decision(place, denied.id),
            _ => Ok(()),
        }
    }

    /// What is filed otherwise, and what is filed of which the journal has nothing.
    pub(super) fn compare(mut self) -> Result<Vec<String>, RecordError> {
        let issuers = std::mem::take(&mut self.issuers).compare(self.connection)?;
        let compromised = std::mem::take(&mut self.compromised).compare(self.connection)?;
        issuers.into_iter().chain(compromised).for_each(|finding| self.find(finding));
        let Counts { changes, crls, tokens, revoked_tokens, requests, decisions } = self.counts;
        for (said, sql, what) in [
            (crls, "SELECT count(*) FROM crls", "CRLs were made"),
            (tokens, "SELECT count(*) FROM tokens", "tokens were added"),
            (revoked_tokens, "SELECT count(revoked) FROM tokens", "tokens were revoked"),
            (requests, "SELECT count(*) FROM requests", "requests waited"),
            (decisions, "SELECT count(decided) FROM requests", "requests were decided on"),
        ] {
            // Where fewer are filed, each that is missing was found.
            let filed = count(self.connection, sql)?;
            if filed > said {
                self.find(format!("{said} {what}, and {filed} are filed"));
            }
        }
        let filed = count(self.connection, "SELECT count(*) FROM statuses")?;
        if filed > changes {
            let strays = filed.saturating_sub(changes);
            self.find(format!("{strays} changes of certificates are filed in another place than their own"));
        }
        Ok(self.findings)
    }

    /// The last change of a certificate is filed where it was made: responders and CRLs read on from a place. That
    /// there is one, and what it says, is compared with how each certificate stands.
    fn change(&mut self, place: i64, issuer: IssuerId, serial: &[u8]) -> Result<(), RecordError> {
        let sql = "SELECT sequence FROM statuses WHERE issuer = ?1 AND serial = ?2";
        let filed: Option<i64> = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.query_row((issuer.octets(), serial), |row| row.get(0)).optional()
            })
            .map_err(failed)?;
        self.counts.changes = self.counts.changes.saturating_add(u64::from(filed == Some(place)));
        Ok(())
    }

    fn crl(
        &mut self,
        place: i64,
        CrlIssued { issuer, number, .. }: &CrlIssued,
        presigned: Option<Time>,
    ) -> Result<(), RecordError> {
        self.counts.crls = self.counts.crls.saturating_add(1);
        let sql = "SELECT EXISTS (SELECT 1 FROM crls WHERE issuer = ?1 AND number = ?2 AND sequence = ?3
                                                      AND presigned IS ?4)";
        let own = (issuer.octets(), i64::try_from(*number).ok(), place, presigned.map(Time::unix));
        if !self.is(sql, own)? {
            self.find(format!("CRL {number} of issuer {issuer} is filed otherwise than it was made"));
        }
        Ok(())
    }

    fn token(&mut self, place: i64, TokenAdded { id, .. }: &TokenAdded) -> Result<(), RecordError> {
        self.counts.tokens = self.counts.tokens.saturating_add(1);
        let sql = "SELECT EXISTS (SELECT 1 FROM tokens WHERE id = ?1 AND sequence = ?2)";
        if !self.is(sql, (id.octets(), place))? {
            self.find(format!("token {id} is filed otherwise than it was added"));
        }
        Ok(())
    }

    fn revoked_token(&mut self, at: Time, TokenRevoked { id, .. }: &TokenRevoked) -> Result<(), RecordError> {
        self.counts.revoked_tokens = self.counts.revoked_tokens.saturating_add(1);
        let sql = "SELECT EXISTS (SELECT 1 FROM tokens WHERE id = ?1 AND revoked = ?2)";
        if !self.is(sql, (id.octets(), at.unix()))? {
            self.find(format!("token {id} is filed otherwise than it was revoked"));
        }
        Ok(())
    }

    /// One that waits, or waits again under another plan: the first says when it came and whose it is, the last until
    /// when it waits and for what.
    fn request(&mut self, place: i64, at: Time, held: &RequestHeld) -> Result<(), RecordError> {
        let sql = "SELECT first = ?2,
                          first <= ?2 AND sequence >= ?2
                          AND (first <> ?2 OR (at = ?3 AND requester = ?4))
                          AND (sequence <> ?2 OR (until = ?5 AND plan = ?6))
                   FROM requests WHERE id = ?1";
        let own = (held.id.octets(), place, at.unix(), held.requester.key(), held.until.unix(), &held.plan);
        let filed: Option<(bool, bool)> = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.query_row(own, |row| Ok((row.get(0)?, row.get(1)?))).optional()
            })
            .map_err(failed)?;
        let (is_first, is_own) = filed.unwrap_or((false, false));
        self.counts.requests = self.counts.requests.saturating_add(u64::from(is_first));
        if !is_own {
            self.misfiled_request(held.id);
        }
        Ok(())
    }

    fn decision(&mut self, place: i64, id: RequestId) -> Result<(), RecordError> {
        self.counts.decisions = self.counts.decisions.saturating_add(1);
        if !self.is(
            "SELECT EXISTS (SELECT 1 FROM requests WHERE id = ?1 AND decided = ?2)",
            (id.octets(), place),
        )? {
            self.misfiled_request(id);
        }
        Ok(())
    }

    fn misfiled_request(&mut self, id: RequestId) {
        self.find(format!("request {id} is filed otherwise than it waited, or was decided on"));
    }

    fn is(&self, sql: &str, own: impl Params) -> Result<bool, RecordError> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.query_row(own, |row| row.get(0)))
            .map_err(failed)
    }

    fn find(&mut self, finding: String) {
        if self.findings.len() < TOLD {
            self.findings.push(finding);
        }
    }
}
