// SPDX-License-Identifier: MIT OR Apache-2.0
//! The issuers of another program: their certificates, and their keys, which are copied into the data directory.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use authority::succession::in_order;
use authority::{Inherited, IssuerId};
use keys::file::read_private_key;
use keys::{AbsentKey, AwsLc, Signer};
use x509::Certificate;

use super::folder::{Files, Folder};
use crate::context::Context;
use crate::data_dir::Making;
use crate::failure::{Failure, shell};
use crate::passphrase::{MovedPassphraseArgs, PassphraseArgs};
use crate::{input, output};
use keys::file::Overwrite;

/// The most octets of the file that holds the number of the next CRL.
const NUMBER: u64 = 1_024;

/// Reads the issuers of a folder. Their keys are copied into place; what is made is undone by whoever asked.
pub(super) fn read(
    folder: &Folder,
    above: &[PathBuf],
    making: &Making,
    passphrase: &PassphraseArgs,
    moved: &MovedPassphraseArgs,
    context: &mut Context,
) -> Result<Vec<Inherited>, Failure> {
    let mut pool = Vec::new();
    for path in above.iter().chain(folder.authorities.iter().map(|files| &files.certificate)) {
        pool.extend(input::certificates(path)?);
    }
    pool.extend(making.known_chains()?);
    let mut inherited = Vec::new();
    for files in &folder.authorities {
        inherited.push(one(files, &pool, making, passphrase, moved, context)?);
    }
    if folder.authorities.iter().all(|files| files.key.is_none()) {
        let certificate = folder.authorities.last().map(|files| files.certificate.display().to_string());
        return Err(Failure::could_not(format!(
            "the key of {} is not in its usual place",
            certificate.unwrap_or_default()
        ))
        .hint("say where it is: chancery ca import DIR --key FILE"));
    }
    Ok(inherited)
}

fn one(
    files: &Files,
    pool: &[Vec<u8>],
    making: &Making,
    passphrase: &PassphraseArgs,
    moved: &MovedPassphraseArgs,
    context: &mut Context,
) -> Result<Inherited, Failure> {
    let own = input::certificates(&files.certificate)?.into_iter().next().unwrap_or_default();
    let certificate = Certificate::parse(&own).map_err(|error| {
        Failure::could_not(format!("{} cannot be read", files.certificate.display())).because(&error)
    })?;
    let public = certificate.tbs().subject_public_key_info();
    let chain = in_order(pool, public.raw(), &AwsLc).map_err(|error| {
        Failure::refused(error.to_string()).hint("name the certificates above it: --chain FILE")
    })?;
    let role = if chain.len() == 1 { "root" } else { "issuing" };
    let location = making.directory().key_location(role, &public);
    let place = making.directory().path().join(&location);
    let absent = || {
        let algorithm = certificate.signature_algorithm().raw().to_vec();
        Arc::new(AbsentKey::new(public.raw().to_vec(), algorithm))
    };
    let signer: Arc<dyn Signer> = match &files.key {
        // One that is here has its key where it is, or was taken away: it is not copied once more.
        _ if making.knows(IssuerId::of(&public, &AwsLc))? => absent(),
        Some(key) => Arc::new(copied(key, &place, making, passphrase, moved, context)?),
        None => absent(),
    };
    let crl = files.crl.as_deref().map(input::crls).transpose()?;
    let crl_number = files.crl_number.as_deref().map(last_number).transpose()?.flatten();
    Ok(Inherited { chain, signer, location, crl: crl.and_then(|all| all.into_iter().next()), crl_number })
}

/// Copies a key into the data directory, encrypted as it was, or as it is asked for.
fn copied(
    key: &Path,
    place: &Path,
    making: &Making,
    passphrase: &PassphraseArgs,
    moved: &MovedPassphraseArgs,
    context: &mut Context,
) -> Result<keys::PrivateKey, Failure> {
    let private = input::private_key(key, passphrase, context)?;
    if place.symlink_metadata().is_ok() {
        // It was copied before, by an import that is done again.
        return Ok(private);
    }
    let was_encrypted = read_private_key(key).is_ok_and(|file| file.is_encrypted());
    let before = match was_encrypted {
        true => passphrase.used(context)?,
        false => None,
    };
    let passphrase = moved.wanted(before)?;
    output::private_key(place, &private, passphrase.as_ref(), Overwrite::Refuse)?;
    making.made(place);
    Ok(private)
}

/// The number of the last CRL, by the file that holds that of the next.
fn last_number(path: &Path) -> Result<Option<u64>, Failure> {
    let text = String::from_utf8_lossy(&input::read(path, NUMBER)?).trim().to_owned();
    let next = u64::from_str_radix(&text, 16).map_err(|error| {
        Failure::could_not(format!("{} holds no number of a CRL: {text:?}", path.display()))
            .because(&error)
            .hint(format!("put it right: {}", shell(path)))
    })?;
    Ok(next.checked_sub(1).filter(|last| *last > 0))
}
