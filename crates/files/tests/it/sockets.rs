// SPDX-License-Identifier: MIT OR Apache-2.0
//! The folder behind the real listener: HTTP/1.1 cut short, and HTTP/2.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{Limits, Listener};
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::Served;
use crate::tls::{server_config, tls};

const PATIENCE: Duration = Duration::from_secs(20);

fn start(served: &Served, secure: bool) -> SocketAddr {
    let mut listener = Listener::bind("127.0.0.1:0".parse().unwrap()).unwrap();
    if secure {
        listener = listener.with_tls(server_config());
    }
    let address = listener.address();
    tokio::spawn(listener.serve(served.files.clone(), Limits::default(), std::future::pending()));
    address
}

async fn exchange(address: SocketAddr, request: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await.unwrap().unwrap();
    answer
}

#[tokio::test]
async fn a_caller_who_hangs_up_leaves_the_old_file_and_no_fragment() {
    let served = Served::writing();
    served.write("a", "old");
    let address = start(&served, false);
    for framing in ["Content-Length: 1000000", "Transfer-Encoding: chunked"] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let head = format!("PUT /a HTTP/1.1\r\nHost: localhost\r\n{framing}\r\nExpect: 100-continue\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut go_on = [0; 25];
        stream.read_exact(&mut go_on).await.unwrap();
        assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
        stream.write_all(b"4000\r\n").await.unwrap();
        stream.write_all(&[b'x'; 0x2000]).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut rest = Vec::new();
        let _reset = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut rest)).await.unwrap();
        assert!(!rest.starts_with(b"HTTP/1.1 2"));
        assert_eq!((served.read("a"), served.names()), (b"old".to_vec(), vec!["a".to_owned()]));
    }
}

#[tokio::test]
async fn a_refused_upload_is_told_why_before_it_is_sent() {
    let served = Served::writing();
    let address = start(&served, false);
    let head = b"PUT /missing/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\
        Expect: 100-continue\r\nConnection: close\r\n\r\n";
    let answer = String::from_utf8(exchange(address, head).await).unwrap();
    assert!(answer.starts_with("HTTP/1.1 409 "), "{answer}");
    assert!(answer.ends_with("the folder to put this file in does not exist\n"), "{answer}");
}

#[tokio::test]
async fn a_file_that_is_cut_while_it_is_sent_is_not_sent_as_if_it_were_whole() {
    let served = Served::writing();
    let size = 64 * 1024 * 1024;
    let file = std::fs::File::create(served.path().join("a")).unwrap();
    file.set_len(size).unwrap();
    let address = start(&served, false);
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    let mut first = [0; 15];
    stream.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 200 OK");
    file.set_len(1000).unwrap();
    let mut rest = Vec::new();
    let _reset = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut rest)).await.unwrap();
    assert!((rest.len() as u64) < size, "{}", rest.len());
}

#[tokio::test]
async fn http_2_reads_and_writes_the_same() {
    let served = Served::writing();
    let address = start(&served, true);
    let stream = tls(address, &[b"h2"]).await;
    let handshake = hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream));
    let (mut client, connection) = handshake.await.unwrap();
    tokio::spawn(connection);
    let content: Vec<u8> = (0..2_000_000u32).map(|index| (index % 251) as u8).collect();

    let request = |method: &str, path: &str, host: &str, body: &[u8]| {
        let uri = format!("https://{host}{path}");
        Request::builder().method(method).uri(uri).body(Full::new(Bytes::copy_from_slice(body))).unwrap()
    };
    let created = client.send_request(request("PUT", "/a", "localhost:8443", &content)).await.unwrap();
    assert_eq!(created.status(), StatusCode::CREATED);
    let fetched = client.send_request(request("GET", "/a", "localhost:8443", b"")).await.unwrap();
    assert_eq!(fetched.headers()["etag"], created.headers()["etag"]);
    assert!(fetched.into_body().collect().await.unwrap().to_bytes() == content);
    let foreign = client.send_request(request("GET", "/a", "evil.example", b"")).await.unwrap();
    assert_eq!(foreign.status(), StatusCode::MISDIRECTED_REQUEST);
    let mut ours = request("PUT", "/a", "localhost:8443", b"new");
    ours.headers_mut().insert("origin", "https://localhost:8443".parse().unwrap());
    assert_eq!(client.send_request(ours).await.unwrap().status(), StatusCode::NO_CONTENT);
    let mut downgraded = request("PUT", "/a", "localhost:8443", b"worse");
    downgraded.headers_mut().insert("origin", "http://localhost:8443".parse().unwrap());
    assert_eq!(client.send_request(downgraded).await.unwrap().status(), StatusCode::FORBIDDEN);
    assert_eq!(served.read("a"), b"new");
}
