// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca restore`.

use std::path::PathBuf;

use authority::{IssuerRecord, Loss, Reach, Standing};
use serde::Serialize;

use crate::context::Context;
use crate::custody::Location;
use crate::data_dir::{DataDir, Restored};
use crate::failure::{Failure, Verdict, shell};

#[derive(Debug, clap::Args)]
#[command(long_about = "Put a backup back into an empty data directory\n\n\
                  Everything is checked beside the data directory first: each file against the manifest, the record by \
                  a whole audit. What is known to have been issued since the backup is not forgotten: where it is older, \
                  nothing is signed until `chancery ca accept-loss`.")]
pub(crate) struct Args {
    /// The folder that `chancery ca backup` made
    #[arg(value_name = "BACKUP")]
    backup: PathBuf,

    /// Move aside what is in the data directory, with its keys carried over; nothing is deleted
    #[arg(long)]
    force: bool,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    data_dir: String,
    backup: String,
    made_at: String,
    head: String,
    batches: u64,
    /// Where what was there before lies.
    aside: Option<String>,
    /// The keys of issuers that are not here.
    missing_keys: Vec<String>,
    /// The last batch that is known to have been committed, where the backup is older.
    lost: Option<u64>,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    let directory = DataDir::of(context)?;
    let Restored { manifest, aside, loss } =
        directory.restore(&args.backup, args.force, context.clock.now())?;
    let authority = directory.open()?;
    // Of a key on a token nothing is known before somebody logs in.
    let is_gone = |record: &&IssuerRecord| {
        let is_wanted = record.reach == Reach::Here && record.standing == Standing::InUse;
        let place = Location::of(&directory, &record.key);
        is_wanted && matches!(place, Ok(Location::File(path)) if !path.exists())
    };
    let document = Document {
        data_dir: directory.path().display().to_string(),
        backup: args.backup.display().to_string(),
        made_at: manifest.made_at,
        head: manifest.head,
        batches: manifest.batches,
        aside: aside.map(|path| path.display().to_string()),
        missing_keys: authority.issuers().iter().filter(is_gone).map(|issuer| issuer.key.clone()).collect(),
        lost: loss.map(|loss| loss.mark.head.number),
    };
    if context.ui.is_json() {
        context.ui.json(&document)?;
    } else {
        tell(&document, loss, context)?;
    }
    for key in &document.missing_keys {
        let path = shell(&directory.path().join(key));
        context.ui.note(&format!("bring back the key {key}, which is not here: mv KEY {path}"))?;
    }
    Ok(Verdict::Yes)
}

fn tell(document: &Document, loss: Option<Loss>, context: &mut Context) -> Result<(), Failure> {
    let ui = &mut context.ui;
    ui.tick("every file as it was backed up, the record audited, and put back")?;
    let mut rows = vec![
        ("directory", document.data_dir.clone()),
        ("journal", format!("{} batches", document.batches)),
        ("end", document.head.clone()),
        ("made", document.made_at.clone()),
    ];
    rows.extend(document.aside.clone().map(|aside| ("before", aside)));
    ui.rows(&rows)?;
    match loss {
        Some(loss) => {
            ui.cross(&loss.refusal().to_string())?;
            ui.next("chancery ca accept-loss")
        }
        None => {
            ui.note("what was issued after the backup is not in it: compare with a CRL that was published: chancery ca audit --crl FILE")
        }
    }
}
