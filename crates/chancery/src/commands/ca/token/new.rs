// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca token new`.

use std::time::Duration;

use authority::{NewToken, Scope, TokenProblem};
use clap::builder::PossibleValuesParser;
use keys::AwsLc;
use serde::Serialize;

use crate::config::Config;
use crate::context::Context;
use crate::data_dir::{DataDir, record_failure};
use crate::failure::{Failure, Verdict};
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

    /// How many days it is good for
    #[arg(long, value_name = "N", default_value_t = 365, value_parser = clap::value_parser!(u64).range(1..=3650))]
    days: u64,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    id: String,
    token: String,
    label: String,
    scopes: Vec<String>,
    profiles: Vec<String>,
    not_after: String,
}

pub(crate) fn run(args: Args, context: &mut Context) -> Result<Verdict, Failure> {
    let authority = DataDir::of(context)?.open()?;
    let Args { label, scopes, profiles, days } = args;
    require_leaves(&profiles, &authority.directory().config()?)?;
    let scopes: Vec<Scope> = scopes.iter().filter_map(|name| Scope::named(name)).collect();
    let profiles = if scopes.contains(&Scope::Issue) { profiles } else { Vec::new() };
    let now = context.clock.now();
    let not_after = now.plus(Duration::from_secs(days.saturating_mul(86_400)));
    let by = warrant::of_this_user("chancery ca token");
    let new = NewToken {
        label: label.clone(),
        scopes: scopes.clone(),
        profiles: profiles.clone(),
        not_after: Some(not_after),
        by,
    };
    let secret = wait(new.commit(now, &**authority.record(), &SystemRandom, &AwsLc));
    let secret = secret.map_err(|error| match &error {
        TokenProblem::Record(source) => record_failure(source, authority.directory()),
        TokenProblem::Label { .. } => {
            Failure::refused(error.to_string()).hint("chancery ca token new --label deploy --scope issue")
        }
        error => Failure::from_error(error),
    })?;
    let shown = secret.reveal();
    if context.ui.is_json() {
        context.ui.json(&Document {
            id: secret.id().to_string(),
            token: shown.to_string(),
            label,
            scopes: scopes.iter().map(ToString::to_string).collect(),
            profiles,
            not_after: not_after.to_string(),
        })?;
        return Ok(Verdict::Yes);
    }
    // Standard output is the token's.
    context.ui.raw(format!("{}\n", &*shown).as_bytes())?;
    let scopes: Vec<&str> = scopes.iter().map(|scope| scope.name()).collect();
    let by = if profiles.is_empty() { String::new() } else { format!(" by {}", profiles.join(", ")) };
    context.ui.note(&format!(
        "this is the only time it is shown: {} may {}{by}, until {not_after}; chancery ca token revoke {} ends it",
        label,
        scopes.join(", "),
        secret.id()
    ))?;
    Ok(Verdict::Yes)
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
