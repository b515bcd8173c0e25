// SPDX-License-Identifier: MIT OR Apache-2.0
//! Uploads that are refused while they are still under way.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame};
use hyper::{Request, Version};
use tokio::sync::oneshot;

use crate::support::Served;

/// Bytes without end, in chunks of 64 KiB; tells how many were taken when it is dropped.
struct Endless {
    taken: usize,
    tell: Option<oneshot::Sender<usize>>,
}

impl Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        const CHUNK: &[u8] = &[0; 64 * 1024];
        self.taken += CHUNK.len();
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(CHUNK)))))
    }
}

impl Drop for Endless {
    fn drop(&mut self) {
        self.tell.take().unwrap().send(self.taken).unwrap();
    }
}

/// How much is taken of an upload that is refused.
async fn taken(version: Version) -> usize {
    let served = Served::writing();
    let (tell, told) = oneshot::channel();
    let request = Request::put("https://localhost/.hidden").version(version);
    let request = request.body(Endless { taken: 0, tell: Some(tell) }).unwrap();
    assert_eq!(served.files.answer(request).await.status(), 403);
    told.await.unwrap()
}

#[tokio::test]
async fn over_http_2_some_of_what_is_under_way_is_taken_so_that_the_answer_is_not_lost() {
    assert_eq!(taken(Version::HTTP_2).await, 4 * 1024 * 1024);
}

#[tokio::test]
async fn over_http_1_1_nothing_is_taken_nobody_was_told_to_continue() {
    assert_eq!(taken(Version::HTTP_11).await, 0);
}
