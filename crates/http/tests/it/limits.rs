// SPDX-License-Identifier: MIT OR Apache-2.0
//! Callers who drip, dawdle, stall or crowd.

use http::Limits;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{PATIENCE, Running, SHORT, exchange, get, http2, http2_connection, read_to_end};

fn limits(change: impl FnOnce(&mut Limits)) -> Limits {
    let mut limits = Limits::default();
    change(&mut limits);
    limits
}

#[tokio::test]
async fn a_head_that_drips_is_cut_and_others_are_served_meanwhile() {
    let server = Running::plain(limits(|limits| limits.head = SHORT));
    let mut slow = TcpStream::connect(server.address).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nHos").await.unwrap();
    assert!(get(server.address, "/").await.starts_with("HTTP/1.1 200"));
    assert_eq!(read_to_end(&mut slow).await, "");
}

#[tokio::test]
async fn dripping_does_not_extend_the_time_for_a_head() {
    let server = Running::plain(limits(|limits| limits.head = SHORT));
    let (mut reader, mut writer) = TcpStream::connect(server.address).await.unwrap().into_split();
    let dripping = tokio::spawn(async move {
        let mut every = tokio::time::interval(SHORT / 8);
        while writer.write_all(b"G").await.is_ok() {
            every.tick().await;
        }
    });
    read_to_end(&mut reader).await;
    dripping.abort();
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let server = Running::plain(limits(|limits| limits.idle = SHORT));
    assert_eq!(exchange(server.address, b"").await, "");
    let after_one = exchange(server.address, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(after_one.starts_with("HTTP/1.1 200"), "{after_one}");
}

#[tokio::test]
async fn an_idle_http_2_connection_is_closed() {
    let server = Running::tls(limits(|limits| limits.idle = SHORT));
    let (_client, connection) = http2_connection(server.address).await;
    let _goodbye = tokio::time::timeout(PATIENCE, connection).await.expect("the connection was never closed");
}

#[tokio::test]
async fn a_tls_handshake_that_never_ends_is_cut_and_holds_up_nobody() {
    let server = Running::tls(limits(|limits| limits.handshake = SHORT));
    let mut silent = TcpStream::connect(server.address).await.unwrap();
    let mut half = TcpStream::connect(server.address).await.unwrap();
    half.write_all(&[22, 3, 1, 2, 0, 1, 0]).await.unwrap();
    let _served = http2(server.address).await;
    read_to_end(&mut half).await;
    read_to_end(&mut silent).await;
}

#[tokio::test]
async fn an_upload_that_stalls_is_cut() {
    let server = Running::plain(limits(|limits| limits.stall = SHORT));
    let request = b"PUT /length HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc";
    assert_eq!(exchange(server.address, request).await, "");
}

#[tokio::test]
async fn a_late_handler_is_a_503() {
    let server = Running::plain(limits(|limits| limits.request = Some(SHORT)));
    let answer = get(server.address, "/forever").await;
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
}

#[tokio::test]
async fn a_head_over_the_limit_is_a_431() {
    let server = Running::plain(limits(|limits| limits.head_size = 8 * 1024));
    let request = format!("GET / HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", "x".repeat(200 * 1024));
    let answer = exchange(server.address, request.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
}

#[tokio::test]
async fn when_every_place_is_taken_the_idle_make_way() {
    let server = Running::plain(limits(|limits| limits.connections = 2));
    let mut idle = TcpStream::connect(server.address).await.unwrap();
    idle.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    let mut first = [0; 12];
    idle.read_exact(&mut first).await.unwrap();
    let mut silent = TcpStream::connect(server.address).await.unwrap();

    let answer = tokio::time::timeout(PATIENCE, get(server.address, "/")).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    read_to_end(&mut idle).await;
    read_to_end(&mut silent).await;
}

#[tokio::test]
async fn when_every_place_is_taken_a_request_in_flight_keeps_its_own() {
    let server = Running::plain(limits(|limits| limits.connections = 1));
    let address = server.address;
    let busy = tokio::spawn(async move { get(address, "/wait").await });
    server.begun.notified().await;
    let next = tokio::spawn(async move { get(address, "/").await });
    server.release.notify_one();
    assert!(busy.await.unwrap().ends_with("waited"));
    assert!(next.await.unwrap().starts_with("HTTP/1.1 200"));
}
