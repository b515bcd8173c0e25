// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca issuer csr`.

use authority::{FoundingError, succession};
use keys::KeyKind;
use serde::Serialize;
use x509::{CertificationRequest, pem};

use crate::context::Context;
use crate::custody::{Location, Made, UriArg, for_new_keys};
use crate::data_dir::DataDir;
use crate::failure::{Failure, Verdict, shell};
use crate::output::OutputArgs;
use crate::passphrase::NewPassphraseArgs;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// An issuer that there is, to be certified by another authority too; without it, a new intermediate on a new key
    #[arg(value_name = "ID", conflicts_with = "name")]
    id: Option<String>,

    /// The organisation in a new intermediate's name; without it, that of the authority's root
    #[arg(long, value_name = "ORG")]
    name: Option<String>,

    /// Make the key of a new intermediate on this token: pkcs11:token=LABEL?module-path=FILE
    #[arg(long, value_name = "URI", conflicts_with_all = ["id", "ask_passphrase", "passphrase_file"])]
    pkcs11: Option<UriArg>,

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
        let token = args.pkcs11.as_ref().map(|uri| for_new_keys(&uri.uri()?, context)).transpose()?;
        let passphrase = match token {
            Some(_) => None,
            None => args.passphrase.obtain("the intermediate's key", context)?,
        };
        let _lock = directory.lock()?;
        let mut made = Made::default();
        let key = made.key(&directory, token.as_ref(), ("issuing", KeyKind::P256), passphrase.as_ref())?;
        // As `ca issuer new` names it: after the authority that there is.
        let named = authority.roots().first().and_then(|root| succession::organization_of(root).ok()?);
        let organization = args.name.clone().or(named);
        let der = succession::request(organization.as_deref(), &*key.signer).map_err(|error| {
            made.undo();
            unmade(&error)
        })?;
        (der, key.location, passphrase.is_some())
    };
    let csr_pem = pem::encode("CERTIFICATE REQUEST", &der);
    args.output.write(csr_pem.as_bytes())?;
    let subject = CertificationRequest::parse(&der)
        .map(|request| request.info().subject().to_string())
        .map_err(|error| Failure::could_not("the request that was made cannot be read").because(&error))?;
    let key = Location::of(&directory, &key)?;
    let on_token = match (&key, &args.id) {
        (Location::Token(uri), None) => format!(" --pkcs11 '{uri}'"),
        _ => String::new(),
    };
    let key = key.to_string();
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
        "have it signed as an authority, then: chancery ca issuer import ANSWER --chain ABOVE{beside}{on_token}"
    ))?;
    Ok(Verdict::Yes)
}
