// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery policy explain`.

use std::path::PathBuf;

use authority::policy::{Path, Who};
use authority::{Order, Plan, Requester, SubjectName, wait};
use explain::PlanFacts;
use keys::AwsLc;
use serde::Serialize;

use crate::commands::sign;
use crate::config::Config;
use crate::context::Context;
use crate::data_dir::{DataDir, issue_failure, record_failure};
use crate::failure::{Failure, Verdict};
use crate::passphrase::PassphraseArgs;
use crate::random::SystemRandom;
use crate::warrant;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The request, PEM or DER (-: standard input)
    #[arg(value_name = "CSR")]
    csr: PathBuf,

    /// What to issue by
    #[arg(long, value_name = "PROFILE", default_value = "server")]
    profile: String,

    /// Who is to have asked: cli, up, or token:LABEL
    #[arg(long = "as", value_name = "WHO", default_value = "cli")]
    who: Who,

    /// How many days it is to live; without it, what the profile says
    #[arg(long, value_name = "N")]
    days: Option<u32>,

    /// Add a name to those that the request asks for; may be repeated
    #[arg(long = "name", value_name = "NAME")]
    names: Vec<SubjectName>,

    /// The policy, when it is not the chancery.toml of the data directory
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,

    #[command(flatten)]
    passphrase: PassphraseArgs,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    plan: PlanFacts,
    rules: Vec<RuleDocument>,
    /// What public servers' rules have against it.
    remarks: Vec<String>,
}

#[derive(Serialize)]
struct RuleDocument {
    rule: String,
    decides: bool,
    says: String,
}

pub(crate) fn run(args: Args, context: &mut Context) -> Result<Verdict, Failure> {
    let request = sign::read(&args.csr)?;
    let requester = requester(&args.who)?;
    let authority = DataDir::look(context)?;
    let config = match &args.policy {
        Some(file) => Config::read(file)?,
        None => authority.directory().config()?,
    };
    let profile = config.profile(&args.profile)?;
    let issuer = authority.issuer_for(&profile, &args.passphrase, context)?;
    let failed = |error| record_failure(&error, authority.directory());
    let request = wait(request.looked_up(&**authority.record(), &AwsLc)).map_err(failed)?;
    let request = wait(request.looked_up_for(&profile, &**authority.record())).map_err(failed)?;
    let plan = Plan::draw(
        Order {
            request,
            profile,
            issuer,
            names: args.names,
            days: args.days,
            warrant: warrant::of_this_user("chancery policy explain"),
            requester,
            policy: config.policy,
        },
        context.clock.now(),
    );
    let rules: Vec<RuleDocument> = plan
        .rules_told()
        .into_iter()
        .map(|told| RuleDocument { rule: told.rule, decides: told.decides, says: told.says })
        .collect();
    let facts = PlanFacts::of(&plan, &AwsLc);
    let remarks = match plan.approve() {
        Ok(approved) => {
            let prepared = approved.prepare(&SystemRandom, &AwsLc);
            let prepared = prepared.map_err(|error| issue_failure(&error, authority.directory()))?;
            prepared.remarks().to_vec()
        }
        Err(_) => Vec::new(),
    };
    let verdict = if facts.refused { Verdict::No } else { Verdict::Yes };
    if context.ui.is_json() {
        context.ui.json(&Document { plan: facts, rules, remarks })?;
        return Ok(verdict);
    }
    context.ui.text(&facts.text())?;
    context.ui.heading("The rules")?;
    if rules.is_empty() {
        context.ui.rows(&[("none", "whatever the profile permits is allowed")])?;
    }
    for RuleDocument { rule, decides, says } in &rules {
        let line = format!("{rule} {says}");
        if *decides {
            context.ui.tick(&line)?
        } else {
            context.ui.line(format_args!("· {}", crate::ui::plain(&line)))?
        }
    }
    sign::remark(&remarks, context)?;
    Ok(verdict)
}

/// Somebody like that.
pub(super) fn requester(who: &Who) -> Result<Requester, Failure> {
    let id = authority::TokenId::from_octets([0; 8]);
    match who {
        Who::By(Path::CommandLine) => Ok(Requester::CommandLine),
        Who::By(Path::OwnServer) => Ok(Requester::OwnServer),
        Who::Label(label) => Ok(Requester::Program { id, label: label.clone() }),
        Who::Token(id) => Ok(Requester::Program { id: *id, label: String::new() }),
        Who::By(Path::Api) => Err(Failure::could_not("a program shows a token, and which it is counts")
            .hint("name it by its label: --as token:deploy; chancery ca token list")),
    }
}
