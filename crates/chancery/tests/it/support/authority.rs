// SPDX-License-Identifier: MIT OR Apache-2.0
//! An authority in a home of its own, and what it issues.

use std::path::{Path, PathBuf};

use super::home::Home;
use super::peer::peer;
use super::{office, run};

/// A freshly made authority.
#[derive(Debug)]
pub struct Authority {
    home: Home,
}

impl Authority {
    /// Makes one with `ca init`.
    pub fn new() -> Self {
        Self { home: office::founded([]) }
    }

    /// Where it lives.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// The root's certificate.
    pub fn root(&self) -> PathBuf {
        self.home.data_dir().join("root.pem")
    }

    /// The intermediate's certificate in PEM, as it stands in a chain.
    pub fn intermediate(&self) -> String {
        let chain = std::fs::read_to_string(self.issue("probe.test", &["probe.test"])).unwrap();
        let second = chain.match_indices("-----BEGIN").nth(1).expect("a leaf and an intermediate").0;
        chain.split_at(second).1.to_owned()
    }

    /// The file of the key whose public half stands in the intermediate's certificate.
    pub fn intermediate_key(&self) -> PathBuf {
        let issuer = self.home.write("intermediate.pem", self.intermediate());
        let openssl =
            |arguments: &[&str], file: &Path| run(peer("openssl").unwrap().args(arguments).arg(file)).out;
        let wanted = openssl(&["x509", "-pubkey", "-noout", "-in"], &issuer);
        let mut folders = vec![self.home.data_dir()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if openssl(&["pkey", "-pubout", "-in"], &path) == wanted {
                    return path;
                }
            }
        }
        panic!("no file below {} holds the intermediate's key", self.home.data_dir().display());
    }

    /// Issues a server certificate for these names, on a new P-256 key, and gives the file of its chain.
    pub fn issue(&self, stem: &str, names: &[&str]) -> PathBuf {
        self.issue_as("server", stem, names)
    }

    /// Issues under a profile.
    pub fn issue_as(&self, profile: &str, stem: &str, names: &[&str]) -> PathBuf {
        let file = |ending: &str| format!("{stem}.{ending}");
        let (key, request, chain) = (file("key"), file("csr"), file("pem"));
        let chancery = |words: &[&str]| run(&mut self.home.chancery(words)).expect_code(0);
        chancery(&["key", "new", "--force", "--out", &key]);
        let named = names.iter().flat_map(|name| ["--name", name]);
        let request_new =
            ["csr", "new", "--force", "--key", &key, "--out", &request].into_iter().chain(named);
        chancery(&request_new.collect::<Vec<_>>());
        chancery(&["sign", "--force", "--profile", profile, "--out", &chain, &request]);
        self.home.path(chain)
    }

    /// Fails the test unless OpenSSL accepts the chain under our root.
    #[track_caller]
    pub fn expect_openssl_accepts(&self, chain: &Path) {
        let Some(mut openssl) = peer("openssl") else { return };
        openssl.args(["verify", "-x509_strict", "-purpose", "sslserver", "-CAfile"]).arg(self.root());
        run(openssl.arg("-untrusted").args([chain, chain])).expect_code(0);
    }
}
