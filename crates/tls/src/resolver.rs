// SPDX-License-Identifier: MIT OR Apache-2.0
//! The certificate in use, exchanged while the server runs.

use std::sync::Arc;

use parking_lot::RwLock;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use crate::credentials::Credentials;

/// Holds the credentials in use; handshakes that begin after a [`swap`](Self::swap) see the new ones.
///
/// Connections that already stand go on. Sessions begun under the old credentials cannot be
/// resumed: their tickets are declined, so that the client does a whole handshake and sees the
/// new certificate. (A handshake in the very moment of the swap may end with a ticket of the new
/// generation; it lives 12 hours at most, like any.)
#[derive(Debug)]
pub struct Resolver {
    current: RwLock<InUse>,
}

#[derive(Clone, Debug)]
struct InUse {
    credentials: Arc<Credentials>,
    generation: u64,
}

impl Resolver {
    /// Starts with `credentials`.
    pub fn new(credentials: Arc<Credentials>) -> Self {
        Self { current: RwLock::new(InUse { credentials, generation: 0 }) }
    }

    /// The credentials in use.
    pub fn current(&self) -> Arc<Credentials> {
        Arc::clone(&self.current.read().credentials)
    }

    /// Puts `credentials` in use and gives back those that were.
    pub fn swap(&self, credentials: Arc<Credentials>) -> Arc<Credentials> {
        let mut current = self.current.write();
        current.generation = current.generation.wrapping_add(1);
        core::mem::replace(&mut current.credentials, credentials)
    }

    /// How often the credentials were exchanged: what session tickets are bound to.
    pub(crate) fn generation(&self) -> u64 {
        self.current.read().generation
    }
}

impl ResolvesServerCert for Resolver {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(self.current.read().credentials.certified()))
    }
}
