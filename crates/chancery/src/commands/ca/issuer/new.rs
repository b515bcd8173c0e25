// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca issuer new`.

use authority::{Appointment, Standing, wait};
use keys::pkcs11::Token;
use keys::{AwsLc, KeyKind};
use serde::Serialize;

use super::super::told::IssuerDocument;
use super::settled;
use crate::context::Context;
use crate::custody::{Location, Made, UriArg, for_new_keys};
use crate::data_dir::{Authority, DataDir};
use crate::failure::{Failure, Verdict};
use crate::passphrase::PassphraseArgs;
use crate::random::SystemRandom;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The root, by the first eight digits of its identifier or more; without it, the only one in use
    #[arg(long, value_name = "ROOT")]
    below: Option<String>,

    /// Make its key on this token: pkcs11:token=LABEL?module-path=FILE; without it, on that of the issuer before
    #[arg(long, value_name = "URI")]
    pkcs11: Option<UriArg>,

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
    let root = authority.root_meant(args.below.as_deref())?;
    if let Standing::Retired(since) = root.standing {
        return Err(Failure::refused(format!("the root was retired at {since}, and issues no more"))
            .hint("make another root: chancery ca root new"));
    }
    authority.require_key(root)?;
    // A passphrase that opens the root's key closes the new one too: both are kept alike.
    let stored = args.passphrase.stored(context)?;
    let above = authority.prove(root, &args.passphrase, context)?;
    let token = token(args, &authority, context)?;
    let passphrase = stored.as_ref().or(context.typed.last()).filter(|_| token.is_none());
    let keys_encrypted = passphrase.is_some();
    let _lock = directory.lock()?;
    let mut made = Made::default();
    let key = made.key(&directory, token.as_ref(), ("issuing", KeyKind::P256), passphrase)?;
    let location = Location::of(&directory, &key.location)?.to_string();
    let appointment = Appointment { above, key };
    let now = context.clock.now();
    let appointed = wait(appointment.commit(now, &**authority.record(), &SystemRandom, &AwsLc));
    let issuer = settled(appointed, &made, &directory)?;
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
    Ok(Verdict::Yes)
}

/// The token for the new key: the one that is named, else that of the last intermediate, since both are kept alike.
fn token(args: &Args, authority: &Authority, context: &mut Context) -> Result<Option<Token>, Failure> {
    let last = authority.issuers().iter().rev().find(|record| record.added.chain.len() > 1);
    let last = last.map(|record| Location::of(authority.directory(), &record.key)).transpose()?;
    let uri = match (&args.pkcs11, last) {
        (Some(uri), _) => Some(uri.uri()?),
        (None, Some(Location::Token(uri))) => Some(uri.token_alone()),
        (None, _) => None,
    };
    uri.map(|uri| for_new_keys(&uri, context)).transpose()
}
