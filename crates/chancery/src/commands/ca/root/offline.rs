// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca root offline`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use authority::journal::KeyMoved;
use authority::{Entry, Event, Issuer, IssuerRecord, Reach, RecordError, StatusError, wait};
use keys::file::read_private_key;
use keys::pkcs11::Pkcs11Uri;
use keys::{AwsLc, Passphrase, PrivateKey};
use serde::Serialize;
use status::{Crl, CrlError, Lifetime, Schedule, presign};

use crate::context::Context;
use crate::custody::{Location, with_sign_hint};
use crate::data_dir::{Authority, DataDir, name_of, record_failure};
use crate::failure::{Failure, Verdict, shell};
use crate::passphrase::{MovedPassphraseArgs, PassphraseArgs};
use crate::runtime::Deferred;
use crate::{input, output, warrant};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The root, by the first eight digits of its identifier or more; without it, the only one
    #[arg(value_name = "ID")]
    root: Option<String>,

    /// The file to take the key into, encrypted: on a medium that is kept elsewhere
    ///
    /// A key on a token stays there: take the token out afterwards, and keep it elsewhere.
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Replace the file when it exists
    #[arg(long, requires = "out")]
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
    /// The file that holds the key now; absent when it stays on its token.
    file: Option<String>,
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
        return finish(args, root, &authority, context);
    }
    authority.require_key(root)?;
    let (path, out) = match (Location::of(&directory, &root.key)?, &args.out) {
        (Location::File(path), Some(out)) => (path, input::absolute(out)?),
        (Location::File(_), None) => {
            return Err(Failure::could_not("it was not said where the key is to be taken")
                .hint("name a file on a medium that is kept elsewhere: --out /media/safe/root-key.pem"));
        }
        (Location::Token(uri), None) => return with_its_token(args, root, &uri, &authority, context),
        (Location::Token(_), Some(_)) => {
            return Err(Failure::refused("the key is on a token, which does not give it away")
                .hint("leave out --out, and keep the token elsewhere: chancery ca root offline"));
        }
    };
    require_outside(&out, &directory)?;
    require_not_anothers(&out, &authority)?;
    output::require_free(&out, output::overwrite(args.force))?;
    let _lock = directory.lock()?;
    let issuer = authority.prove(root, &args.passphrase, context)?;
    let key = input::private_key(&path, &args.passphrase, context)?;
    let before = args.passphrase.used(context)?;
    let passphrase = args.moved.obtain(before)?;
    // From here on there are two copies of the key: one of them goes, whoever interrupts.
    let mut deferred = Deferred::start()?;
    output::private_key(&out, &key, Some(&passphrase), output::overwrite(args.force))?;
    read_back(&out, &passphrase, &key)?;
    let go_on = deferred.require_unasked().map_err(|failure| Unmoved { failure, is_sure: true });
    let moved = go_on.and_then(|()| moved(args, &issuer, out.display().to_string(), &authority, context));
    let crls = moved.map_err(|unmoved| {
        // Where it is not known whether the record has it, the file stays.
        if unmoved.is_sure {
            let _ = fs::remove_file(&out);
        }
        unmoved.failure
    })?;
    take_away(&path)?;
    tell(root, &out, &crls, context)
}

/// The key stays on its token, and the token goes.
fn with_its_token(
    args: &Args,
    root: &IssuerRecord,
    uri: &Pkcs11Uri,
    authority: &Authority,
    context: &mut Context,
) -> Result<Verdict, Failure> {
    let _lock = authority.directory().lock()?;
    let issuer = authority.prove(root, &args.passphrase, context)?;
    let moved = moved(args, &issuer, uri.to_string(), authority, context);
    let crls = moved.map_err(|unmoved| unmoved.failure)?;
    let document = document(root, None, &crls);
    if context.ui.is_json() {
        context.ui.json(&document)?;
        return Ok(Verdict::Yes);
    }
    let ui = &mut context.ui;
    ui.tick("its CRLs were made ahead, and it is recorded that the token is away: nothing asks it any more")?;
    ui.rows(&rows(
        &document,
        format!("{uri}: take the token out now"),
        "chancery ca root online".to_owned(),
    ))?;
    ui.note("servers that are running ask it no more within seconds: wait for them with the token")?;
    Ok(Verdict::Yes)
}

/// Why a key was not moved.
struct Unmoved {
    failure: Failure,
    /// Whether the record is known not to have it.
    is_sure: bool,
}

/// Makes the CRLs, and records them with the new place of the key.
fn moved(
    args: &Args,
    issuer: &Arc<Issuer>,
    place: String,
    authority: &Authority,
    context: &Context,
) -> Result<Vec<Crl>, Unmoved> {
    let now = context.clock.now();
    let by = warrant::of_this_user("chancery ca root offline").to_string();
    let event = KeyMoved { id: issuer.id(), key: place, reach: Reach::Away, by };
    let beside = [Entry { at: now, event: Event::KeyMoved(event) }];
    let lifetime = Lifetime(Duration::from_secs(u64::from(args.days).saturating_mul(86_400)));
    let count = if issuer.signs_crls() { args.crls } else { 0 };
    let schedule = Schedule { count, lifetime };
    let made = presign(issuer, schedule, &beside, now, &**authority.record(), &AwsLc);
    wait(made).map_err(|error| {
        let failure = match &error {
            CrlError::Record(source) => record_failure(source, authority.directory()),
            CrlError::Sign(StatusError::Sign(source)) => with_sign_hint(Failure::from_error(&error), source),
            error => Failure::from_error(error),
        };
        Unmoved { failure, is_sure: !matches!(error, CrlError::Record(RecordError::Failed { .. })) }
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

/// Another root's key in the file would be lost.
fn require_not_anothers(out: &Path, authority: &Authority) -> Result<(), Failure> {
    let is_there = |other: &&IssuerRecord| other.reach == Reach::Away && Path::new(&other.key) == out;
    match authority.issuers().iter().find(is_there) {
        Some(other) => {
            Err(Failure::refused(format!("{} holds the key of {}", out.display(), name_of(other)))
                .hint("name another file: --out FILE"))
        }
        None => Ok(()),
    }
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
fn finish(
    args: &Args,
    root: &IssuerRecord,
    authority: &Authority,
    context: &mut Context,
) -> Result<Verdict, Failure> {
    if let Location::Token(uri) = Location::of(authority.directory(), &root.key)? {
        let message = format!("the key of {} went away before, with its token: {uri}", name_of(root));
        return Err(Failure::refused(message).hint("bring it back: chancery ca root online"));
    }
    let left = authority.directory().path().join(&root.added.key);
    let file = shell(Path::new(&root.key));
    if left.symlink_metadata().is_err() {
        return Err(Failure::refused(format!(
            "the key of {} was taken away before, into {file}",
            name_of(root)
        ))
        .hint(format!("bring it back: chancery ca root online {file}")));
    }
    // Not before the other copy is seen: this may be the last one.
    let key = input::private_key(&left, &args.passphrase, context)?;
    let before = args.passphrase.used(context)?;
    read_back(Path::new(&root.key), &args.moved.obtain(before)?, &key)?;
    take_away(&left)?;
    if context.ui.is_json() {
        let document = document(root, Some(&root.key), &[]);
        context.ui.json(&document)?;
    } else {
        context.ui.tick(&format!("{} was left behind, and is gone; the key is in {file}", left.display()))?;
    }
    Ok(Verdict::Yes)
}

fn document(root: &IssuerRecord, file: Option<&str>, crls: &[Crl]) -> Document {
    Document {
        id: root.added.id.to_string(),
        subject: name_of(root),
        file: file.map(str::to_owned),
        crls: crls.len(),
        first_number: crls.first().map(|crl| crl.number),
        last_number: crls.last().map(|crl| crl.number),
        covered_until: crls.last().map(|crl| crl.next_update.to_string()),
    }
}

fn tell(root: &IssuerRecord, out: &Path, crls: &[Crl], context: &mut Context) -> Result<Verdict, Failure> {
    let file = out.display().to_string();
    let document = document(root, Some(&file), crls);
    if context.ui.is_json() {
        context.ui.json(&document)?;
        return Ok(Verdict::Yes);
    }
    let ui = &mut context.ui;
    ui.tick("the key was written, read back, and taken out of the data directory")?;
    let back = format!("chancery ca root online {}", shell(out));
    ui.rows(&rows(&document, format!("{file}, encrypted"), back))?;
    ui.note("keep a second copy of the file and its passphrase elsewhere: without them no intermediate can be made below this root, or taken back")?;
    ui.note("copies of the data directory that were made before hold the key still; servers that are running let go of it within seconds")?;
    Ok(Verdict::Yes)
}

fn rows(document: &Document, key: String, back: String) -> [(&'static str, String); 5] {
    let numbers = match (document.first_number, document.last_number) {
        (Some(first), Some(last)) => format!("{} of them, numbers {first} to {last}", document.crls),
        _ => "none".to_owned(),
    };
    [
        ("root", document.subject.clone()),
        ("key", key),
        ("CRLs", numbers),
        ("good until", document.covered_until.clone().unwrap_or_default()),
        ("bring back", back),
    ]
}
