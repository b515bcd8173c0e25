// SPDX-License-Identifier: MIT OR Apache-2.0
//! A folder as a hyper service: which request goes where.

use std::convert::Infallible;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::{Peer, Transport};
use hyper::body::{Body as _, Incoming};
use hyper::header::{ALLOW, CONTENT_LENGTH, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use hyper::http::request::Parts;
use hyper::service::Service;
use hyper::{Method, Request, Response, StatusCode, Version};
use parking_lot::Mutex;
use tokio::sync::Semaphore;

use crate::body::Body;
use crate::config::{FilesConfig, HiddenFiles, Uploads};
use crate::error::{OpenError, Refusal};
use crate::host::HostNames;
use crate::path::RequestPath;
use crate::pool::Pool;
use crate::root::Root;
use crate::scratch::Naming;
use crate::{linger, read, reply, same_origin, sweep, upload};

/// Uploads at one time. One more is told to try again.
const UPLOADS: usize = 256;

/// A folder that is served. Clones are the same folder.
#[derive(Debug, Clone)]
pub struct Files {
    shared: Arc<Shared>,
    host_names: Arc<HostNames>,
}

/// What every request needs.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) root: Root,
    pub(crate) config: FilesConfig,
    pub(crate) pool: Arc<Pool>,
    /// Uploads that may be under way at one time: what each may hold in memory is bounded, so all are.
    pub(crate) places: Semaphore,
    /// How unfinished uploads are kept; of no use when there are none.
    pub(crate) naming: Naming,
    /// Held from the last look at what an upload replaces until it is replaced.
    pub(crate) commit: Mutex<()>,
}

impl Shared {
    /// Whether a path is one that callers may know of.
    pub(crate) fn shows(&self, path: &RequestPath) -> bool {
        !path.is_unfinished_upload() && (self.config.hidden == HiddenFiles::Served || !path.is_hidden())
    }
}

impl Files {
    /// Open a folder, for requests under a loopback name: [`Files::answering_to`] sets others. Where uploads are accepted it is tried whether a file can be made, and a thread looks
    /// for what a crash may have left of earlier ones.
    ///
    /// # Errors
    /// There is no such folder, or it may not be read, or not be written while uploads are accepted.
    pub fn open(root: &Path, config: FilesConfig) -> Result<Self, OpenError> {
        let opened = Root::open(root)?;
        let mut naming = Naming::Named;
        if config.uploads != Uploads::Refused {
            naming = Naming::probe(opened.fd())
                .map_err(|source| OpenError::Unwritable { path: root.to_owned(), source })?;
        }
        let shared = Arc::new(Shared {
            root: opened,
            config,
            pool: Arc::new(Pool::default()),
            places: Semaphore::new(UPLOADS),
            naming,
            commit: Mutex::new(()),
        });
        if shared.config.uploads != Uploads::Refused {
            sweep::start(Arc::clone(&shared));
        }
        Ok(Self { shared, host_names: Arc::default() })
    }

    /// The same folder, for requests under these names and no other.
    #[must_use]
    pub fn answering_to(self, names: HostNames) -> Self {
        Self { host_names: Arc::new(names), ..self }
    }

    /// Answer one request. The [`Peer`] is taken from its extensions.
    pub async fn answer<B>(&self, request: Request<B>) -> Response<Body>
    where
        B: hyper::body::Body<Data = Bytes> + Unpin + Send + 'static,
    {
        let (parts, mut body) = request.into_parts();
        let peer = parts.extensions.get::<Peer>().copied();
        let outcome = self.route(&parts, &mut body, peer).await;
        if parts.version == Version::HTTP_2 && !body.is_end_stream() {
            linger::linger(body);
        }
        let mut response = outcome.unwrap_or_else(|refusal| reply::refused(&refusal, self.allowed()));
        response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if parts.method == Method::HEAD {
            without_content(&mut response);
        }
        http::access::tell(&parts, response.status());
        response
    }

    async fn route<B>(&self, request: &Parts, body: B, peer: Option<Peer>) -> Result<Response<Body>, Refusal>
    where
        B: hyper::body::Body<Data = Bytes> + Unpin,
    {
        let shared = &self.shared;
        self.host_names.check(request, peer.map(|peer| peer.local.ip()))?;
        if request.method == Method::OPTIONS {
            return Ok(self.options());
        }
        let path = RequestPath::parse(request.uri.path())?;
        match (&request.method, shared.config.uploads) {
            (&Method::GET | &Method::HEAD, _) => read::answer(shared, request, path).await,
            (&Method::PUT, Uploads::Refused) => Err(Refusal::UploadsRefused),
            (&Method::PUT, Uploads::Accepted { largest }) => {
                let transport = peer.map_or(Transport::Plain, |peer| peer.transport);
                same_origin::check(request, transport.scheme())?;
                upload::answer(shared, request, body, path, largest).await
            }
            (method, _) => Err(Refusal::Method { method: method.to_string(), allow: self.allowed() }),
        }
    }

    fn allowed(&self) -> &'static str {
        match self.shared.config.uploads {
            Uploads::Refused => "GET, HEAD, OPTIONS",
            Uploads::Accepted { .. } => "GET, HEAD, OPTIONS, PUT",
        }
    }

    fn options(&self) -> Response<Body> {
        let mut response = reply::empty(StatusCode::NO_CONTENT);
        response.headers_mut().insert(ALLOW, HeaderValue::from_static(self.allowed()));
        response
    }
}

/// A HEAD tells the length of what a GET would send.
fn without_content(response: &mut Response<Body>) {
    if let Some(length) = response.body().size_hint().exact()
        && length > 0
        && !response.headers().contains_key(CONTENT_LENGTH)
    {
        response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    *response.body_mut() = Body::empty();
}

impl Service<Request<Incoming>> for Files {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let files = self.clone();
        Box::pin(async move { Ok(files.answer(request).await) })
    }
}
