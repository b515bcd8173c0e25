// SPDX-License-Identifier: MIT OR Apache-2.0
//! What both sides agreed on, found by laying the two flights side by side.

use super::Agreed;
use crate::hello::{Flight, Message};
use crate::registry::KeyExchange;

impl Agreed {
    /// Reads the agreement off the two flights, or `None` when the server chose nothing.
    pub(crate) fn from_flights(client: &Flight, server: &Flight) -> Option<Self> {
        let hello = server.server_hello()?;
        let mut agreed = Self {
            version: hello.version(),
            cipher_suite: hello.cipher_suite,
            group: hello.group,
            client_share: None,
            server_share: None,
            alpn: hello.alpn.clone(),
        };
        if let Some(share) = &hello.key_share {
            agreed.server_share = Some(share.public.clone());
            agreed.client_share = client
                .client_hello()
                .and_then(|offer| offer.share(share.group))
                .map(|ours| ours.public.clone());
        } else if hello.cipher_suite.key_exchange() == Some(KeyExchange::Ecdhe) {
            agreed.add_ecdhe_shares(client, server);
        }
        Some(agreed)
    }

    fn add_ecdhe_shares(&mut self, client: &Flight, server: &Flight) {
        for message in &server.messages {
            if let Message::ServerKeyExchange(exchange) = message {
                self.group = Some(exchange.share.group);
                self.server_share = Some(exchange.share.public.clone());
            }
        }
        for message in &client.messages {
            if let Message::ClientKeyExchange(exchange) = message {
                self.client_share = exchange.ecdhe_share().ok().map(<[u8]>::to_vec);
            }
        }
    }
}
