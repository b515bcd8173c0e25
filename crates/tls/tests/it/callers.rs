// SPDX-License-Identifier: MIT OR Apache-2.0
//! Callers that show a certificate, that show none, and that show somebody else's.

use std::net::SocketAddr;
use std::sync::Arc;

use keys::{KeyKind, PrivateKey};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{ResolvesClientCert, Resumption};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, HandshakeKind, SignatureScheme,
    SupportedProtocolVersion,
};
use tls::{Resolver, WEB, server_config_asking};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::issuer::{Leaf, Party, root};

/// What a server saw of a caller: the certificates, and whether the session was resumed.
type Seen = Result<(Vec<Vec<u8>>, bool), String>;

/// A server that asks, and sends back how many certificates it was shown.
async fn asking(root: &Party) -> (SocketAddr, tokio::sync::mpsc::UnboundedReceiver<Seen>) {
    let leaf = root.leaf(&Leaf::default());
    let resolver = Arc::new(Resolver::new(leaf.credentials(&[])));
    let acceptor = TlsAcceptor::from(server_config_asking(resolver, WEB).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let seen = match acceptor.accept(stream).await {
                Ok(mut stream) => {
                    let session = stream.get_ref().1;
                    let shown = session.peer_certificates().unwrap_or_default();
                    let shown = shown.iter().map(|der| der.to_vec()).collect();
                    let is_resumed = session.handshake_kind() == Some(HandshakeKind::Resumed);
                    stream.write_all(b"hello").await.unwrap();
                    // The caller may be gone by then.
                    let _gone = stream.shutdown().await;
                    Ok((shown, is_resumed))
                }
                Err(error) => Err(error.to_string()),
            };
            if sender.send(seen).is_err() {
                return;
            }
        }
    });
    (address, receiver)
}

/// A caller that believes whatever server it meets.
#[derive(Debug)]
struct Believes;

impl ServerCertVerifier for Believes {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ECDSA_NISTP256_SHA256]
    }
}

/// Shows these certificates with this key, whether it is theirs or not.
#[derive(Debug)]
struct Shows(Arc<CertifiedKey>);

impl ResolvesClientCert for Shows {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

fn shows(certificates: &[Vec<u8>], key: &PrivateKey) -> Option<Arc<dyn ResolvesClientCert>> {
    let der = key.to_pkcs8_der();
    let key = PrivateKeyDer::Pkcs8(der.to_vec().into());
    let key = aws_lc_rs::sign::any_supported_type(&key).unwrap();
    let certificates = certificates.iter().cloned().map(CertificateDer::from).collect();
    Some(Arc::new(Shows(Arc::new(CertifiedKey::new(certificates, key)))))
}

fn config(
    version: &'static SupportedProtocolVersion,
    shows: Option<Arc<dyn ResolvesClientCert>>,
) -> Arc<ClientConfig> {
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[version])
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Believes));
    let mut config = match shows {
        Some(shows) => config.with_client_cert_resolver(shows),
        None => config.with_no_client_auth(),
    };
    config.resumption = Resumption::in_memory_sessions(4);
    Arc::new(config)
}

/// Calls, and reads to the end.
async fn call(address: SocketAddr, config: &Arc<ClientConfig>) -> std::io::Result<String> {
    let name = ServerName::try_from("files.test").unwrap();
    let stream = TcpStream::connect(address).await?;
    let mut stream = TlsConnector::from(Arc::clone(config)).connect(name, stream).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let _: &ClientConnection = stream.get_ref().1;
    Ok(answer)
}

const VERSIONS: [&SupportedProtocolVersion; 2] = [&rustls::version::TLS13, &rustls::version::TLS12];

#[tokio::test]
async fn what_a_caller_shows_is_seen_in_both_versions_and_in_sessions_that_are_resumed() {
    let root = root("the root");
    let caller = root.leaf(&Leaf::default());
    let chain = [caller.der.clone(), root.der.clone()];
    for version in VERSIONS {
        let (address, mut seen) = asking(&root).await;
        let config = config(version, shows(&chain, &caller.key));
        for is_resumed in [false, true] {
            assert_eq!(call(address, &config).await.unwrap(), "hello");
            assert_eq!(seen.recv().await.unwrap(), Ok((chain.to_vec(), is_resumed)), "{version:?}");
        }
    }
}

#[tokio::test]
async fn whoever_shows_nothing_is_let_in_all_the_same() {
    let root = root("the root");
    for version in VERSIONS {
        let (address, mut seen) = asking(&root).await;
        assert_eq!(call(address, &config(version, None)).await.unwrap(), "hello");
        assert_eq!(seen.recv().await.unwrap(), Ok((Vec::new(), false)));
    }
}

#[tokio::test]
async fn whoever_does_not_have_the_key_is_not_let_in() {
    let root = root("the root");
    let caller = root.leaf(&Leaf::default());
    let other = PrivateKey::generate(KeyKind::P256).unwrap();
    assert_ne!(other.public_key_info(), caller.key.public_key_info());
    for version in VERSIONS {
        let (address, mut seen) = asking(&root).await;
        let stolen = config(version, shows(std::slice::from_ref(&caller.der), &other));
        assert!(call(address, &stolen).await.is_err());
        assert!(seen.recv().await.unwrap().unwrap_err().contains("BadSignature"));
        for (shown, what) in [
            (vec![vec![0x30, 0x00]], "nothing that can be read"),
            (vec![caller.der.clone(); 9], "no path"),
            (vec![caller.der.clone(), vec![5; 16 << 10]], "too much"),
        ] {
            let unread = config(version, shows(&shown, &caller.key));
            assert!(call(address, &unread).await.is_err(), "{what}");
            assert!(seen.recv().await.unwrap().unwrap_err().contains("BadEncoding"), "{what}");
        }
    }
}
