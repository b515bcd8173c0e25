// SPDX-License-Identifier: MIT OR Apache-2.0
//! A caller who asks for much over HTTP/2 and reads nothing.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Limits, Listener};
use hyper::Response;
use hyper::body::{Body, Frame};
use hyper::service::service_fn;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::Notify;

use crate::support::PATIENCE;
use crate::tls::{server_config, tls};

const STREAMS: usize = 50;
const CHUNK: usize = 16 * 1024;
const CHUNKS: usize = 16;
const BUFFERED: usize = 64 * 1024;

/// What the server has in memory of all answers.
#[derive(Default)]
struct Memory {
    held: AtomicUsize,
    most: AtomicUsize,
    begun: AtomicUsize,
    all_begun: Notify,
}

struct Chunk(Arc<Memory>);

impl AsRef<[u8]> for Chunk {
    fn as_ref(&self) -> &[u8] {
        &[0; CHUNK]
    }
}

impl Drop for Chunk {
    fn drop(&mut self) {
        self.0.held.fetch_sub(CHUNK, Ordering::SeqCst);
    }
}

/// An answer of [`CHUNKS`] chunks.
struct Answer {
    memory: Arc<Memory>,
    left: usize,
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let memory = Arc::clone(&self.memory);
        if self.left == CHUNKS && memory.begun.fetch_add(1, Ordering::SeqCst) + 1 == STREAMS {
            memory.all_begun.notify_one();
        }
        if self.left == 0 {
            return Poll::Ready(None);
        }
        self.left -= 1;
        let held = memory.held.fetch_add(CHUNK, Ordering::SeqCst) + CHUNK;
        memory.most.fetch_max(held, Ordering::SeqCst);
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_owner(Chunk(memory))))))
    }
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// The preface, the largest windows there are, and a GET on each of [`STREAMS`] streams [RFC 9113 §3.4, §6].
fn much() -> Vec<u8> {
    let largest = 0x7fff_ffff_u32;
    let settings = [&[0, 4][..], &largest.to_be_bytes()].concat();
    let window = (largest - 65_535).to_be_bytes();
    // Indexed :method GET, :scheme https, :path /; a literal :authority [RFC 7541 §6, appendix A].
    let head = [&[0x82, 0x87, 0x84, 0x01, 9][..], b"localhost"].concat();
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    bytes.extend(frame(4, 0, 0, &settings));
    bytes.extend(frame(8, 0, 0, &window));
    for stream in 0..u32::try_from(STREAMS).unwrap() {
        bytes.extend(frame(1, 0x05, 2 * stream + 1, &head));
    }
    bytes
}

#[tokio::test]
async fn what_a_caller_does_not_read_is_not_piled_up_and_arrives_when_it_is_read() {
    let listener = Listener::bind("127.0.0.1:0".parse().unwrap()).unwrap().with_tls(server_config());
    let address = listener.address();
    let memory = Arc::new(Memory::default());
    let served = Arc::clone(&memory);
    let service = service_fn(move |_| {
        let answer = Answer { memory: Arc::clone(&served), left: CHUNKS };
        async { Ok::<_, Infallible>(Response::new(answer)) }
    });
    let mut limits = Limits::default();
    limits.http2.buffered = BUFFERED;
    tokio::spawn(listener.serve(service, limits, std::future::pending()));

    let mut stream = tls(address, &[b"h2"]).await;
    stream.write_all(&much()).await.unwrap();
    tokio::time::timeout(PATIENCE, memory.all_begun.notified()).await.expect("an answer never began");
    let mut head = [0; 9];
    let (mut ended, mut read) = (0, 0);
    while ended < STREAMS {
        tokio::time::timeout(PATIENCE, stream.read_exact(&mut head)).await.expect("it stalled").unwrap();
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; usize::try_from(length).unwrap()];
        stream.read_exact(&mut payload).await.unwrap();
        if head[3] == 0 {
            read += payload.len();
            ended += usize::from(head[4] & 1);
        }
    }
    assert_eq!(read, STREAMS * CHUNKS * CHUNK);
    let most = memory.most.load(Ordering::SeqCst);
    assert!(most <= BUFFERED + STREAMS * CHUNK, "{most} bytes were in memory");
}
