// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca issuer import`.

use std::path::PathBuf;

use authority::{Admission, AdmissionError, Certified, IssuerId, wait};
use keys::AwsLc;
use serde::Serialize;
use x509::Certificate;

use super::super::told::{ConstraintsDocument, IssuerDocument};
use crate::context::Context;
use crate::custody::{Location, UriArg};
use crate::data_dir::{Authority, DataDir, record_failure};
use crate::failure::{Failure, Verdict, shell};
use crate::input;
use crate::passphrase::PassphraseArgs;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The certificate that came back, PEM or DER; those above it may stand in the same file
    #[arg(value_name = "ANSWER")]
    answer: PathBuf,

    /// The certificates above it, up to the root; may be repeated
    #[arg(long, value_name = "FILE")]
    chain: Vec<PathBuf>,

    /// Keep issuing below the certificate that the key has already: this one is for clients who trust the other root
    #[arg(long)]
    beside: bool,

    /// Issue below this certificate from now on, in place of the one that the key has already
    #[arg(long, conflicts_with = "beside")]
    replace: bool,

    /// The key is on a token: pkcs11:token=LABEL;object=KEY?module-path=FILE, as "chancery ca issuer csr" said
    #[arg(long, value_name = "URI")]
    pkcs11: Option<UriArg>,

    #[command(flatten)]
    passphrase: PassphraseArgs,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    id: String,
    #[serde(flatten)]
    issuer: IssuerDocument,
    constraints: ConstraintsDocument,
    /// The root above it.
    root: String,
    root_sha256: String,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    let directory = DataDir::of(context)?;
    let authority = directory.open()?;
    let answer = input::certificates(&args.answer)?;
    let mut certificates = answer.clone();
    for file in &args.chain {
        certificates.extend(input::certificates(file)?);
    }
    let location = key_of(&answer, &authority, args)?;
    let place = Location::of(&directory, &location)?;
    let signer = place.signer(&args.passphrase, context)?;
    let certified = if args.beside { Certified::Beside } else { Certified::Anew };
    let admission = Admission { certificates, signer, location, certified };
    let now = context.clock.now();
    let admitted = wait(admission.commit(now, &**authority.record(), &AwsLc));
    let issuer = admitted.map_err(|error| refused(&error, args, &directory))?;
    // root.pem is written again by whoever opens the authority next.
    directory.open()?;
    let root = issuer.root();
    let root_name = Certificate::parse(root).map(|root| root.tbs().subject().to_string());
    let document = Document {
        id: issuer.id().to_string(),
        issuer: IssuerDocument::of(issuer.chain(), &place.to_string())?,
        constraints: ConstraintsDocument::of_chain(issuer.chain())?,
        root: root_name.unwrap_or_default(),
        root_sha256: crate::output::fingerprint(root),
    };
    if context.ui.is_json() {
        context.ui.json(&document)?;
        return Ok(Verdict::Yes);
    }
    context.ui.tick(if args.beside {
        "verified with its key and up to its root, and recorded beside the certificate that there is"
    } else {
        "verified with its key and up to its root, and recorded: it issues from now on"
    })?;
    context.ui.rows(&document.issuer.rows())?;
    context.ui.rows(&[("root", format!("{}\nSHA-256 {}", document.root, document.root_sha256))])?;
    context.ui.heading("It may speak for")?;
    context.ui.rows(&document.constraints.rows())?;
    Ok(Verdict::Yes)
}

/// Where the key of the answer is: that of an issuer, or of a request that was made here.
fn key_of(answer: &[Vec<u8>], authority: &Authority, args: &Args) -> Result<String, Failure> {
    let directory = authority.directory();
    let mut wanted = Vec::new();
    for der in answer {
        let certificate = Certificate::parse(der).map_err(|error| {
            Failure::could_not(format!("{} cannot be read", args.answer.display())).because(&error)
        })?;
        let key = certificate.tbs().subject_public_key_info();
        let id = IssuerId::of(&key, &AwsLc);
        if let Some(known) = authority.issuers().iter().find(|record| record.added.id == id) {
            if !args.beside && !args.replace {
                return Err(Failure::refused(
                    "the key is that of an issuer that there is: this certificate would take the place of its own",
                )
                .hint("keep both: chancery ca issuer import ANSWER --beside; or say so: --replace"));
            }
            authority.require_key(known)?;
            return Ok(known.key.clone());
        }
        // Whether it is the key of the answer is found out where everything else about it is.
        if let Some(uri) = &args.pkcs11 {
            return Ok(uri.uri()?.to_string());
        }
        let location = directory.key_location("issuing", &key);
        if directory.path().join(&location).symlink_metadata().is_ok() {
            return Ok(location);
        }
        wanted.push(location);
    }
    let keys = shell(&directory.keys());
    Err(Failure::refused(format!(
        "no key in {keys} belongs to {}: expected {}",
        args.answer.display(),
        wanted.join(" or ")
    ))
    .hint("the answer has to be of a request that was made here: chancery ca issuer csr --out FILE"))
}

fn refused(error: &AdmissionError, args: &Args, directory: &DataDir) -> Failure {
    match error {
        AdmissionError::Record(source) => record_failure(source, directory),
        AdmissionError::NoIssuer { .. } => Failure::refused(error.to_string()).hint(format!(
            "name the file that holds it: chancery ca issuer import {} --chain ABOVE",
            shell(&args.answer)
        )),
        AdmissionError::NoCrlSign { .. } => Failure::refused(error.to_string())
            .hint("have it signed with the key usages that the request asks for: chancery csr show FILE"),
        AdmissionError::OtherName { .. } => Failure::refused(error.to_string())
            .hint("have it signed with the subject and the subjectKeyIdentifier of the request: openssl x509 -req -copy_extensions copy"),
        _ => Failure::refused(error.to_string()).hint("chancery ca issuer list"),
    }
}
