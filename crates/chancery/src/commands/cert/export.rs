// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery cert export`.

use serde::Serialize;

use super::find;
use crate::context::Context;
use crate::data_dir::{Authority, DataDir};
use crate::failure::{Failure, Verdict};
use crate::output::OutputArgs;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The serial number, hexadecimal
    #[arg(value_name = "SERIAL")]
    serial: String,

    /// Write the intermediates after it, as a server sends them
    #[arg(long)]
    chain: bool,

    #[command(flatten)]
    output: OutputArgs,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    file: Option<String>,
    certificates: usize,
    pem: String,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    args.output.require_free()?;
    let authority = DataDir::of(context)?.open()?;
    let found = find::by_serial(&authority, &args.serial)?;
    let mut chain = vec![found.issued.certificate.clone()];
    if args.chain {
        chain.extend(above(&authority, &found.issued.issuer));
    }
    let pem: String = chain.iter().map(|der| x509::pem::encode("CERTIFICATE", der)).collect();
    args.output.write(pem.as_bytes())?;
    let file = args.output.file();
    match &file {
        _ if context.ui.is_json() => {
            context.ui.json(&Document { file, certificates: chain.len(), pem })?;
        }
        None => context.ui.raw(pem.as_bytes())?,
        Some(file) => context.ui.tick(&format!("wrote {} to {file}", counted(chain.len())))?,
    }
    Ok(Verdict::Yes)
}

/// The certificates between a leaf of this issuer and the root, the root left out.
fn above(authority: &Authority, issuer: &authority::IssuerId) -> Vec<Vec<u8>> {
    let record = authority.issuers().iter().rev().find(|record| record.added.id == *issuer);
    let chain = record.map_or(&[][..], |record| record.added.chain.as_slice());
    chain.split_last().map_or_else(Vec::new, |(_, sent)| sent.to_vec())
}

fn counted(certificates: usize) -> String {
    if certificates == 1 { "the certificate".to_owned() } else { format!("{certificates} certificates") }
}
