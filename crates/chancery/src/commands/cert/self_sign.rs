// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery cert self-sign`.

use std::path::PathBuf;

use authority::{SelfSigned, SubjectName};
use keys::AwsLc;
use serde::Serialize;

use crate::context::Context;
use crate::failure::{Failure, Verdict};
use crate::input;
use crate::output::{self, OutputArgs};
use crate::passphrase::PassphraseArgs;
use crate::random::SystemRandom;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The private key that signs, and that the certificate is for
    #[arg(long, value_name = "FILE")]
    key: PathBuf,

    /// A name that it is for; may be repeated
    #[arg(long = "name", value_name = "NAME", required = true)]
    names: Vec<SubjectName>,

    /// How many days it is to live
    #[arg(long, value_name = "N", default_value_t = 47, value_parser = clap::value_parser!(u32).range(1..=825))]
    days: u32,

    #[command(flatten)]
    output: OutputArgs,

    #[command(flatten)]
    passphrase: PassphraseArgs,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    file: Option<String>,
    names: Vec<String>,
    not_before: String,
    not_after: String,
    sha256: String,
    pem: String,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    args.output.require_free()?;
    let key = input::private_key(&args.key, &args.passphrase, context)?;
    let now = context.clock.now();
    let prepared = SelfSigned::prepare(&key, &args.names, args.days, now, &SystemRandom, &AwsLc)
        .map_err(|error| Failure::from_error(&error))?;
    let period = prepared.period();
    let der = prepared.seal(&AwsLc).map_err(|error| Failure::from_error(&error))?;
    let pem = x509::pem::encode("CERTIFICATE", &der);
    args.output.write(pem.as_bytes())?;
    let document = Document {
        file: args.output.file(),
        names: args.names.iter().map(ToString::to_string).collect(),
        not_before: period.not_before.to_string(),
        not_after: period.not_after.to_string(),
        sha256: output::fingerprint(&der),
        pem,
    };
    match &document.file {
        _ if context.ui.is_json() => context.ui.json(&document)?,
        None => context.ui.raw(document.pem.as_bytes())?,
        Some(file) => {
            context.ui.tick("made a certificate that vouches for itself")?;
            context.ui.rows(&[
                ("certificate", file.clone()),
                ("names", document.names.join("\n")),
                ("valid", format!("{} until {}", document.not_before, document.not_after)),
                ("fingerprint", format!("SHA-256 {}", document.sha256)),
            ])?;
        }
    }
    if !context.ui.is_json() {
        context.ui.note(
            "nobody else vouches for it and no record knows it: a client must be told to trust exactly this one. \
             For tests, and for devices that can do no better; elsewhere use chancery sign",
        )?;
    }
    Ok(Verdict::Yes)
}
