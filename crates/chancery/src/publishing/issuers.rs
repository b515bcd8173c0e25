// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who publishes.

use std::sync::Arc;

use authority::{Issuer, Reach};

use crate::context::Context;
use crate::custody::Location;
use crate::data_dir::Authority;
use crate::failure::{Failure, shell};
use crate::passphrase::PassphraseArgs;

/// The issuers of an authority whose keys are here, or were taken away after CRLs were made ahead, proven unless they
/// are already; of each of the others it is told that it publishes nothing.
pub(crate) fn issuers(
    authority: &Authority,
    proven: &[Arc<Issuer>],
    passphrase: &PassphraseArgs,
    context: &mut Context,
) -> Result<Vec<Arc<Issuer>>, Failure> {
    let mut issuers = Vec::new();
    for record in authority.issuers() {
        let location = Location::of(authority.directory(), &record.key)?;
        // A key that was taken away is not looked for.
        let absent = if record.reach == Reach::Here { location.absent() } else { None };
        if let Some(absent) = absent {
            context.ui.note(&told(&location, &absent))?;
            continue;
        }
        issuers.push(authority.prove_beside(record, proven, passphrase, context)?);
    }
    if issuers.is_empty() {
        return Err(Failure::could_not("no issuer's key is here: nothing can be published")
            .hint("put the keys back; the record says which they are: chancery ca show"));
    }
    Ok(issuers)
}

fn told(key: &Location, absent: &Failure) -> String {
    let what = match key {
        Location::File(path) => format!("{} is not here", shell(path)),
        Location::Token(_) => absent.message.clone(),
    };
    format!("{what}: no CRL and no OCSP answer is made with it (chancery ca root offline makes CRLs ahead)")
}
