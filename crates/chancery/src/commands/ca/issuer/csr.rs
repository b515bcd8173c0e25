// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca issuer csr`.

use authority::{FoundingError, succession};
use keys::KeyKind;
use serde::Serialize;
use x509::{CertificationRequest, pem};

use crate::context::Context;
use crate::data_dir::DataDir;
use crate::failure::{Failure, Verdict, shell};
use crate::output::OutputArgs;
use crate::passphrase::NewPassphraseArgs;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// An issuer that there is, to be certified by another authority too; without it, a new intermediate on a new key
    #[arg(value_name = "ID", conflicts_with = "name")]
    id: Option<String>,

    /// The organisation in a new intermediate's name
    #[arg(long, value_name = "ORG")]
    name: Option<String>,

    #[command(flatten)]
    output: OutputArgs,

    #[command(flatten)]
    passphrase: NewPassphraseArgs,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    subject: String,
    /// Where the private key is.
    key: String,
    keys_encrypted: bool,
    file: Option<String>,
    csr_pem: String,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    args.output.require_free()?;
    let directory = DataDir::of(context)?;
    let authority = directory.open()?;
    let unmade = |error: &FoundingError| Failure::could_not("cannot make the request").because(error);
    let (der, key, keys_encrypted) = if let Some(id) = &args.id {
        let record = authority.issuer(id)?;
        authority.require_key(record)?;
        let issuer = authority.prove(record, &args.passphrase.existing(), context)?;
        let der = succession::request_again(&issuer).map_err(|error| unmade(&error))?;
        (der, record.key.clone(), !context.typed.is_empty())
    } else {
        let passphrase = args.passphrase.obtain("the intermediate's key", context)?;
        let _lock = directory.lock()?;
        let mut files = Vec::new();
        let key = directory.make_key("issuing", KeyKind::P256, passphrase.as_ref(), &mut files)?;
        let der = succession::request(args.name.as_deref(), &*key.signer).map_err(|error| {
            files.iter().for_each(|file| drop(std::fs::remove_file(file)));
            unmade(&error)
        })?;
        (der, key.location, passphrase.is_some())
    };
    let csr_pem = pem::encode("CERTIFICATE REQUEST", &der);
    args.output.write(csr_pem.as_bytes())?;
    let subject = CertificationRequest::parse(&der)
        .map(|request| request.info().subject().to_string())
        .map_err(|error| Failure::could_not("the request that was made cannot be read").because(&error))?;
    let key = directory.path().join(key).display().to_string();
    let document = Document { subject, key, keys_encrypted, file: args.output.file(), csr_pem };
    if context.ui.is_json() {
        context.ui.json(&document)?;
        return Ok(Verdict::Yes);
    }
    let Some(file) = &document.file else {
        context.ui.raw(document.csr_pem.as_bytes())?;
        return Ok(Verdict::Yes);
    };
    context.ui.tick(&format!("wrote the request to {}", shell(std::path::Path::new(file))))?;
    context.ui.rows(&[("subject", document.subject), ("private key", document.key)])?;
    let beside = if args.id.is_some() { " --beside" } else { "" };
    context.ui.next(&format!(
        "have it signed as an authority, then: chancery ca issuer import ANSWER --chain ABOVE{beside}"
    ))?;
    Ok(Verdict::Yes)
}
