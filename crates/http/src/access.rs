// SPDX-License-Identifier: MIT OR Apache-2.0
//! The line that is told of each request.

use hyper::StatusCode;
use hyper::http::request::Parts;

use crate::peer::Peer;
use crate::request_id::RequestId;

/// Tells of a request and of how it was answered, to whoever listens to the target `access`. Nothing is made into text
/// for nobody.
pub fn tell(request: &Parts, status: StatusCode) {
    let peer = request.extensions.get::<Peer>().map(|peer| tracing::field::display(peer.address));
    let (method, path, status) = (&request.method, request.uri.path(), status.as_u16());
    let id = request.extensions.get::<RequestId>().map(tracing::field::display);
    tracing::info!(target: "access", peer, %method, path, status, id);
}
