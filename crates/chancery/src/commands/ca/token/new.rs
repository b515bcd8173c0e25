// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca token new`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use authority::{Bearer, CertificateProblem, IssuerId, NewToken, Scope, TokenId, TokenProblem};
use clap::builder::PossibleValuesParser;
use keys::AwsLc;
use serde::Serialize;
use x509::Certificate;

use crate::config::Config;
use crate::context::Context;
use crate::data_dir::{Authority, DataDir, record_failure};
use crate::failure::{Failure, Verdict};
use crate::input;
use crate::random::SystemRandom;
use crate::warrant;
use authority::wait;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What it is for, in a few words
    #[arg(long, value_name = "WORDS")]
    label: String,

    /// What it allows; may be repeated, or several with commas between them
    #[arg(long = "scope", value_name = "SCOPE", required = true, value_delimiter = ',',
          value_parser = PossibleValuesParser::new(["read", "issue", "revoke", "approve"]))]
    scopes: Vec<String>,

    /// A profile that certificates may be issued by (server, client, or one of chancery.toml); may be repeated
    #[arg(long = "profile", value_name = "PROFILE", default_value = "server", value_delimiter = ',')]
    profiles: Vec<String>,

    /// A client certificate of this authority: whoever shows it, and has its key, needs no secret. It goes on when the
    /// certificate is renewed on the same key
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,

    /// How many days it is good for
    #[arg(long, value_name = "N", default_value_t = 365, value_parser = clap::value_parser!(u64).range(1..=3650))]
    days: u64,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    id: String,
    /// The secret; `null` for a key.
    token: Option<String>,
    /// The SHA-256 of the key that it is; `null` for a secret.
    key_sha256: Option<String>,
    label: String,
    scopes: Vec<String>,
    profiles: Vec<String>,
    not_after: String,
}

pub(crate) fn run(args: Args, context: &mut Context) -> Result<Verdict, Failure> {
    let authority = DataDir::of(context)?.open()?;
    let Args { label, scopes, profiles, certificate, days } = args;
    require_leaves(&profiles, &authority.directory().config()?)?;
    let scopes: Vec<Scope> = scopes.iter().filter_map(|name| Scope::named(name)).collect();
    let profiles = if scopes.contains(&Scope::Issue) { profiles } else { Vec::new() };
    let not_after = context.clock.now().plus(Duration::from_secs(days.saturating_mul(86_400)));
    let by = warrant::of_this_user("chancery ca token");
    let new = NewToken { label, scopes, profiles, not_after: Some(not_after), by };
    match certificate {
        Some(file) => for_key(&new, &file, &authority, context),
        None => secret(&new, &authority, context),
    }?;
    Ok(Verdict::Yes)
}

/// A secret, which is shown once.
fn secret(new: &NewToken, authority: &Authority, context: &mut Context) -> Result<(), Failure> {
    let now = context.clock.now();
    let secret = wait(new.clone().commit(now, &**authority.record(), &SystemRandom, &AwsLc));
    let secret = secret.map_err(|error| failure(&error, authority))?;
    let shown = secret.reveal();
    if context.ui.is_json() {
        let token = Some(shown.to_string());
        return context.ui.json(&Document { token, ..Document::of(new, secret.id()) });
    }
    // Standard output is the token's.
    context.ui.raw(format!("{}\n", &*shown).as_bytes())?;
    context.ui.note(&format!(
        "this is the only time it is shown: {}; chancery ca token revoke {} ends it",
        allowance(new),
        secret.id()
    ))
}

/// The key of a certificate.
fn for_key(new: &NewToken, file: &Path, authority: &Authority, context: &mut Context) -> Result<(), Failure> {
    let certificates = input::certificates(file)?;
    let chain: Vec<&[u8]> = certificates.iter().map(Vec::as_slice).collect();
    let certificate = Certificate::parse(chain.first().copied().unwrap_or_default())
        .map_err(|error| Failure::refused(format!("{}: {error}", file.display())))?;
    let key = certificate.tbs().subject_public_key_info();
    let (now, record) = (context.clock.now(), &**authority.record());
    let id = wait(new.clone().commit_for_key(key.raw(), now, record, &AwsLc));
    let id = id.map_err(|error| failure(&error, authority))?;
    let key_sha256 = IssuerId::of(&key, &AwsLc).to_string();
    if context.ui.is_json() {
        let key_sha256 = Some(key_sha256.clone());
        context.ui.json(&Document { key_sha256, ..Document::of(new, id) })?;
    } else {
        context.ui.tick(&format!("the key of {} is a token: {}", file.display(), allowance(new)))?;
        context.ui.rows(&[
            ("id", format!("{id}: chancery ca token revoke {id} ends it")),
            ("key", format!("SHA-256 {key_sha256}")),
            (
                "shown by",
                format!("curl --cert {} --key KEY https://HOST:PORT/api/v1/profiles", file.display()),
            ),
        ])?;
    }
    match wait(Bearer::of_certificate(&chain, now, record, &AwsLc)) {
        Err(CertificateProblem::Record(error)) => Err(record_failure(&error, authority.directory())),
        Err(problem) => context.ui.note(&format!(
            "the certificate lets nobody in as it is: {problem}; another one for the same key does, once it is good"
        )),
        Ok(_) => Ok(()),
    }
}

impl Document {
    fn of(new: &NewToken, id: TokenId) -> Self {
        Self {
            id: id.to_string(),
            token: None,
            key_sha256: None,
            label: new.label.clone(),
            scopes: new.scopes.iter().map(ToString::to_string).collect(),
            profiles: new.profiles.clone(),
            not_after: new.not_after.map(|not_after| not_after.to_string()).unwrap_or_default(),
        }
    }
}

/// What a token allows, in a clause.
fn allowance(new: &NewToken) -> String {
    let scopes: Vec<&str> = new.scopes.iter().map(|scope| scope.name()).collect();
    let by = if new.profiles.is_empty() { String::new() } else { format!(" by {}", new.profiles.join(", ")) };
    let until = new.not_after.map(|not_after| format!(", until {not_after}")).unwrap_or_default();
    format!("{} may {}{by}{until}", new.label, scopes.join(", "))
}

fn failure(error: &TokenProblem, authority: &Authority) -> Failure {
    match error {
        TokenProblem::Record(source) => record_failure(source, authority.directory()),
        TokenProblem::Label { .. } => {
            Failure::refused(error.to_string()).hint("chancery ca token new --label deploy --scope issue")
        }
        TokenProblem::KeyKnown { id } => Failure::refused(error.to_string()).hint(format!(
            "to have it allow something else: chancery ca token revoke {id}, and make it again"
        )),
        error => Failure::from_error(error),
    }
}

/// Refuses profiles that nobody has, and those of authorities: programs get leaves.
fn require_leaves(profiles: &[String], config: &Config) -> Result<(), Failure> {
    let known: Vec<&str> = config.leaves().map(authority::Profile::name).collect();
    match profiles.iter().find(|profile| !known.contains(&profile.as_str())) {
        Some(other) => Err(Failure::refused(format!(
            "programs have no certificates issued by profile {other:?}: there are {}",
            known.join(", ")
        ))
        .hint("chancery ca token new --label deploy --scope issue --profile server")),
        None => Ok(()),
    }
}
