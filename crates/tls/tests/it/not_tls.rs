// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whoever else may answer at a port.

use std::time::Duration;

use tls::probe::NotTls;
use tls::registry::ProtocolVersion;
use tls::{Failure, ProbeError, probe};

use crate::issuer::root;
use crate::loopback::{blurt, spec};

/// What a probe makes of a server that answers `bytes`.
async fn answered(bytes: &[u8], stall: bool) -> ProbeError {
    let address = blurt(bytes.to_vec(), stall).await;
    let mut spec = spec(&root("the root"), "files.test");
    if stall {
        // The server never says more: waiting longer would not change the outcome.
        spec.timeouts.handshake = Duration::from_millis(50);
    }
    let error = probe(&[address], spec).await.unwrap_err();
    assert_eq!(error.handshake.peer, Some(address));
    assert!(error.handshake.client_hello().is_some(), "what we said is known in any case");
    error
}

#[tokio::test]
async fn plain_http_is_recognised() {
    let error = answered(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", false).await;
    assert!(error.to_string().contains("plain HTTP, \"HTTP/1.1 400 Bad Request\""), "{error}");
    assert!(matches!(error.failure, Failure::NotTls(NotTls::Http { .. })));
}

#[tokio::test]
async fn a_greeting_is_recognised() {
    let error = answered(b"SSH-2.0-OpenSSH_9.2p1\r\n", true).await;
    assert!(
        matches!(&error.failure, Failure::NotTls(NotTls::Greeting { line }) if line == "SSH-2.0-OpenSSH_9.2p1")
    );
}

#[tokio::test]
async fn garbage_is_shown() {
    let error = answered(&[0xde, 0xad, 0xbe, 0xef, 0, 1, 2, 3], false).await;
    assert!(error.to_string().contains("de ad be ef 00 01 02 03"), "{error}");
}

#[tokio::test]
async fn silence_and_half_an_answer_time_out() {
    for bytes in [&b""[..], &[22, 3, 3, 0, 100, 2, 0]] {
        let error = answered(bytes, true).await;
        let received = u64::try_from(bytes.len()).unwrap();
        let Failure::HandshakeTimedOut { received: counted, .. } = error.failure else {
            panic!("{error}");
        };
        assert_eq!(counted, received);
    }
}

#[tokio::test]
async fn hanging_up_is_told() {
    for bytes in [&b""[..], &[22, 3, 3, 0, 100, 2, 0]] {
        let error = answered(bytes, false).await;
        let received = u64::try_from(bytes.len()).unwrap();
        assert!(
            matches!(error.failure, Failure::Closed { received: counted } if counted == received),
            "{error}"
        );
    }
}

#[tokio::test]
async fn an_alert_is_told_with_its_meaning() {
    let error = answered(&[21, 3, 3, 0, 2, 2, 112], false).await;
    let said = error.to_string();
    assert!(
        said.ends_with("unrecognized_name (112): it serves no host of the name that was asked for"),
        "{said}"
    );
    assert!(error.handshake.server.alert.is_some());
}

#[tokio::test]
async fn no_common_version_is_told_however_the_server_says_it() {
    let error = answered(&[21, 3, 3, 0, 2, 2, 70], false).await;
    assert!(matches!(error.failure, Failure::NoCommonVersion { chosen: None }), "{error}");

    // A ServerHello that chooses TLS 1.1.
    let body = [&[3, 2][..], &[7; 32], &[0, 0xc0, 0x13, 0]].concat();
    let length = u8::try_from(body.len()).unwrap();
    let hello = [&[22, 3, 2, 0, length + 4, 2, 0, 0, length][..], &body].concat();
    let error = answered(&hello, false).await;
    let chosen = ProtocolVersion(0x0302);
    assert!(
        matches!(error.failure, Failure::NoCommonVersion { chosen: Some(version) } if version == chosen),
        "{error}: {:?}",
        error.failure
    );
    assert_eq!(error.handshake.agreed.unwrap().version, chosen);
}
