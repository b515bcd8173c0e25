// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery cert show`.

use std::path::Path;

use explain::CertificateFacts;
use keys::AwsLc;
use x509::Certificate;

use super::find;
use crate::context::Context;
use crate::data_dir::DataDir;
use crate::failure::{Failure, Verdict};
use crate::input;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A serial number (hexadecimal), or a file, PEM or DER (-: standard input)
    #[arg(value_name = "SERIAL|FILE")]
    which: String,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    let path = Path::new(&args.which);
    let is_file = args.which == "-" || path.exists() || find::serial(&args.which).is_none();
    let certificates = if is_file {
        input::certificates(path)?
    } else {
        let authority = DataDir::of(context)?.open()?;
        vec![find::by_serial(&authority, &args.which)?.issued.certificate]
    };
    let now = context.clock.now();
    let facts = certificates.iter().map(|der| {
        let certificate = Certificate::parse(der).map_err(|error| {
            Failure::could_not(format!("{} holds what is no certificate", args.which)).because(&error)
        })?;
        Ok(CertificateFacts::of(&certificate, now, &AwsLc))
    });
    let facts: Vec<CertificateFacts> = facts.collect::<Result<_, Failure>>()?;
    match facts.as_slice() {
        [one] if context.ui.is_json() => context.ui.json(one)?,
        several if context.ui.is_json() => context.ui.json(&several)?,
        several => {
            for (index, one) in several.iter().enumerate() {
                if index > 0 {
                    context.ui.line("")?;
                }
                context.ui.text(&one.text())?;
            }
        }
    }
    Ok(Verdict::Yes)
}
