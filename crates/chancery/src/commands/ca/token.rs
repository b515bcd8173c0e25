// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca token`: what programs show to be let in.

mod list;
mod new;
mod revoke;

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
    /// Make a token, and show it once
    New(new::Args),
    /// List the tokens: what each is for, and what it allows
    List(list::Args),
    /// Take a token back: it lets nobody in from then on
    Revoke(revoke::Args),
}

pub(crate) fn run(args: Args, context: &mut Context) -> Result<Verdict, Failure> {
    match args.verb {
        Verb::New(args) => new::run(args, context),
        Verb::List(args) => list::run(&args, context),
        Verb::Revoke(args) => revoke::run(&args, context),
    }
}
