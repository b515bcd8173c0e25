// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is posted for anybody to take away.

use std::fmt::Write as _;
use std::sync::Arc;

use authority::{Issuer, IssuerId, publication};
use bytes::Bytes;
use http_body_util::Full;
use hyper::Response;
use hyper::http::request::Parts;
use parking_lot::RwLock;
use status::{Crl, Freshness};
use x509::{Certificate, Time};

use super::reply::{self, Fresh, Media};

/// The certificates of issuers and their CRLs, each exchanged as a whole.
#[derive(Debug)]
pub struct Board {
    rows: RwLock<Vec<Row>>,
}

/// What is posted of one issuer.
#[derive(Debug, Clone)]
struct Row {
    id: IssuerId,
    name: String,
    certificate: Posted,
    crl: Option<(Arc<Crl>, Posted)>,
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
            rows.push(Row { id: issuer.id(), name: issuer.name().to_owned(), certificate, crl: None });
        }
        Self { rows: RwLock::new(rows) }
    }

    /// Posts the next CRL of an issuer, in place of the one before it.
    pub fn post(&self, issuer: IssuerId, crl: &Arc<Crl>) {
        let content = Bytes::from_owner(Content(Arc::clone(crl)));
        let Crl { this_update, next_update, .. } = **crl;
        let fresh = Fresh::of_crl(Freshness { this_update, next_update }, crl.number);
        let posted = Posted { media: Media::Crl, content, fresh };
        if let Some(row) = self.rows.write().iter_mut().find(|row| row.id == issuer) {
            row.crl = Some((Arc::clone(crl), posted));
        }
    }

    /// What is posted at a path, which has no slash in front.
    pub(super) fn find(&self, path: &str) -> Option<Posted> {
        let rows = self.rows.read();
        rows.iter().find_map(|row| {
            if path == publication::certificate(row.id) {
                return Some(row.certificate.clone());
            }
            let (_, posted) = row.crl.as_ref().filter(|_| path == publication::crl(row.id))?;
            Some(posted.clone())
        })
    }

    /// The CRLs that clients can no longer rely on, a sentence for each.
    pub(super) fn overdue(&self, now: Time) -> Vec<String> {
        let rows = self.rows.read();
        let overdue = rows.iter().filter_map(|row| {
            let (crl, _) = row.crl.as_ref()?;
            let Crl { number, next_update, .. } = **crl;
            let told = || format!("CRL {number} of {} was good until {next_update}", row.name);
            (next_update < now).then(told)
        });
        overdue.collect()
    }

    /// What there is, for people.
    pub(super) fn in_words(&self) -> String {
        let mut words = "What a certificate authority publishes, for programs.\n".to_owned();
        for Row { id, name, crl, .. } in &*self.rows.read() {
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
                None => writeln!(words, "  CRL          none: its key is not here"),
            };
        }
        let _ = write!(words, "\nOCSP           POST /{0}, or GET /{0}/BASE64\n", publication::OCSP);
        words
    }
}

impl Posted {
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
