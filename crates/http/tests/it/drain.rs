// SPDX-License-Identifier: MIT OR Apache-2.0
//! What happens when the listener is told to stop.

use bytes::Bytes;
use http::{Drained, Limits};
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{Running, SHORT, get, http2, read_to_end};

#[tokio::test]
async fn a_request_in_flight_is_finished_and_idle_connections_are_closed() {
    let server = Running::plain(Limits::default());
    let address = server.address;
    let mut fresh = TcpStream::connect(address).await.unwrap();
    let mut used = TcpStream::connect(address).await.unwrap();
    used.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    let mut first = [0; 12];
    used.read_exact(&mut first).await.unwrap();
    let busy = tokio::spawn(async move { get(address, "/wait").await });
    server.begun.notified().await;

    let release = server.release.clone();
    let drained = server.stop();
    read_to_end(&mut fresh).await;
    read_to_end(&mut used).await;
    assert!(TcpStream::connect(address).await.is_err(), "somebody new was let in");
    release.notify_one();
    assert!(busy.await.unwrap().ends_with("waited"));
    assert_eq!(drained.await.unwrap(), Drained { cut: 0 });
}

#[tokio::test]
async fn an_http_2_request_in_flight_is_finished() {
    let server = Running::tls(Limits::default());
    let mut client = http2(server.address).await;
    let request = Request::get("https://localhost/wait").body(Full::<Bytes>::default()).unwrap();
    let answer = tokio::spawn(client.send_request(request));
    server.begun.notified().await;
    let release = server.release.clone();
    let drained = server.stop();
    release.notify_one();
    let body = answer.await.unwrap().unwrap().into_body().collect().await.unwrap().to_bytes();
    assert_eq!(body, "waited");
    drop(client);
    assert_eq!(drained.await.unwrap(), Drained { cut: 0 });
}

#[tokio::test]
async fn what_outlasts_the_grace_is_cut_and_counted() {
    let mut limits = Limits::default();
    limits.grace = SHORT;
    let server = Running::plain(limits);
    let mut stuck = TcpStream::connect(server.address).await.unwrap();
    stuck.write_all(b"GET /wait HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    server.begun.notified().await;
    assert_eq!(server.stop().await.unwrap(), Drained { cut: 1 });
    assert_eq!(read_to_end(&mut stuck).await, "");
}
