// SPDX-License-Identifier: MIT OR Apache-2.0
//! PUT: whole and durable, or not at all.

use std::os::unix::fs::PermissionsExt as _;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use files::Files;
use hyper::Request;
use hyper::body::Frame;

use crate::support::{Served, uploads};

#[tokio::test]
async fn a_new_file_is_created_and_an_old_one_replaced() {
    let served = Served::writing();
    let created = served.send("PUT /a.txt", &[], "one").await;
    assert_eq!((created.status.as_u16(), created.body.len()), (201, 0));
    assert_eq!(served.ask("HEAD /a.txt", &[]).await.header("etag"), created.header("etag"));
    let replaced = served.send("PUT /a.txt", &[], "two").await;
    assert_eq!(replaced.status, 204);
    assert_ne!(replaced.header("etag"), created.header("etag"));
    assert_eq!(served.ask("GET /a.txt", &[]).await.header("etag"), replaced.header("etag"));
    assert_eq!(served.read("a.txt"), b"two");
    assert_eq!(served.names(), ["a.txt"]);
}

#[tokio::test]
async fn a_large_file_goes_up_byte_for_byte() {
    let served = Served::writing();
    let content: Vec<u8> = (0..3_000_001u32).map(|index| (index % 253) as u8).collect();
    assert_eq!(served.send("PUT /big", &[], content.clone()).await.status, 201);
    assert!(served.read("big") == content);
    assert_eq!(served.send("PUT /empty", &[], "").await.status, 201);
    assert_eq!(served.read("empty"), b"");
}

#[tokio::test]
async fn who_may_read_a_file_stays_as_it_was() {
    let served = Served::writing();
    served.write("a", "1");
    let path = served.path().join("a");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(served.send("PUT /a", &[], "2").await.status, 204);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
}

#[tokio::test]
async fn conditions_guard_what_is_there() {
    let served = Served::writing();
    served.write("a", "old");
    let etag = served.ask("HEAD /a", &[]).await.header("etag").to_owned();
    for condition in [("if-none-match", "*"), ("if-none-match", etag.as_str()), ("if-match", "\"other\"")] {
        assert_eq!(served.send("PUT /a", &[condition], "new").await.status, 412, "{condition:?}");
    }
    assert_eq!(served.send("PUT /missing", &[("if-match", "*")], "new").await.status, 412);
    assert_eq!((served.read("a"), served.names()), (b"old".to_vec(), vec!["a".to_owned()]));
    assert_eq!(served.send("PUT /a", &[("if-match", &etag)], "new").await.status, 204);
    assert_eq!(served.send("PUT /b", &[("if-none-match", "*")], "new").await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_ask_for_a_free_name_one_gets_it() {
    let served = std::sync::Arc::new(Served::writing());
    let attempts: Vec<_> = (0..16)
        .map(|index: i32| {
            let served = std::sync::Arc::clone(&served);
            tokio::spawn(async move {
                served.send("PUT /a", &[("if-none-match", "*")], index.to_string()).await.status.as_u16()
            })
        })
        .collect();
    let mut statuses = Vec::new();
    for attempt in attempts {
        statuses.push(attempt.await.unwrap());
    }
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 412).count(), 15, "{statuses:?}");
    assert_eq!(served.names(), ["a"]);
}

#[tokio::test]
async fn what_cannot_be_put_is_refused_and_leaves_nothing() {
    let served = Served::new(uploads(Some(10)));
    std::fs::create_dir(served.path().join("folder")).unwrap();
    served.write("file", "x");
    let long = format!("PUT /{}", "n".repeat(300));
    let check = async |request: &str, headers: &[(&str, &str)], body: &'static str, expect: u16| {
        let answer = served.send(request, headers, body).await;
        assert_eq!(answer.status, expect, "{request} {headers:?} {}", answer.text());
        assert!(answer.text().ends_with('\n') && answer.text().len() < 200, "{}", answer.text());
    };
    check("PUT /a", &[], "more than ten bytes", 413).await;
    check("PUT /a", &[("content-range", "bytes 0-1/5")], "x", 400).await;
    check("PUT /a", &[("content-encoding", "gzip")], "x", 415).await;
    check("PUT /", &[], "x", 400).await;
    check("PUT /a/", &[], "x", 400).await;
    check("PUT /folder", &[], "x", 409).await;
    check("PUT /missing/a", &[], "x", 409).await;
    check("PUT /file/a", &[], "x", 409).await;
    check("PUT /.hidden", &[], "x", 403).await;
    check("PUT /.chancery-upload-1-1", &[], "x", 403).await;
    check(&long, &[], "x", 400).await;
    check("PUT /a", &[("origin", "https://evil.example")], "x", 403).await;
    check("PUT /a", &[("origin", "null")], "x", 403).await;
    check("PUT /a", &[("sec-fetch-site", "cross-site")], "x", 403).await;
    check("PUT /a", &[("host", "evil.example")], "x", 421).await;
    assert_eq!(served.names(), ["file", "folder"]);
}

#[tokio::test]
async fn our_own_page_may_put() {
    let served = Served::writing();
    let headers = [("origin", "http://localhost:8443"), ("sec-fetch-site", "same-origin")];
    assert_eq!(served.send("PUT /a", &headers, "x").await.status, 201);
}

/// A body of unknown length that gives some bytes, and then ends as it is told to.
struct Unsteady {
    left: usize,
    end: Option<&'static str>,
}

impl hyper::body::Body for Unsteady {
    type Data = Bytes;
    type Error = &'static str;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, &'static str>>> {
        if self.left == 0 {
            return Poll::Ready(self.end.take().map(Err));
        }
        self.left -= 1;
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[7; 100_000])))))
    }
}

async fn put(files: &Files, left: usize, end: Option<&'static str>) -> u16 {
    let request = Request::put("/a").header("host", "localhost").body(Unsteady { left, end }).unwrap();
    files.answer(request).await.status().as_u16()
}

#[tokio::test]
async fn a_cut_upload_leaves_the_old_file_and_no_fragment() {
    let served = Served::writing();
    served.write("a", "old");
    assert_eq!(put(&served.files, 20, Some("cut")).await, 400);
    assert_eq!((served.read("a"), served.names()), (b"old".to_vec(), vec!["a".to_owned()]));
}

#[tokio::test]
async fn a_body_that_grows_over_the_limit_is_refused_on_the_way() {
    let served = Served::new(uploads(Some(1_000_000)));
    assert_eq!(put(&served.files, 11, None).await, 413);
    assert_eq!(served.names(), Vec::<String>::new());
    assert_eq!(put(&served.files, 10, None).await, 201);
    assert_eq!(served.read("a").len(), 1_000_000);
}

#[tokio::test]
async fn an_upload_that_the_disk_has_no_room_for_is_refused_before_it_comes() {
    struct Endless;
    impl hyper::body::Body for Endless {
        type Data = Bytes;
        type Error = &'static str;
        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, &'static str>>> {
            panic!("the body was asked for")
        }
        fn size_hint(&self) -> hyper::body::SizeHint {
            hyper::body::SizeHint::with_exact(u64::MAX / 2)
        }
    }
    let served = Served::writing();
    let request = Request::put("/a").header("host", "localhost").body(Endless).unwrap();
    assert_eq!(served.files.answer(request).await.status(), 507);
    assert_eq!(served.names(), Vec::<String>::new());
}
