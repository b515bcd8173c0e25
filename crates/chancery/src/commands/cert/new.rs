// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery cert new`: from names to a key and a certificate, in one step.

use std::path::{Path, PathBuf};

use authority::{Order, Plan, PlanRefused, Requester, SubjectName, VerifiedRequest, wait};
use explain::PlanFacts;
use keys::csr::{self, RequestSpec};
use keys::file::Overwrite;
use keys::{AwsLc, KeyKind, PrivateKey};
use serde::Serialize;

use crate::commands::sign;
use crate::context::Context;
use crate::custody::PinArgs;
use crate::data_dir::{DataDir, issue_failure, record_failure};
use crate::failure::{Failure, Verdict, shell};
use crate::output;
use crate::passphrase::PassphraseArgs;
use crate::random::SystemRandom;
use crate::warrant;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The names it is for: DNS names, IP addresses or mail addresses; the files are called by the first
    #[arg(value_name = "NAME", required = true)]
    names: Vec<SubjectName>,

    /// The folder for NAME.key (a new P-256 key, not encrypted, mode 0600) and NAME.pem (the certificate and those
    /// above it); without it, where you are
    #[arg(long, short, value_name = "DIR")]
    out: Option<PathBuf>,

    /// What to issue by: server, client, or a profile of chancery.toml
    #[arg(long, value_name = "PROFILE", default_value = "server")]
    profile: String,

    /// How many days it is to live; without it, what the profile says (47 for servers and clients)
    #[arg(long, value_name = "N")]
    days: Option<u32>,

    #[command(flatten)]
    passphrase: PassphraseArgs,

    #[command(flatten)]
    pin: PinArgs,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    /// The file with the private key.
    key: String,
    /// The file with the certificate.
    file: String,
    names: Vec<String>,
    serial: String,
    not_before: String,
    not_after: String,
    renew_after: String,
    remarks: Vec<String>,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    let at = |ending| {
        let name = format!("{}.{ending}", file_name(&args.names));
        args.out.as_deref().map_or_else(|| PathBuf::from(&name), |out| out.join(&name))
    };
    let (key_file, file) = (at("key"), at("pem"));
    for path in [&key_file, &file] {
        if path.symlink_metadata().is_ok() {
            return Err(Failure::could_not(format!("{} exists already", path.display()))
                .hint("name another folder: --out DIR")
                .hint(format!("or issue to the key that is there: {}", again(args, &key_file, &file))));
        }
    }
    sign::require_folder(&file)?;
    context.pin_file.clone_from(&args.pin.pin_file);
    let authority = DataDir::of(context)?.open()?;
    let config = authority.directory().config()?;
    let profile = config.profile(&args.profile)?;
    let issuer = authority.issuer_for(&profile, &args.passphrase, context)?;
    let key = PrivateKey::generate(KeyKind::P256)
        .map_err(|error| Failure::could_not("cannot make a key pair").because(&error))?;
    let request = wait(requested(&key, &args.names)?.looked_up(&**authority.record(), &AwsLc))
        .map_err(|error| record_failure(&error, authority.directory()))?;
    let order = Order {
        request,
        profile,
        issuer,
        names: Vec::new(),
        days: args.days,
        warrant: warrant::of_this_user("chancery cert new"),
        requester: Requester::CommandLine,
        policy: config.policy,
    };
    let plan = Plan::draw(order, context.clock.now());
    if let Some(entry) = plan.refusal("command line", &AwsLc) {
        context.ui.aside(&PlanFacts::of(&plan, &AwsLc).text())?;
        authority.journal(entry)?;
    }
    if plan.awaits_approval() {
        return Err(Failure::refused("it would wait for somebody's approval, and nothing was made").hint(
            format!(
                "make the key, and have its request wait: chancery key new --out {}; then: {}",
                shell(&key_file),
                again(args, &key_file, &file)
            ),
        ));
    }
    let approved = plan.approve().map_err(|refused| refusal(&refused, args))?;
    let failed = |error: authority::IssueError| issue_failure(&error, authority.directory());
    let prepared = approved.prepare(&SystemRandom, &AwsLc).map_err(failed)?;
    let remarks = prepared.remarks().to_vec();
    // Before anything is issued to it: a certificate without its key is of no use to anybody.
    output::private_key(&key_file, &key, None, Overwrite::Refuse)?;
    let issued = wait(prepared.issue(&**authority.record(), &AwsLc)).map_err(failed)?;
    output::public(&file, issued.chain_pem().as_bytes(), Overwrite::Refuse)
        .map_err(|failure| sign::with_way_back(failure, &issued))?;
    sign::remark(&remarks, context)?;
    let period = issued.period();
    let document = Document {
        key: key_file.display().to_string(),
        file: file.display().to_string(),
        names: issued.names().iter().map(ToString::to_string).collect(),
        serial: issued.serial().to_string(),
        not_before: period.not_before.to_string(),
        not_after: period.not_after.to_string(),
        renew_after: period.renewal().to_string(),
        remarks,
    };
    tell(&document, &again(args, &key_file, &file), context)?;
    Ok(Verdict::Yes)
}

fn tell(document: &Document, again: &str, context: &mut Context) -> Result<(), Failure> {
    if context.ui.is_json() {
        return context.ui.json(document);
    }
    context.ui.tick("made a key, and signed, verified and recorded a certificate for it")?;
    context.ui.rows(&[
        ("private key", format!("{} (not encrypted, mode 0600)", document.key)),
        ("certificate", format!("{} (with those above it, without the root)", document.file)),
        ("names", document.names.join("\n")),
        ("serial", document.serial.clone()),
        ("valid", format!("{} until {}", document.not_before, document.not_after)),
        ("renew", format!("after {}: {again}", document.renew_after)),
    ])
}

/// Why nothing is issued, and how to ask for less in this way.
fn refusal(refused: &PlanRefused, args: &Args) -> Failure {
    let mut failure = sign::refused(refused, Path::new("CSR"));
    let names: Vec<String> = args.names.iter().map(|name| shell(Path::new(&name.to_string()))).collect();
    let instead = format!("chancery cert new {}", names.join(" "));
    for hint in &mut failure.hints {
        *hint = hint.replace("chancery sign CSR", &instead);
    }
    failure
}

/// The request for the names, with the proof that whoever asks holds the key.
fn requested(key: &PrivateKey, names: &[SubjectName]) -> Result<VerifiedRequest, Failure> {
    let spec = RequestSpec { common_name: None, names: names.to_vec() };
    let der = csr::make(key, &spec).map_err(|error| Failure::from_error(&error))?;
    VerifiedRequest::read(&der, &AwsLc).map_err(|error| Failure::from_error(&error))
}

/// What the files are called: nothing in a name leads out of the folder or is hidden in it.
fn file_name(names: &[SubjectName]) -> String {
    let first = names.first().map(ToString::to_string).unwrap_or_default();
    let first = first.replacen("*.", "_wildcard.", 1);
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_.@".contains(c) { c } else { '_' };
    let name: String = first.chars().map(plain).collect();
    if name.starts_with('.') { format!("_{name}") } else { name }
}

/// The commands that have the same issued again, to the same key.
fn again(args: &Args, key: &Path, file: &Path) -> String {
    let request = file.with_extension("csr");
    let mut command = format!("chancery csr new --key {}", shell(key));
    for name in &args.names {
        command.push_str(&format!(" --name {}", shell(Path::new(&name.to_string()))));
    }
    command.push_str(&format!(" --out {} --force; chancery sign {}", shell(&request), shell(&request)));
    if args.profile != "server" {
        command.push_str(&format!(" --profile {}", args.profile));
    }
    if let Some(days) = args.days {
        command.push_str(&format!(" --days {days}"));
    }
    format!("{command}{} --out {} --force", args.passphrase.again(), shell(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_the_folder() {
        let called = |name: SubjectName| file_name(&[name]);
        assert_eq!(called(SubjectName::Dns("*.a.internal".to_owned())), "_wildcard.a.internal");
        assert_eq!(called(SubjectName::Email("../../ann@a.internal".to_owned())), "_.._.._ann@a.internal");
        assert_eq!(called(SubjectName::Ip([10, 0, 0, 7].into())), "10.0.0.7");
    }
}
