// SPDX-License-Identifier: MIT OR Apache-2.0
//! Session tickets that end when the credentials are exchanged.

use std::sync::Arc;

use rustls::crypto::aws_lc_rs::Ticketer;
use rustls::server::ProducesTickets;

use crate::resolver::Resolver;

/// Seals the resolver's generation into every ticket, and declines tickets of another one.
///
/// A resumed session shows no certificate: without this a client would go on under one that was
/// replaced, perhaps because its key had leaked, for as long as its tickets last.
#[derive(Debug)]
pub(super) struct BoundTickets {
    resolver: Arc<Resolver>,
    sealed: Arc<dyn ProducesTickets>,
}

impl BoundTickets {
    pub(super) fn new(resolver: Arc<Resolver>) -> Result<Self, rustls::Error> {
        Ok(Self { resolver, sealed: Ticketer::new()? })
    }
}

impl ProducesTickets for BoundTickets {
    fn enabled(&self) -> bool {
        self.sealed.enabled()
    }

    fn lifetime(&self) -> u32 {
        self.sealed.lifetime()
    }

    fn encrypt(&self, plain: &[u8]) -> Option<Vec<u8>> {
        let mut bound = self.resolver.generation().to_be_bytes().to_vec();
        bound.extend_from_slice(plain);
        self.sealed.encrypt(&bound)
    }

    fn decrypt(&self, cipher: &[u8]) -> Option<Vec<u8>> {
        let bound = self.sealed.decrypt(cipher)?;
        let plain = bound.strip_prefix(&self.resolver.generation().to_be_bytes())?;
        Some(plain.to_vec())
    }
}
