// SPDX-License-Identifier: MIT OR Apache-2.0
//! Nothing but files and folders, and nothing outside.

use std::os::unix::fs::symlink;
use std::path::Path;

use proptest::prelude::*;
use rustix::fs::{CWD, FileType, Mode, mknodat};

use crate::support::{Served, uploads};

const SECRET: &str = "what nobody may have";

/// A served folder beside a file that is not.
fn beside_a_secret() -> Served {
    let served = Served::new(uploads(None));
    std::fs::create_dir(served.path().join("sub")).unwrap();
    served.write("sub/inside", "inside");
    served
}

#[tokio::test]
async fn no_spelling_of_a_path_leads_out() {
    let served = beside_a_secret();
    let name = served.path().file_name().unwrap().to_str().unwrap().to_owned();
    let outside = served.path().parent().unwrap().join(format!("{name}-secret"));
    std::fs::write(&outside, SECRET).unwrap();
    for spelling in [
        format!("/../{name}-secret"),
        format!("/sub/../../{name}-secret"),
        format!("/%2e%2e/{name}-secret"),
        format!("/.%2e/{name}-secret"),
        format!("/..%2f{name}-secret"),
        format!("/..%5c{name}-secret"),
        format!("/%2e%2e%2f{name}-secret"),
        format!("/{}", outside.display()),
        format!("/%2f{}", outside.display()),
        format!("/sub/..%00/../{name}-secret"),
    ] {
        for method in ["GET", "PUT"] {
            let answer = served.ask(&format!("{method} {spelling}"), &[]).await;
            assert!(answer.status.is_client_error(), "{method} {spelling} {}", answer.status);
            assert!(!answer.text().contains(SECRET));
        }
    }
    assert_eq!(std::fs::read_to_string(&outside).unwrap(), SECRET);
    std::fs::remove_file(outside).unwrap();
}

#[tokio::test]
async fn links_within_are_followed_and_links_out_are_refused() {
    let served = beside_a_secret();
    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::write(elsewhere.path().join("secret"), SECRET).unwrap();
    symlink("sub/inside", served.path().join("good")).unwrap();
    symlink(elsewhere.path().join("secret"), served.path().join("bad-file")).unwrap();
    symlink(elsewhere.path(), served.path().join("bad-folder")).unwrap();
    symlink("../../../../../../../../etc", served.path().join("sub/climb")).unwrap();
    symlink("/proc/self/root", served.path().join("magic")).unwrap();
    symlink("loop", served.path().join("loop")).unwrap();

    assert_eq!(served.ask("GET /good", &[]).await.text(), "inside");
    for target in ["/bad-file", "/bad-folder/secret", "/sub/climb/passwd", "/magic/etc/passwd", "/loop"] {
        let answer = served.ask(&format!("GET {target}"), &[]).await;
        assert_eq!(answer.status, 403, "{target}");
        assert!(answer.text().contains("leads out"), "{target}");
    }
    let put = served.send("PUT /bad-folder/new", &[], "x").await;
    assert_eq!(put.status, 403);
    for target in ["/bad-file", "/good", "/loop"] {
        assert_eq!(served.send(&format!("PUT {target}"), &[], "x").await.status, 409, "{target}");
    }
    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 1);
    let listing = served.ask("GET /?json", &[]).await;
    assert!(listing.text().contains("good") && !listing.text().contains("bad"), "{}", listing.text());
}

#[tokio::test]
async fn fifos_and_sockets_are_not_served_and_hold_up_nobody() {
    let served = beside_a_secret();
    mknodat(CWD, served.path().join("fifo"), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(served.path().join("socket")).unwrap();
    for target in ["/fifo", "/socket"] {
        assert_eq!(served.ask(&format!("GET {target}"), &[]).await.status, 403, "{target}");
        assert_eq!(served.send(&format!("PUT {target}"), &[], "x").await.status, 409, "{target}");
    }
    let listing = served.ask("GET /?json", &[]).await;
    assert!(!listing.text().contains("fifo") && !listing.text().contains("socket"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn no_path_of_any_bytes_reads_or_writes_outside(
        parts in prop::collection::vec(
            prop_oneof![
                Just("..".to_owned()), Just("%2e%2e".to_owned()), Just(".".to_owned()), Just("sub".to_owned()),
                Just("out".to_owned()), Just("secret".to_owned()), Just(String::new()), Just("%2f".to_owned()),
                Just("..%2f..".to_owned()), Just("%5c..".to_owned()), Just("%00".to_owned()),
                "[ -~&&[^ #?\"<>^`{}|\\\\]]{0,6}", "(%[0-9a-f]{2}){1,4}",
            ],
            0..6,
        )
    ) {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().join("root");
        std::fs::create_dir_all(root.join("sub")).unwrap();
        std::fs::write(outer.path().join("secret"), SECRET).unwrap();
        symlink("..", root.join("out")).unwrap();
        let files = files::Files::open(&root, uploads(None)).unwrap();
        let served = Served { folder: tempfile::tempdir().unwrap(), files };
        let target = format!("/{}", parts.join("/"));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        if target.parse::<hyper::Uri>().is_ok_and(|uri| uri.path() == target) {
            let (read, written) = runtime.block_on(async {
                (served.ask(&format!("GET {target}"), &[]).await,
                 served.send(&format!("PUT {target}"), &[], "overwritten").await)
            });
            prop_assert!(!read.body.windows(SECRET.len()).any(|part| part == SECRET.as_bytes()), "{target}");
            prop_assert!(!written.status.is_server_error(), "{target} {}", written.text());
        }
        prop_assert_eq!(listed(outer.path()), ["root", "secret"], "{}", target);
        prop_assert_eq!(std::fs::read_to_string(outer.path().join("secret")).unwrap(), SECRET);
    }
}

fn listed(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
