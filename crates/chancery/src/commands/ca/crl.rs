// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca crl`.

use std::time::Duration;

use authority::Reach;
use keys::AwsLc;
use serde::Serialize;
use status::{Crl, CrlError, Entries, Lifetime};
use x509::{Certificate, CertificateList};

use crate::context::Context;
use crate::custody::{Location, with_sign_hint};
use crate::data_dir::{Authority, DataDir, name_of, record_failure};
use crate::failure::{Failure, Verdict, shell};
use crate::output::OutputArgs;
use crate::passphrase::PassphraseArgs;
use crate::publishing;
use crate::ui::plain;
use authority::{StatusError, wait};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many days until the next one is due; without it, 7, and 31 for a root
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=398))]
    days: Option<u64>,

    #[command(flatten)]
    output: OutputArgs,

    #[command(flatten)]
    passphrase: PassphraseArgs,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    file: Option<String>,
    crls: Vec<CrlDocument>,
}

#[derive(Serialize)]
struct CrlDocument {
    issuer: String,
    number: u64,
    entries: usize,
    this_update: String,
    next_update: String,
    /// Whether somebody was taken back since it was made ahead.
    behind: bool,
    pem: String,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    args.output.require_free()?;
    let authority = DataDir::of(context)?.open()?;
    let crls = issued(args, &authority, context)?;
    if crls.is_empty() {
        return Err(Failure::refused("no issuer here signs CRLs: there is none to write")
            .hint("chancery ca issuer list"));
    }
    let pem: String = crls.iter().map(|crl| crl.pem.as_str()).collect();
    args.output.write(pem.as_bytes())?;
    let verdict = if crls.iter().any(|crl| crl.behind) { Verdict::No } else { Verdict::Yes };
    let document = Document { file: args.output.file(), crls };
    if context.ui.is_json() {
        context.ui.json(&document)?;
        return Ok(verdict);
    }
    if let Some(file) = &document.file {
        context.ui.tick(&format!("signed, verified, recorded, and written to {file}"))?;
        tell(&document, context)?;
        return Ok(verdict);
    }
    // Standard output is the CRLs'.
    context.ui.raw(pem.as_bytes())?;
    for CrlDocument { issuer, number, entries, next_update, .. } in &document.crls {
        context
            .ui
            .note(&format!("CRL {number} of {issuer}: {entries} revoked; the next is due {next_update}"))?;
    }
    Ok(verdict)
}

/// The next CRL of each issuer, in the order in which they were added.
fn issued(args: &Args, authority: &Authority, context: &mut Context) -> Result<Vec<CrlDocument>, Failure> {
    let mut crls = Vec::new();
    for record in authority.issuers() {
        if let (Reach::Here, Location::File(path)) =
            (record.reach, Location::of(authority.directory(), &record.key)?)
            && path.symlink_metadata().is_err()
        {
            let (name, path) = (name_of(record), shell(&path));
            context.ui.note(&format!("{} has no CRL: its key is not here ({path})", plain(&name)))?;
            continue;
        }
        let issuer = authority.prove(record, &args.passphrase, context)?;
        if !issuer.signs_crls() {
            let name = plain(issuer.name());
            context.ui.note(&format!("{name} has no CRL: its certificate does not let it sign any"))?;
            continue;
        }
        let lifetime = match args.days {
            Some(days) => Lifetime(Duration::from_secs(days.saturating_mul(86_400))),
            None => publishing::crl_lifetime(&issuer),
        };
        let now = context.clock.now();
        let made = if issuer.is_absent() {
            wait(status::presigned(&issuer, now, &**authority.record()))
        } else {
            let mut entries = Entries::new();
            wait(status::issue(&issuer, &mut entries, lifetime, now, &**authority.record(), &AwsLc))
        };
        let Crl { der, number, this_update, next_update, entries } =
            made.map_err(|error| failure(&error, authority))?;
        let behind = wait(status::is_behind(issuer.id(), now, &**authority.record()))
            .map_err(|error| record_failure(&error, authority.directory()))?;
        if behind {
            context.ui.note(&format!(
                "the CRL of {} lacks somebody who was taken back since it was made ahead: chancery ca root online",
                plain(issuer.name())
            ))?;
        }
        let own = Certificate::parse(issuer.certificate())
            .map_err(|error| Failure::could_not("the record holds a damaged certificate").because(&error))?;
        crls.push(CrlDocument {
            issuer: own.tbs().subject().to_string(),
            number,
            entries,
            this_update: this_update.to_string(),
            next_update: next_update.to_string(),
            behind,
            pem: x509::pem::encode(CertificateList::PEM_LABEL, &der),
        });
    }
    Ok(crls)
}

fn tell(document: &Document, context: &mut Context) -> Result<(), Failure> {
    for CrlDocument { issuer, number, entries, this_update, next_update, .. } in &document.crls {
        context.ui.rows(&[
            ("issuer", issuer.clone()),
            ("number", number.to_string()),
            ("revoked", entries.to_string()),
            ("made", this_update.clone()),
            ("next", format!("by {next_update}: chancery ca crl --out {} --force", file(document))),
        ])?;
    }
    Ok(())
}

fn file(document: &Document) -> String {
    shell(std::path::Path::new(document.file.as_deref().unwrap_or("crl.pem")))
}

fn failure(error: &CrlError, authority: &Authority) -> Failure {
    match error {
        CrlError::Record(source) => record_failure(source, authority.directory()),
        CrlError::NoneAhead { .. } => Failure::from_error(error)
            .hint("bring the key back and take it away again, which makes them: chancery ca root online"),
        CrlError::Sign(StatusError::Sign(source)) => with_sign_hint(Failure::from_error(error), source),
        _ => Failure::from_error(error),
    }
}
