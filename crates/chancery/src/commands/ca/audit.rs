// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca audit`.

mod against;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use authority::audit::{Audit, Finding};
use keys::AwsLc;
use serde::Serialize;

use against::{AgainstDocument, Fate};

use super::published::{self, Evidence};
use crate::context::Context;
use crate::data_dir::{Authority, DataDir, record_failure};
use crate::failure::{Failure, Verdict, shell};
use authority::wait;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Compare with a CRL that was published, too; may be given several times
    #[arg(long, value_name = "FILE")]
    crl: Vec<PathBuf>,

    /// Look for certificates of ours that are not in the record: in a file, a folder, or shown by a host; may be repeated
    #[arg(long, value_name = "DIR|HOST[:PORT]")]
    against: Vec<String>,

    /// Record what is found
    #[arg(long, requires = "against")]
    take_in: bool,

    /// Record what is found, and revoke it
    #[arg(long, requires = "against")]
    revoke: bool,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    clean: bool,
    head: String,
    batches: u64,
    entries: u64,
    certificates: u64,
    revocations: u64,
    crls: u64,
    refusals: u64,
    findings: Vec<FindingDocument>,
    more_findings: u64,
    remarks: Vec<FindingDocument>,
    /// What was found elsewhere, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    against: Option<AgainstDocument>,
}

#[derive(Serialize)]
struct FindingDocument {
    batch: Option<u64>,
    text: String,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    let authority = DataDir::look(context)?;
    let evidence = published::read(&args.crl, &authority)?;
    let ui = &mut context.ui;
    let audited = wait(Audit::of(&**authority.record(), &AwsLc, &mut |done, all| {
        ui.progress("auditing batch", done, all);
    }));
    ui.progress_over();
    let mut audit = audited.map_err(|error| record_failure(&error, authority.directory()))?;
    audit.remarks.extend(strangers(&authority));
    audit.findings.extend(lost(&authority, &evidence)?);
    let against = match args.against.is_empty() {
        true => None,
        false => Some(against::compare(&args.against, args.fate(), &authority, context)?),
    };
    let is_known = against.as_ref().is_none_or(|found| found.strays.is_empty() && found.unreached.is_empty());
    if context.ui.is_json() {
        context.ui.json(&Document { against, ..document(&audit) })?;
    } else {
        tell(&audit, &authority, context)?;
        if let Some(against) = against {
            against.tell(args.fate(), context)?;
        }
    }
    Ok(if audit.is_clean() && is_known { Verdict::Yes } else { Verdict::No })
}

impl Args {
    fn fate(&self) -> Fate {
        match (self.revoke, self.take_in) {
            (true, _) => Fate::Revoked,
            (false, true) => Fate::TakenIn,
            (false, false) => Fate::Told,
        }
    }
}

/// What was committed, and is not in the record: by the mark beside it, and by the CRLs that were published.
fn lost(authority: &Authority, evidence: &[Evidence]) -> Result<Vec<Finding>, Failure> {
    let mark = authority.loss()?.map(|loss| loss.refusal().to_string());
    let told = mark.into_iter().chain(evidence.iter().flat_map(Evidence::told));
    Ok(told.map(|text| Finding { batch: None, text }).collect())
}

/// Files among the keys that no issuer of the record names: a founding that was cut short leaves such.
fn strangers(authority: &Authority) -> Vec<Finding> {
    let directory = authority.directory();
    let named: BTreeSet<_> =
        authority.issuers().iter().map(|issuer| directory.path().join(&issuer.key)).collect();
    let entries = fs::read_dir(directory.keys()).into_iter().flatten().filter_map(Result::ok);
    let mut strangers: Vec<_> =
        entries.map(|entry| entry.path()).filter(|path| !named.contains(path)).collect();
    strangers.sort();
    let text = |path: &PathBuf| {
        let path = shell(path);
        format!(
            "{path} is the key of nobody in this record: unless a request for it is out (chancery ca issuer import), rm {path}"
        )
    };
    strangers.iter().map(|path| Finding { batch: None, text: text(path) }).collect()
}

fn document(audit: &Audit) -> Document {
    let told = |findings: &[Finding]| {
        let told = |finding: &Finding| FindingDocument { batch: finding.batch, text: finding.text.clone() };
        findings.iter().map(told).collect()
    };
    let head = audit.head;
    Document {
        clean: audit.is_clean(),
        head: head.map(|head| head.to_string()).unwrap_or_default(),
        batches: head.map_or(0, |head| head.number),
        entries: audit.entries,
        certificates: audit.certificates,
        revocations: audit.changes,
        crls: audit.crls,
        refusals: audit.refusals,
        findings: told(&audit.findings),
        more_findings: audit.more,
        remarks: told(&audit.remarks),
        against: None,
    }
}

fn tell(audit: &Audit, authority: &Authority, context: &mut Context) -> Result<(), Failure> {
    let Document { head, batches, entries, certificates, revocations, crls, refusals, .. } = document(audit);
    let ui = &mut context.ui;
    // What is said of all holds of all, or is not said.
    let all = |said: &'static str| if audit.is_clean() { said } else { "" };
    if audit.is_clean() {
        ui.tick("the record is as it was written")?;
    } else {
        ui.cross("the record is not as it was written")?;
    }
    ui.rows(&[
        ("record", authority.directory().record().display().to_string()),
        (
            "journal",
            format!("{batches} batches of {entries} entries{}", all(", each linked to the one before it")),
        ),
        (
            "certificates",
            format!(
                "{certificates}{}",
                all(", signed with their issuers' keys, approved, filed as they were issued")
            ),
        ),
        ("revocations", format!("{revocations}{}", all(", releases included, filed as they were made"))),
        ("CRLs", crls.to_string()),
        ("refusals", refusals.to_string()),
        ("end", head),
    ])?;
    for finding in &audit.findings {
        ui.cross(&placed(finding))?;
    }
    if audit.more > 0 {
        ui.cross(&format!("and {} more", audit.more))?;
    }
    for remark in &audit.remarks {
        ui.note(&placed(remark))?;
    }
    if !audit.is_clean() {
        let record = shell(&authority.directory().record());
        ui.note(&format!(
            "keep {record} as it is to look into, and put back a copy of which the audit is clean"
        ))?;
    }
    Ok(())
}

fn placed(finding: &Finding) -> String {
    match finding.batch {
        Some(batch) => format!("batch {batch}: {}", finding.text),
        None => finding.text.clone(),
    }
}
