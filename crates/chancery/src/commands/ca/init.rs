// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca init`.

use serde::Serialize;

use super::permitted::PermittedArgs;
use super::told::{self, ConstraintsDocument, IssuerDocument};
use crate::base_url::{self, UrlArg};
use crate::context::Context;
use crate::custody::{CustodyArgs, Location};
use crate::data_dir::{DataDir, FoundSpec, Founded};
use crate::failure::{Failure, Verdict, shell};
use crate::passphrase::NewPassphraseArgs;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The organisation in the authority's name
    #[arg(long, value_name = "ORG")]
    name: Option<String>,

    #[arg(
        long,
        value_name = "URL",
        help = "Where clients will find CRLs, OCSP and issuers: a base such as http://ca.internal:8480, or none",
        long_help = "Where clients will find CRLs, OCSP and issuers: a base such as http://ca.internal:8480, or none\n\n\
                     It goes into every certificate that is issued, and \"chancery ca serve\" publishes there. \
                     Without it, port 8480 of this machine's name."
    )]
    url: Option<UrlArg>,

    #[command(flatten)]
    permitted: PermittedArgs,

    #[command(flatten)]
    passphrase: NewPassphraseArgs,

    #[command(flatten)]
    custody: CustodyArgs,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    data_dir: String,
    root_pem: String,
    keys_encrypted: bool,
    /// The same, and tokens, for people.
    #[serde(skip)]
    protection: &'static str,
    root: IssuerDocument,
    intermediate: IssuerDocument,
    constraints: ConstraintsDocument,
    /// Where it publishes.
    url: Option<String>,
}

pub(crate) fn run(args: Args, context: &mut Context) -> Result<Verdict, Failure> {
    let constraints = args.permitted.constraints()?;
    let directory = DataDir::of(context)?;
    let places = args.custody.places(context)?;
    let on_tokens = places.root.is_some() && places.intermediate.is_some();
    if on_tokens && args.passphrase.is_named() {
        context.ui.note("the passphrase is not used: both keys are on tokens")?;
    }
    let passphrase = match on_tokens {
        true => None,
        false => args.passphrase.obtain("the authority's keys", context)?,
    };
    let now = context.clock.now();
    let told = ConstraintsDocument::of(&constraints);
    let base_url = match args.url {
        Some(url) => url.base(),
        None => base_url::of_this_machine(args.permitted.this_machine().as_deref()),
    };
    let spec = FoundSpec { organization: args.name, constraints, base_url, places, metrics: None };
    let founded = directory.found(spec, passphrase.as_ref(), now)?;
    let document = document(&directory, &founded, told, passphrase.is_some())?;
    if context.ui.is_json() {
        context.ui.json(&document)?;
    } else {
        tell(&document, &founded, &directory, context)?;
    }
    Ok(Verdict::Yes)
}

fn document(
    directory: &DataDir,
    founded: &Founded,
    constraints: ConstraintsDocument,
    keys_encrypted: bool,
) -> Result<Document, Failure> {
    let keys = founded.authority.issuers().iter().map(|record| Location::of(directory, &record.key));
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    let mut told = keys.iter().map(ToString::to_string);
    let (root_key, intermediate_key) = (told.next().unwrap_or_default(), told.next().unwrap_or_default());
    Ok(Document {
        data_dir: directory.path().display().to_string(),
        root_pem: directory.root_pem().display().to_string(),
        keys_encrypted,
        protection: protection(&keys, keys_encrypted),
        root: IssuerDocument::of(founded.root.chain(), &root_key)?,
        intermediate: IssuerDocument::of(founded.intermediate.chain(), &intermediate_key)?,
        constraints,
        url: founded.authority.base_url().map(ToString::to_string),
    })
}

/// What protects the keys.
fn protection(keys: &[Location], encrypted: bool) -> &'static str {
    let on_token = |key: &&Location| matches!(key, Location::Token(_));
    match (keys.iter().filter(on_token).count(), encrypted) {
        (0, true) => "encrypted, mode 0600",
        (0, false) => {
            "not encrypted: mode 0600 alone protects them (--ask-passphrase or --passphrase-file encrypts)"
        }
        (count, _) if count == keys.len() => "on the token, which does not give them away",
        (_, true) => "one on the token, which does not give it away; one encrypted, mode 0600",
        (_, false) => "one on the token, which does not give it away; one not encrypted, mode 0600 alone",
    }
}

fn tell(
    document: &Document,
    founded: &Founded,
    directory: &DataDir,
    context: &mut Context,
) -> Result<(), Failure> {
    let ui = &mut context.ui;
    ui.tick("made a root, which signs itself: P-384")?;
    ui.rows(&document.root.rows())?;
    ui.tick("made an intermediate, signed by the root: P-256; it signs from now on")?;
    ui.rows(&document.intermediate.rows())?;
    ui.heading("It may speak for")?;
    ui.rows(&document.constraints.rows())?;
    ui.heading("Publishes at")?;
    ui.rows(&told::published_rows(founded.authority.base_url()))?;
    ui.heading("Kept in")?;
    ui.rows(&[
        ("directory", document.data_dir.clone()),
        ("root", format!("{}: give this to whoever is to trust it", document.root_pem)),
        ("keys", document.protection.to_owned()),
    ])?;
    ui.next(&format!("chancery trust install {}", shell(&directory.root_pem())))
}
