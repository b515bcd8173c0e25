// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery policy check`.

use std::path::PathBuf;
use std::time::Duration;

use authority::lifetime::Period;
use authority::lifetime::check::{self, Clocks, Weight};
use authority::policy::Effect;
use authority::{Profile, Standing};
use serde::Serialize;
use status::Settings;
use x509::{Certificate, Time};

use crate::config::Config;
use crate::context::Context;
use crate::data_dir::{Authority, DataDir};
use crate::failure::{Failure, Verdict};
use crate::publishing;

const DAY: u32 = 86_400;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The policy, when it is not the chancery.toml of the data directory
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    /// The file; `null` where there is none, and what ships is in force.
    file: Option<String>,
    /// Whether nothing is allowed but what a rule allows.
    closed: bool,
    profiles: Vec<ProfileDocument>,
    rules: Vec<RuleDocument>,
    findings: Vec<FindingDocument>,
}

#[derive(Serialize)]
struct ProfileDocument {
    profile: String,
    default_days: u32,
    maximum_days: u32,
}

#[derive(Serialize)]
struct RuleDocument {
    rule: String,
    origin: String,
    effect: String,
}

#[derive(Serialize)]
struct FindingDocument {
    /// `impossible` or `harmful`.
    weight: &'static str,
    about: String,
    what: String,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    let directory = DataDir::of(context);
    let (file, config, directory) = match (&args.file, directory) {
        // A file is read wherever that is, as in a CI that has no authority.
        (Some(file), directory) => (Some(file.clone()), Config::read(file)?, directory.ok()),
        (None, directory) => {
            let directory = directory?;
            let file = Some(directory.config_file()).filter(|file| file.exists());
            (file, directory.config()?, Some(directory))
        }
    };
    let authority = directory.map_or(Ok(None), |directory| directory.find())?;
    let clocks = clocks(authority.as_ref(), context.clock.now());
    let findings = check::check(&config.profiles, &config.policy, &clocks);
    let findings: Vec<FindingDocument> = findings
        .into_iter()
        .map(|found| FindingDocument {
            weight: match found.weight {
                Weight::Impossible => "impossible",
                Weight::Harmful => "harmful",
            },
            about: found.about,
            what: found.what,
        })
        .collect();
    let cannot_work = findings.iter().any(|finding| finding.weight == "impossible");
    let document = document(file.map(|file| file.display().to_string()), &config, findings);
    if context.ui.is_json() {
        context.ui.json(&document)?
    } else {
        tell(&document, &config, context)?
    }
    Ok(if cannot_work { Verdict::No } else { Verdict::Yes })
}

fn document(file: Option<String>, config: &Config, findings: Vec<FindingDocument>) -> Document {
    let profile = |profile: &Profile| ProfileDocument {
        profile: profile.name().to_owned(),
        default_days: profile.default_days(),
        maximum_days: profile.maximum_days(),
    };
    let rules = config.policy.rules().map(|rule| RuleDocument {
        rule: rule.id.clone(),
        origin: rule.origin.clone(),
        effect: rule.effect.to_string(),
    });
    Document {
        file,
        closed: config.policy.is_closed(),
        profiles: config.profiles.iter().map(profile).collect(),
        rules: rules.collect(),
        findings,
    }
}

/// The lifetimes of the authority that is here; of one that was just made, where there is none.
fn clocks(authority: Option<&Authority>, now: Time) -> Clocks {
    let days = |days: u32| Duration::from_secs(u64::from(days) * u64::from(DAY));
    let profile = Profile::named("intermediate").ok();
    let intermediate = days(profile.map_or(0, |profile| profile.maximum_days()));
    let made = Clocks {
        root: intermediate * 2,
        intermediate,
        left: None,
        crl: publishing::INTERMEDIATE_CRL,
        ocsp: Settings::default().lifetime.0,
        now,
    };
    let issuers = authority.map(Authority::issuers).unwrap_or_default();
    let in_use = issuers.iter().rev().filter(|record| record.standing == Standing::InUse);
    let Some(chain) = in_use.map(|record| &record.added.chain).find(|chain| chain.len() > 1) else {
        return made;
    };
    let period = |der: Option<&Vec<u8>>| {
        let certificate = Certificate::parse(der?).ok()?;
        Some(Period::from(certificate.tbs().validity()))
    };
    match (period(chain.first()), period(chain.last())) {
        (Some(own), Some(root)) => Clocks {
            root: root.length(),
            intermediate: own.length(),
            left: Some(own.not_after.since(now).unwrap_or_default()),
            ..made
        },
        _ => made,
    }
}

fn tell(document: &Document, config: &Config, context: &mut Context) -> Result<(), Failure> {
    match &document.file {
        Some(file) => context.ui.tick(&format!("{file} holds together"))?,
        None => context.ui.tick("there is no chancery.toml: what ships is in force")?,
    }
    let denying = config.policy.rules().filter(|rule| rule.effect == Effect::Deny).count();
    let allowing = document.rules.len().saturating_sub(denying);
    let profiles: Vec<String> = document
        .profiles
        .iter()
        .map(|profile| {
            format!("{}: {} days, at most {}", profile.profile, profile.default_days, profile.maximum_days)
        })
        .collect();
    let rest =
        if document.closed { "what no rule allows is refused" } else { "what no rule denies is allowed" };
    context.ui.rows(&[
        ("rules", format!("{allowing} allow, {denying} deny; {rest}")),
        ("profiles", profiles.join("\n")),
        ("in force", "for the next command, and for servers that run, within seconds".to_owned()),
    ])?;
    for FindingDocument { weight, about, what } in &document.findings {
        match *weight {
            "impossible" => context.ui.cross(&format!("{about}: {what}"))?,
            _ => context.ui.note(&format!("{about}: {what}"))?,
        }
    }
    Ok(())
}
