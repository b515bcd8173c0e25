// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca crl`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use authority::{Issuer, Reach, Shard, publication};
use keys::AwsLc;
use keys::file::Overwrite;
use serde::Serialize;
use status::{Crl, CrlError, Lifetime, Publisher};
use x509::{Certificate, CertificateList};

use crate::context::Context;
use crate::custody::{Location, with_sign_hint};
use crate::data_dir::{Authority, DataDir, name_of, record_failure};
use crate::failure::{Failure, Verdict, shell};
use crate::output::{self, OutputArgs};
use crate::passphrase::PassphraseArgs;
use crate::publishing;
use crate::ui::plain;
use crate::up::server_key::make_folder;
use authority::{StatusError, wait};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many days until the next one is due; without it, 7, and 31 for a root
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=398))]
    days: Option<u64>,

    #[command(flatten)]
    output: OutputArgs,

    /// Write the CRLs, and their parts where certificates name those, below this folder: for a web server to publish
    ///
    /// In DER, each at the path at which certificates say that it is (crl/ID.crl, crl/ID-N-K.crl), in place of the one from
    /// before.
    #[arg(long, value_name = "DIR", conflicts_with = "out")]
    folder: Option<PathBuf>,

    #[command(flatten)]
    passphrase: PassphraseArgs,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    file: Option<String>,
    /// The folder that they were written below.
    folder: Option<String>,
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
    /// Where certificates say that it is, below the base of their URLs.
    path: String,
    /// What there is of it in parts.
    parts: Vec<PartDocument>,
    #[serde(skip)]
    der: Arc<Crl>,
}

/// A part of a CRL.
#[derive(Serialize)]
struct PartDocument {
    path: String,
    entries: usize,
    #[serde(skip)]
    der: Arc<Crl>,
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
    if let Some(folder) = &args.folder {
        publish(&crls, folder)?;
    }
    let verdict = if crls.iter().any(|crl| crl.behind) { Verdict::No } else { Verdict::Yes };
    let folder = args.folder.as_ref().map(|folder| folder.display().to_string());
    let document = Document { file: args.output.file(), folder, crls };
    if context.ui.is_json() {
        context.ui.json(&document)?;
        return Ok(verdict);
    }
    if let Some(place) = document.file.as_ref().or(document.folder.as_ref()) {
        context.ui.tick(&format!("signed, verified, recorded, and written to {place}"))?;
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
        let shardings = match args.folder {
            Some(_) => authority.shardings(),
            None => &[],
        };
        let lifetime = match args.days {
            Some(days) => Lifetime(Duration::from_secs(days.saturating_mul(86_400))),
            None => publishing::crl_lifetime(&issuer),
        };
        let now = context.clock.now();
        let mut publisher = Publisher::new(Arc::clone(&issuer), lifetime).in_shards(shardings);
        let made = wait(publisher.publish(now, &**authority.record(), &AwsLc));
        let made = made.map_err(|error| failure(&error, authority))?;
        let made = made.ok_or_else(|| Failure::could_not("the next CRL is not there").hint("try again"))?;
        let Crl { number, this_update, next_update, entries, .. } = *made;
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
            pem: x509::pem::encode(CertificateList::PEM_LABEL, &made.der),
            path: publication::crl(issuer.id()),
            parts: parts(&issuer, &publisher),
            der: made,
        });
    }
    Ok(crls)
}

/// What was made of it in parts.
fn parts(issuer: &Issuer, publisher: &Publisher) -> Vec<PartDocument> {
    let part = |(shard, crl): (Shard, &Arc<Crl>)| PartDocument {
        path: shard.path(issuer.id()),
        entries: crl.entries,
        der: Arc::clone(crl),
    };
    publisher.shards().map(part).collect()
}

/// Writes each to its path below a folder. What certificates name comes before the whole that has its number.
fn publish(crls: &[CrlDocument], folder: &Path) -> Result<(), Failure> {
    let all = crls.iter().flat_map(|crl| {
        let parts = crl.parts.iter().map(|part| (&part.path, &part.der));
        parts.chain([(&crl.path, &crl.der)])
    });
    for (path, crl) in all {
        let file = folder.join(path);
        make_folder(output::folder_of(&file), 0o755)?;
        output::public(&file, &crl.der, Overwrite::Replace)?;
    }
    Ok(())
}

fn tell(document: &Document, context: &mut Context) -> Result<(), Failure> {
    for CrlDocument { issuer, number, entries, this_update, next_update, path, parts, .. } in &document.crls {
        let mut rows = vec![
            ("issuer", issuer.clone()),
            ("number", number.to_string()),
            ("revoked", entries.to_string()),
            ("made", this_update.clone()),
            ("next", format!("by {next_update}: chancery ca crl {}", place(document))),
        ];
        if document.folder.is_some() {
            rows.push(("path", path.clone()));
        }
        if let (Some(first), Some(last)) = (parts.first(), parts.last()) {
            rows.push(("parts", format!("{}\n… {}, {} of them", first.path, last.path, parts.len())));
        }
        context.ui.rows(&rows)?;
    }
    Ok(())
}

/// The arguments that write to the same place again.
fn place(document: &Document) -> String {
    match &document.folder {
        Some(folder) => format!("--folder {}", shell(Path::new(folder))),
        None => format!("--out {} --force", shell(Path::new(document.file.as_deref().unwrap_or("crl.pem")))),
    }
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
