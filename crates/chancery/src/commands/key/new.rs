// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery key new`.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use keys::{KeyKind, PrivateKey};
use serde::Serialize;

use crate::context::Context;
use crate::failure::{Failure, Verdict, shell};
use crate::output;
use crate::passphrase::NewPassphraseArgs;

const KINDS: [&str; 6] = ["p256", "p384", "ed25519", "rsa2048", "rsa3072", "rsa4096"];

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What kind of key
    #[arg(long, value_name = "KIND", default_value = "p256",
          value_parser = PossibleValuesParser::new(KINDS).try_map(|kind| kind.parse::<KeyKind>()))]
    kind: KeyKind,

    /// The file to write it to, as PKCS#8 PEM with mode 0600
    #[arg(long, short, value_name = "FILE", default_value = "key.pem")]
    out: PathBuf,

    /// Replace the file when it exists
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    passphrase: NewPassphraseArgs,
}

#[derive(Serialize)]
struct Document {
    file: String,
    kind: String,
    encrypted: bool,
    public_key_sha256: String,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    let overwrite = output::overwrite(args.force);
    // Before a passphrase is asked for, and before minutes go into an RSA key.
    output::require_free(&args.out, overwrite)?;
    let passphrase = args.passphrase.obtain(&args.out.display().to_string(), context)?;
    let key = PrivateKey::generate(args.kind)
        .map_err(|error| Failure::could_not("cannot make a key pair").because(&error))?;
    output::private_key(&args.out, &key, passphrase.as_ref(), overwrite)?;

    let document = Document {
        file: args.out.display().to_string(),
        kind: args.kind.to_string(),
        encrypted: passphrase.is_some(),
        public_key_sha256: output::fingerprint(key.public_key_info()),
    };
    if context.ui.is_json() {
        context.ui.json(&document)?;
        return Ok(Verdict::Yes);
    }
    let protection = if document.encrypted { "encrypted, mode 0600" } else { "not encrypted, mode 0600" };
    context.ui.tick(&format!("made a key pair: {}", key.description()))?;
    context.ui.rows(&[
        ("private key", format!("{} ({protection})", document.file)),
        ("public key", format!("SHA-256 {}", document.public_key_sha256)),
    ])?;
    context.ui.next(&format!("chancery csr new --key {} --name HOST", shell(&args.out)))?;
    Ok(Verdict::Yes)
}
