// SPDX-License-Identifier: MIT OR Apache-2.0
//! A real browser: Chromium with our root in its NSS database shows the page, and without it an
//! interstitial. Spoken to over WebDriver.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;

use serde_json::{Value, json};

use crate::support::served::Served;
use crate::support::home::Home;
use crate::support::peer::peer;
use crate::support::running::Running;
use crate::support::{free_port, run};

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
            "headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
            "disable-component-update", "disable-sync", "window-size=900,700",
        ];
        let arguments: Vec<String> = switches
            .iter()
            .map(|&switch| format!("--{switch}"))
            .chain([format!("--user-data-dir={}", profile.display())])
            .collect();
        let wanted = json!({"capabilities": {"alwaysMatch": {"goog:chromeOptions": {"args": arguments}}}});
        let answer = browser.post("/session", &wanted);
        browser.session = answer["value"]["sessionId"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned();
        Some(browser)
    }

    /// Goes to a page: its title, or the WebDriver error that says why not.
    fn visit(&self, url: &str) -> Result<String, String> {
        let answer = self.post(&format!("/session/{}/url", self.session), &json!({"url": url}));
        if let Some(error) = answer["value"]["error"].as_str() {
            return Err(error.to_owned());
        }
        let script = json!({"script": "return document.title + '\\n' + document.body.innerText", "args": []});
        let text = self.post(&format!("/session/{}/execute/sync", self.session), &script);
        Ok(text["value"].as_str().unwrap_or_else(|| panic!("{text}")).to_owned())
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let body = body.to_string();
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: localhost:{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{body}",
            self.port,
            body.len(),
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (_, content) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{answer}"));
        serde_json::from_str(content).unwrap_or_else(|error| panic!("{error}: {answer}"))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Asks the driver to end the browser; killing the driver would leave the browser behind.
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
        let request = format!("DELETE /session/{} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", self.session);
        if let Ok(mut stream) = stream {
            drop(stream.write_all(request.as_bytes()));
            drop(stream.read_to_end(&mut Vec::new()));
        }
    }
}

#[test]
fn chromium_with_our_root_shows_the_page_without_an_interstitial() {
    let served = Served::start(&[]);
    served.write("hello from chancery.txt", b"hello\n");
    let Some(browser) = Browser::start(Some(&served.root())) else { return };
    let page = browser.visit(&served.url("")).expect("the listing page");
    assert!(page.contains("hello from chancery.txt"), "{page}");
    let page = browser.visit(&format!("https://127.0.0.1:{}/", served.port())).expect("the listing page by address");
    assert!(page.contains("hello from chancery.txt"), "{page}");
}

#[test]
fn chromium_without_our_root_shows_an_interstitial() {
    let served = Served::start(&[]);
    let Some(browser) = Browser::start(None) else { return };
    assert_eq!(browser.visit(&served.url("")), Err("insecure certificate".to_owned()));
}
