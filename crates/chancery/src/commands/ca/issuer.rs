// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca issuer`: who issues below the root, who did, and who will.

mod list;
mod new;
mod retire;

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
    /// List the issuers: which of them issue, until when, and where their keys are
    List(list::Args),
    /// Make another intermediate below the root, on a new key: it issues from then on
    New(new::Args),
    /// Have an issuer issue no more; it goes on telling the status of what it issued
    Retire(retire::Args),
}

pub(crate) fn run(args: Args, context: &mut Context) -> Result<Verdict, Failure> {
    match args.verb {
        Verb::List(args) => list::run(&args, context),
        Verb::New(args) => new::run(&args, context),
        Verb::Retire(args) => retire::run(&args, context),
    }
}
