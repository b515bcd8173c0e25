// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery csr`: certificate signing requests.

use clap::Subcommand;

use crate::context::Context;
use crate::failure::{Failure, Verdict};

mod new;
mod show;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make a request: a key's public half and the names it wants to be known by
    New(new::Args),
    /// Show what a request asks for, and whether whoever made it holds its key
    Show(show::Args),
}

pub(crate) fn run(args: Args, context: &mut Context) -> Result<Verdict, Failure> {
    match args.verb {
        Verb::New(args) => new::run(args, context),
        Verb::Show(args) => show::run(&args, context),
    }
}
