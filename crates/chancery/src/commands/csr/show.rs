// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery csr show`.

use std::path::PathBuf;

use explain::RequestFacts;
use keys::AwsLc;

use crate::context::Context;
use crate::failure::{Failure, Verdict};
use crate::input;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The request, PEM or DER (-: standard input)
    #[arg(value_name = "CSR")]
    csr: PathBuf,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    let der = input::request(&args.csr)?;
    let request = input::parsed_request(&args.csr, &der)?;
    let facts = RequestFacts::of(&request, &AwsLc);
    if context.ui.is_json() {
        context.ui.json(&facts)?;
    } else {
        context.ui.text(&facts.text())?;
    }
    Ok(if facts.proof_of_possession.valid { Verdict::Yes } else { Verdict::No })
}
