// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca root`: another root, and a root's key that is taken away and brought back.

mod new;
mod offline;
mod online;

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
    /// Make another root; nothing is issued below it until it is told to
    ///
    /// Clients come to know it by root.pem, which holds it from then on. Once they do, make an intermediate below it
    /// with `chancery ca issuer new --below ID`, and certificates come from there.
    New(new::Args),
    /// Take a root's key away, into an encrypted file, after making its CRLs for the years to come
    ///
    /// The file is read back and opened before the key is taken out of the data directory. Nothing is issued by the root
    /// until its key is brought back; its intermediates go on, and its CRLs are published on schedule.
    Offline(offline::Args),
    /// Bring a root's key back, for a ceremony
    Online(online::Args),
}

pub(crate) fn run(args: Args, context: &mut Context) -> Result<Verdict, Failure> {
    match args.verb {
        Verb::New(args) => new::run(args, context),
        Verb::Offline(args) => offline::run(&args, context),
        Verb::Online(args) => online::run(&args, context),
    }
}
