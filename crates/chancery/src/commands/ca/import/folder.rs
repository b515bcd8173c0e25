// SPDX-License-Identifier: MIT OR Apache-2.0
//! The folders in which others keep an authority, and which file is where.

use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::failure::{Failure, shell};

/// The most files of certificates that are read.
const MOST: usize = 1_000_000;

/// Whose folder it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    /// `openssl ca`: index.txt, newcerts, private
    Openssl,
    /// easy-rsa: its pki folder, or the one above that
    EasyRsa,
    /// mkcert's CAROOT: rootCA.pem, rootCA-key.pem
    Mkcert,
    /// step-ca's path: certs, secrets
    StepCa,
}

impl Kind {
    /// What it is called.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Openssl => "openssl",
            Self::EasyRsa => "easy-rsa",
            Self::Mkcert => "mkcert",
            Self::StepCa => "step-ca",
        }
    }
}

/// The files of an authority.
#[derive(Debug)]
pub(super) struct Folder {
    pub(super) kind: Kind,
    /// A root before what stands below it.
    pub(super) authorities: Vec<Files>,
    /// What was issued, and who was revoked.
    pub(super) index: Option<PathBuf>,
    /// The certificates that were issued.
    pub(super) certificates: Vec<PathBuf>,
}

/// The files of one issuer.
#[derive(Debug)]
pub(super) struct Files {
    pub(super) certificate: PathBuf,
    pub(super) key: Option<PathBuf>,
    pub(super) crl: Option<PathBuf>,
    /// The number of the next CRL, hexadecimal.
    pub(super) crl_number: Option<PathBuf>,
}

/// Where `openssl ca` and the guides that are followed most put the authority's own certificate, and its key.
const OPENSSL_CERTIFICATES: [&str; 9] = [
    "cacert.pem",
    "ca.crt",
    "ca.pem",
    "ca.cert.pem",
    "certs/cacert.pem",
    "certs/ca.cert.pem",
    "certs/ca.crt",
    "certs/intermediate.cert.pem",
    "rootCA.pem",
];
const OPENSSL_KEYS: [&str; 8] = [
    "private/cakey.pem",
    "private/ca.key.pem",
    "private/ca.key",
    "private/intermediate.key.pem",
    "cakey.pem",
    "ca.key",
    "rootCA.key",
    "rootCA-key.pem",
];
const OPENSSL_CRLS: [&str; 4] = ["crl.pem", "crl/crl.pem", "crl/ca.crl.pem", "crl/intermediate.crl.pem"];

impl Folder {
    /// Looks for an authority in a folder; `certificate` and `key` say where the issuer's own are, if not where they
    /// usually are.
    pub(super) fn find(
        folder: &Path,
        kind: Option<Kind>,
        certificate: Option<&Path>,
        key: Option<&Path>,
    ) -> Result<Self, Failure> {
        if !folder.is_dir() {
            let unreadable = |error| Failure::unreadable(folder, &error);
            fs::read_dir(folder).map_err(unreadable)?;
        }
        let kind = kind.or_else(|| recognised(folder));
        let kind = match (kind, certificate) {
            (Some(kind), _) => kind,
            (None, Some(_)) => Kind::Openssl,
            (None, None) => {
                return Err(Failure::could_not(format!(
                    "{} is no folder of openssl ca, easy-rsa, mkcert or step-ca",
                    folder.display()
                ))
                .hint(format!(
                    "say where its own certificate and key are: chancery ca import {} --certificate FILE --key FILE",
                    shell(folder)
                )));
            }
        };
        let mut found = match kind {
            Kind::Openssl => openssl(folder, certificate)?,
            Kind::EasyRsa => easy_rsa(folder)?,
            Kind::Mkcert => mkcert(folder),
            Kind::StepCa => step_ca(folder),
        };
        if let (Some(last), true) = (found.authorities.last_mut(), certificate.is_some() || key.is_some()) {
            last.certificate = certificate.map_or_else(|| last.certificate.clone(), Path::to_path_buf);
            last.key = key.map(Path::to_path_buf).or_else(|| last.key.take());
        }
        Ok(found)
    }
}

/// Whose folder it looks like.
fn recognised(folder: &Path) -> Option<Kind> {
    let has = |name: &str| folder.join(name).is_file();
    if has("rootCA.pem") && has("rootCA-key.pem") {
        return Some(Kind::Mkcert);
    }
    if has("certs/root_ca.crt") {
        return Some(Kind::StepCa);
    }
    if has("pki/ca.crt") || (has("ca.crt") && folder.join("certs_by_serial").is_dir()) {
        return Some(Kind::EasyRsa);
    }
    has("index.txt").then_some(Kind::Openssl)
}

fn openssl(folder: &Path, certificate: Option<&Path>) -> Result<Folder, Failure> {
    let first = |names: &[&str]| names.iter().map(|name| folder.join(name)).find(|path| path.is_file());
    let found = certificate.map(Path::to_path_buf).or_else(|| first(&OPENSSL_CERTIFICATES));
    let certificate = found.ok_or_else(|| {
        Failure::could_not(format!("the authority's own certificate is not in {}", folder.display()))
            .hint(format!("say where it is: chancery ca import {} --certificate FILE", shell(folder)))
    })?;
    let crl_number = Some(folder.join("crlnumber")).filter(|path| path.is_file());
    let authority = Files { certificate, key: first(&OPENSSL_KEYS), crl: first(&OPENSSL_CRLS), crl_number };
    Ok(Folder {
        kind: Kind::Openssl,
        authorities: vec![authority],
        index: Some(folder.join("index.txt")).filter(|path| path.is_file()),
        certificates: files(folder, &["newcerts", "certs"])?,
    })
}

fn easy_rsa(folder: &Path) -> Result<Folder, Failure> {
    let below = folder.join("pki");
    let pki = if below.is_dir() { below } else { folder.to_path_buf() };
    let there = |name: &str| Some(pki.join(name)).filter(|path| path.is_file());
    let authority = Files {
        certificate: pki.join("ca.crt"),
        key: there("private/ca.key"),
        crl: there("crl.pem"),
        crl_number: there("crlnumber"),
    };
    const FOLDERS: [&str; 6] = [
        "certs_by_serial",
        "revoked/certs_by_serial",
        "renewed/certs_by_serial",
        "issued",
        "renewed/issued",
        "expired",
    ];
    Ok(Folder {
        kind: Kind::EasyRsa,
        authorities: vec![authority],
        index: there("index.txt"),
        certificates: files(&pki, &FOLDERS)?,
    })
}

fn mkcert(folder: &Path) -> Folder {
    let key = Some(folder.join("rootCA-key.pem")).filter(|path| path.is_file());
    let certificate = folder.join("rootCA.pem");
    let authority = Files { certificate, key, crl: None, crl_number: None };
    Folder { kind: Kind::Mkcert, authorities: vec![authority], index: None, certificates: Vec::new() }
}

fn step_ca(folder: &Path) -> Folder {
    let authority = |name: &str| {
        let key = Some(folder.join(format!("secrets/{name}_key"))).filter(|path| path.is_file());
        let certificate = folder.join(format!("certs/{name}.crt"));
        Files { certificate, key, crl: None, crl_number: None }
    };
    let mut authorities = vec![authority("root_ca")];
    authorities.extend(Some(authority("intermediate_ca")).filter(|files| files.certificate.is_file()));
    Folder { kind: Kind::StepCa, authorities, index: None, certificates: Vec::new() }
}

/// The files in these folders, where they are, in the order of their names.
fn files(base: &Path, folders: &[&str]) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for folder in folders.iter().map(|name| base.join(name)).filter(|path| path.is_dir()) {
        let unreadable = |error| Failure::unreadable(&folder, &error);
        for entry in fs::read_dir(&folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            let is_certificate = path.extension().is_some_and(|end| {
                ["pem", "crt", "cer", "cert"].iter().any(|known| end.eq_ignore_ascii_case(known))
            });
            if is_certificate && path.is_file() {
                found.push(path);
            }
            if found.len() > MOST {
                return Err(Failure::could_not(format!("{} holds more than {MOST} files", folder.display())));
            }
        }
    }
    found.sort();
    Ok(found)
}
