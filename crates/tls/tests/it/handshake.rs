// SPDX-License-Identifier: MIT OR Apache-2.0
//! Handshakes that go well, told to the last number.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use keys::KeyKind;
use rustls::crypto::aws_lc_rs::kx_group;
use rustls::version::TLS12;
use tls::handshake::ProofMessage;
use tls::hello::{FlightEnd, Message};
use tls::registry::{CipherSuite, NamedGroup, ProtocolVersion, SignatureScheme};
use tls::{ExchangeError, Failure, Resolver, WEB, probe, server_config};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use x509::GeneralName;

use crate::issuer::{Leaf, Party, root};
use crate::loopback::{odd_config, serve, spec};

struct House {
    root: Party,
    intermediate: Party,
    leaf: Party,
    resolver: Arc<Resolver>,
}

fn house(leaf: &Leaf<'_>) -> House {
    let root = root("the root");
    let intermediate = root.intermediate("the intermediate");
    let leaf = intermediate.leaf(leaf);
    let resolver = Arc::new(Resolver::new(leaf.credentials(&[&intermediate])));
    House { root, intermediate, leaf, resolver }
}

#[tokio::test]
async fn a_tls_1_3_handshake_is_told_whole() {
    let House { root, intermediate, leaf, resolver } = house(&Leaf::default());
    let (address, _server) = serve(server_config(resolver, WEB).unwrap()).await;
    let done = probe(&[address], spec(&root, "files.test")).await.unwrap();
    let story = &done.handshake;

    assert_eq!((story.peer, story.attempts.len()), (Some(address), 0));
    assert_eq!(story.sni(), Some("files.test"));
    let offer = story.client_hello().unwrap();
    assert_eq!(offer.versions(), [ProtocolVersion::TLS13, ProtocolVersion::TLS12]);
    assert_eq!(offer.alpn, [b"http/1.1".to_vec()]);
    assert!(offer.groups.contains(&NamedGroup(0x11ec)) && offer.groups.contains(&NamedGroup(0x001d)));

    let agreed = story.agreed.as_ref().unwrap();
    assert_eq!(agreed.version, ProtocolVersion::TLS13);
    assert_eq!(agreed.cipher_suite, CipherSuite(0x1302));
    assert_eq!(agreed.group, Some(NamedGroup(0x11ec)));
    // ML-KEM-768 has a key of 1184 bytes and a ciphertext of 1088; X25519 adds 32 to each.
    assert_eq!(agreed.client_share.as_ref().unwrap().len(), 1216);
    assert_eq!(agreed.server_share.as_ref().unwrap().len(), 1120);
    assert_eq!(agreed.alpn.as_deref(), Some(&b"http/1.1"[..]));

    assert_eq!(story.chain, [leaf.der.clone(), intermediate.der.clone()]);
    let decision = story.decision.as_ref().unwrap();
    assert_eq!(decision.verdict.as_ref().unwrap().path, [leaf.der, intermediate.der, root.der]);
    assert!(!decision.trace.steps().is_empty());
    let proof = story.possession.as_ref().unwrap();
    assert_eq!((proof.message, proof.scheme), (ProofMessage::CertificateVerify, SignatureScheme(0x0403)));
    assert_eq!(proof.verdict, Ok(()));
    assert!(story.wire.sent > 1216 && story.wire.received > 1120, "{:?}", story.wire);
    assert!(story.timings.connect.is_some() && story.timings.first_byte <= story.timings.handshake);
    assert_eq!((&story.client.end, &story.server.end), (&FlightEnd::Encrypted, &FlightEnd::Encrypted));
}

#[tokio::test]
async fn the_first_protected_bytes_are_shown_as_both_ends_and_a_listener_see_them() {
    let House { root, resolver, .. } = house(&Leaf::default());
    let (address, _server) = serve(server_config(resolver, WEB).unwrap()).await;
    let done = probe(&[address], spec(&root, "files.test")).await.unwrap();
    let exchange = done.connection.ask("/").await.unwrap();

    assert_eq!(exchange.status_line, "HTTP/1.1 200 OK");
    assert_eq!(exchange.head, b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n");
    let host = format!("Host: files.test:{}\r\n", address.port());
    assert!(String::from_utf8(exchange.request.clone()).unwrap().contains(&host));
    // A TLS 1.3 record: a header of five, the text, its hidden type, and an authentication tag of sixteen.
    assert_eq!(exchange.sent.bytes, u64::try_from(exchange.request.len() + 5 + 1 + 16).unwrap());
    assert_eq!(exchange.sent.first[..3], [23, 3, 3]);
    assert_eq!(exchange.sent.first.len(), 64);
    assert!(!exchange.sent.first.windows(4).any(|window| window == b"GET "));
    assert!(exchange.received.bytes > u64::try_from(exchange.answer_length).unwrap());
}

#[tokio::test]
async fn every_kind_of_key_proves_itself_in_both_versions() {
    for (kind, in_13, in_12) in [
        (KeyKind::P256, 0x0403, 0x0403),
        (KeyKind::P384, 0x0503, 0x0503),
        (KeyKind::Ed25519, 0x0807, 0x0807),
        (KeyKind::Rsa2048, 0x0804, 0x0804),
    ] {
        let House { root, resolver, .. } = house(&Leaf { kind, ..Leaf::default() });
        let (address, _server) = serve(server_config(Arc::clone(&resolver), WEB).unwrap()).await;
        let done = probe(&[address], spec(&root, "files.test")).await.unwrap();
        assert_eq!(done.handshake.possession.unwrap().scheme, SignatureScheme(in_13), "{kind}");

        let (address, _server) = serve(odd_config(resolver, &[&TLS12], |_| {})).await;
        let done = probe(&[address], spec(&root, "files.test")).await.unwrap();
        let proof = done.handshake.possession.unwrap();
        assert_eq!(proof.message, ProofMessage::ServerKeyExchange);
        assert_eq!(proof.scheme, SignatureScheme(in_12), "{kind}");
        assert_eq!(done.connection.ask("/").await.unwrap().status_line, "HTTP/1.1 200 OK");
    }
}

#[tokio::test]
async fn a_tls_1_2_handshake_is_told_with_both_public_shares() {
    let House { root, intermediate, leaf, resolver } = house(&Leaf::default());
    let (address, _server) = serve(odd_config(resolver, &[&TLS12], |_| {})).await;
    let story = probe(&[address], spec(&root, "files.test")).await.unwrap().handshake;

    let agreed = story.agreed.unwrap();
    assert_eq!(agreed.version, ProtocolVersion::TLS12);
    assert_eq!(agreed.cipher_suite, CipherSuite(0xc02c));
    assert_eq!(agreed.group, Some(NamedGroup(0x001d)));
    assert_eq!(agreed.client_share.unwrap().len(), 32);
    assert_eq!(agreed.server_share.unwrap().len(), 32);
    assert_eq!(story.chain, [leaf.der.clone(), intermediate.der.clone()]);
    let in_the_open = story.server.messages.iter().find_map(|message| match message {
        Message::Certificate(chain) => Some(chain),
        _ => None,
    });
    assert_eq!(in_the_open, Some(&story.chain));
}

#[tokio::test]
async fn a_server_that_asks_for_another_group_is_told_with_both_hellos() {
    let House { root, resolver, .. } = house(&Leaf::default());
    let only_p384 = |provider: &mut rustls::crypto::CryptoProvider| {
        provider.kx_groups = vec![kx_group::SECP384R1];
    };
    let (address, _server) = serve(odd_config(resolver, rustls::ALL_VERSIONS, only_p384)).await;
    let story = probe(&[address], spec(&root, "files.test")).await.unwrap().handshake;

    assert_eq!(story.server.retry_request().unwrap().group, Some(NamedGroup(0x0018)));
    let hellos = story.client.messages.iter().filter(|message| matches!(message, Message::ClientHello(_)));
    assert_eq!(hellos.count(), 2);
    let agreed = story.agreed.unwrap();
    assert_eq!((agreed.group, agreed.version), (Some(NamedGroup(0x0018)), ProtocolVersion::TLS13));
    assert_eq!(agreed.client_share.unwrap().len(), 97);
    assert_eq!(agreed.server_share.unwrap().len(), 97);
}

#[tokio::test]
async fn an_address_is_asked_for_without_a_name_in_the_open() {
    let v4 = Ipv4Addr::LOCALHOST.octets();
    let v6 = Ipv6Addr::LOCALHOST.octets();
    let names = [GeneralName::Ip(&v4), GeneralName::Ip(&v6)];
    let House { root, resolver, .. } = house(&Leaf { names: &names, ..Leaf::default() });
    let (address, _server) = serve(server_config(resolver, WEB).unwrap()).await;
    for (target, host) in [
        (IpAddr::V4(Ipv4Addr::LOCALHOST), format!("Host: 127.0.0.1:{}\r\n", address.port())),
        (IpAddr::V6(Ipv6Addr::LOCALHOST), format!("Host: [::1]:{}\r\n", address.port())),
    ] {
        let done = probe(&[address], spec(&root, &target.to_string())).await.unwrap();
        assert_eq!(done.handshake.sni(), None);
        let exchange = done.connection.ask("/").await.unwrap();
        assert!(String::from_utf8(exchange.request).unwrap().contains(&host), "{host}");
    }
}

#[tokio::test]
async fn the_next_address_is_called_when_one_refuses() {
    let House { root, resolver, .. } = house(&Leaf::default());
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (address, _server) = serve(server_config(resolver, WEB).unwrap()).await;
    let story = probe(&[closed, address], spec(&root, "files.test")).await.unwrap().handshake;
    assert_eq!((story.peer, story.attempts.len()), (Some(address), 1));
    assert_eq!(story.attempts[0].address, closed);

    let error = probe(&[closed], spec(&root, "files.test")).await.unwrap_err();
    assert!(matches!(error.failure, Failure::NoConnection), "{error}");
    let error = probe(&[], spec(&root, "files.test")).await.unwrap_err();
    assert!(matches!(error.failure, Failure::NoAddress), "{error}");
}

#[tokio::test]
async fn no_request_is_made_in_a_protocol_that_was_not_agreed_on() {
    let House { root, resolver, .. } = house(&Leaf::default());
    let (address, _server) = serve(server_config(resolver, WEB).unwrap()).await;
    let mut spec = spec(&root, "files.test");
    spec.alpn = vec![b"h2".to_vec()];
    let done = probe(&[address], spec).await.unwrap();
    assert_eq!(done.handshake.agreed.unwrap().alpn.as_deref(), Some(&b"h2"[..]));
    let error = done.connection.ask("/").await.unwrap_err();
    assert!(matches!(error, ExchangeError::OtherProtocol { protocol } if protocol == "h2"));
}

#[tokio::test]
async fn a_server_that_warns_and_goes_on_is_told_whole() {
    let House { root, resolver, .. } = house(&Leaf::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        // What a TLS 1.2 server says that does not know the name, but has a certificate to show.
        stream.write_all(&[21, 3, 3, 0, 2, 1, 112]).await.unwrap();
        TlsAcceptor::from(odd_config(resolver, &[&TLS12], |_| {})).accept(stream).await.unwrap();
    });
    let story = probe(&[address], spec(&root, "files.test")).await.unwrap().handshake;
    server.await.unwrap();
    assert_eq!(story.server.alert.unwrap().to_string(), "warning alert unrecognized_name (112)");
    assert!(story.agreed.unwrap().server_share.is_some());
}
