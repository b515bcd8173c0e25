// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca`: the authority.

use clap::Subcommand;

use crate::context::Context;
use crate::custody::PinArgs;
use crate::failure::{Failure, Verdict};

mod accept_loss;
mod audit;
mod backup;
mod crl;
mod hsm;
mod import;
mod init;
mod issuer;
mod ocsp;
mod permitted;
mod published;
mod restore;
mod root;
mod serve;
mod show;
mod token;
mod told;
mod url;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,

    #[command(flatten)]
    pin: PinArgs,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make an authority: a root and an intermediate that speak only for private names
    Init(Box<init::Args>),
    /// Take over the authority of another program: openssl ca, easy-rsa, mkcert, step-ca
    Import(import::Args),
    /// Show the authority: its certificates, and what they may speak for
    Show(show::Args),
    /// List the issuers, make or take in others, cross-certify, or retire one
    Issuer(issuer::Args),
    /// Make another root, or take a root's key away and bring it back
    Root(root::Args),
    /// Look at the tokens that keep keys, step by step
    Hsm(hsm::Args),
    /// Make the next certificate revocation list of each issuer
    Crl(crl::Args),
    /// Answer an OCSP request, or make the answer that a server staples
    Ocsp(ocsp::Args),
    /// Publish CRLs, OCSP answers and issuer certificates, and answer programs, until it is told to stop
    Serve(serve::Args),
    /// Make, list and revoke the tokens of programs
    Token(token::Args),
    /// Show or change where clients find what it publishes
    Url(url::Args),
    /// Follow the journal from its beginning, and compare everything that is filed with it
    Audit(audit::Args),
    /// Copy the record as it stands, with what belongs to it, into a new folder
    Backup(backup::Args),
    /// Put a backup back into an empty data directory
    Restore(restore::Args),
    /// Go on with a record that is older than what was issued
    AcceptLoss(accept_loss::Args),
}

pub(crate) fn run(args: Args, context: &mut Context) -> Result<Verdict, Failure> {
    context.pin_file = args.pin.pin_file;
    match args.verb {
        Verb::Init(args) => init::run(*args, context),
        Verb::Import(args) => import::run(args, context),
        Verb::Show(args) => show::run(&args, context),
        Verb::Issuer(args) => issuer::run(args, context),
        Verb::Root(args) => root::run(args, context),
        Verb::Hsm(args) => hsm::run(args, context),
        Verb::Crl(args) => crl::run(&args, context),
        Verb::Ocsp(args) => ocsp::run(&args, context),
        Verb::Serve(args) => serve::run(&args, context),
        Verb::Token(args) => token::run(args, context),
        Verb::Url(args) => url::run(args, context),
        Verb::Audit(args) => audit::run(&args, context),
        Verb::Backup(args) => backup::run(&args, context),
        Verb::Restore(args) => restore::run(&args, context),
        Verb::AcceptLoss(args) => accept_loss::run(&args, context),
    }
}
