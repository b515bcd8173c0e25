// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whom a client on this machine trusts.

use std::path::PathBuf;

use trust::{Gathered, Skipped};

use crate::context::Context;
use crate::failure::Failure;
use crate::input;

/// How many certificates that could not be used are named one by one.
const NAMED: usize = 3;

/// The roots in these files alone; when there are none, those of the system and of the data directory.
pub(crate) fn gather(roots: &[PathBuf], context: &mut Context) -> Result<Gathered, Failure> {
    let mut gathered = Gathered::new();
    for path in roots {
        gathered.add_file(path).map_err(|error| failed(&error))?;
    }
    if roots.is_empty() {
        add_usual(&mut gathered, context)?;
    }
    report(gathered.skipped(), context)?;
    Ok(gathered)
}

fn add_usual(gathered: &mut Gathered, context: &Context) -> Result<(), Failure> {
    if let Ok(data_directory) = context.data_dir() {
        gathered.add_own_root(&data_directory).map_err(|error| failed(&error))?;
    }
    match gathered.add_system(context.environment.ssl_cert_file.as_deref()).map(|_| ()) {
        Ok(()) => Ok(()),
        // A machine without a store trusts its own authority all the same.
        Err(trust::Error::NoSystemStore { .. }) if !gathered.anchors().is_empty() => Ok(()),
        Err(error) => Err(failed(&error)),
    }
}

fn failed(error: &trust::Error) -> Failure {
    match error {
        trust::Error::Read { path, source } => Failure::unreadable(path, source),
        // Whoever reads certificates says what is there instead.
        trust::Error::Empty { path } => input::certificates(path)
            .err()
            .unwrap_or_else(|| Failure::from_error(error).hint("name a file with the roots to trust")),
        trust::Error::NoSystemStore { .. } => {
            Failure::from_error(error).hint("name the roots to trust: --roots FILE")
        }
        _ => Failure::from_error(error),
    }
}

fn report(skipped: &[Skipped], context: &mut Context) -> Result<(), Failure> {
    for Skipped { path, position, because } in skipped.iter().take(NAMED) {
        let path = path.display();
        context.ui.note(&format!("certificate {position} of {path} cannot be a trust anchor: {because}"))?;
    }
    match skipped.len().saturating_sub(NAMED) {
        0 => Ok(()),
        more => context.ui.note(&format!("and {more} more that cannot be")),
    }
}
