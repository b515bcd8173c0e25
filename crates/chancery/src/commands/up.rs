// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery up`: everything on this machine, in one command.

use std::path::PathBuf;

use keys::SubjectName;

use crate::context::Context;
use crate::custody::PinArgs;
use crate::failure::{Failure, Verdict};
use crate::folder::FolderArgs;
use crate::listen::Listen;
use crate::passphrase::NewPassphraseArgs;
use crate::publishing::Answering;
use crate::up;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder to serve
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,

    /// Where to listen: an address, a port, or both [default: port 8443 of this machine alone]
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Option<Listen>,

    /// Where to publish CRLs, OCSP and issuer certificates, over plain HTTP: an address, a port, or both
    ///
    /// Without it, beside the server, at the port that the certificates say (8480, or the next one that is free when
    /// the authority is made).
    #[arg(long, value_name = "ADDR")]
    pub(crate) http: Option<Listen>,

    /// Tell whoever keeps watch what happens, at /metrics (OpenMetrics, as Prometheus reads it) and /health, over plain
    /// HTTP: an address, a port, or both [usual port: 8482 of this machine alone]
    #[arg(long, value_name = "ADDR")]
    pub(crate) metrics: Option<Listen>,

    /// Who signs the answers of OCSP
    ///
    /// With `delegated` the key of an issuer signs certificates, CRLs, and now and then the certificate of who answers.
    #[arg(long, value_name = "WHO", value_enum, default_value_t)]
    pub(crate) responder: Answering,

    /// Another name or address that this machine is known by; may be repeated
    ///
    /// They are kept for starts without this argument; those that are given take the place of all from before.
    #[arg(long = "name", value_name = "NAME")]
    pub(crate) names: Vec<SubjectName>,

    #[command(flatten)]
    pub(crate) serving: FolderArgs,

    /// Tell of every request on standard error, also when it is no terminal
    #[arg(long)]
    pub(crate) access_log: bool,

    #[command(flatten)]
    pub(crate) passphrase: NewPassphraseArgs,

    #[command(flatten)]
    pin: PinArgs,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    context.pin_file.clone_from(&args.pin.pin_file);
    up::run(args, context)
}
