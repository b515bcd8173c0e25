// SPDX-License-Identifier: MIT OR Apache-2.0
//! The opening of a TLS connection, as one side sends it.

use tls::hello::{Flight, FlightEnd, Message};

use crate::certificate::shown;

/// Reads one side's bytes, and again in pieces: what was whole in a part is the same in the whole.
pub fn read(data: &[u8]) {
    let whole = Flight::read(data);
    for message in &whole.messages {
        tell(message);
    }
    whole.alert.iter().for_each(shown);
    if let FlightEnd::Malformed(error) = &whole.end {
        shown(error);
    }
    for parts in 2..=4 {
        let part = data.get(..data.len() / parts).unwrap_or_default();
        let part = Flight::read(part);
        assert!(whole.messages.starts_with(&part.messages), "more bytes change nothing that was said before");
    }
}

/// Shows what a person would be shown of a message.
fn tell(message: &Message) {
    match message {
        Message::ClientHello(hello) => {
            hello.versions().iter().for_each(shown);
            hello.cipher_suites.iter().for_each(shown);
            hello.groups.iter().for_each(shown);
            hello.signature_schemes.iter().for_each(shown);
            hello.extensions.iter().for_each(shown);
            for share in &hello.key_shares {
                assert!(hello.share(share.group).is_some(), "a share is found by its group");
            }
        }
        Message::HelloRetryRequest(hello) | Message::ServerHello(hello) => {
            shown(&hello.version());
            shown(&hello.cipher_suite);
            assert!(hello.downgraded_from().is_none() || !hello.is_retry_request(), "one mark in a random");
            assert_eq!(hello.is_retry_request(), matches!(message, Message::HelloRetryRequest(_)));
        }
        Message::Certificate(chain) => assert!(chain.iter().all(|certificate| !certificate.is_empty())),
        Message::ServerKeyExchange(exchange) => shown(&exchange.scheme),
        Message::ClientKeyExchange(exchange) => {
            let share = exchange.ecdhe_share().unwrap_or_default();
            assert!(share.len() <= 255, "a share has a length of one byte");
        }
        _ => {}
    }
}
