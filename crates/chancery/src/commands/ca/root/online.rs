// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca root online`.

use std::path::{Path, PathBuf};

use authority::journal::KeyMoved;
use authority::{Entry, Event, IssuerId, IssuerRecord, Reach};
use keys::pkcs11::Pkcs11Uri;
use keys::{AwsLc, Passphrase, PrivateKey, Signer};
use serde::Serialize;
use x509::SubjectPublicKeyInfo;

use crate::context::Context;
use crate::custody::Location;
use crate::data_dir::{Authority, DataDir, beginning, name_of};
use crate::failure::{Failure, Verdict, shell};
use crate::passphrase::PassphraseArgs;
use crate::runtime::Deferred;
use crate::{input, output, warrant};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The file that holds the key; without it, the one it was taken into, or the token that it is on
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,

    /// The root, by the first eight digits of its identifier or more; without it, the one whose key the file holds
    #[arg(long, value_name = "ID")]
    root: Option<String>,

    /// Keep it in the data directory unencrypted: mode 0600 alone protects it
    #[arg(long)]
    plain: bool,

    #[command(flatten)]
    passphrase: PassphraseArgs,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    id: String,
    subject: String,
    /// Where the key is now.
    key: String,
    keys_encrypted: bool,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    let directory = DataDir::of(context)?;
    let authority = directory.open()?;
    let wanted = args.root.as_deref().map(|text| authority.root_meant(Some(text))).transpose()?;
    let is_meant = |record: &&IssuerRecord| wanted.is_none_or(|wanted| wanted.added.id == record.added.id);
    let away = authority.issuers().iter().filter(|record| record.reach == Reach::Away).filter(is_meant);
    let away: Vec<&IssuerRecord> = away.collect();
    if let (None, [one]) = (&args.file, away.as_slice())
        && let Location::Token(uri) = Location::of(&directory, &one.key)?
    {
        return with_its_token(args, one, &uri, &authority, context);
    }
    let file = match (&args.file, away.as_slice()) {
        (_, []) => {
            return Err(Failure::refused("no key was taken away").hint("chancery ca issuer list"));
        }
        (Some(file), _) => file.clone(),
        (None, [one]) => PathBuf::from(&one.key),
        (None, _) => {
            return Err(Failure::could_not("the keys of several roots were taken away").hint(
                "name the file that holds the key: chancery ca root online FILE; or the root: --root ID",
            ));
        }
    };
    let key = input::private_key(&file, &args.passphrase, context)?;
    let root = belongs(&key, &file, &authority, args.root.as_deref())?;
    let _lock = directory.lock()?;
    let place = directory.path().join(&root.added.key);
    // As the file has it, unless it is to lie open like the authority's other keys.
    let passphrase = if args.plain { None } else { Some(own(args, context)?) };
    // What is begun here is done: a key that is here, and recorded as away, would be neither.
    let _deferred = Deferred::start()?;
    output::private_key(
        &place,
        &key,
        passphrase.as_ref(),
        output::overwrite(place.symlink_metadata().is_ok()),
    )?;
    is_back(root, root.added.key.clone(), &authority, context)?;
    let document = Document {
        id: root.added.id.to_string(),
        subject: name_of(root),
        key: place.display().to_string(),
        keys_encrypted: passphrase.is_some(),
    };
    if context.ui.is_json() {
        context.ui.json(&document)?;
        return Ok(Verdict::Yes);
    }
    context.ui.tick("the key is back, and recorded: the root signs again")?;
    let kept =
        if document.keys_encrypted { "encrypted" } else { "not encrypted: mode 0600 alone protects it" };
    context.ui.rows(&[("root", document.subject), ("key", format!("{}, {kept}", document.key))])?;
    let id = beginning(&document.id);
    let file = shell(&file);
    context.ui.next(&format!("when the work is done: chancery ca root offline {id} --out {file} --force"))?;
    Ok(Verdict::Yes)
}

/// The token is here again, and still holds the key.
fn with_its_token(
    args: &Args,
    root: &IssuerRecord,
    uri: &Pkcs11Uri,
    authority: &Authority,
    context: &mut Context,
) -> Result<Verdict, Failure> {
    let _lock = authority.directory().lock()?;
    let key = Location::Token(uri.clone()).signer(&args.passphrase, context)?;
    if issuer_of(&*key)? != root.added.id {
        return Err(Failure::refused(format!("the key on the token is not that of {}", name_of(root)))
            .hint(format!("chancery ca hsm check '{uri}'")));
    }
    is_back(root, root.key.clone(), authority, context)?;
    let (id, subject) = (root.added.id.to_string(), name_of(root));
    let document = Document { id, subject, key: uri.to_string(), keys_encrypted: false };
    if context.ui.is_json() {
        context.ui.json(&document)?;
        return Ok(Verdict::Yes);
    }
    context.ui.tick("the token is back with its key, and that is recorded: the root signs again")?;
    context.ui.rows(&[("root", document.subject), ("key", document.key)])?;
    let id = beginning(&document.id);
    context.ui.next(&format!("when the work is done: chancery ca root offline {id}"))?;
    Ok(Verdict::Yes)
}

/// Records that a root's key is here again.
fn is_back(
    root: &IssuerRecord,
    key: String,
    authority: &Authority,
    context: &Context,
) -> Result<(), Failure> {
    let by = warrant::of_this_user("chancery ca root online").to_string();
    let event = KeyMoved { id: root.added.id, key, reach: Reach::Here, by };
    authority.journal(Entry { at: context.clock.now(), event: Event::KeyMoved(event) })
}

/// The issuer that a key makes.
fn issuer_of(key: &dyn Signer) -> Result<IssuerId, Failure> {
    let public = SubjectPublicKeyInfo::parse(key.public_key_info())
        .map_err(|error| Failure::could_not("cannot read the public key").because(&error))?;
    Ok(IssuerId::of(&public, &AwsLc))
}

/// The passphrase that opened the file, with which the key is encrypted again.
fn own(args: &Args, context: &Context) -> Result<Passphrase, Failure> {
    match args.passphrase.used(context)? {
        Some(passphrase) => Ok(passphrase),
        None => args.passphrase.obtain("the authority's keys", context),
    }
}

/// The root whose key it is, and was taken away.
fn belongs<'a>(
    key: &PrivateKey,
    file: &Path,
    authority: &'a Authority,
    named: Option<&str>,
) -> Result<&'a IssuerRecord, Failure> {
    let id = issuer_of(key)?;
    let wanted = named.map(|text| authority.root_meant(Some(text))).transpose()?;
    let found = authority.issuers().iter().find(|record| record.added.id == id);
    let found = found.filter(|found| wanted.is_none_or(|wanted| wanted.added.id == found.added.id));
    match found {
        Some(found) if found.reach == Reach::Away => Ok(found),
        Some(found) => Err(Failure::refused(format!("the key of {} is here", name_of(found)))
            .hint("chancery ca issuer list")),
        None => Err(Failure::refused(format!("the key in {} is not that root's", file.display()))
            .hint("chancery ca issuer list --json names the file that each key was taken into")),
    }
}
