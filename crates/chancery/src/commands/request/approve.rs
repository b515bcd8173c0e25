// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery request approve`.

use authority::{Difference, Issued, IssuerId, PlanDigest, Reach, Redrawn, RequestId, Standing, wait};
use keys::AwsLc;
use serde::Serialize;
use x509::Time;

use super::RequestDocument;
use super::show::LineDocument;
use crate::commands::sign;
use crate::context::Context;
use crate::custody::PinArgs;
use crate::data_dir::{Authority, DataDir, issue_failure, name_of};
use crate::failure::{Failure, Verdict};
use crate::output::OutputArgs;
use crate::passphrase::PassphraseArgs;
use crate::random::SystemRandom;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Which one, as `chancery request list` names it; its first 8 digits do
    #[arg(value_name = "ID")]
    id: String,

    /// The plan that is approved: its digest, as `chancery request show` tells it
    #[arg(long, value_name = "DIGEST", value_parser = plan)]
    plan: Option<PlanDigest>,

    /// Why: it stands in the journal
    #[arg(long, value_name = "WORDS")]
    reason: String,

    #[command(flatten)]
    output: OutputArgs,

    #[command(flatten)]
    passphrase: PassphraseArgs,

    #[command(flatten)]
    pin: PinArgs,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    request: RequestDocument,
    /// The certificate, and the intermediates after it; `null` when the request waits again.
    chain_pem: Option<String>,
    remarks: Vec<String>,
    /// What of the plan is not as it was shown, when the request waits again.
    differences: Vec<DifferenceDocument>,
}

#[derive(Serialize)]
struct DifferenceDocument {
    before: Option<LineDocument>,
    after: Option<LineDocument>,
}

impl DifferenceDocument {
    fn of(difference: &Difference) -> Self {
        Self {
            before: difference.before.as_ref().map(LineDocument::of),
            after: difference.after.as_ref().map(LineDocument::of),
        }
    }
}

fn plan(text: &str) -> Result<PlanDigest, &'static str> {
    PlanDigest::parse(text).ok_or("the digest of a plan has 64 hexadecimal digits")
}

pub(crate) fn run(args: Args, context: &mut Context) -> Result<Verdict, Failure> {
    args.output.require_free()?;
    context.pin_file.clone_from(&args.pin.pin_file);
    let authority = DataDir::of(context)?.open()?;
    let record = super::find(&authority, &args.id)?;
    let (id, now) = (record.held.id, context.clock.now());
    super::require_pending(&record, now)?;
    let failed = |error| super::failure(&error, id, &authority);
    let named = args.plan.ok_or_else(|| {
        Failure::could_not("no plan is named: what is approved is the plan that somebody has looked at")
            .hint(format!("chancery request show {id}"))
    })?;
    record.require_named(named).map_err(failed)?;
    let config = authority.directory().config()?;
    let profile = config.profile(&record.held.profile)?;
    // The one that was asked, while it issues.
    let asked = authority.issuer(&record.held.issuer.to_string());
    let issuer = match asked {
        Ok(asked) if asked.standing == Standing::InUse && asked.reach == Reach::Here => {
            authority.named(&record.held.issuer.to_string(), &args.passphrase, context)?
        }
        _ => authority.issuer_for(&profile, &args.passphrase, context)?,
    };
    let by = (profile, issuer, config.policy);
    let redrawn = wait(record.redraw(by, now, &**authority.record(), &AwsLc)).map_err(failed)?;
    if !redrawn.is_the_same() {
        return again(redrawn, id, now, &authority, context);
    }
    let decider = super::decider("approve", args.reason);
    let approved = redrawn.approve(named, &decider, now).map_err(failed)?;
    let failed = |error: authority::IssueError| issue_failure(&error, authority.directory());
    let prepared = approved.prepare(&SystemRandom, &AwsLc).map_err(failed)?;
    let remarks = prepared.remarks().to_vec();
    sign::remark(&remarks, context)?;
    let issued = wait(prepared.issue(&**authority.record(), &AwsLc)).map_err(failed)?;
    let pem = issued.chain_pem();
    args.output.write(pem.as_bytes())?;
    let record = super::find(&authority, &args.id)?;
    if context.ui.is_json() {
        let request = RequestDocument::of(&record, now);
        let document = Document { request, chain_pem: Some(pem), remarks, differences: Vec::new() };
        context.ui.json(&document)?;
    } else {
        tell(id, &issued, &args.output, context)?;
    }
    Ok(Verdict::Yes)
}

fn tell(id: RequestId, issued: &Issued, output: &OutputArgs, context: &mut Context) -> Result<(), Failure> {
    let serial = issued.serial();
    context.ui.tick(&format!("request {id} is approved; signed, verified, and recorded"))?;
    let certificate =
        output.file().unwrap_or_else(|| format!("chancery cert export {serial} --chain --out FILE"));
    context.ui.rows(&[
        ("certificate", certificate),
        ("serial", serial.to_string()),
        ("valid", format!("{} until {}", issued.period().not_before, issued.period().not_after)),
    ])
}

/// What would be issued is not what was shown: the difference is, and the request waits again.
fn again(
    redrawn: Redrawn,
    id: RequestId,
    now: Time,
    authority: &Authority,
    context: &mut Context,
) -> Result<Verdict, Failure> {
    let differences = redrawn.differences(&AwsLc);
    let named = |issuer: &IssuerId| authority.issuer(&issuer.to_string()).map(name_of).unwrap_or_default();
    let (asked, now_issues) = (redrawn.record().held.issuer, redrawn.plan().issuer().id());
    let exchanged = (asked != now_issues)
        .then(|| format!("was {}, {asked}\nis {}, {now_issues}", named(&asked), named(&now_issues)));
    let waiting = wait(redrawn.wait_again(now, &**authority.record(), &AwsLc));
    waiting.map_err(|error| super::failure(&error, id, authority))?;
    let record = super::find(authority, &id.to_string())?;
    if context.ui.is_json() {
        context.ui.json(&Document {
            request: RequestDocument::of(&record, now),
            chain_pem: None,
            remarks: Vec::new(),
            differences: differences.iter().map(DifferenceDocument::of).collect(),
        })?;
        return Ok(Verdict::No);
    }
    context
        .ui
        .cross("what would be issued now is not what was shown: it waits again, with the plan of today")?;
    let line = |line: &authority::journal::HeldLine| {
        format!("{} ({})", line.issued.as_deref().unwrap_or("–"), line.policy)
    };
    for Difference { before, after } in &differences {
        let field = before.as_ref().or(after.as_ref()).map(|line| line.field.clone()).unwrap_or_default();
        let told =
            |side: &Option<authority::journal::HeldLine>| side.as_ref().map_or_else(|| "–".to_owned(), line);
        context.ui.rows(&[(&field, format!("was {}\nis {}", told(before), told(after)))])?;
    }
    if let Some(exchanged) = exchanged {
        context.ui.rows(&[("issuer", exchanged)])?;
    }
    context.ui.next(&format!("chancery request show {id}"))?;
    Ok(Verdict::No)
}
