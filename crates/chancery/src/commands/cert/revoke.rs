// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery cert revoke` and `chancery cert release`.

mod sweep;

use authority::revoke::release;
use authority::{Reach, Revocation, RevokeError, Status};
use clap::ValueEnum;
use explain::CertificateFacts;
use keys::AwsLc;
use serde::Serialize;
use x509::ext::ReasonCode;
use x509::{Certificate, Time};

use super::filters::Filters;
use super::find::{self, Found};
use crate::context::Context;
use crate::data_dir::{Authority, DataDir, record_failure};
use crate::failure::{Failure, Verdict};
use crate::warrant;
use authority::wait;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The serial number (hexadecimal; its first 8 digits do), or a file with the certificate; without it, all those
    /// that the options below name
    #[arg(value_name = "SERIAL|FILE")]
    which: Option<String>,

    /// Why
    #[arg(long, value_enum, default_value_t = Reason::Unspecified)]
    reason: Reason,

    /// Since when its key is not to be relied on, where that was earlier: 2026-11-22, or 2026-11-22T10:00:00Z
    #[arg(long, value_name = "TIME", value_parser = time)]
    invalid_from: Option<Time>,

    /// Say what would be revoked, and revoke nothing
    #[arg(long)]
    dry_run: bool,

    /// Revoke all those that the options below name: look at them with --dry-run first
    #[arg(long, conflicts_with_all = ["dry_run", "which"])]
    yes: bool,

    #[command(flatten)]
    filters: Filters,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ReleaseArgs {
    /// The serial number (hexadecimal; its first 8 digits do), or a file with the certificate
    #[arg(value_name = "SERIAL|FILE")]
    which: String,
}

/// The reasons of RFC 5280 §5.3.1 for which a certificate can be taken back, by our names and by its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Reason {
    /// No reason given
    Unspecified,
    /// Somebody else has the private key, or may have it
    #[value(alias = "keyCompromise")]
    KeyCompromise,
    /// The same of a certificate authority
    #[value(alias = "cACompromise")]
    CaCompromise,
    /// A name in it is no longer right
    #[value(alias = "affiliationChanged")]
    AffiliationChanged,
    /// Another certificate takes its place
    Superseded,
    /// It is no longer needed
    #[value(alias = "cessationOfOperation")]
    CessationOfOperation,
    /// On hold: `cert release` lifts it, another reason makes it final
    #[value(alias = "certificateHold")]
    Hold,
    /// What it allowed was withdrawn
    #[value(alias = "privilegeWithdrawn")]
    PrivilegeWithdrawn,
}

impl From<Reason> for ReasonCode {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Unspecified => Self::Unspecified,
            Reason::KeyCompromise => Self::KeyCompromise,
            Reason::CaCompromise => Self::CaCompromise,
            Reason::AffiliationChanged => Self::AffiliationChanged,
            Reason::Superseded => Self::Superseded,
            Reason::CessationOfOperation => Self::CessationOfOperation,
            Reason::Hold => Self::CertificateHold,
            Reason::PrivilegeWithdrawn => Self::PrivilegeWithdrawn,
        }
    }
}

fn time(text: &str) -> Result<Time, String> {
    Time::parse(text).ok_or_else(|| "write it as 2026-11-22 or 2026-11-22T10:00:00Z".to_owned())
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    serial: String,
    names: Vec<String>,
    subject: String,
    /// `good`, `revoked` or `on-hold`: as it stands afterwards, or in a dry run would.
    status: &'static str,
    reason: Option<String>,
    since: Option<String>,
    invalid_from: Option<String>,
    dry_run: bool,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    let asks_for_many = args.filters.question(context.clock.now()).is_anything();
    match &args.which {
        Some(which) if !asks_for_many => one(args, which, context),
        None if asks_for_many => sweep::run(args, context),
        Some(_) => Err(Failure::could_not("one certificate is named, and options that name many")
            .hint("leave out one of them: chancery cert revoke --help")),
        None => Err(Failure::could_not("no certificate is named")
            .hint("chancery cert revoke SERIAL; or several: chancery cert revoke --name '*.example.internal' --dry-run")),
    }
}

fn one(args: &Args, which: &str, context: &mut Context) -> Result<Verdict, Failure> {
    let authority = DataDir::of(context)?.open()?;
    let Found { record, serial } = find::found(&authority, which)?;
    require_no_root(&authority, &record.issued.certificate)?;
    let now = context.clock.now();
    let revocation = Revocation {
        issuer: record.issued.issuer,
        serial: serial.clone(),
        reason: args.reason.into(),
        invalid_from: args.invalid_from,
        warrant: warrant::of_this_user("chancery cert revoke"),
    };
    let (reason, invalid_from) = (revocation.reason, args.invalid_from);
    let failed = |error| record_failure(&error, authority.directory());
    let others = wait(revocation.beside(&**authority.record())).map_err(failed)?;
    if args.dry_run {
        wait(revocation.check(now, &**authority.record()))
    } else {
        wait(revocation.commit(now, &**authority.record())).map(drop)
    }
    .map_err(|error| failure(&error, which, &authority))?;
    let on_hold = reason == ReasonCode::CertificateHold;
    let document = Document {
        status: if on_hold { "on-hold" } else { "revoked" },
        reason: Some(reason.to_string()),
        since: Some(now.to_string()),
        invalid_from: invalid_from.map(|from| from.to_string()),
        dry_run: args.dry_run,
        ..document(&record.issued.certificate, now)?
    };
    let did = match (args.dry_run, on_hold) {
        (false, false) => "revoked, and recorded",
        (false, true) => "on hold, and recorded",
        (true, false) => "would be revoked",
        (true, true) => "would be put on hold",
    };
    tell(&document, did, context)?;
    if !context.ui.is_json() {
        tell_others(&others, reason, args.dry_run, context)?;
    }
    if !args.dry_run && !context.ui.is_json() {
        let by = authority.issuers().iter().find(|issuer| issuer.added.id == record.issued.issuer);
        if by.is_some_and(|issuer| issuer.reach == Reach::Away) {
            context.ui.note(
                "its issuer's key was taken away, and the CRLs that were made ahead do not say so: bring it back and take \
                 it away again: chancery ca root online",
            )?;
        } else {
            tell_where(&authority, context)?;
        }
    }
    Ok(Verdict::Yes)
}

/// How clients learn of it.
fn tell_where(authority: &Authority, context: &mut Context) -> Result<(), Failure> {
    context.ui.note(&match authority.base_url() {
        Some(base) => format!(
            "whoever asks at {base} is told within seconds, while chancery up or ca serve runs; as a file: \
             chancery ca crl --out crl.pem --force"
        ),
        None => "clients learn of it from the next CRL: chancery ca crl --out crl.pem --force".to_owned(),
    })
}

/// The other certificates of an issuer's key: what becomes of them.
fn tell_others(
    others: &[(authority::IssuerId, Vec<u8>)],
    reason: ReasonCode,
    dry_run: bool,
    context: &mut Context,
) -> Result<(), Failure> {
    for (_, serial) in others {
        let serial = x509::Serial::from_content(serial);
        let note = match (reason.is_compromise(), dry_run) {
            (true, false) => format!("so is {serial}, another certificate of the same key"),
            (true, true) => format!("so would be {serial}, another certificate of the same key"),
            (false, _) => format!(
                "{serial}, another certificate of the same key, stays good: chancery cert revoke {serial}"
            ),
        };
        context.ui.note(&note)?;
    }
    Ok(())
}

pub(crate) fn run_release(args: &ReleaseArgs, context: &mut Context) -> Result<Verdict, Failure> {
    let authority = DataDir::of(context)?.open()?;
    let Found { record, serial } = find::found(&authority, &args.which)?;
    let now = context.clock.now();
    let warrant = warrant::of_this_user("chancery cert release");
    let released = release(record.issued.issuer, serial, &warrant, now, &**authority.record());
    wait(released).map_err(|error| failure(&error, &args.which, &authority))?;
    tell(&document(&record.issued.certificate, now)?, "no longer on hold, and recorded", context)?;
    Ok(Verdict::Yes)
}

/// A root that took itself back would have to be believed to be disbelieved.
fn require_no_root(authority: &Authority, der: &[u8]) -> Result<(), Failure> {
    let is_root = |issuer: &authority::IssuerRecord| {
        issuer.added.chain.last().is_some_and(|root| root.as_slice() == der)
    };
    if !authority.issuers().iter().any(is_root) {
        return Ok(());
    }
    Err(Failure::refused("a root is not revoked: nobody stands above it to say so").hint(
        "take it out of every trust store: chancery trust remove; and make another authority: chancery --data-dir NEW ca init",
    ))
}

fn failure(error: &RevokeError, which: &str, authority: &Authority) -> Failure {
    match error {
        RevokeError::Record(source) if source.is_refusal() => {
            Failure::refused(source.to_string()).hint(format!("chancery cert show {which}"))
        }
        RevokeError::Record(source) => record_failure(source, authority.directory()),
        _ => Failure::refused(error.to_string()),
    }
}

fn document(der: &[u8], now: Time) -> Result<Document, Failure> {
    let certificate = Certificate::parse(der)
        .map_err(|error| Failure::could_not("the record holds a damaged certificate").because(&error))?;
    let CertificateFacts { serial, names, subject, .. } = CertificateFacts::of(&certificate, now, &AwsLc);
    Ok(Document {
        serial,
        names,
        subject,
        status: "good",
        reason: None,
        since: None,
        invalid_from: None,
        dry_run: false,
    })
}

fn tell(document: &Document, did: &str, context: &mut Context) -> Result<(), Failure> {
    if context.ui.is_json() {
        return context.ui.json(document);
    }
    context.ui.tick(did)?;
    let named = if document.names.is_empty() { &document.subject } else { &document.names.join(", ") };
    let mut rows = vec![("serial", document.serial.clone()), ("names", named.clone())];
    rows.extend(document.reason.clone().map(|reason| ("reason", reason)));
    rows.extend(document.since.clone().map(|since| ("since", since)));
    rows.extend(document.invalid_from.clone().map(|from| ("key bad", format!("since {from}"))));
    context.ui.rows(&rows)
}

/// How a certificate stands, in words; `None` when it is good.
pub(super) fn in_words(status: Status) -> Option<String> {
    let Status::Revoked(revoked) = status else { return None };
    let from = revoked.invalid_from.map(|from| format!(", its key bad since {from}")).unwrap_or_default();
    Some(format!("{} since {} ({}){from}", revoked.in_a_word(), revoked.since, revoked.reason))
}
