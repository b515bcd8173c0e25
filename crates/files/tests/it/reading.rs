// SPDX-License-Identifier: MIT OR Apache-2.0
//! GET, HEAD and OPTIONS.

use files::{Files, FilesConfig, HiddenFiles, OpenError};

use crate::support::Served;

#[tokio::test]
async fn a_file_comes_back_as_it_is_with_its_type_and_validators() {
    let served = Served::reading();
    served.write("a.txt", "hello");
    let answer = served.ask("GET /a.txt", &[]).await;
    assert_eq!((answer.status.as_u16(), answer.text()), (200, "hello"));
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(answer.header("content-length"), "5");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("accept-ranges"), "bytes");
    assert!(answer.header("etag").starts_with('"') && answer.header("last-modified").ends_with("GMT"));
}

#[tokio::test]
async fn files_of_every_size_around_a_chunk_come_back_whole() {
    let served = Served::reading();
    for size in [0, 1, 65_535, 65_536, 65_537, 262_143, 262_144, 262_145, 1_000_000] {
        let content: Vec<u8> = (0..size).map(|index: u32| (index % 251) as u8).collect();
        served.write("f", &content);
        let answer = served.ask("GET /f", &[]).await;
        assert_eq!(answer.header("content-length"), size.to_string());
        assert!(answer.body == content, "{size}");
    }
}

#[tokio::test]
async fn a_head_has_the_headers_of_a_get_and_no_content() {
    let served = Served::reading();
    served.write("a.txt", "hello");
    for target in ["/a.txt", "/", "/missing"] {
        let get = served.ask(&format!("GET {target}"), &[]).await;
        let head = served.ask(&format!("HEAD {target}"), &[]).await;
        assert_eq!(head.status, get.status);
        assert!(head.body.is_empty());
        assert_eq!(head.header("content-length"), get.body.len().to_string());
        assert_eq!(head.header("content-type"), get.header("content-type"));
        assert_eq!(head.header("etag"), get.header("etag"));
    }
}

#[tokio::test]
async fn a_changed_file_has_another_tag() {
    let served = Served::reading();
    served.write("a", "1");
    let first = served.ask("GET /a", &[]).await;
    served.write("b", "2");
    std::fs::rename(served.path().join("b"), served.path().join("a")).unwrap();
    let second = served.ask("GET /a", &[("if-none-match", first.header("etag"))]).await;
    assert_eq!((second.status.as_u16(), second.text()), (200, "2"));
}

#[tokio::test]
async fn conditions_save_the_transfer_or_refuse_it() {
    let served = Served::reading();
    served.write("a", "hello");
    let first = served.ask("GET /a", &[]).await;
    let (etag, date) = (first.header("etag"), first.header("last-modified"));
    for condition in [("if-none-match", etag), ("if-none-match", "*"), ("if-modified-since", date)] {
        let answer = served.ask("GET /a", &[condition]).await;
        assert_eq!((answer.status.as_u16(), answer.body.len()), (304, 0), "{condition:?}");
        assert_eq!((answer.header("etag"), answer.header("last-modified")), (etag, date));
        assert_eq!(answer.header("content-type"), "");
    }
    let old = "Tue, 15 Nov 1994 12:45:26 GMT";
    for condition in [("if-match", "\"other\""), ("if-unmodified-since", old)] {
        assert_eq!(served.ask("GET /a", &[condition]).await.status, 412, "{condition:?}");
    }
    for condition in [("if-match", etag), ("if-unmodified-since", date), ("if-modified-since", old)] {
        assert_eq!(served.ask("GET /a", &[condition]).await.status, 200, "{condition:?}");
    }
}

#[tokio::test]
async fn a_range_is_a_part_and_says_which() {
    let served = Served::reading();
    served.write("a", "0123456789");
    let etag = served.ask("HEAD /a", &[]).await.header("etag").to_owned();
    let check = async |headers: &[(&str, &str)], expect: (u16, &str, &str)| {
        let answer = served.ask("GET /a", headers).await;
        let found = (answer.status.as_u16(), answer.header("content-range"), answer.text());
        assert_eq!(found, expect, "{headers:?}");
    };
    check(&[("range", "bytes=2-4")], (206, "bytes 2-4/10", "234")).await;
    check(&[("range", "bytes=-3")], (206, "bytes 7-9/10", "789")).await;
    check(&[("range", "bytes=8-")], (206, "bytes 8-9/10", "89")).await;
    check(&[("range", "bytes=0-0,5-5")], (200, "", "0123456789")).await;
    check(&[("range", "lines=1-2")], (200, "", "0123456789")).await;
    check(&[("range", "bytes=2-4"), ("if-range", &etag)], (206, "bytes 2-4/10", "234")).await;
    check(&[("range", "bytes=2-4"), ("if-range", "\"old\"")], (200, "", "0123456789")).await;
    let answer = served.ask("GET /a", &[("range", "bytes=10-")]).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-range")), (416, "bytes */10"));
    let head = served.ask("HEAD /a", &[("range", "bytes=2-4")]).await;
    assert_eq!((head.status.as_u16(), head.header("content-length")), (200, "10"));
}

#[tokio::test]
async fn a_long_range_is_streamed_from_its_own_place() {
    let served = Served::reading();
    let content: Vec<u8> = (0..900_000u32).map(|index| (index % 251) as u8).collect();
    served.write("a", &content);
    let answer = served.ask("GET /a", &[("range", "bytes=100001-800000")]).await;
    assert_eq!(answer.status, 206);
    assert!(answer.body == content[100_001..=800_000]);
}

#[tokio::test]
async fn a_folder_without_its_slash_is_redirected_to_its_own_path() {
    let served = Served::reading();
    std::fs::create_dir_all(served.path().join("a b/evil.example")).unwrap();
    let answer = served.ask("GET /a%20b?json", &[]).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (301, "/a%20b/?json"));
    assert_eq!(served.ask("GET //evil.example", &[]).await.status, 400);
}

#[tokio::test]
async fn an_index_is_served_for_its_folder() {
    let served = Served::reading();
    std::fs::create_dir(served.path().join("site")).unwrap();
    served.write("site/index.html", "<p>home");
    let answer = served.ask("GET /site/", &[]).await;
    assert_eq!((answer.status.as_u16(), answer.text()), (200, "<p>home"));
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(answer.header("content-security-policy"), "");
}

#[tokio::test]
async fn a_file_is_not_a_folder() {
    let served = Served::reading();
    served.write("a", "x");
    for target in ["/a/", "/a/b", "/missing", "/missing/"] {
        let answer = served.ask(&format!("GET {target}"), &[]).await;
        assert_eq!((answer.status.as_u16(), answer.text()), (404, "there is nothing of this name here\n"));
    }
}

#[tokio::test]
async fn other_methods_are_refused_and_told_what_is_allowed() {
    let (reading, writing) = (Served::reading(), Served::writing());
    for method in ["POST", "DELETE", "PATCH", "TRACE", "MKCOL"] {
        let answer = reading.ask(&format!("{method} /"), &[]).await;
        assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "GET, HEAD, OPTIONS"));
    }
    let put = reading.send("PUT /a", &[], "x").await;
    assert_eq!((put.status.as_u16(), put.text()), (405, "uploads are not enabled here\n"));
    let options = writing.ask("OPTIONS /", &[]).await;
    assert_eq!((options.status.as_u16(), options.header("allow")), (204, "GET, HEAD, OPTIONS, PUT"));
    assert_eq!(reading.names(), Vec::<String>::new());
}

#[tokio::test]
async fn a_request_for_another_host_is_misdirected() {
    let served = Served::reading();
    served.write("a", "x");
    for host in ["evil.example", "evil.example:8443", "localhost.evil.example", "192.0.2.1"] {
        let answer = served.ask("GET /a", &[("host", host)]).await;
        assert_eq!(answer.status, 421, "{host}");
    }
    for host in ["localhost", "LOCALHOST.:1", "127.0.0.1:8443", "[::1]:8443"] {
        assert_eq!(served.ask("GET /a", &[("host", host)]).await.status, 200, "{host}");
    }
}

#[tokio::test]
async fn hidden_names_are_there_only_when_they_are_to_be() {
    let mut config = FilesConfig::default();
    config.hidden = HiddenFiles::Served;
    let (refusing, serving) = (Served::reading(), Served::new(config));
    for served in [&refusing, &serving] {
        std::fs::create_dir_all(served.path().join(".git")).unwrap();
        std::fs::create_dir_all(served.path().join(".well-known")).unwrap();
        for name in [".env", ".git/config", ".well-known/a", ".chancery-upload-1-1"] {
            served.write(name, "x");
        }
    }
    for target in ["/.env", "/.git/config", "/.git/", "/%2egit/config"] {
        assert_eq!(refusing.ask(&format!("GET {target}"), &[]).await.status, 404, "{target}");
        assert_eq!(serving.ask(&format!("GET {target}"), &[]).await.status, 200, "{target}");
    }
    for served in [&refusing, &serving] {
        assert_eq!(served.ask("GET /.well-known/a", &[]).await.status, 200);
        assert_eq!(served.ask("GET /.chancery-upload-1-1", &[]).await.status, 404);
    }
}

#[test]
fn a_folder_that_is_none_is_said_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "x").unwrap();
    let open = |path| Files::open(path, FilesConfig::default()).unwrap_err();
    assert!(matches!(open(&file), OpenError::NotAFolder { .. }));
    assert!(matches!(open(&folder.path().join("missing")), OpenError::NotFound { .. }));
}
