// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who issues leaves while a server runs.

use std::sync::Arc;

use authority::Issuer;
use parking_lot::RwLock;

/// The issuer of leaves, exchanged as a whole when the record has another one. Cloning it shares it.
#[derive(Debug, Clone)]
pub(crate) struct Leaves(Arc<RwLock<Arc<Issuer>>>);

impl Leaves {
    /// This one, until there is another.
    pub(crate) fn of(issuer: Arc<Issuer>) -> Self {
        Self(Arc::new(RwLock::new(issuer)))
    }

    /// Who issues now.
    pub(crate) fn now(&self) -> Arc<Issuer> {
        Arc::clone(&self.0.read())
    }

    pub(super) fn exchange(&self, issuer: &Arc<Issuer>) {
        *self.0.write() = Arc::clone(issuer);
    }
}
