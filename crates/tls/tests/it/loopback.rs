// SPDX-License-Identifier: MIT OR Apache-2.0
//! Servers on the loopback, each on a port of its own that the system chose.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::server::ResolvesServerCert;
use tls::{Expectation, ProbeSpec, Timeouts};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use verify::PeerName;

use crate::issuer::{Party, now};

/// How long a test waits for what must come: far longer than it ever takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a client goes by that trusts `root` and wants `name`.
pub fn spec(root: &Party, name: &str) -> ProbeSpec {
    let name = PeerName::parse(name).unwrap();
    let mut spec = ProbeSpec::new(Expectation::new(name, root.anchors(), now()));
    spec.timeouts = Timeouts { connect: PATIENCE, handshake: PATIENCE, exchange: PATIENCE };
    spec
}

/// A server that answers every TLS connection with one page; it gives back the error of each
/// handshake that failed.
pub async fn serve(config: Arc<ServerConfig>) -> (SocketAddr, JoinHandle<Option<rustls::Error>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (address, tokio::spawn(answer_until_one_fails(listener, config)))
}

async fn answer_until_one_fails(listener: TcpListener, config: Arc<ServerConfig>) -> Option<rustls::Error> {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        match TlsAcceptor::from(Arc::clone(&config)).accept(stream).await {
            Ok(mut stream) => {
                let mut request = [0; 1024];
                if stream.read(&mut request).await.is_ok_and(|count| count > 0) {
                    let page = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\n";
                    stream.write_all(page).await.unwrap();
                    stream.shutdown().await.ok();
                }
            }
            Err(error) => {
                return error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()).cloned();
            }
        }
    }
}

/// A server that sends `bytes` to one caller, then hangs up or, if it is to stall, never does.
pub async fn blurt(bytes: Vec<u8>, stall: bool) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        hear_hello(&mut stream).await;
        stream.write_all(&bytes).await.unwrap();
        if stall {
            std::future::pending::<()>().await;
        }
        stream.shutdown().await.ok();
        // Reading to the end avoids a reset that would overtake what was sent.
        stream.read_to_end(&mut Vec::new()).await.ok();
    });
    address
}

async fn hear_hello(stream: &mut TcpStream) {
    let mut header = [0; 5];
    stream.read_exact(&mut header).await.unwrap();
    let length = usize::from(u16::from_be_bytes([header[3], header[4]]));
    stream.read_exact(&mut vec![0; length]).await.unwrap();
}

/// A configuration like the product's but for `change` in its cryptography and the versions.
pub fn odd_config(
    resolver: Arc<dyn ResolvesServerCert>,
    versions: &[&'static rustls::SupportedProtocolVersion],
    change: impl FnOnce(&mut CryptoProvider),
) -> Arc<ServerConfig> {
    let mut provider = aws_lc_rs::default_provider();
    change(&mut provider);
    let config = ServerConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(resolver);
    Arc::new(config)
}
