// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery sign`: a request checked, planned, approved, prepared, issued, and written out.

use std::path::{Path, PathBuf};

use authority::{
    Approved, HoldError, IncomingRequest, Issued, Order, Plan, RecordError, Requester, SubjectName,
    VerifiedRequest,
};
use explain::PlanFacts;
use keys::AwsLc;
use serde::Serialize;

use crate::context::Context;
use crate::custody::PinArgs;
use crate::data_dir::{Authority, DataDir, issue_failure, record_failure};
use crate::failure::{Failure, Verdict, shell};
use crate::input;
use crate::output::{self, OutputArgs};
use crate::passphrase::PassphraseArgs;
use crate::random::SystemRandom;
use crate::warrant;
use authority::wait;

mod refusal;

pub(super) use refusal::plan as refused;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The request, PEM or DER (-: standard input)
    #[arg(value_name = "CSR")]
    csr: PathBuf,

    /// What to issue by: server, client, intermediate, or a profile of chancery.toml
    #[arg(long, value_name = "PROFILE", default_value = "server")]
    profile: String,

    /// Who issues, by the first eight digits of the identifier or more; without it, the newest intermediate in use
    #[arg(long, value_name = "ID")]
    issuer: Option<String>,

    /// How many days it is to live; without it, what the profile says (47 for servers and clients)
    #[arg(long, value_name = "N")]
    days: Option<u32>,

    /// Add a name to those that the request asks for; may be repeated
    #[arg(long = "name", value_name = "NAME")]
    names: Vec<SubjectName>,

    /// Show the plan, and sign nothing
    #[arg(long, conflicts_with = "out")]
    dry_run: bool,

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
    plan: PlanFacts,
    /// Absent in a dry run, and when the plan was refused.
    issued: Option<IssuedDocument>,
    /// What public servers' rules have against it.
    remarks: Vec<String>,
}

#[derive(Serialize)]
struct IssuedDocument {
    serial: String,
    names: Vec<String>,
    not_before: String,
    not_after: String,
    /// When two thirds of its life are over.
    renew_after: String,
    sha256: String,
    file: Option<String>,
    chain_pem: String,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    args.output.require_free()?;
    if let Some(out) = &args.output.out {
        require_folder(out)?;
    }
    context.pin_file.clone_from(&args.pin.pin_file);
    let request = read(&args.csr)?;
    let authority = DataDir::of(context)?.open()?;
    let config = authority.directory().config()?;
    let profile = config.profile(&args.profile)?;
    let issuer = match &args.issuer {
        Some(id) => authority.named(id, &args.passphrase, context)?,
        None => authority.issuer_for(&profile, &args.passphrase, context)?,
    };
    let failed = |error| record_failure(&error, authority.directory());
    let request = wait(request.looked_up(&**authority.record(), &AwsLc)).map_err(failed)?;
    let request = wait(request.looked_up_for(&profile, &**authority.record())).map_err(failed)?;
    let warrant = warrant::of_this_user("chancery sign");
    let names = args.names.clone();
    let order = Order {
        request,
        profile,
        issuer,
        names,
        days: args.days,
        warrant,
        requester: Requester::CommandLine,
        policy: config.policy,
    };
    let plan = Plan::draw(order, context.clock.now());
    let facts = PlanFacts::of(&plan, &AwsLc);
    tell_plan(args, &facts, context)?;
    if let Some(entry) = plan.refusal("command line", &AwsLc).filter(|_| !args.dry_run) {
        authority.journal(entry)?;
    }
    if plan.awaits_approval() && !args.dry_run {
        return Err(hold(&plan, config.wait, &authority));
    }
    let approved = plan.approve().map_err(|refused| refusal::plan(&refused, &args.csr))?;
    let (issued, remarks) = sign(approved, args, &authority)?;
    remark(&remarks, context)?;
    let pem = issued.as_ref().map(Issued::chain_pem).unwrap_or_default();
    if let Some(issued) = &issued {
        args.output.write(pem.as_bytes()).map_err(|failure| with_way_back(failure, issued))?;
    }
    let told = if context.ui.is_json() {
        let issued = issued.as_ref().map(|issued| document(issued, pem, args.output.file()));
        context.ui.json(&Document { plan: facts, issued, remarks })
    } else {
        issued.as_ref().map_or(Ok(()), |issued| tell(args, issued, &pem, context))
    };
    match issued {
        Some(issued) => told.map_err(|failure| with_way_back(failure, &issued)),
        None => told,
    }?;
    Ok(Verdict::Yes)
}

/// Has the request wait for somebody; says how to go on.
fn hold(plan: &Plan, days: authority::Wait, authority: &Authority) -> Failure {
    match wait(plan.hold(days, &**authority.record(), &SystemRandom, &AwsLc)) {
        Ok(held) => Failure::refused(format!(
            "request {} waits for somebody's approval, as rule {} asks, until {}",
            held.id,
            held.rules.join(", "),
            held.until
        ))
        .hint(format!("chancery request show {}", held.id)),
        Err(HoldError::Record(error @ RecordError::TooManyRequests { .. })) => {
            Failure::refused(error.to_string()).hint("decide on some of them: chancery request list")
        }
        Err(HoldError::Record(error)) => record_failure(&error, authority.directory()),
        Err(error) => Failure::from_error(&error),
    }
}

/// Reads the request and has its requester prove that it holds the key.
pub(super) fn read(path: &Path) -> Result<VerifiedRequest, Failure> {
    let limit = u64::try_from(IncomingRequest::READ_LIMIT).unwrap_or(u64::MAX);
    let content = input::read(path, limit)?;
    VerifiedRequest::read(&content, &AwsLc).map_err(|error| refusal::request(&error, path))
}

/// Prepares, and signs unless it is a dry run; gives what there is to be remarked, too.
fn sign(
    approved: Approved,
    args: &Args,
    authority: &Authority,
) -> Result<(Option<Issued>, Vec<String>), Failure> {
    let failed = |error: authority::IssueError| issue_failure(&error, authority.directory());
    let prepared = approved.prepare(&SystemRandom, &AwsLc).map_err(failed)?;
    let remarks = prepared.remarks().to_vec();
    if args.dry_run {
        return Ok((None, remarks));
    }
    let issued = wait(prepared.issue(&**authority.record(), &AwsLc)).map_err(failed)?;
    Ok((Some(issued), remarks))
}

/// What public servers may not do is no reason against a certificate that stays at home, and worth knowing.
pub(super) fn remark(remarks: &[String], context: &mut Context) -> Result<(), Failure> {
    remarks.iter().try_for_each(|remark| {
        context.ui.note(&format!("a public server could not have it (verify --rules webpki): {remark}"))
    })
}

fn tell_plan(args: &Args, facts: &PlanFacts, context: &mut Context) -> Result<(), Failure> {
    match (&args.output.out, args.dry_run) {
        _ if context.ui.is_json() => Ok(()),
        // Standard output is the certificate's.
        (None, false) => context.ui.aside(&facts.text()),
        _ => context.ui.text(&facts.text()),
    }
}

fn tell(args: &Args, issued: &Issued, pem: &str, context: &mut Context) -> Result<(), Failure> {
    let renewal = issued.period().renewal();
    let again = renewal_command(args);
    let Some(out) = &args.output.out else {
        context.ui.raw(pem.as_bytes())?;
        return context.ui.note(&format!("serial {}; renew after {renewal}: {again}", issued.serial()));
    };
    context.ui.tick("signed, verified with the issuer's certificate, and recorded")?;
    let after = if issued.chain().count() > 1 { " (with the intermediate after it)" } else { "" };
    context.ui.rows(&[
        ("certificate", format!("{}{after}", out.display())),
        ("serial", issued.serial().to_string()),
        ("valid", format!("{} until {}", issued.period().not_before, issued.period().not_after)),
        ("renew", format!("after {renewal}: {again}")),
    ])
}

/// The command that asks for the same again.
fn renewal_command(args: &Args) -> String {
    let mut command = format!("chancery sign {}", shell(&args.csr));
    if args.profile != "server" {
        command.push_str(&format!(" --profile {}", args.profile));
    }
    if let Some(issuer) = &args.issuer {
        command.push_str(&format!(" --issuer {issuer}"));
    }
    for name in &args.names {
        command.push_str(&format!(" --name {}", shell(Path::new(&name.to_string()))));
    }
    if let Some(days) = args.days {
        command.push_str(&format!(" --days {days}"));
    }
    command.push_str(&args.passphrase.again());
    if let Some(file) = &args.pin.pin_file {
        command.push_str(&format!(" --pin-file {}", shell(file)));
    }
    if let Some(out) = &args.output.out {
        command.push_str(&format!(" --out {} --force", shell(out)));
    }
    command
}

fn document(issued: &Issued, chain_pem: String, file: Option<String>) -> IssuedDocument {
    let period = issued.period();
    IssuedDocument {
        serial: issued.serial().to_string(),
        names: issued.names().iter().map(ToString::to_string).collect(),
        not_before: period.not_before.to_string(),
        not_after: period.not_after.to_string(),
        renew_after: period.renewal().to_string(),
        sha256: output::fingerprint(issued.certificate()),
        file,
        chain_pem,
    }
}

/// Refuses early a folder that is not there: what is signed should also arrive.
pub(super) fn require_folder(out: &Path) -> Result<(), Failure> {
    let folder = output::folder_of(out);
    if folder.is_dir() {
        return Ok(());
    }
    Err(Failure::could_not(format!("there is no folder {}", folder.display()))
        .hint(format!("mkdir -p {}", shell(folder))))
}

/// What did not arrive is in the record.
pub(super) fn with_way_back(failure: Failure, issued: &Issued) -> Failure {
    let serial = issued.serial();
    failure.hint(format!("it was signed and recorded: chancery cert export {serial} --chain --out FILE"))
}
