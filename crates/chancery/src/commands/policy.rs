// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery policy`: who may have which certificate, by the rules of `chancery.toml`.

use clap::Subcommand;

use crate::context::Context;
use crate::failure::{Failure, Verdict};

mod check;
mod explain;
mod test;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Read the policy, and tell what in its lifetimes cannot work or will hurt
    Check(check::Args),
    /// Show the plan for a request, and what each rule makes of it; nothing is signed
    Explain(explain::Args),
    /// Ask the policy about examples, and show which rules they try by which way
    Test(test::Args),
}

pub(crate) fn run(args: Args, context: &mut Context) -> Result<Verdict, Failure> {
    match args.verb {
        Verb::Check(args) => check::run(&args, context),
        Verb::Explain(args) => explain::run(args, context),
        Verb::Test(args) => test::run(&args, context),
    }
}
