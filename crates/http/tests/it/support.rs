// SPDX-License-Identifier: MIT OR Apache-2.0
//! A server in this process, and clients for it.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Drained, Limits, Listener, Peer};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;

use crate::tls::{server_config, tls};

/// Long enough that only a bug reaches it.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// A limit that a test waits for.
pub const SHORT: Duration = Duration::from_millis(80);

/// A running listener.
pub struct Running {
    pub address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Drained>,
    /// Told when a handler of `/wait` has begun.
    pub begun: Arc<Notify>,
    /// Lets a handler of `/wait` end.
    pub release: Arc<Notify>,
}

impl Running {
    pub fn plain(limits: Limits) -> Self {
        Self::start(Listener::bind("127.0.0.1:0".parse().unwrap()).unwrap(), limits)
    }

    pub fn tls(limits: Limits) -> Self {
        let listener = Listener::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        Self::start(listener.with_tls(server_config()), limits)
    }

    fn start(listener: Listener, limits: Limits) -> Self {
        let address = listener.address();
        let (stop, stopped) = oneshot::channel::<()>();
        let (begun, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (b, r) = (Arc::clone(&begun), Arc::clone(&release));
        let service = service_fn(move |request| answer(request, Arc::clone(&b), Arc::clone(&r)));
        let task = tokio::spawn(listener.serve(service, limits, async {
            stopped.await.unwrap();
        }));
        Self { address, stop, task, begun, release }
    }

    /// Ask it to drain, without waiting.
    pub fn stop(self) -> JoinHandle<Drained> {
        self.stop.send(()).unwrap();
        self.task
    }
}

async fn answer(
    request: Request<Incoming>,
    begun: Arc<Notify>,
    release: Arc<Notify>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let peer = *request.extensions().get::<Peer>().unwrap();
    let text = match request.uri().path() {
        "/panic" => panic!("as asked"),
        "/wait" => {
            begun.notify_one();
            release.notified().await;
            "waited".to_owned()
        }
        "/forever" => std::future::pending().await,
        "/refuse" => {
            let mut response = Response::new(Full::new(Bytes::from_static(b"no")));
            *response.status_mut() = StatusCode::FORBIDDEN;
            return Ok(response);
        }
        "/length" => request.into_body().collect().await.unwrap().to_bytes().len().to_string(),
        _ => format!("{} {:?}", peer.address, peer.transport),
    };
    Ok(Response::new(Full::new(Bytes::from(text))))
}

/// An HTTP/2 client on a TLS connection of its own.
pub async fn http2(address: SocketAddr) -> hyper::client::conn::http2::SendRequest<Full<Bytes>> {
    http2_connection(address).await.0
}

/// An HTTP/2 client, and the task that ends with its connection.
pub async fn http2_connection(
    address: SocketAddr,
) -> (hyper::client::conn::http2::SendRequest<Full<Bytes>>, JoinHandle<hyper::Result<()>>) {
    let stream = tls(address, &[b"h2"]).await;
    let handshake = hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream));
    let (sender, connection) = handshake.await.unwrap();
    (sender, tokio::spawn(connection))
}

/// Send raw bytes, and read until the server closes.
pub async fn exchange(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    read_to_end(&mut stream).await
}

/// Everything until the server closes, a reset counting as a close.
pub async fn read_to_end(stream: &mut (impl tokio::io::AsyncRead + Unpin)) -> String {
    let mut bytes = Vec::new();
    let read = stream.read_to_end(&mut bytes);
    let _reset = tokio::time::timeout(PATIENCE, read).await.expect("the server never closed");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// GET `path` on an HTTP/1.1 connection of its own.
pub async fn get(address: SocketAddr, path: &str) -> String {
    exchange(address, format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").as_bytes()).await
}
