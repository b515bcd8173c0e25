// SPDX-License-Identifier: MIT OR Apache-2.0
//! What an issuer and its constraints are called.

use authority::constraints::ChainConstraints;
use authority::{BaseUrl, Constraints, IssuerId, NameKind, publication};
use keys::AwsLc;
use serde::Serialize;
use x509::Certificate;

use crate::base_url::loopback;
use crate::data_dir::parse;
use crate::failure::Failure;
use crate::output;

/// Which clients hold an authority to its constraints, as far as it has been tried.
pub(super) const ENFORCED_BY: &str =
    "OpenSSL, GnuTLS, Go, Java, NSS (Firefox) and Chromium refuse a certificate outside them";
/// What constraints leave open.
pub(super) const LEFT_OPEN: &str =
    "forms of names that are not listed (URIs, directory names); they are never issued here";

/// An issuer as `--json` prints it.
#[derive(Serialize)]
pub(super) struct IssuerDocument {
    pub(super) role: &'static str,
    pub(super) subject: String,
    pub(super) serial: String,
    pub(super) not_before: String,
    pub(super) not_after: String,
    pub(super) sha256: String,
    pub(super) key: String,
    pub(super) certificate_pem: String,
    /// The beginning of its identifier, by which other verbs know it.
    #[serde(skip)]
    pub(super) short_id: String,
}

impl IssuerDocument {
    /// Tells the first certificate of a chain, whose key is kept in `key`.
    pub(super) fn of(chain: &[Vec<u8>], key: &str) -> Result<Self, Failure> {
        let (own, is_root) = (chain.first().map_or(&[][..], Vec::as_slice), chain.len() == 1);
        let certificate = parse(own)?;
        let (tbs, validity) = (certificate.tbs(), certificate.tbs().validity());
        Ok(Self {
            role: if is_root { "root" } else { "intermediate" },
            subject: tbs.subject().to_string(),
            serial: tbs.serial().to_string(),
            not_before: validity.not_before.time.to_string(),
            not_after: validity.not_after.time.to_string(),
            sha256: output::fingerprint(own),
            key: key.to_owned(),
            certificate_pem: x509::pem::encode("CERTIFICATE", own),
            short_id: IssuerId::of(&tbs.subject_public_key_info(), &AwsLc)
                .to_string()
                .chars()
                .take(16)
                .collect(),
        })
    }

    /// The rows for people.
    pub(super) fn rows(&self) -> Vec<(&'static str, String)> {
        vec![
            ("id", self.short_id.clone()),
            ("subject", self.subject.clone()),
            ("serial", self.serial.clone()),
            ("valid", format!("{} until {}", self.not_before, self.not_after)),
            ("fingerprint", format!("SHA-256 {}", self.sha256)),
            ("private key", self.key.clone()),
        ]
    }
}

/// Constraints as `--json` prints them; all three are empty when there are none.
#[derive(Serialize)]
pub(super) struct ConstraintsDocument {
    pub(super) constrained: bool,
    pub(super) dns: String,
    pub(super) ip: String,
    pub(super) email: String,
}

impl ConstraintsDocument {
    pub(super) fn of(constraints: &Constraints) -> Self {
        Self {
            constrained: !constraints.is_unconstrained(),
            dns: constraints.in_words(NameKind::Dns),
            ip: constraints.in_words(NameKind::Ip),
            email: constraints.in_words(NameKind::Email),
        }
    }

    /// Those that the first certificate of a chain carries.
    pub(super) fn of_chain(chain: &[Vec<u8>]) -> Result<Self, Failure> {
        let parsed: Vec<Certificate<'_>> =
            chain.iter().map(|der| parse(der)).collect::<Result<_, Failure>>()?;
        let constraints = ChainConstraints::of(&parsed).map_err(|error| Failure::from_error(&error))?;
        Ok(Self::of(&constraints.nearest()))
    }

    /// The rows for people.
    pub(super) fn rows(&self) -> Vec<(&'static str, String)> {
        if !self.constrained {
            return vec![(
                "any name",
                "whoever trusts the root trusts it for every site there is".to_owned(),
            )];
        }
        let mail = self.email.split(", ").filter(|word| !word.starts_with("@."));
        vec![
            ("hosts", format!("{} (and everything below them)", self.dns)),
            ("addresses", self.ip.clone()),
            ("mail", format!("{} (and below)", mail.collect::<Vec<_>>().join(", "))),
            ("enforced by", ENFORCED_BY.to_owned()),
            ("left open", LEFT_OPEN.to_owned()),
        ]
    }
}

/// Where an authority publishes, as rows for people.
pub(super) fn published_rows(base_url: Option<&BaseUrl>) -> Vec<(&'static str, String)> {
    let Some(base) = base_url else {
        let words =
            "nowhere: no certificate says where to ask whether it was taken back (chancery ca url URL)";
        return vec![("URL", words.to_owned())];
    };
    let port = base.port();
    let serve = match port {
        publication::PORT => "chancery ca serve".to_owned(),
        80 => "chancery ca serve, behind whatever answers at port 80".to_owned(),
        port => format!("chancery ca serve --http 0.0.0.0:{port}"),
    };
    let mut rows =
        vec![("URL", format!("{base}, in every certificate that is issued")), ("served by", serve)];
    if base.is_loopback() {
        rows.push(("reached by", loopback(base)));
    }
    rows
}
