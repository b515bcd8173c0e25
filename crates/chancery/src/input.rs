// SPDX-License-Identifier: MIT OR Apache-2.0
//! The files that verbs read: bounded, PEM or DER, and refused in words that say what they are instead.

mod kind;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use keys::file::{FileError, KeyFile, read_private_key};
use keys::{KeyError, PrivateKey};
use x509::CertificationRequest;
use x509::pem::{self, Block};

use crate::context::Context;
use crate::failure::{Failure, shell};
use crate::passphrase::PassphraseArgs;
use kind::Kind;

/// The largest request that is read.
const LARGEST_REQUEST: u64 = 64 << 10;
/// The largest file of certificates that is read.
const LARGEST_CHAIN: u64 = 16 << 20;
/// The largest file of CRLs that is read: some five million entries.
const LARGEST_CRL: u64 = 256 << 20;

/// A path from the root on, wherever we are later.
pub(crate) fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path).map_err(|error| Failure::unreadable(path, &error))
}

/// The certificates of a file (`-`: standard input), as DER and in their order: PEM blocks, or one in DER.
pub(crate) fn certificates(path: &Path) -> Result<Vec<Vec<u8>>, Failure> {
    all(path, LARGEST_CHAIN, &["CERTIFICATE", "X509 CERTIFICATE"], (Kind::Certificate, "certificate"))
}

/// The CRLs of a file (`-`: standard input), as DER and in their order: PEM blocks, or one in DER.
pub(crate) fn crls(path: &Path) -> Result<Vec<Vec<u8>>, Failure> {
    let wanted = (Kind::Crl, "certificate revocation list");
    all(path, LARGEST_CRL, &[x509::CertificateList::PEM_LABEL], wanted)
}

/// The OCSP responses of a file (`-`: standard input): mostly one in DER.
pub(crate) fn ocsp_responses(path: &Path) -> Result<Vec<Vec<u8>>, Failure> {
    all(path, LARGEST_CHAIN, &["OCSP RESPONSE"], (Kind::OcspResponse, "OCSP response"))
}

/// Everything in a file that has one of these labels; what it is to be, also in words.
fn all(
    path: &Path,
    limit: u64,
    labels: &[&str],
    (kind, what): (Kind, &str),
) -> Result<Vec<Vec<u8>>, Failure> {
    let content = read(path, limit)?;
    if is_der(&content) {
        // What is damaged is for whoever reads it to tell.
        return match Kind::of(&content) {
            Some(found) if found != kind => Err(another(path, found, what)),
            _ => Ok(vec![content]),
        };
    }
    let found = blocks(path, &content)?.into_iter().filter(|block| labels.contains(&&*block.label));
    let found: Vec<_> = found.map(|block| block.der).collect();
    if found.is_empty() { Err(nothing(path, &content, what)) } else { Ok(found) }
}

/// The one request of a file (`-`: standard input), as DER.
pub(crate) fn request(path: &Path) -> Result<Vec<u8>, Failure> {
    let content = read(path, LARGEST_REQUEST)?;
    if is_der(&content) {
        return Ok(content);
    }
    // keytool and old Microsoft tools say NEW.
    let wanted = ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"];
    let mut found = blocks(path, &content)?.into_iter().filter(|block| wanted.contains(&&*block.label));
    match (found.next(), found.count()) {
        (Some(block), 0) => Ok(block.der),
        (Some(_), others) => {
            let message =
                format!("{} holds {} requests, and one is signed at a time", name(path), others + 1);
            Err(Failure::could_not(message).hint("put each request into a file of its own"))
        }
        (None, _) => Err(nothing(path, &content, "certificate signing request")),
    }
}

/// The request in `der`, which came from `path`.
pub(crate) fn parsed_request<'a>(path: &Path, der: &'a [u8]) -> Result<CertificationRequest<'a>, Failure> {
    CertificationRequest::parse(der).map_err(|error| {
        Failure::could_not(format!("{} is not a certificate signing request", name(path)))
            .because(&error)
            .hint("ask for a new one; chancery csr new --key FILE --name HOST makes it")
    })
}

/// The private key of a file; when it is encrypted, the passphrase is obtained first.
pub(crate) fn private_key(
    path: &Path,
    passphrase: &PassphraseArgs,
    context: &mut Context,
) -> Result<PrivateKey, Failure> {
    let file = read_private_key(path).map_err(|error| key_failure(path, &error))?;
    let key = match file.is_encrypted() {
        true => encrypted_key(&file, path, passphrase, context)?,
        false => file.open(None).map_err(|error| key_failure(path, &error))?,
    };
    for remark in file.remarks() {
        let path = shell(path);
        context.ui.note(&format!("{path}: {remark}: chmod 600 {path}"))?;
    }
    Ok(key)
}

/// Opens an encrypted key with the passphrase that is kept, with one that was typed for a key before, or with one that
/// is asked for.
fn encrypted_key(
    file: &KeyFile,
    path: &Path,
    passphrase: &PassphraseArgs,
    context: &mut Context,
) -> Result<PrivateKey, Failure> {
    let failed = |error: FileError| key_failure(path, &error);
    if let Some(stored) = passphrase.stored(context)? {
        return file.open(Some(&stored)).map_err(failed);
    }
    if let Some(key) = context.typed.iter().find_map(|typed| file.open(Some(typed)).ok()) {
        return Ok(key);
    }
    let typed = passphrase.obtain(&path.display().to_string(), context)?;
    let key = file.open(Some(&typed)).map_err(failed)?;
    context.typed.push(typed);
    Ok(key)
}

fn key_failure(path: &Path, error: &FileError) -> Failure {
    let failure = Failure::from_error(error);
    match error {
        FileError::Io { source, .. } => Failure::unreadable(path, source),
        FileError::Key { source: source @ KeyError::WrongPassphrase, .. } => {
            Failure::could_not(format!("the passphrase does not open {}", path.display()))
                .because(source)
                .hint("try again, or name the file that holds the right one: --passphrase-file FILE")
        }
        FileError::Key { source, .. } => match source.hint() {
            Some(hint) => failure.hint(hint.replace(" KEY ", &format!(" {} ", shell(path)))),
            None => failure.hint("make one: chancery key new --out key.pem"),
        },
        _ => failure,
    }
}

/// A whole file (`-`: standard input) of at most `limit` bytes.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    let mut content = Vec::new();
    let read = if path == Path::new("-") {
        read_all(io::stdin().lock(), limit, &mut content)
    } else {
        File::open(path).and_then(|file| read_all(file, limit, &mut content))
    };
    read.map_err(|error| Failure::unreadable(path, &error))?;
    if content.len() as u64 > limit {
        return Err(Failure::could_not(format!(
            "{} is too large: at most {limit} bytes are read",
            name(path)
        ))
        .hint(format!("look at what it is: head -c 200 {}", shell(path))));
    }
    Ok(content)
}

fn read_all(source: impl Read, limit: u64, content: &mut Vec<u8>) -> io::Result<usize> {
    source.take(limit + 1).read_to_end(content)
}

/// DER begins with the tag of a SEQUENCE, which is the digit 0: no PEM file begins with one.
fn is_der(content: &[u8]) -> bool {
    content.first() == Some(&0x30)
}

fn blocks(path: &Path, content: &[u8]) -> Result<Vec<Block>, Failure> {
    pem::decode(content).map_err(|error| {
        Failure::could_not(format!("{} is not sound PEM", name(path)))
            .because(&error)
            .hint("copy the file again, with its BEGIN and END lines")
    })
}

/// The refusal of a file that holds something else; says what.
fn nothing(path: &Path, content: &[u8], wanted: &str) -> Failure {
    let found: Vec<String> =
        pem::decode(content).unwrap_or_default().into_iter().map(|block| block.label).collect();
    if content.is_empty() {
        return Failure::could_not(format!("{} is empty", name(path)))
            .hint(format!("name the file that holds the {wanted}"));
    }
    if found.is_empty() {
        let failure =
            Failure::could_not(format!("{} holds no {wanted}: it is neither PEM nor DER", name(path)));
        return failure.hint(if path == Path::new("-") {
            format!("give the {wanted} in PEM or DER")
        } else {
            format!("look at what it is: head -c 200 {}", shell(path))
        });
    }
    let failure = Failure::could_not(format!("{} holds no {wanted}, but: {}", name(path), found.join(", ")));
    let path = shell(path);
    failure.hint(match found.first().map(String::as_str) {
        Some("CERTIFICATE") => format!("read it as what it is: chancery cert show {path}"),
        Some("CERTIFICATE REQUEST") => format!("read it as what it is: chancery csr show {path}"),
        Some(label) if label.ends_with("PRIVATE KEY") => {
            format!("a private key stays with its owner: name the file that holds the {wanted}")
        }
        Some("PKCS7") => format!("take the certificates out: {}", from_pkcs7(&path, "PEM")),
        _ => format!("name the file that holds the {wanted}"),
    })
}

/// The refusal of a file in DER that holds something else.
fn another(path: &Path, found: Kind, wanted: &str) -> Failure {
    let failure = Failure::could_not(format!("{} holds no {wanted}, but {}", name(path), found.name()));
    let path = shell(path);
    failure.hint(match found {
        Kind::Certificate => format!("read it as what it is: chancery cert show {path}"),
        Kind::Request => format!("read it as what it is: chancery csr show {path}"),
        Kind::Pkcs12 => {
            format!("take the certificates out: openssl pkcs12 -in {path} -nokeys -out chain.pem")
        }
        Kind::Pkcs7 => format!("take the certificates out: {}", from_pkcs7(&path, "DER")),
        Kind::Crl => format!("give it with --crl, and name the file that holds the {wanted}"),
        Kind::OcspResponse => format!("give it with --ocsp, and name the file that holds the {wanted}"),
        Kind::PrivateKey => {
            format!("a private key stays with its owner: name the file that holds the {wanted}")
        }
        Kind::OcspRequest | Kind::PublicKey => format!("name the file that holds the {wanted}"),
    })
}

fn from_pkcs7(path: &str, form: &str) -> String {
    format!("openssl pkcs7 -inform {form} -in {path} -print_certs -out chain.pem")
}

fn name(path: &Path) -> String {
    if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
mod tests {
    use super::*;

    fn check(content: &[u8], expect: Result<usize, &str>) {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("in.pem");
        std::fs::write(&path, content).unwrap();
        match (request(&path), expect) {
            (Ok(der), Ok(length)) => assert_eq!(der.len(), length),
            (Err(failure), Err(words)) => {
                assert!(failure.message.ends_with(words), "{}", failure.message);
                assert_eq!((failure.exit_code(), failure.hints.len()), (2, 1));
            }
            (found, expect) => panic!("{found:?} where {expect:?} belongs"),
        }
    }

    #[test]
    fn a_file_that_is_no_request_is_refused_in_words_that_say_what_it_is() {
        let block = |label: &str| pem::encode(label, b"0content");
        check(block("CERTIFICATE REQUEST").as_bytes(), Ok(8));
        check(block("NEW CERTIFICATE REQUEST").as_bytes(), Ok(8));
        check(&[0x30, 1, 2], Ok(3));
        check(
            block("CERTIFICATE REQUEST").repeat(2).as_bytes(),
            Err("holds 2 requests, and one is signed at a time"),
        );
        check(block("PRIVATE KEY").as_bytes(), Err("holds no certificate signing request, but: PRIVATE KEY"));
        check(b"", Err("is empty"));
        check(b"hello", Err("holds no certificate signing request: it is neither PEM nor DER"));
        check(b"-----BEGIN CERTIFICATE REQUEST-----\nAA", Err("is not sound PEM"));
        check(&[0x30; 70_000], Err("is too large: at most 65536 bytes are read"));
    }
}
