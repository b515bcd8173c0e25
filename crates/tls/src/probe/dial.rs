// SPDX-License-Identifier: MIT OR Apache-2.0
//! Finding an address that answers.

use core::time::Duration;
use std::net::SocketAddr;

use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use crate::handshake::{Attempt, ConnectError, Handshake};

/// Tries `addresses` in order, `limit` for each, and writes down in `handshake` what came of it.
pub(super) async fn dial(
    addresses: &[SocketAddr],
    limit: Duration,
    handshake: &mut Handshake,
) -> Option<TcpStream> {
    for &address in addresses {
        let started = Instant::now();
        let error = match timeout(limit, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                handshake.timings.connect = Some(started.elapsed());
                handshake.peer = Some(stream.peer_addr().unwrap_or(address));
                handshake.local = stream.local_addr().ok();
                // The last message of the handshake and the request are small: neither waits for the other to
                // be acknowledged. Where the system does not know the option, they do.
                stream.set_nodelay(true).ok();
                return Some(stream);
            }
            Ok(Err(error)) => ConnectError::Io(error),
            Err(_) => ConnectError::TimedOut { limit },
        };
        handshake.attempts.push(Attempt { address, error });
    }
    None
}
