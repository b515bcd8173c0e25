// SPDX-License-Identifier: MIT OR Apache-2.0
//! A folder served by `chancery up`.

use std::cell::RefCell;
use std::path::PathBuf;
use std::process::ExitStatus;

use super::home::Home;
use super::running::Running;

/// The folder `served` of a home, served until the test ends.
#[derive(Debug)]
pub struct Served {
    home: Home,
    server: RefCell<Option<Running>>,
    port: u16,
}

impl Served {
    /// Starts `up` on an empty folder, on a port that the system chooses, and waits for its address.
    pub fn start(options: &[&str]) -> Self {
        let home = Home::empty();
        std::fs::create_dir_all(home.path("served")).unwrap();
        let mut command = home.chancery(["up", "served", "--listen", "127.0.0.1:0"]);
        let mut server = Running::start(command.args(options));
        let port = server.wait_for("the address", |line| {
            let (_, rest) = line.split_once("https://localhost:")?;
            rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
        });
        Self { home, server: RefCell::new(Some(server)), port }
    }

    /// Where it lives.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// The root that its clients need.
    pub fn root(&self) -> PathBuf {
        self.home.data_dir().join("root.pem")
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The URL of a file.
    pub fn url(&self, name: &str) -> String {
        format!("https://localhost:{}/{name}", self.port)
    }

    /// Puts a file into the served folder.
    pub fn write(&self, name: &str, content: &[u8]) {
        std::fs::write(self.home.path("served").join(name), content).unwrap();
    }

    /// Reads a file of the served folder.
    pub fn read(&self, name: &str) -> std::io::Result<Vec<u8>> {
        std::fs::read(self.home.path("served").join(name))
    }

    /// Everything in the served folder, hidden files included.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.home.path("served")).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    /// Ends it as Ctrl-C does and gives how it ended and what it said.
    pub fn stop(&self) -> (ExitStatus, Vec<String>) {
        let server = self.server.borrow_mut().take().expect("a server that still runs");
        server.signal("INT");
        server.finish()
    }
}
