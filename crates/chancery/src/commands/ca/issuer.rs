// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca issuer`: who issues below the root, who did, and who will.

mod cross_sign;
mod csr;
mod import;
mod list;
mod new;
mod retire;
mod show;

use std::sync::Arc;

use authority::{FoundingError, Issuer, RecordError};
use clap::Subcommand;

use crate::context::Context;
use crate::custody::Made;
use crate::data_dir::{DataDir, issue_failure, record_failure};
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
    /// Show all there is to know of an issuer
    Show(show::Args),
    /// Make another intermediate below a root, on a new key: it issues from then on
    New(new::Args),
    /// Make a request that another authority is to sign: for a new intermediate, or for one that there is
    Csr(csr::Args),
    /// Take in the certificate that another authority has made of such a request
    Import(import::Args),
    /// Have another root certify an issuer too, for clients who trust that one
    CrossSign(cross_sign::Args),
    /// Have an issuer issue no more; it goes on telling the status of what it issued
    Retire(retire::Args),
}

pub(crate) fn run(args: Args, context: &mut Context) -> Result<Verdict, Failure> {
    match args.verb {
        Verb::List(args) => list::run(&args, context),
        Verb::Show(args) => show::run(&args, context),
        Verb::New(args) => new::run(&args, context),
        Verb::Csr(args) => csr::run(&args, context),
        Verb::Import(args) => import::run(&args, context),
        Verb::CrossSign(args) => cross_sign::run(&args, context),
        Verb::Retire(args) => retire::run(&args, context),
    }
}

/// The issuer that was made; when none was, its key is taken away.
pub(super) fn settled(
    outcome: Result<Arc<Issuer>, FoundingError>,
    made: &Made,
    directory: &DataDir,
) -> Result<Arc<Issuer>, Failure> {
    outcome.map_err(|error| {
        // Where it is not known whether the record has it, the key stays.
        if !matches!(error, FoundingError::Record(RecordError::Failed { .. })) {
            made.undo();
        }
        match &error {
            FoundingError::Record(source) => record_failure(source, directory),
            FoundingError::Issue(source) => issue_failure(source, directory),
            FoundingError::NoRoom { .. } => Failure::refused(error.to_string())
                .hint("have its intermediate certified in its stead: chancery ca issuer list"),
            FoundingError::AlreadyBelow { .. } | FoundingError::Circle { .. } => {
                Failure::refused(error.to_string()).hint("chancery ca issuer list")
            }
            FoundingError::Name(_) => Failure::refused(error.to_string())
                .hint("a shorter name of the organisation: --name 'A shorter name'"),
            error => Failure::from_error(error),
        }
    })
}
