// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca import`: an authority that another program has kept.

mod folder;
mod issued;
mod keys_of;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use authority::{Profile, TakenOver, Takeover, TakeoverError, Unlisted, wait};
use keys::AwsLc;
use keys::file::read_private_key;
use serde::Serialize;

use super::told::{ConstraintsDocument, IssuerDocument};
use crate::base_url::{self, UrlArg};
use crate::context::Context;
use crate::custody::Location;
use crate::data_dir::{Authority, DataDir, beginning, record_failure};
use crate::failure::{Failure, Verdict, shell};
use crate::passphrase::{MovedPassphraseArgs, PassphraseArgs};
use crate::ui::plain;
use crate::warrant;
use folder::{Folder, Kind};
use issued::Issued;

/// How many certificates that were left out are named one by one.
const TOLD: usize = 10;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder: of `openssl ca` (with index.txt), easy-rsa, mkcert (its CAROOT) or step-ca
    #[arg(value_name = "DIR")]
    folder: PathBuf,

    /// Whose folder it is; without it, what it looks like
    #[arg(long = "as", value_name = "PROGRAM")]
    kind: Option<Kind>,

    /// The authority's own certificate, where it is not in its usual place
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,

    /// Its private key, where that is not in its usual place
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,

    /// The certificates above it, up to the root, where it is an intermediate; may be repeated
    #[arg(long, value_name = "FILE")]
    chain: Vec<PathBuf>,

    /// Leave out certificates that the index lists as revoked and that are not in the folder: no CRL will name them
    #[arg(long)]
    leave_out_missing: bool,

    /// Where clients will find CRLs, OCSP and issuers, when there is no authority here yet: a base, or none
    #[arg(long, value_name = "URL")]
    url: Option<UrlArg>,

    #[command(flatten)]
    passphrase: PassphraseArgs,

    #[command(flatten)]
    moved: MovedPassphraseArgs,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    /// `openssl`, `easy-rsa`, `mkcert` or `step-ca`.
    kind: &'static str,
    issuers: Vec<ImportedDocument>,
    /// How many certificates were recorded.
    certificates: u64,
    /// How many revocations.
    revocations: u64,
    /// How many certificates were in the record already.
    known: u64,
    /// Those that no key of these issuers has signed.
    strangers: Vec<String>,
    /// Those whose serial number another one of the same issuer has.
    collisions: Vec<String>,
    /// The serial numbers in the index or the CRL whose certificates are not in the folder.
    missing: Vec<String>,
    root_pem: String,
}

#[derive(Serialize)]
struct ImportedDocument {
    id: String,
    key_present: Option<bool>,
    keys_encrypted: bool,
    #[serde(flatten)]
    issuer: IssuerDocument,
    constraints: ConstraintsDocument,
    /// Whether certificates come from it when nobody is named.
    issues: bool,
}

pub(crate) fn run(args: Args, context: &mut Context) -> Result<Verdict, Failure> {
    let folder = Folder::find(&args.folder, args.kind, args.certificate.as_deref(), args.key.as_deref())?;
    let issued = Issued::read(&folder, args.leave_out_missing)?;
    let directory = DataDir::of(context)?;
    let making = directory.make()?;
    let issuers = keys_of::read(&folder, &args.chain, &making, &args.passphrase, &args.moved, context);
    let issuers = issuers.inspect_err(|_| making.undo())?;
    let base_url = match args.url {
        Some(url) => url.base(),
        None => base_url::of_this_machine(host_name().as_deref()),
    };
    let by = warrant::of_this_user(&format!("chancery ca import ({})", folder.kind.name())).to_string();
    let unlisted = if args.leave_out_missing { Unlisted::LeaveOut } else { Unlisted::Refuse };
    let takeover = Takeover { issuers, certificates: issued.certificates, unlisted, base_url, by };
    let taken = wait(takeover.commit(context.clock.now(), making.record(), &AwsLc)).map_err(|error| {
        making.undo();
        refused(&error, &directory)
    })?;
    drop(making);
    // Whoever opens it writes root.pem.
    let authority = directory.open()?;
    // The index and the CRL may list the same one.
    let missing: BTreeSet<String> = issued.missing.into_iter().chain(taken.missing.iter().cloned()).collect();
    let missing = missing.into_iter().collect();
    let document = document(&folder, &taken, &authority, missing)?;
    if context.ui.is_json() {
        context.ui.json(&document)?;
    } else {
        tell(&document, &taken, &folder, context)?;
    }
    Ok(Verdict::Yes)
}

fn host_name() -> Option<String> {
    let system = rustix::system::uname();
    system.nodename().to_str().ok().map(str::to_owned)
}

fn refused(error: &TakeoverError, directory: &DataDir) -> Failure {
    match error {
        TakeoverError::Record(source) => record_failure(source, directory),
        TakeoverError::Otherwise { .. } => {
            Failure::refused(error.to_string()).hint("chancery ca issuer list")
        }
        TakeoverError::Away { .. } => Failure::refused(error.to_string()).hint("chancery ca root online"),
        TakeoverError::Unlisted { .. } => Failure::refused(error.to_string())
            .hint("put them where the others are; or do without: --leave-out-missing"),
        TakeoverError::ForeignCrl { .. } | TakeoverError::CrlNumber { .. } => {
            Failure::refused(error.to_string()).hint("put the issuer's own last CRL in its place, or none")
        }
        TakeoverError::Issuer(_) => {
            Failure::refused("it is no authority that could be taken over").because(error)
        }
        _ => Failure::from_error(error),
    }
}

fn document(
    folder: &Folder,
    taken: &TakenOver,
    authority: &Authority,
    missing: Vec<String>,
) -> Result<Document, Failure> {
    let directory = authority.directory();
    let leaf = Profile::named("server").map_err(|error| Failure::from_error(&error))?;
    let issuing = authority.record_for(&leaf).ok().map(|record| record.added.id);
    let mut issuers = Vec::new();
    for issuer in &taken.issuers {
        let id = issuer.id().to_string();
        let key = Location::of(directory, &authority.issuer(&id)?.key)?;
        let (key_present, keys_encrypted) = match &key {
            Location::File(path) => {
                let is_encrypted = read_private_key(path).is_ok_and(|file| file.is_encrypted());
                (Some(path.symlink_metadata().is_ok()), is_encrypted)
            }
            // One that was here before, and is not asked.
            Location::Token(_) => (None, false),
        };
        let constraints = ConstraintsDocument::of_chain(issuer.chain())?;
        let issues = issuing.is_some_and(|issuing| issuing == issuer.id());
        let issuer = IssuerDocument::of(issuer.chain(), &key.to_string())?;
        issuers.push(ImportedDocument { id, key_present, keys_encrypted, issuer, constraints, issues });
    }
    Ok(Document {
        kind: folder.kind.name(),
        issuers,
        certificates: taken.certificates,
        revocations: taken.revocations,
        known: taken.known,
        strangers: taken.strangers.clone(),
        collisions: taken.collisions.clone(),
        missing,
        root_pem: directory.root_pem().display().to_string(),
    })
}

fn tell(
    document: &Document,
    taken: &TakenOver,
    folder: &Folder,
    context: &mut Context,
) -> Result<(), Failure> {
    let ui = &mut context.ui;
    for imported in &document.issuers {
        let subject = plain(&imported.issuer.subject);
        ui.tick(&format!("took over {subject}, verified with its key"))?;
        ui.rows(&imported.issuer.rows())?;
        ui.rows(&imported.constraints.rows())?;
        if imported.key_present == Some(false) {
            ui.note("its key is not in the folder: it issues nothing here")?;
        } else if imported.key_present == Some(true) && !imported.keys_encrypted {
            ui.note(
                "its key is not encrypted: mode 0600 alone protects it (--new-passphrase-file encrypts)",
            )?;
        }
    }
    let mut counts = vec![
        ("certificates", format!("{} recorded, {} known before", document.certificates, document.known)),
        ("revoked", format!("{} recorded", document.revocations)),
    ];
    if folder.index.is_none() {
        counts =
            vec![("certificates", format!("{} keeps no list of them that could be read", document.kind))];
    }
    ui.rows(&counts)?;
    told_one_by_one(&document.strangers, "no key of these issuers has signed", context)?;
    let same = "another one of the same issuer has the serial number of";
    told_one_by_one(&document.collisions, same, context)?;
    told_one_by_one(&document.missing, "is in the index or the CRL, and not in the folder:", context)?;
    for issuer in &taken.issuers {
        if let Some(reason) = issuer.departure() {
            context.ui.note(&format!(
                "clients accept it, though by RFC 5280 something is wrong: {}",
                plain(reason)
            ))?;
        }
    }
    for issuer in taken.issuers.iter().filter(|issuer| !issuer.signs_crls()) {
        let name = plain(issuer.name());
        context.ui.note(&format!(
            "{name} may sign no CRL: what it issues is taken back by OCSP alone, where a client asks"
        ))?;
    }
    let quiet = document.issuers.iter().filter(|one| !one.issues && one.key_present == Some(true));
    for one in quiet.filter(|one| one.issuer.role != "root") {
        let (name, id) = (plain(&one.issuer.subject), beginning(&one.id));
        context.ui.note(&format!(
            "{name} issues when it is told to (chancery sign --issuer {id}), or once the others are retired"
        ))?;
    }
    context.ui.note(
        "the other program's copy of the key still issues: stop it, or do this again to take over what it has done since",
    )?;
    let roomy = taken.issuers.iter().find(|issuer| issuer.is_root() && issuer.path_length() != Some(0));
    match roomy.filter(|_| taken.issuers.len() == 1) {
        Some(root) => {
            let id = root.id().to_string();
            let id = beginning(&id);
            context
                .ui
                .next(&format!("have an intermediate do the daily work: chancery ca issuer new --below {id}"))
        }
        None => context.ui.next(&format!("chancery trust install {}", shell(Path::new(&document.root_pem)))),
    }
}

fn told_one_by_one(all: &[String], what: &str, context: &mut Context) -> Result<(), Failure> {
    for one in all.iter().take(TOLD) {
        context.ui.note(&format!("left out, {what} {}", plain(one)))?;
    }
    match all.len().saturating_sub(TOLD) {
        0 => Ok(()),
        more => context.ui.note(&format!("and {more} more: --json names them all")),
    }
}
