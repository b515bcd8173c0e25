// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca issuer cross-sign`.

use authority::{CrossCertification, wait};
use keys::AwsLc;
use serde::Serialize;

use super::super::told::IssuerDocument;
use super::settled;
use crate::context::Context;
use crate::custody::{Location, Made};
use crate::data_dir::DataDir;
use crate::failure::{Failure, Verdict};
use crate::output::OutputArgs;
use crate::passphrase::PassphraseArgs;
use crate::random::SystemRandom;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The issuer, by the first eight digits of its identifier or more: `chancery ca issuer list` shows them
    #[arg(value_name = "ID")]
    id: String,

    /// Who is to certify it too
    #[arg(long, value_name = "ROOT")]
    below: String,

    #[command(flatten)]
    output: OutputArgs,

    #[command(flatten)]
    passphrase: PassphraseArgs,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    id: String,
    file: Option<String>,
    #[serde(flatten)]
    issuer: IssuerDocument,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    args.output.require_free()?;
    let directory = DataDir::of(context)?;
    let authority = directory.open()?;
    let (record, above) = (authority.issuer(&args.id)?, authority.issuer(&args.below)?);
    authority.require_key(above)?;
    authority.require_key(record)?;
    let location = record.key.clone();
    let issuer = authority.prove(record, &args.passphrase, context)?;
    let above = authority.prove(above, &args.passphrase, context)?;
    let crossing = CrossCertification { issuer, location: location.clone(), above };
    let now = context.clock.now();
    let crossed = wait(crossing.commit(now, &**authority.record(), &SystemRandom, &AwsLc));
    let crossed = settled(crossed, &Made::default(), &directory)?;
    let place = Location::of(&directory, &location)?.to_string();
    let pem = x509::pem::encode("CERTIFICATE", crossed.certificate());
    args.output.write(pem.as_bytes())?;
    let file = args.output.file();
    let id = crossed.id().to_string();
    let issuer = IssuerDocument::of(crossed.chain(), &place)?;
    if context.ui.is_json() {
        context.ui.json(&Document { id, file, issuer })?;
        return Ok(Verdict::Yes);
    }
    if file.is_none() {
        context.ui.raw(pem.as_bytes())?;
        return Ok(Verdict::Yes);
    }
    context.ui.tick("certified on the same key below the other root, verified, and recorded")?;
    context.ui.rows(&issuer.rows())?;
    let below = args.below.as_str();
    context.ui.note(
        "certificates are issued and sent as before; for clients who trust the other root alone, send this one after the \
         server's",
    )?;
    context.ui.next(&format!("chancery cert export SERIAL --chain --below {below} --out server.pem"))?;
    Ok(Verdict::Yes)
}
