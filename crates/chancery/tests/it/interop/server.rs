// SPDX-License-Identifier: MIT OR Apache-2.0
//! The running server, met by curl and by `openssl s_client`.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::peer::peer;
use crate::support::run;
use crate::support::served::Served;

fn curl(served: &Served) -> Option<Command> {
    let mut command = peer("curl")?;
    command.args(["--silent", "--show-error", "--fail", "--max-time", "60", "--cacert"]).arg(served.root());
    Some(command)
}

#[test]
fn curl_trusts_the_server_by_its_root_and_by_nothing_else() {
    let served = Served::start(&[]);
    served.write("hello.txt", b"hello\n");
    let Some(mut trusting) = curl(&served) else { return };
    let told = run(trusting.arg(served.url("hello.txt"))).expect_code(0);
    assert_eq!(told.out, "hello\n");
    let system = run(peer("curl").unwrap().args(["--silent", "--show-error"]).arg(served.url("hello.txt")));
    assert_eq!(system.code, Some(60), "{}", system.err);
    // The right root and a name that the certificate does not carry.
    let other = format!("other.test:{}:127.0.0.1", served.port());
    let url = format!("https://other.test:{}/hello.txt", served.port());
    let wrong_name = run(curl(&served).unwrap().args(["--resolve", &other, &url]));
    assert_eq!(wrong_name.code, Some(60), "{}", wrong_name.err);
}

#[test]
fn s_client_verifies_the_chain_and_the_name() {
    let served = Served::start(&[]);
    let verdict = |hostname: &str| {
        let mut client = peer("openssl")?;
        let address = format!("127.0.0.1:{}", served.port());
        client.args([
            "s_client",
            "-connect",
            &address,
            "-verify_return_error",
            "-verify_hostname",
            hostname,
            "-CAfile",
        ]);
        Some(run(client.arg(served.root())))
    };
    let Some(right) = verdict("localhost") else { return };
    let right = right.expect_code(0);
    assert!(right.out.contains("Verification: OK"), "{}", right.out);
    let wrong = verdict("other.test").unwrap();
    assert_ne!(wrong.code, Some(0));
    assert!((wrong.out + &wrong.err).contains("hostname mismatch"));
}

#[test]
fn a_file_goes_up_and_comes_back_byte_for_byte() {
    let served = Served::start(&["--upload"]);
    let content: Vec<u8> =
        (0..3_000_000_u32).flat_map(|value| value.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let file = served.home().write("up.bin", &content);
    let Some(mut up) = curl(&served) else { return };
    run(up.arg("--upload-file").args([file.as_path(), Path::new(&served.url("up.bin"))])).expect_code(0);
    assert_eq!(served.read("up.bin").unwrap(), content);
    for protocol in ["--http1.1", "--http2"] {
        let back = served.home().path("back.bin");
        run(curl(&served).unwrap().args([protocol, "--output"]).arg(&back).arg(served.url("up.bin")))
            .expect_code(0);
        assert!(std::fs::read(&back).unwrap() == content, "{protocol}");
    }
}

#[test]
fn a_server_without_upload_refuses_one_and_changes_nothing() {
    let served = Served::start(&[]);
    served.write("kept.txt", b"old");
    let file = served.home().write("new.txt", "new");
    let Some(mut up) = curl(&served) else { return };
    let refused = run(up.arg("--upload-file").args([file.as_path(), Path::new(&served.url("kept.txt"))]));
    assert_eq!(refused.code, Some(22), "{}", refused.err);
    assert_eq!(served.read("kept.txt").unwrap(), b"old");
}

#[test]
fn an_upload_cut_in_the_middle_leaves_the_old_file_whole() {
    let served = Served::start(&["--upload"]);
    served.write("kept.bin", b"the old content");
    let before = served.names();
    let Some(mut client) = peer("openssl") else { return };
    let address = format!("127.0.0.1:{}", served.port());
    client
        .args(["s_client", "-quiet", "-connect", &address, "-servername", "localhost", "-CAfile"])
        .arg(served.root());
    let mut client =
        client.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut pipe = client.stdin.take().unwrap();
    let port = served.port();
    write!(pipe, "PUT /kept.bin HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: 1000000\r\n\r\n")
        .unwrap();
    pipe.write_all(&[b'x'; 300_000]).unwrap();
    pipe.flush().unwrap();
    client.kill().unwrap();
    client.wait().unwrap();
    // The next answer on the same file comes after the cut was noticed or before: both show the old one.
    let Some(mut curl) = curl(&served) else { return };
    assert_eq!(run(curl.arg(served.url("kept.bin"))).expect_code(0).out, "the old content");
    let (status, _) = served.stop();
    assert_eq!(status.code(), Some(0));
    assert_eq!(before, served.names(), "a fragment was left behind");
    assert_eq!(served.read("kept.bin").unwrap(), b"the old content");
}
