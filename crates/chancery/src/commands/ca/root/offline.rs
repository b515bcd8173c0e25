// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca root offline`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use authority::journal::KeyMoved;
use authority::{Entry, Event, Issuer, IssuerRecord, Reach, RecordError, wait};
use keys::file::read_private_key;
use keys::{AwsLc, Passphrase, PrivateKey};
use serde::Serialize;
use status::{Crl, CrlError, Lifetime, Schedule, presign};

use crate::context::Context;
use crate::data_dir::{Authority, DataDir, name_of, record_failure};
use crate::failure::{Failure, Verdict, shell};
use crate::passphrase::{MovedPassphraseArgs, PassphraseArgs};
use crate::{input, output, warrant};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The root, by the first eight digits of its identifier or more; without it, the only one
    #[arg(value_name = "ID")]
    root: Option<String>,

    /// The file to take the key into, encrypted: on a medium that is kept elsewhere
    #[arg(long, short, value_name = "FILE")]
    out: PathBuf,

    /// Replace the file when it exists
    #[arg(long)]
    force: bool,

    /// How many CRLs are made ahead
    #[arg(long, value_name = "N", default_value_t = Schedule::default().count,
          value_parser = clap::value_parser!(u16).range(1..=1000))]
    crls: u16,

    /// How many days each of them is good for; the next begins a day before it ends
    #[arg(long, value_name = "N", default_value_t = 31, value_parser = clap::value_parser!(u32).range(1..=3650))]
    days: u32,

    #[command(flatten)]
    passphrase: PassphraseArgs,

    #[command(flatten)]
    moved: MovedPassphraseArgs,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    id: String,
    subject: String,
    /// The file that holds the key now.
    file: String,
    /// How many CRLs were made ahead.
    crls: usize,
    first_number: Option<u64>,
    last_number: Option<u64>,
    /// Until when its CRLs are good.
    covered_until: Option<String>,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    let directory = DataDir::of(context)?;
    let authority = directory.open()?;
    let root = authority.root_meant(args.root.as_deref())?;
    if root.reach == Reach::Away {
        return finish(root, &authority, context);
    }
    authority.require_key(root)?;
    let out = absolute(&args.out)?;
    require_outside(&out, &directory)?;
    output::require_free(&out, output::overwrite(args.force))?;
    let _lock = directory.lock()?;
    let issuer = authority.prove(root, &args.passphrase, context)?;
    let path = directory.path().join(&root.key);
    let key = input::private_key(&path, &args.passphrase, context)?;
    let before = args.passphrase.stored(context)?.or_else(|| context.typed.last().cloned());
    let passphrase = args.moved.obtain(before)?;
    output::private_key(&out, &key, Some(&passphrase), output::overwrite(args.force))?;
    read_back(&out, &passphrase, &key)?;
    let crls = moved(args, &issuer, &out, &authority, context)?;
    take_away(&path)?;
    tell(root, &out, &crls, context)
}

/// Makes the CRLs, and records them with the new place of the key. When that fails, the file is taken away again: the
/// key is where it was.
fn moved(
    args: &Args,
    issuer: &Arc<Issuer>,
    out: &Path,
    authority: &Authority,
    context: &Context,
) -> Result<Vec<Crl>, Failure> {
    let now = context.clock.now();
    let by = warrant::of_this_user("chancery ca root offline").to_string();
    let event = KeyMoved { id: issuer.id(), key: out.display().to_string(), reach: Reach::Away, by };
    let beside = [Entry { at: now, event: Event::KeyMoved(event) }];
    let lifetime = Lifetime(Duration::from_secs(u64::from(args.days).saturating_mul(86_400)));
    let count = if issuer.signs_crls() { args.crls } else { 0 };
    let schedule = Schedule { count, lifetime };
    let made = presign(issuer, schedule, &beside, now, &**authority.record(), &AwsLc);
    wait(made).map_err(|error| {
        // Where it is not known whether the record has it, the file stays.
        if !matches!(error, CrlError::Record(RecordError::Failed { .. })) {
            let _ = fs::remove_file(out);
        }
        match &error {
            CrlError::Record(source) => record_failure(source, authority.directory()),
            error => Failure::from_error(error),
        }
    })
}

/// A key in the data directory is not away.
fn require_outside(out: &Path, directory: &DataDir) -> Result<(), Failure> {
    let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = real(out.parent().unwrap_or(out));
    if !folder.starts_with(real(directory.path())) {
        return Ok(());
    }
    Err(Failure::refused(format!("{} lies in the data directory: the key would not be away", out.display()))
        .hint("name a file on a medium that is kept elsewhere: --out /media/safe/root-key.pem"))
}

fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path).map_err(|error| Failure::unreadable(path, &error))
}

/// The file has to give the same key back before the other is taken away.
fn read_back(out: &Path, passphrase: &Passphrase, key: &PrivateKey) -> Result<(), Failure> {
    let opened = read_private_key(out).and_then(|file| file.open(Some(passphrase)));
    let failure = || {
        let message = format!("{} does not give the key back; nothing was taken away", out.display());
        Failure::could_not(message).hint(format!("try another medium: rm {}", shell(out)))
    };
    match opened {
        Ok(opened) if opened.public_key_info() == key.public_key_info() => Ok(()),
        Ok(_) => Err(failure()),
        Err(error) => Err(failure().because(&error)),
    }
}

/// Takes the key out of the data directory, for good.
fn take_away(path: &Path) -> Result<(), Failure> {
    let gone = fs::remove_file(path).and_then(|()| {
        let folder = path.parent().unwrap_or(path);
        File::open(folder)?.sync_all()
    });
    gone.map_err(|error| {
        Failure::could_not(format!("{} is still there, and is recorded as taken away", path.display()))
            .because(&error)
            .hint(format!("rm {}", shell(path)))
    })
}

/// It was taken away before; what was cut short then is finished.
fn finish(root: &IssuerRecord, authority: &Authority, context: &mut Context) -> Result<Verdict, Failure> {
    let left = authority.directory().path().join(&root.added.key);
    let file = shell(Path::new(&root.key));
    if left.symlink_metadata().is_err() {
        return Err(Failure::refused(format!(
            "the key of {} was taken away before, into {file}",
            name_of(root)
        ))
        .hint(format!("bring it back: chancery ca root online {file}")));
    }
    take_away(&left)?;
    if context.ui.is_json() {
        let document = document(root, &root.key, &[]);
        context.ui.json(&document)?;
    } else {
        context.ui.tick(&format!("{} was left behind, and is gone; the key is in {file}", left.display()))?;
    }
    Ok(Verdict::Yes)
}

fn document(root: &IssuerRecord, file: &str, crls: &[Crl]) -> Document {
    Document {
        id: root.added.id.to_string(),
        subject: name_of(root),
        file: file.to_owned(),
        crls: crls.len(),
        first_number: crls.first().map(|crl| crl.number),
        last_number: crls.last().map(|crl| crl.number),
        covered_until: crls.last().map(|crl| crl.next_update.to_string()),
    }
}

fn tell(root: &IssuerRecord, out: &Path, crls: &[Crl], context: &mut Context) -> Result<Verdict, Failure> {
    let document = document(root, &out.display().to_string(), crls);
    if context.ui.is_json() {
        context.ui.json(&document)?;
        return Ok(Verdict::Yes);
    }
    let ui = &mut context.ui;
    ui.tick("the key was written, read back, and taken out of the data directory")?;
    let numbers = match (document.first_number, document.last_number) {
        (Some(first), Some(last)) => format!("{} of them, numbers {first} to {last}", document.crls),
        _ => "none".to_owned(),
    };
    ui.rows(&[
        ("root", document.subject.clone()),
        ("key", format!("{}, encrypted", document.file)),
        ("CRLs", numbers),
        ("good until", document.covered_until.clone().unwrap_or_default()),
        ("bring back", format!("chancery ca root online {}", shell(out))),
    ])?;
    ui.note("keep a second copy of the file and its passphrase elsewhere: without them no intermediate can be made below this root, or taken back")?;
    ui.note("copies of the data directory that were made before hold the key still, and so do servers that are running until they are started again: chancery up, chancery ca serve")?;
    Ok(Verdict::Yes)
}
