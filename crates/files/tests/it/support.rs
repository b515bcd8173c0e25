// SPDX-License-Identifier: MIT OR Apache-2.0
//! A folder to serve, and a caller in this process.

use std::path::Path;

use bytes::Bytes;
use files::{Files, FilesConfig, Uploads};
use http_body_util::{BodyExt as _, Full};
use hyper::header::{HOST, HeaderMap};
use hyper::{Request, StatusCode};
use tempfile::TempDir;

/// A folder that is served.
pub struct Served {
    pub folder: TempDir,
    pub files: Files,
}

/// A response that has arrived.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Served {
    pub fn new(config: FilesConfig) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::open(folder.path(), config).unwrap();
        Self { folder, files }
    }

    /// For reading alone.
    pub fn reading() -> Self {
        Self::new(FilesConfig::default())
    }

    /// For reading and writing.
    pub fn writing() -> Self {
        Self::new(uploads(None))
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path().join(name), content).unwrap();
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path().join(name)).unwrap()
    }

    /// The names in the folder, sorted.
    pub fn names(&self) -> Vec<String> {
        let names = std::fs::read_dir(self.path()).unwrap();
        let mut names: Vec<_> =
            names.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    pub async fn ask(&self, request: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(request, headers, "").await
    }

    /// `METHOD /path`.
    pub async fn send(&self, request: &str, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Answer {
        let (method, target) = request.split_once(' ').unwrap();
        let mut request = Request::builder().method(method).uri(target);
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            request = request.header(HOST, "localhost:8443");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.files.answer(request.body(Full::new(body.into())).unwrap()).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

pub fn uploads(largest: Option<u64>) -> FilesConfig {
    let mut config = FilesConfig::default();
    config.uploads = Uploads::Accepted { largest };
    config
}
