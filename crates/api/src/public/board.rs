// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is posted for anybody to take away.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use authority::{Issuer, IssuerId, Shard, publication};
use bytes::Bytes;
use http_body_util::Full;
use hyper::Response;
use hyper::http::request::Parts;
use parking_lot::RwLock;
use status::{Crl, Freshness, Moment};
use x509::{Certificate, Time};

use super::reply::{self, Fresh, Media};
use crate::metrics::Listed;

/// How long nobody may look before that is a failure. A CRL of a million entries is made in a few seconds, and a
/// record that is locked is waited for.
const UNSEEN: Duration = Duration::from_secs(120);

/// The certificates of issuers and their CRLs, each exchanged as a whole.
#[derive(Debug)]
pub struct Board {
    rows: RwLock<Vec<Row>>,
    /// When somebody last looked whether what is posted is still true, of the server's uptime.
    looked: RwLock<Option<Duration>>,
    /// The issuers that should be here, and are not, a sentence for each.
    lacking: RwLock<Vec<String>>,
}

/// What is posted of one issuer.
#[derive(Debug, Clone)]
struct Row {
    id: IssuerId,
    name: String,
    /// Whether it has CRLs at all.
    lists: bool,
    certificate: Posted,
    crl: Option<(Arc<Crl>, Posted)>,
    /// The parts of it.
    shards: Vec<(Shard, Arc<Crl>, Posted)>,
}

/// Something that is posted, and how long it is good for.
#[derive(Debug, Clone)]
pub(super) struct Posted {
    media: Media,
    content: Bytes,
    fresh: Fresh,
}

impl Board {
    /// With the certificates of these issuers; of several that share a key, the last one's.
    #[must_use]
    pub fn new(issuers: &[Arc<Issuer>]) -> Self {
        let mut rows: Vec<Row> = Vec::new();
        for issuer in issuers {
            rows.retain(|row| row.id != issuer.id());
            let content = Bytes::copy_from_slice(issuer.certificate());
            let fresh = Fresh::of_certificate(not_before(&content), &content);
            let certificate = Posted { media: Media::Certificate, content, fresh };
            let (id, name, lists) = (issuer.id(), issuer.name().to_owned(), issuer.signs_crls());
            rows.push(Row { id, name, lists, certificate, crl: None, shards: Vec::new() });
        }
        Self { rows: RwLock::new(rows), looked: RwLock::default(), lacking: RwLock::default() }
    }

    /// Posts the next CRL of an issuer, in place of the one before it.
    pub fn post(&self, issuer: IssuerId, crl: &Arc<Crl>) {
        let posted = Posted::of(crl);
        if let Some(row) = self.rows.write().iter_mut().find(|row| row.id == issuer) {
            row.crl = Some((Arc::clone(crl), posted));
        }
    }

    /// Posts the parts of an issuer's CRL, in place of those before them.
    pub fn post_shards<'a>(&self, issuer: IssuerId, shards: impl Iterator<Item = (Shard, &'a Arc<Crl>)>) {
        let shards = shards.map(|(shard, crl)| (shard, Arc::clone(crl), Posted::of(crl))).collect();
        if let Some(row) = self.rows.write().iter_mut().find(|row| row.id == issuer) {
            row.shards = shards;
        }
    }

    /// Notes that the record was looked into for what is to be posted, and that all of it is.
    pub fn looked(&self, uptime: Duration) {
        *self.looked.write() = Some(uptime);
    }

    /// Notes which issuers of the authority are not here as they should be, a sentence for each.
    pub fn lack(&self, issuers: Vec<String>) {
        *self.lacking.write() = issuers;
    }

    /// What is posted at a path, which has no slash in front.
    pub(super) fn find(&self, path: &str) -> Option<Posted> {
        let rows = self.rows.read();
        rows.iter().find_map(|row| {
            if path == publication::certificate(row.id) {
                return Some(row.certificate.clone());
            }
            let mut shards = row.shards.iter();
            if let Some((_, _, posted)) = shards.find(|(shard, ..)| path == shard.path(row.id)) {
                return Some(posted.clone());
            }
            let (_, posted) = row.crl.as_ref().filter(|_| path == publication::crl(row.id))?;
            Some(posted.clone())
        })
    }

    /// The CRLs as they are posted, each as a whole.
    pub(super) fn listed(&self) -> Vec<Listed> {
        let rows = self.rows.read();
        let listed = rows.iter().filter_map(|row| {
            let Crl { number, entries, this_update, next_update, .. } = *row.crl.as_ref()?.0;
            Some(Listed { issuer: row.name.clone(), number, entries, this_update, next_update })
        });
        listed.collect()
    }

    /// The CRLs that clients cannot rely on, and that nobody looks after them, a sentence for each.
    pub(super) fn overdue(&self, moment: Moment) -> Vec<String> {
        let Moment { now, uptime } = moment;
        let rows = self.rows.read();
        let overdue = rows.iter().filter(|row| row.lists).filter_map(|row| {
            let Some((crl, _)) = &row.crl else {
                return Some(format!("no CRL of {} could be made", row.name));
            };
            let Crl { number, this_update, next_update, .. } = **crl;
            if this_update > now {
                return Some(format!("CRL {number} of {} is good from {this_update} on", row.name));
            }
            let told = || format!("CRL {number} of {} was good until {next_update}", row.name);
            (next_update < now).then(told)
        });
        let parts =
            rows.iter().flat_map(|row| row.shards.iter().map(move |(shard, crl, _)| (row, shard, crl)));
        let parts = parts.filter(|(.., crl)| crl.next_update < now).map(|(row, shard, crl)| {
            format!("part {shard} of CRL {} of {} was good until {}", crl.number, row.name, crl.next_update)
        });
        let unseen = self.looked.read().map(|looked| uptime.saturating_sub(looked));
        let unseen = unseen.filter(|unseen| *unseen > UNSEEN);
        let told = unseen.map(|unseen| {
            format!("for {} seconds no revocation could be looked for: see the log", unseen.as_secs())
        });
        overdue.chain(parts).chain(told).chain(self.lacking.read().iter().cloned()).collect()
    }

    /// What there is, for people.
    pub(super) fn in_words(&self) -> String {
        let mut words = "What a certificate authority publishes, for programs.\n".to_owned();
        for Row { id, name, lists, crl, shards, .. } in &*self.rows.read() {
            // Writing to a String cannot fail.
            let _ = write!(words, "\n{name}\n  certificate  /{}\n", publication::certificate(*id));
            let _ = match crl {
                Some((crl, _)) => writeln!(
                    words,
                    "  CRL          /{}  number {}, {} revoked, the next by {}",
                    publication::crl(*id),
                    crl.number,
                    crl.entries,
                    crl.next_update
                ),
                None if !lists => {
                    writeln!(words, "  CRL          none: its certificate does not let it sign any")
                }
                None => writeln!(words, "  CRL          none could be made yet"),
            };
            for (shard, crl, _) in shards {
                let path = shard.path(*id);
                let _ =
                    writeln!(words, "  CRL in part  /{path}  number {}, {} revoked", crl.number, crl.entries);
            }
        }
        let _ = write!(words, "\nOCSP           POST /{0}, or GET /{0}/BASE64\n", publication::OCSP);
        words
    }
}

impl Posted {
    fn of(crl: &Arc<Crl>) -> Self {
        let content = Bytes::from_owner(Content(Arc::clone(crl)));
        let Crl { this_update, next_update, .. } = **crl;
        let fresh = Fresh::of_crl(Freshness { this_update, next_update }, crl.number);
        Self { media: Media::Crl, content, fresh }
    }

    pub(super) fn reply(self, request: &Parts, now: Time) -> Response<Full<Bytes>> {
        let response = reply::content(self.media, self.content);
        self.fresh.reply(request, now, response)
    }
}

/// A CRL as octets that are shared, not copied.
struct Content(Arc<Crl>);

impl AsRef<[u8]> for Content {
    fn as_ref(&self) -> &[u8] {
        &self.0.der
    }
}

fn not_before(certificate: &[u8]) -> Time {
    let parsed = Certificate::parse(certificate);
    parsed.map_or(Time::from_unix(0), |parsed| parsed.tbs().validity().not_before.time)
}
