// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery key`: key pairs.

use clap::Subcommand;

use crate::context::Context;
use crate::failure::{Failure, Verdict};

mod new;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make a key pair; the private key is written to a file that only you can read
    New(new::Args),
}

pub(crate) fn run(args: Args, context: &mut Context) -> Result<Verdict, Failure> {
    match args.verb {
        Verb::New(args) => new::run(&args, context),
    }
}
