// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca backup`.

use std::path::PathBuf;

use serde::Serialize;

use crate::context::Context;
use crate::data_dir::{BackedUp, DataDir, Keys, Manifest};
use crate::failure::{Failure, Verdict, shell};
use crate::{input, output};

#[derive(Debug, clap::Args)]
#[command(long_about = "Copy the record as it stands, with what belongs to it, into a new folder\n\n\
                  Servers go on meanwhile. The copy is read back and its journal followed before the folder is put in \
                  its place. A backup without the keys is no secret beyond the names in it; one with keys is as good as \
                  the authority, unless each of them is encrypted.")]
pub(crate) struct Args {
    /// The folder to make
    #[arg(value_name = "DIR")]
    folder: PathBuf,

    /// Take the private keys as they are, encrypted or not
    #[arg(long)]
    with_keys: bool,

    /// Replace the folder when it is a backup
    #[arg(long)]
    force: bool,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    backup: String,
    #[serde(flatten)]
    manifest: Manifest,
    keys: usize,
    /// Those that no passphrase protects.
    plain_keys: Vec<String>,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    let authority = DataDir::look(context)?;
    let keys = if args.with_keys { Keys::Taken } else { Keys::Left };
    let folder = input::absolute(&args.folder)?;
    let BackedUp { manifest, plain_keys } =
        authority.back_up(&folder, keys, output::overwrite(args.force), context.clock.now())?;
    let document =
        Document { backup: args.folder.display().to_string(), keys: manifest.keys(), manifest, plain_keys };
    if context.ui.is_json() {
        context.ui.json(&document)?;
    } else {
        tell(&document, args, context)?;
    }
    if !document.plain_keys.is_empty() {
        context.ui.note(&format!(
            "{} of the keys in it are not encrypted: whoever reads {} can issue in this authority's name",
            document.plain_keys.len(),
            document.backup
        ))?;
    }
    Ok(Verdict::Yes)
}

fn tell(document: &Document, args: &Args, context: &mut Context) -> Result<(), Failure> {
    let Document { backup, manifest, keys, .. } = document;
    let kept = match keys {
        0 => {
            "none: keep the folder keys elsewhere, without which nothing is signed after a restore".to_owned()
        }
        keys => keys.to_string(),
    };
    let ui = &mut context.ui;
    ui.tick("copied, read back, its journal followed to its end")?;
    ui.rows(&[
        ("backup", backup.clone()),
        ("journal", format!("{} batches", manifest.batches)),
        ("end", manifest.head.clone()),
        ("made", manifest.made_at.clone()),
        ("files", manifest.files.len().to_string()),
        ("keys", kept),
    ])?;
    ui.next(&format!("chancery ca restore {}", shell(&args.folder)))
}
