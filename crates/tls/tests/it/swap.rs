// SPDX-License-Identifier: MIT OR Apache-2.0
//! Certificates exchanged while the server runs.

use std::net::SocketAddr;
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, HandshakeKind, RootCertStore};
use tls::{Resolver, WEB, probe, server_config};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::issuer::{Leaf, root};
use crate::loopback::{serve, spec};

#[tokio::test]
async fn the_next_handshake_sees_the_new_certificate() {
    let root = root("the root");
    let (old, new) = (root.leaf(&Leaf::default()), root.leaf(&Leaf::default()));
    let resolver = Arc::new(Resolver::new(old.credentials(&[])));
    let (address, _server) = serve(server_config(Arc::clone(&resolver), WEB).unwrap()).await;

    let before = probe(&[address], spec(&root, "files.test")).await.unwrap();
    let replaced = resolver.swap(new.credentials(&[]));
    assert_eq!(before.handshake.chain, replaced.chain());
    assert_eq!((replaced.leaf(), resolver.current().leaf()), (&old.der[..], &new.der[..]));
    // A connection that stood before goes on, while a new one sees the new certificate.
    assert_eq!(before.connection.ask("/").await.unwrap().status_line, "HTTP/1.1 200 OK");
    let after = probe(&[address], spec(&root, "files.test")).await.unwrap();
    assert_eq!(after.handshake.chain, [new.der]);
}

/// One request by a client that keeps its tickets; tells whether its session was resumed.
async fn call(client: &TlsConnector, address: SocketAddr) -> HandshakeKind {
    let stream = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("files.test").unwrap();
    let mut stream = client.connect(name, stream).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    stream.read_to_end(&mut Vec::new()).await.unwrap();
    stream.get_ref().1.handshake_kind().unwrap()
}

#[tokio::test]
async fn a_session_is_resumed_until_the_certificate_is_exchanged() {
    let root = root("the root");
    // This client is rustls's own, which goes by the clock on the wall.
    let today = x509::Time::from_unix(std::time::UNIX_EPOCH.elapsed().unwrap().as_secs().try_into().unwrap());
    let hour = std::time::Duration::from_secs(3600);
    let current = Leaf { not_before: today.minus(hour), not_after: today.plus(hour), ..Leaf::default() };
    for versions in [&[&rustls::version::TLS13], &[&rustls::version::TLS12]] {
        let resolver = Arc::new(Resolver::new(root.leaf(&current).credentials(&[])));
        let (address, _server) = serve(server_config(Arc::clone(&resolver), WEB).unwrap()).await;
        let mut roots = RootCertStore::empty();
        roots.add(root.der.clone().into()).unwrap();
        let config = ClientConfig::builder_with_protocol_versions(versions)
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = TlsConnector::from(Arc::new(config));

        assert_eq!(call(&client, address).await, HandshakeKind::Full);
        assert_eq!(call(&client, address).await, HandshakeKind::Resumed);
        resolver.swap(root.leaf(&current).credentials(&[]));
        assert_eq!(call(&client, address).await, HandshakeKind::Full, "the old ticket is declined");
        assert_eq!(call(&client, address).await, HandshakeKind::Resumed);
    }
}
