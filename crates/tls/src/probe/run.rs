// SPDX-License-Identifier: MIT OR Apache-2.0
//! The probe itself.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, PeerIncompatible};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use verify::PeerName;

use super::connection::Connection;
use super::dial::dial;
use super::failure::{Failure, NotTls, ProbeError};
use super::tee::{Listener, Opening, Tee};
use super::{Probe, ProbeSpec};
use crate::client::{Verifier, client_config};
use crate::error::HelloError;
use crate::handshake::{Agreed, Handshake};
use crate::hello::{Alert, Flight, FlightEnd, Message};
use crate::registry::{AlertDescription, AlertLevel};

/// Calls the first of `addresses` that answers, shakes hands as `spec` says, and writes it all down.
///
/// The name to check for and the address to call are independent: a name may be tried at any
/// address. An address as the name is sent as no SNI.
///
/// # Errors
/// [`ProbeError`] holds what ended the probe and the story up to there: nobody answered, it was
/// not TLS, there was no common ground, the certificate was refused, the key was not proven.
pub async fn probe(addresses: &[SocketAddr], spec: ProbeSpec) -> Result<Probe, ProbeError> {
    let mut handshake = Handshake::new(spec.expectation.name.clone());
    match run(addresses, spec, &mut handshake).await {
        Ok(connection) => Ok(Probe { handshake, connection }),
        Err(failure) => Err(ProbeError { failure, handshake: Box::new(handshake) }),
    }
}

async fn run(
    addresses: &[SocketAddr],
    spec: ProbeSpec,
    handshake: &mut Handshake,
) -> Result<Connection, Failure> {
    let timeouts = spec.timeouts;
    let at = spec.expectation.at;
    let server_name = server_name(&spec.expectation.name)?;
    let verifier = Arc::new(Verifier::new(spec.expectation));
    let config = client_config(Arc::clone(&verifier), spec.alpn, at).map_err(protocol)?;
    if addresses.is_empty() {
        return Err(Failure::NoAddress);
    }
    let stream = dial(addresses, timeouts.connect, handshake).await.ok_or(Failure::NoConnection)?;
    let listener = Listener::new();
    let tee = Tee::new(stream, listener.clone());
    let outcome = timeout(timeouts.handshake, shake(config, server_name, tee)).await;
    let elapsed = listener.elapsed();
    let opening = listener.take_opening();
    write_down(handshake, &opening, &verifier);
    let stream = match outcome {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return Err(explain(error, handshake, &opening)),
        Err(_) => {
            return Err(Failure::HandshakeTimedOut {
                limit: timeouts.handshake,
                received: opening.wire.received,
            });
        }
    };
    handshake.timings.handshake = Some(elapsed);
    // TLS 1.3 sends the choice of protocol encrypted: rustls has read it.
    if let Some(agreed) = &mut handshake.agreed {
        agreed.alpn = stream.get_ref().1.alpn_protocol().map(<[u8]>::to_vec);
    }
    trusted(handshake)?;
    Ok(Connection::new(stream, authority(handshake), timeouts.exchange))
}

async fn shake(
    config: ClientConfig,
    name: ServerName<'static>,
    tee: Tee<TcpStream>,
) -> io::Result<TlsStream<Tee<TcpStream>>> {
    TlsConnector::from(Arc::new(config)).connect(name, tee).await
}

/// Writes down what was heard on the wire and what the verifier saw.
fn write_down(handshake: &mut Handshake, opening: &Opening, verifier: &Verifier) {
    handshake.client = Flight::read(&opening.sent);
    handshake.server = Flight::read(&opening.received);
    handshake.wire = opening.wire;
    handshake.timings.first_byte = opening.first_byte;
    handshake.agreed = Agreed::from_flights(&handshake.client, &handshake.server);
    let observed = verifier.take();
    handshake.chain = observed.chain;
    handshake.ocsp_response = observed.ocsp_response;
    handshake.decision = observed.decision;
    handshake.possession = observed.possession;
    handshake.client_certificate = observed.client_certificate;
    // TLS 1.2 sends the chain in the open: it may be known though the verifier was never asked.
    for message in &handshake.server.messages {
        match message {
            Message::Certificate(chain) if handshake.chain.is_empty() => handshake.chain.clone_from(chain),
            Message::CertificateStatus(response) if handshake.ocsp_response.is_none() => {
                handshake.ocsp_response = Some(response.clone());
            }
            _ => {}
        }
    }
}

/// Whether the client decided to trust, and the server proved itself: rustls finishes no handshake
/// without both, and neither do we.
fn trusted(handshake: &Handshake) -> Result<(), Failure> {
    match (&handshake.decision, &handshake.possession) {
        (Some(decision), _) if decision.verdict.is_err() => Err(Failure::Refused),
        (Some(_), Some(possession)) if possession.verdict.is_ok() => Ok(()),
        _ => Err(Failure::NotProven),
    }
}

/// Says what an error during the handshake came from.
fn explain(error: io::Error, handshake: &Handshake, opening: &Opening) -> Failure {
    if handshake.possession.as_ref().is_some_and(|possession| possession.verdict.is_err()) {
        return Failure::NotProven;
    }
    if handshake.decision.as_ref().is_some_and(|decision| decision.verdict.is_err()) {
        return Failure::Refused;
    }
    if handshake.server.messages.is_empty()
        && let FlightEnd::Malformed(HelloError::NotARecord { .. }) = handshake.server.end
    {
        return Failure::NotTls(NotTls::recognise(&opening.received));
    }
    let received = opening.wire.received;
    match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::AlertReceived(description)) => {
            let description = AlertDescription(u8::from(*description));
            from_alert(Alert { level: AlertLevel::FATAL, description }, handshake)
        }
        Some(rustls::Error::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13
            | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
        )) => Failure::NoCommonVersion {
            chosen: handshake.server_hello().map(crate::hello::ServerHello::version),
        },
        Some(source) => Failure::Protocol { source: source.clone() },
        None if error.kind() == io::ErrorKind::UnexpectedEof => Failure::Closed { received },
        None => Failure::Io { source: error },
    }
}

/// An alert in place of the server's choice says that there was nothing to choose.
fn from_alert(alert: Alert, handshake: &Handshake) -> Failure {
    match alert.description {
        AlertDescription::PROTOCOL_VERSION => Failure::NoCommonVersion { chosen: None },
        AlertDescription::HANDSHAKE_FAILURE if handshake.agreed.is_none() => Failure::NoCommonParameters,
        _ => Failure::Alert { alert },
    }
}

/// What goes into the Host field: the name, and the port when it is not HTTPS's own. [RFC 9110 §7.2]
fn authority(handshake: &Handshake) -> String {
    let name = handshake.name.to_string();
    let host = if name.contains(':') { format!("[{name}]") } else { name };
    match handshake.peer.map(|peer| peer.port()) {
        None | Some(443) => host,
        Some(port) => format!("{host}:{port}"),
    }
}

fn protocol(source: rustls::Error) -> Failure {
    Failure::Protocol { source }
}

/// The name as rustls wants it; it sends DNS names alone. [RFC 6066 §3]
fn server_name(name: &PeerName) -> Result<ServerName<'static>, Failure> {
    match (name.dns(), name.ip()) {
        (_, Some(address)) => Ok(ServerName::from(address)),
        (Some(host), None) => {
            ServerName::try_from(host.to_owned()).map_err(|source| Failure::Name { source: Some(source) })
        }
        (None, None) => Err(Failure::Name { source: None }),
    }
}
