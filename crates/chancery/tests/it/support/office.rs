// SPDX-License-Identifier: MIT OR Apache-2.0
//! An authority in a home, and requests to it.

use std::path::PathBuf;
use std::sync::Arc;

use authority::journal::Link;
use authority::{Entry, Event, Head, Record as _};
use keys::csr::{self, RequestSpec};
use keys::{AwsLc, KeyKind, PrivateKey, Signer as _, SubjectName};
use store::Sqlite;
use x509::name::NameBuilder;
use x509::write::{RequestFields, request_info, signed};
use x509::{Certificate, Extension};

use super::home::Home;
use super::{Outcome, run};

/// A home in which `ca init` has run, with these arguments.
pub fn founded<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Home {
    let home = Home::empty();
    run(&mut home.chancery(["ca", "init"].into_iter().chain(arguments))).expect_code(0);
    home
}

/// A request in PEM for these names, with a new key.
pub fn request(names: &[&str]) -> String {
    let key = PrivateKey::generate(KeyKind::P256).unwrap();
    let names = names.iter().map(|name| SubjectName::parse(name).unwrap()).collect();
    let der = csr::make(&key, &RequestSpec { common_name: None, names }).unwrap();
    x509::pem::encode("CERTIFICATE REQUEST", &der)
}

/// A request in DER for `db.internal` in the common name, with these extensions, and a new key.
pub fn request_with(extensions: &[Extension<'_>]) -> Vec<u8> {
    let key = PrivateKey::generate(KeyKind::P256).unwrap();
    let info = request_info(&RequestFields {
        subject: &NameBuilder::new().common_name("db.internal").unwrap().build(),
        subject_public_key_info: key.public_key_info(),
        extensions,
    });
    signed(&info, key.signature_algorithm(), &key.sign(&info).unwrap())
}

/// The serial number of the first certificate in PEM text; none when it is not there in whole.
pub fn serial(pem: &[u8]) -> Option<String> {
    let end = b"-----END CERTIFICATE-----\n";
    let until = pem.windows(end.len()).position(|window| window == end)? + end.len();
    let block = x509::pem::decode(&pem[..until]).ok()?.into_iter().next()?;
    Some(Certificate::parse(&block.der).unwrap().tbs().serial().to_string())
}

/// What `cert list --json` says.
pub fn listed(home: &Home) -> Vec<serde_json::Value> {
    let said = run(&mut home.chancery(["cert", "list", "--json"])).expect_code(0);
    serde_json::from_str(&said.out).unwrap()
}

/// Signs a request that is written to a file, and gives what was said.
pub fn sign(home: &Home, csr: impl AsRef<[u8]>, arguments: &[&str]) -> Outcome {
    home.write("request", csr);
    run(&mut home.chancery(["sign", "request"].iter().chain(arguments)))
}

/// The record's file.
pub fn record(home: &Home) -> PathBuf {
    home.data_dir().join("authority.db")
}

/// The serial numbers of everything ever issued, in order, after the whole chain has been followed.
pub fn audited(home: &Home) -> Vec<String> {
    let record = Sqlite::open(&record(home), Arc::new(AwsLc)).unwrap();
    let links: Vec<Link> = at_once(record.links(0, usize::MAX));
    let end = Head::GENESIS.follow(&links, &AwsLc).unwrap();
    assert_eq!(end, at_once(record.head()));
    let entries = links.iter().flat_map(|link| &link.entries);
    let issued = entries.filter_map(|entry| match Entry::decode(entry).unwrap().event {
        Event::CertificateIssued(issued) => Some(issued.certificate),
        _ => None,
    });
    issued.map(|der| Certificate::parse(&der).unwrap().tbs().serial().to_string()).collect()
}

/// An answer that is there at once, as those that only read are.
fn at_once<T>(answer: authority::Answer<'_, T>) -> T {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(answer).poll(&mut context) {
        std::task::Poll::Ready(answer) => answer.unwrap(),
        std::task::Poll::Pending => panic!("an answer that has to be waited for"),
    }
}
