// SPDX-License-Identifier: MIT OR Apache-2.0
//! The verbs: one module each, one line each in [`Command`].

use clap::Subcommand;

use crate::context::Context;
use crate::failure::{Failure, Verdict};

/// What can be asked of the binary.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {}

impl Command {
    /// Runs the verb.
    pub(crate) fn run(self, _context: &mut Context) -> Result<Verdict, Failure> {
        match self {}
    }
}
