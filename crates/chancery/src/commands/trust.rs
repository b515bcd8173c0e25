// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery trust`: what this machine's clients trust.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde::Serialize;
use trust::{Change, Receipt};
use x509::Certificate;

use crate::context::Context;
use crate::failure::{Failure, Verdict, shell};
use crate::input;

mod install;
mod remove;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make this machine's clients trust the authority: curl, OpenSSL, GnuTLS, Go, git, package managers
    ///
    /// On Debian and its kin, as root: the certificate goes to /usr/local/share/ca-certificates,
    /// update-ca-certificates makes it known, and it is read back from /etc/ssl/certs to prove it. Browsers with a
    /// store of their own (Firefox, Chromium) are not reached: import the root in their settings. Undo it with
    /// `chancery trust remove`.
    Install(Which),
    /// Undo `trust install`, without a trace
    ///
    /// As root: the certificate leaves /usr/local/share/ca-certificates and /etc/ssl/certs, and it is looked up there to
    /// prove that it is gone.
    Remove(Which),
}

/// Whose certificate it is about.
#[derive(Debug, clap::Args)]
struct Which {
    /// The root's certificate; without it, that of the data directory, or each of those where the authority has several
    #[arg(value_name = "ROOT")]
    root: Option<PathBuf>,
}

pub(crate) fn run(args: Args, context: &mut Context) -> Result<Verdict, Failure> {
    match args.verb {
        Verb::Install(which) => install::run(&which, context),
        Verb::Remove(which) => remove::run(&which, context),
    }
}

/// A root certificate, and the file it was read from.
struct Root {
    path: PathBuf,
    der: Vec<u8>,
}

impl Root {
    /// Whose it is.
    fn subject(&self) -> String {
        let subject =
            Certificate::parse(&self.der).map(|certificate| certificate.tbs().subject().to_string());
        subject.unwrap_or_else(|_| self.path.display().to_string())
    }
}

impl Which {
    /// Does something with each of the roots that are meant: several only where an authority has several.
    fn each(
        &self,
        context: &Context,
        act: impl Fn(&Root) -> Result<Receipt, Failure>,
    ) -> Result<Vec<(Root, Receipt)>, Failure> {
        let act = |root: Root| act(&root).map(|receipt| (root, receipt));
        self.read(context)?.into_iter().map(act).collect()
    }

    fn read(&self, context: &Context) -> Result<Vec<Root>, Failure> {
        let own = context.data_dir()?.join(trust::ROOT_FILE);
        let path = self.root.clone().unwrap_or_else(|| own.clone());
        if self.root.is_none() && !path.exists() {
            return Err(Failure::could_not(format!(
                "there is no authority yet: {} does not exist",
                path.display()
            ))
            .hint("make one: chancery ca init; or name a root: chancery trust install root.pem"));
        }
        let certificates = input::certificates(&path)?;
        // A bundle of anybody's is not trusted by mistake; the roots of an authority come together.
        let is_root_file = path.file_name().is_some_and(|name| name == trust::ROOT_FILE);
        if certificates.len() > 1 && !is_root_file {
            let count = certificates.len();
            let message =
                format!("{} holds {count} certificates, and one is trusted at a time", path.display());
            return Err(Failure::could_not(message).hint("name a file that holds the root alone"));
        }
        Ok(certificates.into_iter().map(|der| Root { path: path.clone(), der }).collect())
    }
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Document {
    #[serde(flatten)]
    first: Option<RootDocument>,
    /// The other roots of the same authority.
    more: Vec<RootDocument>,
}

#[derive(Debug, Serialize)]
struct RootDocument {
    changed: bool,
    subject: String,
    sha256: String,
    file: String,
    bundle: String,
    link: Option<String>,
}

impl RootDocument {
    fn of((root, receipt): &(Root, Receipt)) -> Self {
        Self {
            changed: receipt.change == Change::Made,
            subject: root.subject(),
            sha256: receipt.fingerprint.clone(),
            file: receipt.file.display().to_string(),
            bundle: receipt.bundle.display().to_string(),
            link: receipt.link.as_ref().map(|link| link.display().to_string()),
        }
    }
}

/// Tells it to a program, if that is who asks.
fn told(done: &[(Root, Receipt)], context: &mut Context) -> Result<bool, Failure> {
    if !context.ui.is_json() {
        return Ok(false);
    }
    let mut documents = done.iter().map(RootDocument::of);
    context.ui.json(&Document { first: documents.next(), more: documents.collect() })?;
    Ok(true)
}

/// What went wrong with the store, and the command that mends it.
fn failed(error: &trust::Error, verb: &str, root: &Root) -> Failure {
    let absolute = std::path::absolute(&root.path).unwrap_or_else(|_| root.path.clone());
    match error {
        trust::Error::NotAnAuthority { .. } => Failure::refused(error.to_string())
            .hint("trust the root that signed it, not the certificate itself"),
        trust::Error::Write { path, source } if source.kind() == std::io::ErrorKind::PermissionDenied => {
            Failure::could_not(format!("only root may change the system's trust store ({})", path.display()))
                .because(source)
                .hint(format!("sudo chancery trust {verb} {}", shell(&absolute)))
        }
        trust::Error::NoUpdater { .. } => Failure::from_error(error)
            .hint("on Debian: apt-get install ca-certificates; elsewhere, clients can be given the file: curl --cacert"),
        trust::Error::StillTrusted { place } => Failure::from_error(error).hint(format!(
            "it was not installed by chancery: look for it in {}",
            shell(place.parent().unwrap_or(Path::new("/")))
        )),
        _ => Failure::from_error(error),
    }
}
