// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who publishes.

use std::path::Path;
use std::sync::Arc;

use authority::{Issuer, Reach};

use crate::context::Context;
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
        let key = authority.directory().path().join(&record.key);
        if record.reach == Reach::Here && key.symlink_metadata().is_err() {
            context.ui.note(&absent(&key))?;
            continue;
        }
        issuers.push(authority.prove_beside(record, proven, passphrase, context)?);
    }
    if issuers.is_empty() {
        let keys = shell(&authority.directory().keys());
        return Err(Failure::could_not(format!("no issuer's key is in {keys}: nothing can be published"))
            .hint("put the keys back; the record says which they are: chancery ca show"));
    }
    Ok(issuers)
}

fn absent(key: &Path) -> String {
    let key = shell(key);
    format!(
        "{key} is not here: no CRL and no OCSP answer is made with it (chancery ca root offline makes CRLs ahead)"
    )
}
