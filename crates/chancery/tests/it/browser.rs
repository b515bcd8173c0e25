// SPDX-License-Identifier: MIT OR Apache-2.0
//! A real browser: Chromium with our root in its NSS database shows the page, and without it an
//! interstitial. Spoken to over WebDriver.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::home::Home;
use crate::support::peer::peer;
use crate::support::running::Running;
use crate::support::served::Served;
use crate::support::{free_port, run};

/// How long the browser may take for one step. Nothing that works comes near it.
const PATIENCE: Duration = Duration::from_secs(60);

/// The one browser session of a test, with a home and so a trust store of its own.
struct Browser {
    home: Home,
    _driver: Running,
    port: u16,
    session: String,
}

impl Browser {
    /// Starts Chromium; with `root`, that certificate is a trusted authority to it.
    fn start(root: Option<&Path>) -> Option<Self> {
        let home = Home::empty();
        let database = home.path(".pki/nssdb");
        std::fs::create_dir_all(&database).unwrap();
        let database = format!("sql:{}", database.display());
        run(peer("certutil")?.args(["-d", &database, "-N", "--empty-password"])).expect_code(0);
        if let Some(root) = root {
            let trust = ["-d", &database, "-A", "-t", "C,,", "-n", "root", "-i"];
            run(peer("certutil")?.args(trust).arg(root)).expect_code(0);
        }
        peer("chromium")?;
        let port = free_port();
        let mut driver = peer("chromedriver")?;
        driver.arg(format!("--port={port}")).env("HOME", home.path("."));
        let mut driver = Running::start(&mut driver);
        driver.wait_for("chromedriver", |line| line.contains("started successfully").then_some(()));
        let mut browser = Self { home, _driver: driver, port, session: String::new() };
        let profile = browser.home.path("profile");
        let switches = [
            "headless",
            "no-sandbox",
            "disable-gpu",
            "disable-quic",
            "no-first-run",
            "disable-background-networking",
            "disable-component-update",
            "disable-sync",
            "window-size=900,700",
        ];
        let arguments: Vec<String> = switches
            .iter()
            .map(|&switch| format!("--{switch}"))
            .chain([format!("--user-data-dir={}", profile.display())])
            .collect();
        let wanted = json!({"capabilities": {"alwaysMatch": {"goog:chromeOptions": {"args": arguments}}}});
        let answer = browser.post("/session", &wanted);
        browser.session =
            answer["value"]["sessionId"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned();
        Some(browser)
    }

    /// Goes to a page: the title and the text that are shown.
    fn visit(&self, url: &str) -> String {
        let answer = self.post(&format!("/session/{}/url", self.session), &json!({"url": url}));
        assert!(answer["value"].is_null(), "{answer}");
        let script = json!({"script": "return document.title + '\\n' + document.body.innerText", "args": []});
        let text = self.post(&format!("/session/{}/execute/sync", self.session), &script);
        text["value"].as_str().unwrap_or_else(|| panic!("{text}")).to_owned()
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let content = self.call("POST", path, &body.to_string()).unwrap();
        serde_json::from_str(&content).unwrap_or_else(|error| panic!("{error}: {content}"))
    }

    /// One call to the driver, which leaves the connection open whatever it is asked.
    fn call(&self, method: &str, path: &str, body: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let (port, length) = (self.port, body.len());
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: {length}\r\n\r\n{body}"
        )?;
        let mut answer = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            answer.read_line(&mut line)?;
            match line.trim_end().split_once(':') {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.trim().parse().map_err(std::io::Error::other)?;
                }
                None if line.trim_end().is_empty() => break,
                _ => {}
            }
        }
        let mut content = vec![0; length];
        answer.read_exact(&mut content)?;
        String::from_utf8(content).map_err(std::io::Error::other)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Asks the driver to end the browser; killing the driver would leave the browser behind.
        drop(self.call("DELETE", &format!("/session/{}", self.session), ""));
    }
}

#[test]
fn chromium_with_our_root_shows_the_page_without_an_interstitial() {
    let served = Served::start(&[]);
    served.write("hello from chancery.txt", b"hello\n");
    let Some(browser) = Browser::start(Some(&served.root())) else { return };
    let page = browser.visit(&served.url(""));
    assert!(page.contains("hello from chancery.txt"), "{page}");
    let page = browser.visit(&format!("https://127.0.0.1:{}/", served.port()));
    assert!(page.contains("hello from chancery.txt"), "{page}");
}

#[test]
fn chromium_without_our_root_shows_an_interstitial() {
    let served = Served::start(&[]);
    let Some(browser) = Browser::start(None) else { return };
    let page = browser.visit(&served.url(""));
    assert!(
        page.contains("Your connection is not private") && page.contains("ERR_CERT_AUTHORITY_INVALID"),
        "{page}"
    );
}
