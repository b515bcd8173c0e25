// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a server has done, in numbers: OpenMetrics text for Prometheus.

use std::fmt;
use std::time::Duration;

use authority::{Batch, Event};
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use x509::Time;

/// The media type of what [`Metrics::page`] writes.
pub(crate) const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Windows ahead of now in which the certificates that end are counted.
pub(crate) const WINDOWS: [Window; 3] = [Window::Day, Window::Week, Window::Month];

/// What is counted while a server runs, and measured when somebody looks. The counters begin at nought with the
/// process: what others do with the same record is in the journal.
pub struct Metrics {
    registry: Registry,
    issued: Family<Issued, Counter>,
    refused: Family<Refused, Counter>,
    revoked: Family<Revoked, Counter>,
    failed: Counter,
    commit: Histogram,
    signature: Histogram,
    crl: Family<Of, Gauge>,
    crl_entries: Family<Of, Gauge>,
    crl_age: Family<Of, Gauge>,
    crl_next_update: Family<Of, Gauge>,
    expiring: Family<Within, Gauge>,
    batches: Gauge,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Issued {
    profile: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Refused {
    path: String,
    rule: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Revoked {
    reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Of {
    issuer: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Within {
    within: Window,
}

/// A time from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Window {
    Day,
    Week,
    Month,
}

impl Window {
    pub(crate) const fn duration(self) -> Duration {
        Duration::from_secs(86_400 * self.days())
    }

    const fn days(self) -> u64 {
        match self {
            Self::Day => 1,
            Self::Week => 7,
            Self::Month => 30,
        }
    }
}

impl EncodeLabelValue for Window {
    fn encode(
        &self,
        encoder: &mut prometheus_client::encoding::LabelValueEncoder<'_>,
    ) -> Result<(), fmt::Error> {
        EncodeLabelValue::encode(&format!("{}d", self.days()), encoder)
    }
}

/// A CRL as it is posted.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) issuer: String,
    pub(crate) number: u64,
    pub(crate) entries: usize,
    pub(crate) this_update: Time,
    pub(crate) next_update: Time,
}

/// What is measured when somebody looks.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) now: Time,
    pub(crate) lists: Vec<Listed>,
    pub(crate) expiring: Vec<(Window, u64)>,
    pub(crate) batches: u64,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// Nothing has happened yet.
    #[must_use]
    pub fn new() -> Self {
        // From 0.1 ms, doubling, to 1.6 s.
        let latency = || Histogram::new(exponential_buckets(0.0001, 2.0, 15));
        let mut metrics = Self {
            registry: Registry::with_prefix("chancery"),
            issued: Family::default(),
            refused: Family::default(),
            revoked: Family::default(),
            failed: Counter::default(),
            commit: latency(),
            signature: latency(),
            crl: Family::default(),
            crl_entries: Family::default(),
            crl_age: Family::default(),
            crl_next_update: Family::default(),
            expiring: Family::default(),
            batches: Gauge::default(),
        };
        metrics.register();
        metrics
    }

    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register("certificates_issued", "Certificates issued by this server", self.issued.clone());
        registry.register("requests_refused", "Requests refused, by their first rule", self.refused.clone());
        registry.register(
            "certificates_revoked",
            "Certificates revoked, or put on hold, by this server",
            self.revoked.clone(),
        );
        registry.register("commits_failed", "Batches that the record did not take", self.failed.clone());
        registry.register_with_unit(
            "commit",
            "From handing a batch to the record until it is durable",
            Unit::Seconds,
            self.commit.clone(),
        );
        registry.register_with_unit(
            "signature",
            "One signature by an issuer's key",
            Unit::Seconds,
            self.signature.clone(),
        );
        registry.register("crl_number", "Number of the CRL that is published", self.crl.clone());
        registry.register("crl_entries", "Certificates on it", self.crl_entries.clone());
        registry.register_with_unit("crl_age", "Since it was made", Unit::Seconds, self.crl_age.clone());
        registry.register(
            "crl_next_update_timestamp_seconds",
            "Unix time at which clients stop relying on it",
            self.crl_next_update.clone(),
        );
        registry.register(
            "certificates_expiring",
            "Certificates that were not revoked and end within this time",
            self.expiring.clone(),
        );
        registry.register("journal_batches", "Links of the journal's chain", self.batches.clone());
    }

    /// Counts what a batch says has happened, once it is durable, and how long that took.
    pub fn committed(&self, batch: &Batch, took: Duration) {
        self.commit.observe(took.as_secs_f64());
        for entry in batch.entries() {
            match &entry.event {
                Event::CertificateIssued(issued) => {
                    let profile = issued.profile.clone();
                    self.issued.get_or_create(&Issued { profile }).inc();
                }
                Event::RequestRefused(refused) => {
                    let (path, rule) = (refused.path.clone(), refused.rule.clone());
                    self.refused.get_or_create(&Refused { path, rule }).inc();
                }
                Event::CertificateRevoked(revoked) => {
                    let reason = revoked.reason.to_string();
                    self.revoked.get_or_create(&Revoked { reason }).inc();
                }
                _ => {}
            }
        }
    }

    /// Counts a batch that the record did not take.
    pub fn not_committed(&self) {
        self.failed.inc();
    }

    /// Counts a signature and how long it took.
    pub fn signed(&self, took: Duration) {
        self.signature.observe(took.as_secs_f64());
    }

    /// Everything, as Prometheus reads it.
    pub(crate) fn page(&self, measured: Measured) -> String {
        let seconds = measured.now.unix();
        for Listed { issuer, number, entries, this_update, next_update } in measured.lists {
            let of = Of { issuer };
            self.crl.get_or_create(&of).set(whole(number));
            self.crl_entries.get_or_create(&of).set(i64::try_from(entries).unwrap_or(i64::MAX));
            self.crl_age.get_or_create(&of).set(seconds.saturating_sub(this_update.unix()));
            self.crl_next_update.get_or_create(&of).set(next_update.unix());
        }
        for (within, count) in measured.expiring {
            self.expiring.get_or_create(&Within { within }).set(whole(count));
        }
        self.batches.set(whole(measured.batches));
        let mut page = String::new();
        // Writing to a String cannot fail.
        let _ = encode(&mut page, &self.registry);
        page
    }
}

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}
