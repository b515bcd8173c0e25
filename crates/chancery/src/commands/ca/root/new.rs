// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca root new`.

use authority::{FurtherRoot, wait};
use keys::{AwsLc, KeyKind};
use serde::Serialize;

use super::super::issuer::settled;
use super::super::permitted::PermittedArgs;
use super::super::told::{ConstraintsDocument, IssuerDocument};
use crate::context::Context;
use crate::custody::{Location, Made, UriArg, for_new_keys};
use crate::data_dir::{DataDir, beginning};
use crate::failure::{Failure, Verdict, shell};
use crate::passphrase::NewPassphraseArgs;
use crate::random::SystemRandom;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The organisation in its name
    #[arg(long, value_name = "ORG")]
    name: Option<String>,

    #[command(flatten)]
    permitted: PermittedArgs,

    /// Make its key on this token: pkcs11:token=LABEL?module-path=FILE
    #[arg(long, value_name = "URI", conflicts_with_all = ["ask_passphrase", "passphrase_file"])]
    pkcs11: Option<UriArg>,

    #[command(flatten)]
    passphrase: NewPassphraseArgs,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    id: String,
    keys_encrypted: bool,
    #[serde(flatten)]
    issuer: IssuerDocument,
    constraints: ConstraintsDocument,
    root_pem: String,
}

pub(crate) fn run(args: Args, context: &mut Context) -> Result<Verdict, Failure> {
    let constraints = args.permitted.constraints()?;
    let directory = DataDir::of(context)?;
    let authority = directory.open()?;
    let token = args.pkcs11.as_ref().map(|uri| for_new_keys(&uri.uri()?, context)).transpose()?;
    let passphrase = match token {
        Some(_) => None,
        None => args.passphrase.obtain("the root's key", context)?,
    };
    let _lock = directory.lock()?;
    let mut made = Made::default();
    let key = made.key(&directory, token.as_ref(), ("root", KeyKind::P384), passphrase.as_ref())?;
    let location = Location::of(&directory, &key.location)?.to_string();
    let told = ConstraintsDocument::of(&constraints);
    let base_url = authority.base_url().cloned();
    let root = FurtherRoot { organization: args.name, constraints, key, base_url };
    let now = context.clock.now();
    let committed = wait(root.commit(now, &**authority.record(), &SystemRandom, &AwsLc));
    let issuer = settled(committed, &made, &directory)?;
    // root.pem is written again by whoever opens the authority next.
    let authority = directory.open()?;
    let id = issuer.id().to_string();
    let document = Document {
        keys_encrypted: passphrase.is_some(),
        issuer: IssuerDocument::of(issuer.chain(), &location)?,
        constraints: told,
        root_pem: authority.directory().root_pem().display().to_string(),
        id,
    };
    if context.ui.is_json() {
        context.ui.json(&document)?;
        return Ok(Verdict::Yes);
    }
    context.ui.tick("made a root, which signs itself, and recorded: P-384; nobody trusts it yet")?;
    context.ui.rows(&document.issuer.rows())?;
    context.ui.heading("It may speak for")?;
    context.ui.rows(&document.constraints.rows())?;
    let root_pem = shell(std::path::Path::new(&document.root_pem));
    context.ui.note(&format!(
        "{root_pem} holds this root too from now on: give it to whoever is to trust the authority"
    ))?;
    let id = beginning(&document.id);
    context.ui.next(&format!("once it is trusted everywhere: chancery ca issuer new --below {id}"))?;
    Ok(Verdict::Yes)
}
