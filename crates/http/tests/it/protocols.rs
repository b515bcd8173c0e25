// SPDX-License-Identifier: MIT OR Apache-2.0
//! HTTP/1.1 and HTTP/2, plain and TLS.

use bytes::Bytes;
use http::{BindError, Limits, Listener};
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, StatusCode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::support::{Running, exchange, get, http2, read_to_end};
use crate::tls::tls;

fn h2_request(path: &str) -> Request<Full<Bytes>> {
    Request::get(format!("https://localhost{path}")).body(Full::default()).unwrap()
}

#[tokio::test]
async fn a_plain_request_is_answered_and_the_service_knows_who_called() {
    let server = Running::plain(Limits::default());
    let answer = get(server.address, "/").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("127.0.0.1:") && answer.ends_with(" Plain"), "{answer}");
}

#[tokio::test]
async fn every_answer_names_its_request_and_no_two_are_the_same() {
    let server = Running::plain(Limits::default());
    let mut seen = std::collections::HashSet::new();
    for path in ["/", "/", "/panic"] {
        let answer = get(server.address, path).await;
        let id = answer.lines().find_map(|line| line.strip_prefix("x-request-id: ")).expect("an id");
        assert!(id.len() == 16 && id.bytes().all(|digit| digit.is_ascii_hexdigit()), "{id}");
        assert!(seen.insert(id.to_owned()), "{id} twice");
    }
}

#[tokio::test]
async fn a_request_of_http_1_1_names_its_host_once() {
    let server = Running::plain(Limits::default());
    for (hosts, status) in [("", "400"), ("Host: a\r\n", "200"), ("Host: a\r\nHost: b\r\n", "400")] {
        let request = format!("GET / HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n");
        let answer = exchange(server.address, request.as_bytes()).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{hosts}: {answer}");
    }
    let old = exchange(server.address, b"GET / HTTP/1.0\r\n\r\n").await;
    assert!(old.starts_with("HTTP/1.0 200 "), "{old}");
}

#[tokio::test]
async fn alpn_chooses_http_2_when_the_client_offers_it() {
    let server = Running::tls(Limits::default());
    let mut client = http2(server.address).await;
    let response = client.send_request(h2_request("/")).await.unwrap();
    assert_eq!(response.version(), hyper::Version::HTTP_2);
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert!(body.ends_with(b" Tls"), "{body:?}");
}

#[tokio::test]
async fn alpn_chooses_http_1_1_when_the_client_offers_no_more_or_nothing() {
    let server = Running::tls(Limits::default());
    for alpn in [&[b"http/1.1".as_slice()][..], &[]] {
        let mut stream = tls(server.address, alpn).await;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.unwrap();
        let answer = read_to_end(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with(" Tls"), "{answer}");
    }
}

#[tokio::test]
async fn a_connection_serves_one_request_after_another() {
    let server = Running::plain(Limits::default());
    let two = b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let answer = exchange(server.address, two).await;
    assert_eq!(answer.matches("HTTP/1.1 200 OK").count(), 2, "{answer}");
}

#[tokio::test]
async fn plain_http_on_a_tls_port_is_told_so() {
    let server = Running::tls(Limits::default());
    let answer = get(server.address, "/").await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(answer.contains("this port speaks HTTPS"), "{answer}");
}

#[tokio::test]
async fn what_is_neither_tls_nor_http_harms_nobody() {
    let server = Running::tls(Limits::default());
    assert!(!exchange(server.address, b"\0\0\0\0\0\0\0\0").await.contains("HTTP"));
    let mut client = http2(server.address).await;
    assert_eq!(client.send_request(h2_request("/")).await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn a_handler_that_panics_is_a_500_and_the_connection_lives_on() {
    let server = Running::tls(Limits::default());
    let mut client = http2(server.address).await;
    let broken = client.send_request(h2_request("/panic")).await.unwrap();
    assert_eq!(broken.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(client.send_request(h2_request("/")).await.unwrap().status(), StatusCode::OK);

    let mut stream = tls(server.address, &[]).await;
    stream.write_all(b"GET /panic HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    let mut first = [0; 12];
    stream.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 500");
    stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.unwrap();
    assert!(read_to_end(&mut stream).await.contains("HTTP/1.1 200 OK"));
}

#[tokio::test]
async fn an_answer_arrives_though_the_body_was_never_read() {
    let server = Running::plain(Limits::default());
    let body = vec![b'x'; 3 * 1024 * 1024];
    let mut request =
        format!("PUT /refuse HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n", body.len()).into_bytes();
    request.extend_from_slice(&body);
    let answer = exchange(server.address, &request).await;
    assert!(answer.starts_with("HTTP/1.1 403 ") && answer.ends_with("\r\n\r\nno"), "{answer}");
}

#[tokio::test]
async fn a_taken_port_is_named_in_the_error() {
    let taken = Listener::bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let error = Listener::bind(taken.address()).unwrap_err();
    assert!(matches!(&error, BindError::AddressInUse { address } if *address == taken.address()));
    assert_eq!(error.to_string(), format!("address {} is already in use", taken.address()));
}

#[tokio::test]
async fn an_address_of_another_machine_is_refused_as_such() {
    let error = Listener::bind("192.0.2.1:0".parse().unwrap()).unwrap_err();
    assert!(matches!(error, BindError::NotOurAddress { .. }), "{error}");
}

#[tokio::test]
async fn a_socket_that_listens_already_can_be_handed_over() {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    assert_eq!(Listener::from_std(socket).unwrap().address(), address);
}
