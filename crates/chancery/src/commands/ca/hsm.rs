// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca hsm`: the tokens that keep keys.

mod check;

use clap::Subcommand;

use crate::context::Context;
use crate::failure::{Failure, Verdict};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Go the whole way to a signature of a token, and say at which step it ends and what comes next
    Check(check::Args),
}

pub(crate) fn run(args: Args, context: &mut Context) -> Result<Verdict, Failure> {
    match args.verb {
        Verb::Check(args) => check::run(&args, context),
    }
}
