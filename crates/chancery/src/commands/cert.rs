// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery cert`: the certificates in the record, and those in files.

use clap::Subcommand;

use crate::context::Context;
use crate::failure::{Failure, Verdict};

mod export;
mod filters;
pub(crate) mod find;
mod list;
mod new;
mod revoke;
mod self_sign;
mod show;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make a key and a certificate for names, in one step
    New(new::Args),
    /// List what the authority has issued, or look for some of it; its own certificates are in `ca show`
    List(list::Args),
    /// Show a certificate: one of the record by its serial number, or one in a file
    Show(show::Args),
    /// Take a certificate back: for good, or on hold
    Revoke(revoke::Args),
    /// Lift the hold on a certificate
    Release(revoke::ReleaseArgs),
    /// Write a certificate of the record out again
    Export(export::Args),
    /// Make a certificate that vouches for itself: for tests, and for devices that know nothing else
    SelfSign(self_sign::Args),
}

pub(crate) fn run(args: Args, context: &mut Context) -> Result<Verdict, Failure> {
    match args.verb {
        Verb::New(args) => new::run(&args, context),
        Verb::List(args) => list::run(&args, context),
        Verb::Show(args) => show::run(&args, context),
        Verb::Revoke(args) => revoke::run(&args, context),
        Verb::Release(args) => revoke::run_release(&args, context),
        Verb::Export(args) => export::run(&args, context),
        Verb::SelfSign(args) => self_sign::run(&args, context),
    }
}
