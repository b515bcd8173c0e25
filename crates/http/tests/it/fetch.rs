// SPDX-License-Identifier: MIT OR Apache-2.0
//! Questions over plain HTTP, to listeners good and bad.

use std::error::Error as _;

use http::Limits;
use http::fetch::{FetchError, FetchLimits, get};
use hyper::StatusCode;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

use crate::support::{PATIENCE, Running, SHORT};

const LIMITS: FetchLimits = FetchLimits { time: PATIENCE, content: 1024 };

#[tokio::test]
async fn an_answer_is_given_whatever_its_status() {
    let server = Running::plain(Limits::default());
    let port = server.address.port();
    let fetched = get("127.0.0.1", port, "/", LIMITS).await.unwrap();
    assert_eq!((fetched.status, fetched.address), (StatusCode::OK, server.address));
    assert!(fetched.content.starts_with(b"127.0.0.1:"));
    let refused = get("127.0.0.1", port, "/refuse", LIMITS).await.unwrap();
    assert_eq!((refused.status, &refused.content[..]), (StatusCode::FORBIDDEN, &b"no"[..]));
}

#[tokio::test]
async fn what_does_not_come_or_is_too_much_is_told_so() {
    let server = Running::plain(Limits::default());
    let port = server.address.port();
    let short = FetchLimits { time: SHORT, ..LIMITS };
    assert!(matches!(get("127.0.0.1", port, "/forever", short).await, Err(FetchError::Late { .. })));
    let small = FetchLimits { content: 3, ..LIMITS };
    let large = get("127.0.0.1", port, "/", small).await.unwrap_err();
    assert!(large.source().unwrap().to_string().contains("length limit"), "{large:?}");
    assert!(matches!(get("127.0.0.1", port, "no path", LIMITS).await, Err(FetchError::Path { .. })));
    assert!(matches!(get("", port, "/", LIMITS).await, Err(FetchError::Name { .. })));
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    assert!(matches!(get("127.0.0.1", free, "/", LIMITS).await, Err(FetchError::Connect { .. })));
}

#[tokio::test]
async fn what_is_no_http_is_told_so() {
    for answer in [&b"SSH-2.0-OpenSSH_9.2\r\n"[..], b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"]
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(answer).await.unwrap();
            stream.shutdown().await.unwrap();
            stream
        };
        let (fetched, _stream) = tokio::join!(get("127.0.0.1", port, "/", LIMITS), server);
        assert!(matches!(fetched, Err(FetchError::Answer { .. })), "{answer:?}: {fetched:?}");
    }
}
