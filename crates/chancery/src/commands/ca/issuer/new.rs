// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca issuer new`.

use std::fs;

use authority::{Appointment, FoundingError, RecordError, Standing, wait};
use keys::{AwsLc, KeyKind};
use serde::Serialize;

use super::super::told::IssuerDocument;
use crate::context::Context;
use crate::data_dir::{DataDir, issue_failure, record_failure};
use crate::failure::{Failure, Verdict};
use crate::passphrase::PassphraseArgs;
use crate::random::SystemRandom;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    passphrase: PassphraseArgs,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    id: String,
    keys_encrypted: bool,
    #[serde(flatten)]
    issuer: IssuerDocument,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    let directory = DataDir::of(context)?;
    let authority = directory.open()?;
    let root = authority.issuers().iter().rev().find(|record| record.added.chain.len() == 1);
    let root = root.ok_or_else(|| Failure::could_not("there is no root in the record"))?;
    if let Standing::Retired(since) = root.standing {
        return Err(Failure::refused(format!("the root was retired at {since}, and issues no more"))
            .hint("another authority begins with a root of its own: chancery ca init --data-dir DIR"));
    }
    authority.require_key(root)?;
    // A passphrase that opens the root's key closes the new one too: both are kept alike.
    let stored = args.passphrase.stored(context)?;
    let above = authority.prove(root, &args.passphrase, context)?;
    let passphrase = stored.as_ref().or(context.typed.last());
    let keys_encrypted = passphrase.is_some();
    let _lock = directory.lock()?;
    let mut files = Vec::new();
    let key = directory.make_key("issuing", KeyKind::P256, passphrase, &mut files)?;
    let location = directory.path().join(&key.location).display().to_string();
    let appointment = Appointment { above, key };
    let now = context.clock.now();
    let appointed = wait(appointment.commit(now, &**authority.record(), &SystemRandom, &AwsLc));
    let issuer = appointed.map_err(|error| {
        // Where it is not known whether the record has it, the key stays.
        if !matches!(error, FoundingError::Record(RecordError::Failed { .. })) {
            for file in &files {
                let _ = fs::remove_file(file);
            }
        }
        match &error {
            FoundingError::Record(source) => record_failure(source, &directory),
            FoundingError::Issue(source) => issue_failure(source, &directory),
            error => Failure::from_error(error),
        }
    })?;
    let document = Document {
        id: issuer.id().to_string(),
        keys_encrypted,
        issuer: IssuerDocument::of(issuer.chain(), &location)?,
    };
    if context.ui.is_json() {
        context.ui.json(&document)?;
        return Ok(Verdict::Yes);
    }
    context.ui.tick(
        "made an intermediate, verified with the root's certificate, and recorded: it issues from now on",
    )?;
    context.ui.rows(&document.issuer.rows())?;
    context.ui.note(
        "servers of this data directory that are running have to be started again: chancery up, chancery ca serve",
    )?;
    Ok(Verdict::Yes)
}
