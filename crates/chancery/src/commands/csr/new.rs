// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery csr new`.

use std::path::PathBuf;

use keys::SubjectName;
use keys::csr::{self, RequestSpec};
use serde::Serialize;

use crate::context::Context;
use crate::failure::{Failure, Verdict, shell};
use crate::input;
use crate::output::OutputArgs;
use crate::passphrase::PassphraseArgs;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The private key: it signs the request, and stays where it is
    #[arg(long, value_name = "FILE")]
    key: PathBuf,

    /// A name it wants to be known by: a DNS name, an IP address or a mail address; may be repeated
    #[arg(long = "name", value_name = "NAME", required = true)]
    names: Vec<SubjectName>,

    #[command(flatten)]
    output: OutputArgs,

    #[command(flatten)]
    passphrase: PassphraseArgs,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    /// The file it was written to; absent when it is only in `pem`.
    file: Option<String>,
    names: Vec<String>,
    key: String,
    pem: String,
}

pub(crate) fn run(args: Args, context: &mut Context) -> Result<Verdict, Failure> {
    args.output.require_free()?;
    let key = input::private_key(&args.key, &args.passphrase, context)?;
    let spec = RequestSpec { common_name: None, names: args.names };
    let der = csr::make(&key, &spec).map_err(|error| Failure::from_error(&error))?;
    let pem = x509::pem::encode("CERTIFICATE REQUEST", &der);
    args.output.write(pem.as_bytes())?;
    let document = Document {
        file: args.output.file(),
        names: spec.names.iter().map(ToString::to_string).collect(),
        key: key.description(),
        pem,
    };
    match &args.output.out {
        _ if context.ui.is_json() => context.ui.json(&document)?,
        None => context.ui.raw(document.pem.as_bytes())?,
        Some(out) => {
            context.ui.tick(&format!("made a request, signed with the {} key it is for", document.key))?;
            context.ui.rows(&[
                ("request", out.display().to_string()),
                ("names", document.names.join("\n")),
                ("key", format!("{} (not in the request: only its public half is)", args.key.display())),
            ])?;
            context.ui.next(&format!("chancery sign {} --out cert.pem", shell(out)))?;
        }
    }
    Ok(Verdict::Yes)
}
