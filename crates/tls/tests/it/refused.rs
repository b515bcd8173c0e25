// SPDX-License-Identifier: MIT OR Apache-2.0
//! Servers that are not trusted: the story goes on to their proof, and no further.

use std::sync::Arc;

use keys::{KeyKind, PrivateKey};
use rustls::crypto::aws_lc_rs::{kx_group, sign};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert, WebPkiClientVerifier};
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use rustls::{AlertDescription, RootCertStore, ServerConfig};
use tls::registry::SignatureScheme;
use tls::{Failure, ProbeSpec, Resolver, WEB, probe, server_config};
use x509::{Name, SignatureError, Time};

use crate::issuer::{Leaf, Party, now, root};
use crate::loopback::{odd_config, serve, spec};

/// Serves `leaf` and probes it as `spec` says in both versions: the chain must be refused, the key
/// proven, and the server told `alert`. Gives back why it was refused.
async fn refused(leaf: &Party, above: &[&Party], spec: &ProbeSpec, alert: AlertDescription) -> String {
    let resolver = Arc::new(Resolver::new(leaf.credentials(above)));
    let mut reason = String::new();
    for config in [
        server_config(Arc::clone(&resolver), WEB).unwrap(),
        odd_config(Arc::clone(&resolver) as Arc<dyn ResolvesServerCert>, &[&TLS12], |_| {}),
    ] {
        let (address, server) = serve(config).await;
        let error = probe(&[address], spec.clone()).await.unwrap_err();
        assert!(matches!(error.failure, Failure::Refused), "{error}: {:?}", error.failure);
        assert_eq!(server.await.unwrap(), Some(rustls::Error::AlertReceived(alert)));
        let story = error.handshake;
        assert_eq!(story.chain[0], leaf.der);
        assert_eq!(story.chain.len(), 1 + above.len());
        assert_eq!(story.possession.unwrap().verdict, Ok(()), "the key was its own all the same");
        assert!(story.agreed.unwrap().server_share.is_some());
        assert_eq!(story.timings.handshake, None);
        let decision = story.decision.unwrap();
        assert!(!decision.trace.steps().is_empty());
        reason = decision.verdict.unwrap_err().to_string();
    }
    reason
}

#[tokio::test]
async fn a_wrong_name_is_refused() {
    let root = root("the root");
    let leaf = root.leaf(&Leaf::default());
    let reason = refused(&leaf, &[], &spec(&root, "other.test"), AlertDescription::BadCertificate).await;
    assert!(reason.contains("other.test") && reason.contains("files.test"), "{reason}");
}

#[tokio::test]
async fn an_expired_certificate_is_refused() {
    let root = root("the root");
    let past = |day: &str| Time::parse(day).unwrap();
    let leaf =
        root.leaf(&Leaf { not_before: past("2026-11-21"), not_after: past("2026-11-22"), ..Leaf::default() });
    let reason = refused(&leaf, &[], &spec(&root, "files.test"), AlertDescription::CertificateExpired).await;
    assert!(reason.contains("2026-11-22"), "{reason}");
}

#[tokio::test]
async fn an_unknown_issuer_is_refused() {
    let (known, unknown) = (root("a root that is known"), root("a root that is not"));
    let leaf = unknown.leaf(&Leaf::default());
    let reason = refused(&leaf, &[], &spec(&known, "files.test"), AlertDescription::UnknownCA).await;
    assert!(reason.contains("a root that is not"), "{reason}");
}

#[tokio::test]
async fn a_missing_intermediate_is_refused_and_mended_by_one_at_hand() {
    let root = root("the root");
    let intermediate = root.intermediate("the intermediate");
    let leaf = intermediate.leaf(&Leaf::default());
    let mut spec = spec(&root, "files.test");
    let reason = refused(&leaf, &[], &spec, AlertDescription::UnknownCA).await;
    assert!(reason.contains("the intermediate"), "{reason}");

    let resolver = Arc::new(Resolver::new(leaf.credentials(&[])));
    let (address, _server) = serve(server_config(resolver, WEB).unwrap()).await;
    let mut intermediates = verify::Intermediates::new();
    intermediates.add_certificate(&intermediate.der).unwrap();
    spec.expectation.intermediates = Arc::new(intermediates);
    let story = probe(&[address], spec).await.unwrap().handshake;
    assert_eq!((story.chain.len(), story.decision.unwrap().verdict.unwrap().path.len()), (1, 3));
}

/// Shows one certificate and signs with the key of another.
#[derive(Debug)]
struct Impostor(Arc<CertifiedKey>);

impl ResolvesServerCert for Impostor {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}

#[tokio::test]
async fn a_server_without_the_key_is_found_out_in_both_versions() {
    let root = root("the root");
    let leaf = root.leaf(&Leaf::default());
    let other = PrivateKey::generate(KeyKind::P256).unwrap();
    let blocks = x509::pem::decode(other.to_pkcs8_pem().as_bytes()).unwrap();
    let key = sign::any_supported_type(&PrivatePkcs8KeyDer::from(blocks[0].der.clone()).into()).unwrap();
    let impostor = CertifiedKey::new(vec![CertificateDer::from(leaf.der.clone())], key);
    let impostor = Arc::new(Impostor(Arc::new(impostor)));
    for version in [&TLS13, &TLS12] {
        let config = odd_config(Arc::clone(&impostor) as Arc<dyn ResolvesServerCert>, &[version], |_| {});
        let (address, _server) = serve(config).await;
        let error = probe(&[address], spec(&root, "files.test")).await.unwrap_err();
        assert!(matches!(error.failure, Failure::NotProven), "{error}");
        assert!(error.handshake.decision.unwrap().verdict.is_ok(), "the certificate itself is good");
        assert_eq!(error.handshake.possession.unwrap().verdict, Err(SignatureError::BadSignature));
    }
}

#[tokio::test]
async fn no_common_group_is_told_as_such() {
    let root = root("the root");
    let resolver = Arc::new(Resolver::new(root.leaf(&Leaf::default()).credentials(&[])));
    let only_lattice = |provider: &mut rustls::crypto::CryptoProvider| {
        provider.kx_groups = vec![kx_group::MLKEM768];
    };
    let (address, _server) = serve(odd_config(resolver, &[&TLS13], only_lattice)).await;
    let error = probe(&[address], spec(&root, "files.test")).await.unwrap_err();
    assert!(matches!(error.failure, Failure::NoCommonParameters), "{error}: {:?}", error.failure);
    assert!(error.handshake.client_hello().is_some() && error.handshake.agreed.is_none());
}

#[tokio::test]
async fn the_moment_is_an_argument() {
    let root = root("the root");
    let leaf = root.leaf(&Leaf::default());
    let resolver = Arc::new(Resolver::new(leaf.credentials(&[])));
    let (address, _server) = serve(server_config(resolver, WEB).unwrap()).await;
    for (at, trusted) in [("2026-11-22", true), ("2027-11-22", false)] {
        let mut spec = spec(&root, "files.test");
        spec.expectation.at = Time::parse(at).unwrap();
        assert_eq!(probe(&[address], spec).await.is_ok(), trusted, "{at}, not {}", now());
    }
}

#[tokio::test]
async fn a_server_that_wants_a_certificate_from_the_client_is_told_as_such() {
    let root = root("the root");
    let mut roots = RootCertStore::empty();
    roots.add(root.der.clone().into()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
    for version in [&TLS13, &TLS12] {
        let resolver = Arc::new(Resolver::new(root.leaf(&Leaf::default()).credentials(&[])));
        let config = ServerConfig::builder_with_protocol_versions(&[version])
            .with_client_cert_verifier(Arc::clone(&clients))
            .with_cert_resolver(resolver);
        let (address, _server) = serve(Arc::new(config)).await;
        // In TLS 1.3 the client is done before the server has looked for its certificate.
        let (story, said) = match probe(&[address], spec(&root, "files.test")).await {
            Ok(done) => (done.handshake, done.connection.ask("/").await.unwrap_err().to_string()),
            Err(error) => (*error.handshake, error.failure.to_string()),
        };
        assert!(
            said.contains("certificate_required (116): it wants a certificate from the client"),
            "{said}"
        );
        let wanted = story.client_certificate.unwrap();
        assert_eq!(Name::parse(&wanted.authorities[0]).unwrap().to_string(), "CN=the root");
        assert!(wanted.schemes.contains(&SignatureScheme(0x0403)));
    }
}
