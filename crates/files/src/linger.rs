// SPDX-License-Identifier: MIT OR Apache-2.0
//! An answer that came before the whole of its request.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::Body;

/// No further and no longer: whoever has more to send is cut off.
const BYTES: usize = 4 * 1024 * 1024;
const TIME: Duration = Duration::from_secs(2);

/// Take what is still under way on an HTTP/2 stream, within bounds.
///
/// RFC 9113 §8.1 has a server that needs no more of a request reset its stream without an error, and clients keep
/// the answer. curl before 8.0 throws it away: its user would see a broken stream and not why the file was refused.
pub(crate) fn linger<B>(mut body: B)
where
    B: Body<Data = Bytes> + Unpin + Send + 'static,
{
    tokio::spawn(tokio::time::timeout(TIME, async move {
        let mut left = BYTES;
        while left > 0 {
            let Some(Ok(frame)) = body.frame().await else { break };
            left = left.saturating_sub(frame.data_ref().map_or(0, Bytes::len));
        }
    }));
}
