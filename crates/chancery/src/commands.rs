// SPDX-License-Identifier: MIT OR Apache-2.0
//! The verbs: one module each, one line each in [`Command`].

mod ca;
mod cert;
mod connect;
mod csr;
mod files;
mod key;
mod policy;
mod request;
mod sign;
mod trust;
pub(crate) mod up;
mod verify;

use clap::Subcommand;

use crate::context::Context;
use crate::failure::{Failure, Verdict};

/// What can be asked of the binary.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve a folder over HTTPS, and make everything that it takes
    Up(up::Args),
    /// Make key pairs
    Key(key::Args),
    /// Make and read certificate signing requests
    Csr(csr::Args),
    /// Decide about certificates in files as a client would, and say why
    Verify(verify::Args),
    /// Serve a folder over HTTPS, with a certificate that was signed elsewhere
    Files(files::Args),
    /// Call a server and tell the handshake step by step
    Connect(connect::Args),
    /// Make, show and run the authority: its issuers, its CRLs and OCSP answers, its API and its audit
    Ca(ca::Args),
    /// Check, explain and test the policy: who may have which certificate
    Policy(policy::Args),
    /// List, show, approve and deny requests that wait for somebody
    Request(request::Args),
    /// Check a request, show the plan, and sign it
    Sign(sign::Args),
    /// List, show, export, revoke and release certificates
    Cert(cert::Args),
    /// Make this machine's clients trust the authority, or undo it
    Trust(trust::Args),
}

impl Command {
    /// Runs the verb.
    pub(crate) fn run(self, context: &mut Context) -> Result<Verdict, Failure> {
        match self {
            Self::Up(args) => up::run(&args, context),
            Self::Key(args) => key::run(args, context),
            Self::Csr(args) => csr::run(args, context),
            Self::Verify(args) => verify::run(&args, context),
            Self::Files(args) => files::run(&args, context),
            Self::Connect(args) => connect::run(&args, context),
            Self::Ca(args) => ca::run(args, context),
            Self::Policy(args) => policy::run(args, context),
            Self::Request(args) => request::run(args, context),
            Self::Sign(args) => sign::run(&args, context),
            Self::Cert(args) => cert::run(args, context),
            Self::Trust(args) => trust::run(args, context),
        }
    }
}
