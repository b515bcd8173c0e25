// SPDX-License-Identifier: MIT OR Apache-2.0
//! The page of a folder, and its JSON.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use crate::support::{Served, uploads};

#[tokio::test]
async fn the_page_shows_folders_first_and_the_way_back() {
    let served = Served::reading();
    std::fs::create_dir_all(served.path().join("a/zebra")).unwrap();
    served.write("a/apple.txt", vec![0; 2048]);
    let answer = served.ask("GET /a/", &[]).await;
    let page = answer.text();
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert!(page.find("zebra").unwrap() < page.find("apple.txt").unwrap(), "{page}");
    for part in
        ["href=\"zebra/\"", "href=\"apple%2Etxt\"", "href=\"../\"", "2.0 KiB", "<h1", "<title>a</title>"]
    {
        assert!(page.replace("apple.txt\"", "apple%2Etxt\"").contains(part), "{part}\n{page}");
    }
}

#[tokio::test]
async fn the_page_loads_nothing_from_elsewhere_and_runs_nothing_inline() {
    let served = Served::writing();
    let answer = served.ask("GET /", &[]).await;
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    let page = answer.text();
    for inline in ["://", "<style", "style=", "onclick", "onload", "<script>"] {
        assert!(!page.contains(inline), "{inline}\n{page}");
    }
    for asset in ["/.chancery/listing.css", "/.chancery/listing.js"] {
        assert!(page.contains(asset));
        let answer = served.ask(&format!("GET {asset}"), &[]).await;
        assert_eq!(answer.status, 200);
        assert!(!answer.text().contains("://") && !answer.text().contains("innerHTML"), "{asset}");
    }
    assert!(!Served::reading().ask("GET /", &[]).await.text().contains("<script"));
}

#[tokio::test]
async fn hostile_names_stand_on_the_page_and_do_not_act_on_it() {
    let served = Served::reading();
    let names: [&[u8]; 7] = [
        b"<script>alert(1)</script>",
        b"\" onmouseover=\"alert(1)",
        b"javascript:alert(1)",
        b"a\nb",
        b"a&b'c #?%41",
        b"\xff\xfe.txt",
        b"back\\slash",
    ];
    for name in names {
        // A slash cannot be in a name.
        let name: Vec<u8> = name.iter().map(|byte| if *byte == b'/' { b'|' } else { *byte }).collect();
        std::fs::write(served.path().join(OsStr::from_bytes(&name)), &name).unwrap();
    }
    let page = served.ask("GET /", &[]).await;
    let text = page.text();
    for bad in ["<script", "\" onmouseover", "href=\"javascript:", "a\nb"] {
        assert!(!text.contains(bad), "{bad}\n{text}");
    }
    // Every link leads to the file it is on.
    let json: serde_json::Value = serde_json::from_slice(&served.ask("GET /?json", &[]).await.body).unwrap();
    let entries = json["entries"].as_array().unwrap();
    assert_eq!(entries.len(), names.len());
    let hrefs: Vec<&str> = entries.iter().filter_map(|entry| entry["href"].as_str()).collect();
    assert_eq!(hrefs.len(), names.len() - 1, "the backslash has no link");
    for href in hrefs {
        assert!(text.contains(&format!("href=\"{href}\"")), "{href}");
        let answer = served.ask(&format!("GET /{href}"), &[]).await;
        assert_eq!(answer.status, 200, "{href}");
        assert!(std::fs::metadata(served.path().join(OsStr::from_bytes(&answer.body))).is_ok());
    }
}

#[tokio::test]
async fn json_is_for_whoever_asks_for_it() {
    let served = Served::reading();
    std::fs::create_dir(served.path().join("sub")).unwrap();
    served.write("a.txt", "12345");
    let page = "text/html,application/xhtml+xml,application/json;q=0.9";
    assert!(served.ask("GET /", &[("accept", page)]).await.header("content-type").starts_with("text/html"));
    for (target, accept) in [("/?json", page), ("/", "application/json"), ("/?sort=size&json", "*/*")] {
        let answer = served.ask(&format!("GET {target}"), &[("accept", accept)]).await;
        assert_eq!(answer.header("content-type"), "application/json", "{target}");
        let json: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(json["path"], "/");
        assert_eq!(json["entries"][0]["kind"], "folder");
        assert_eq!(json["entries"][0]["href"], "sub/");
        assert_eq!(json["entries"][1]["name"], "a.txt");
        assert_eq!(json["entries"][1]["size"], 5);
        assert!(json["entries"][1]["modified"].as_str().unwrap().ends_with('Z'));
    }
}

#[tokio::test]
async fn the_upload_form_is_there_when_uploads_are() {
    assert!(Served::writing().ask("GET /", &[]).await.text().contains("type=\"file\""));
    let bounded = Served::new(uploads(Some(2048)));
    let page = bounded.ask("GET /", &[]).await;
    assert!(page.text().contains("data-largest=\"2048\"") && page.text().contains("up to 2.0 KiB each"));
    assert!(!Served::reading().ask("GET /", &[]).await.text().contains("type=\"file\""));
}
