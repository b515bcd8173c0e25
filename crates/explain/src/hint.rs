// SPDX-License-Identifier: MIT OR Apache-2.0
//! What to do about a refusal: a sentence, and a command wherever there is one.

mod table;

use serde::Serialize;
use verify::{PeerName, Place, Purpose, Reason, Rejection};
use x509::ext::{AuthorityInfoAccess, ReasonCode};
use x509::{Certificate, GeneralName, SignatureError, oid};

use table::CLOCK;
pub use table::{Advice, advice};

use crate::shell::quoted;
use crate::verdict::{Case, bare};

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hint {
    /// In a sentence.
    pub text: String,
    /// The command to run, when there is one.
    pub command: Option<String>,
}

impl Hint {
    pub(crate) fn new(text: impl Into<String>, command: Option<String>) -> Self {
        Self { text: text.into(), command }
    }
}

/// What the caller did, so that a hint can say how to do it again.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The command that asked, without `--name`, `--host` and `--roots`: `chancery connect localhost:8443`.
    pub command: &'a str,
    /// The option of that command that sets the name: `--name` or `--host`.
    pub name_option: &'a str,
    /// The name, when that option was given.
    pub name: Option<&'a str>,
    /// The files that replaced the trust store, as words of a command: ` --roots root.pem`; empty when none did.
    pub roots: &'a str,
    /// Whether the moment of judging was given, not read from a clock.
    pub at: bool,
}

impl Asked<'_> {
    /// The same again.
    pub(crate) fn again(&self) -> String {
        format!("{}{}{}", self.command, self.name(), self.roots)
    }

    fn name(&self) -> String {
        self.name.map(|name| format!(" {} {}", self.name_option, quoted(name))).unwrap_or_default()
    }

    /// With the roots of a file besides: that which was given, or one to be named.
    fn with_roots(&self) -> String {
        if self.roots.is_empty() {
            format!("{}{} --roots FILE", self.command, self.name())
        } else {
            self.again()
        }
    }

    /// For another name.
    pub(crate) fn with_name(&self, name: &str) -> String {
        format!("{} {} {name}{}", self.command, self.name_option, self.roots)
    }
}

/// What to do about the rejection of a case; the most helpful first.
pub(crate) fn hints(rejection: &Rejection, case: &Case<'_>) -> Vec<Hint> {
    match rejection.reason() {
        Reason::UnknownIssuer { issuer, unreadable: Some(_), .. } => vec![Hint::new(
            format!(
                "what was given may be the certificate of {issuer}, damaged: fetch it again, and look at it by itself"
            ),
            Some("chancery cert show FILE".to_owned()),
        )],
        Reason::UnknownIssuer { issuer, self_issued, unreadable: None } => {
            unknown_issuer(rejection, issuer, *self_issued, case)
        }
        Reason::NameMismatch { presented, .. } => name_mismatch(presented, case),
        Reason::Signature { error: SignatureError::UnsupportedAlgorithm { .. }, .. } => vec![Hint::new(
            "no client should rely on such a signature: let the issuer sign the request again, with a digest of today",
            (rejection.place() == Place::Leaf).then(|| "chancery sign CSR --out cert.pem".to_owned()),
        )],
        Reason::Signature { error, .. } if !is_forged(error) => vec![Hint::new(
            "no client should rely on such a key: let its owner make another, and with it the certificate again",
            Some("chancery key new --kind p256 --out key.pem".to_owned()),
        )],
        Reason::Revoked { .. } if rejection.place() != Place::Leaf => vec![Hint::new(
            "an authority on the way was taken back, and with it all that it signed: let another sign the request",
            Some("chancery sign CSR --out cert.pem".to_owned()),
        )],
        Reason::Revoked { reason: Some(ReasonCode::CertificateHold), .. } => vec![Hint::new(
            "it is on hold, which its authority may lift or make final: ask there, and do not use it until then",
            None,
        )],
        Reason::Expired { .. } if rejection.place() != Place::Leaf => {
            vec![expired_authority(rejection, case)]
        }
        _ => {
            let advice = advice(faulty(rejection));
            let name = wanted(case).unwrap_or_else(|| "NAME".to_owned());
            let profile =
                if case.purpose == Purpose::ClientAuth { "--profile client" } else { "--profile server" };
            let fill = |command: &str| command.replace("NAME", &name).replace("--profile server", profile);
            // Whoever asks makes no certificates of authorities.
            let is_leaf = rejection.place() == Place::Leaf && case.purpose != Purpose::IssueCertificates;
            let command = advice.command.map(|command| {
                if is_leaf || !command.starts_with("chancery sign ") {
                    command
                } else {
                    "chancery cert show FILE"
                }
            });
            if case.asked.at && command == Some(CLOCK) {
                return vec![Hint::new(
                    format!("{} was the moment asked for (--at): judge as of another, or of now", case.at),
                    None,
                )];
            }
            vec![Hint::new(advice.text, command.map(fill))]
        }
    }
}

/// The rule to give advice on: of a status that is not known, that which the first list or response breaks.
fn faulty(rejection: &Rejection) -> &'static str {
    match rejection.reason() {
        Reason::StatusUnknown { faults, .. } => {
            faults.first().map_or(rejection.rule().id, |fault| fault.rule.id)
        }
        _ => rejection.rule().id,
    }
}

fn unknown_issuer(rejection: &Rejection, issuer: &str, self_issued: bool, case: &Case<'_>) -> Vec<Hint> {
    let asked = &case.asked;
    let trust = |what: &str| {
        let how = if !asked.roots.is_empty() {
            "if you trust it, put its certificate into the file given with --roots"
        } else {
            "if you trust it, name the file with its certificate"
        };
        Hint::new(format!("{what}{how}"), Some(asked.with_roots()))
    };
    let install = asked.roots.is_empty().then(|| {
        Hint::new(
            "if it is the root of a Chancery authority of yours, let this machine trust it",
            Some("chancery trust install root.pem".to_owned()),
        )
    });
    let mut hints = Vec::new();
    if self_issued && rejection.place() == Place::Leaf {
        hints.push(trust("the certificate signed itself, so it is its own root: "));
    } else if rejection.place() == Place::Leaf {
        let leaf = case.chain.first().and_then(|leaf| issuer_url(leaf));
        let url = leaf.map(|url| format!("; it is published at {url}")).unwrap_or_default();
        hints.push(Hint::new(
            format!(
                "a server sends its own certificate and then every intermediate, and that of {issuer} did not come \
                 with it: append it to the server’s chain file{url}"
            ),
            None,
        ));
        hints.push(trust(&format!("or, should {issuer} be a root: ")));
        hints.extend(install);
    } else {
        hints.push(trust(&format!("nobody told this client to trust {issuer}: ")));
        hints.extend(install);
    }
    hints
}

/// Whether a signature is simply not the issuer's, so that the key may be a good one.
pub(crate) const fn is_forged(error: &SignatureError) -> bool {
    matches!(error, SignatureError::BadSignature | SignatureError::KeyMismatch { .. })
}

/// An authority's certificate is not the server's to renew.
fn expired_authority(rejection: &Rejection, case: &Case<'_>) -> Hint {
    match rejection.place() {
        Place::Anchor(_) => Hint::new(
            "the root itself is over, and with it all that it signed: get the authority’s new root and trust that",
            Some(case.asked.with_roots()),
        ),
        Place::Leaf | Place::Intermediate(_) => Hint::new(
            "the server’s own certificate is not at fault: get this authority’s renewed certificate and put it in \
             place of the old one in the server’s chain file",
            Some("chancery cert show FILE".to_owned()),
        ),
    }
}

fn name_mismatch(presented: &[String], case: &Case<'_>) -> Vec<Hint> {
    // A wildcard is no name that one can ask for.
    let usable = presented
        .iter()
        .find(|name| (name.starts_with("dns:") || name.starts_with("ip:")) && !name.contains('*'));
    let mut hints = Vec::new();
    if let Some(place) = place_of_named(case) {
        return vec![Hint::new(
            format!(
                "the certificates stand in the wrong order: number {place} is the one with that name, and a server’s own \
                 certificate comes first, its issuer’s next"
            ),
            None,
        )];
    }
    if let Some(name) = case.name.filter(|name| is_common_name_alone(name, case)) {
        hints.push(Hint::new(
            format!(
                "the certificate has {name} only as its common name, which clients ignore since RFC 9525 (and \
                 browsers since 2017): have it made again with {name} among its alternative names"
            ),
            Some(format!("chancery csr new --key key.pem --name {}", quoted(&name.to_string()))),
        ));
        return hints;
    }
    if let Some(usable) = usable {
        hints.push(Hint::new(
            "if that is the server you mean, call it by a name that its certificate has",
            Some(case.asked.with_name(&quoted(bare(usable)))),
        ));
    }
    let word = wanted(case).unwrap_or_else(|| "NAME".to_owned());
    let name = case.name.map_or_else(|| "the name that was asked for".to_owned(), ToString::to_string);
    let or = if hints.is_empty() { "" } else { "or " };
    hints.push(Hint::new(
        format!("{or}give the server a certificate that has {name} among its alternative names"),
        Some(format!("chancery csr new --key key.pem --name {word}")),
    ));
    hints
}

/// The place, from 1, of a certificate behind the first that has the name.
fn place_of_named(case: &Case<'_>) -> Option<usize> {
    let name = case.name?;
    let has_it = |der: &&[u8]| Certificate::parse(der).is_ok_and(|it| name.is_presented_by(&it));
    let place = case.chain.iter().skip(1).position(has_it)?;
    Some(place.saturating_add(2))
}

/// Whether the leaf has this name as its common name, where clients do not look.
fn is_common_name_alone(name: &PeerName, case: &Case<'_>) -> bool {
    let leaf = case.chain.first().and_then(|leaf| Certificate::parse(leaf).ok());
    leaf.is_some_and(|leaf| name.is_common_name_of(&leaf))
}

/// The name that the certificate had to be for, as a word of a command.
fn wanted(case: &Case<'_>) -> Option<String> {
    case.name.map(|name| quoted(&name.to_string()))
}

/// Where a certificate says that its issuer's is found.
fn issuer_url(der: &[u8]) -> Option<&str> {
    let extensions = Certificate::parse(der).ok()?.tbs().extensions();
    let access = extensions.decode::<AuthorityInfoAccess<'_>>().ok()??;
    access.value.iter().find_map(|access| match access.location {
        GeneralName::Uri(uri) if access.method == oid::CA_ISSUERS => Some(uri),
        _ => None,
    })
}
