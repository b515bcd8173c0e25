// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the fuzz targets start from: the corpus's certificates as DER, as PEM, and as paths.

use std::collections::BTreeSet;
use std::path::Path;

use keys::csr::{self, RequestSpec};
use keys::{KeyKind, PrivateKey, SubjectName};
use x509::pem;

use crate::error::Error;
use crate::limbo::Case;

/// A seed larger than this teaches a fuzzer little and slows it down.
const MAX_SEED: usize = 16 * 1024;

/// Writes `FOLDER/TARGET/N` and gives how many there are.
pub(crate) fn write(cases: &[Case], folder: &Path) -> Result<usize, Error> {
    let mut certificates = BTreeSet::new();
    let mut paths = BTreeSet::new();
    let mut lists = BTreeSet::new();
    for case in cases {
        let leaf = ders(std::slice::from_ref(&case.peer_certificate));
        let (given, trusted) = (ders(&case.untrusted_intermediates), ders(&case.trusted_certs));
        let crls = ders(&case.crls);
        paths.insert([leaf.concat(), given.concat(), crls.concat(), trusted.concat()].concat());
        certificates.extend([leaf, given, trusted].concat());
        lists.extend(crls);
    }
    let texts =
        certificates.iter().step_by(16).map(|der| pem::encode("CERTIFICATE", der).into_bytes()).collect();
    let requests = requests()?;
    let all = [
        ("certificate", certificates),
        ("crl", lists),
        ("path", paths),
        ("pem", texts),
        ("request", requests),
    ];
    all.iter().try_fold(0, |count, (target, seeds)| Ok(count + write_all(&folder.join(target), seeds)?))
}

fn ders(texts: &[String]) -> Vec<Vec<u8>> {
    let blocks = texts.iter().flat_map(|text| pem::decode(text.as_bytes()).unwrap_or_default());
    blocks.map(|block| block.der).collect()
}

fn requests() -> Result<BTreeSet<Vec<u8>>, Error> {
    let names = vec![SubjectName::Dns("files.internal".to_owned()), SubjectName::Ip([127, 0, 0, 1].into())];
    let spec = RequestSpec { common_name: None, names };
    let make = |kind| {
        let key = PrivateKey::generate(kind).map_err(|error| Error::Seed(error.to_string()))?;
        csr::make(&key, &spec).map_err(|error| Error::Seed(error.to_string()))
    };
    [KeyKind::P256, KeyKind::Ed25519].into_iter().map(make).collect()
}

fn write_all(folder: &Path, seeds: &BTreeSet<Vec<u8>>) -> Result<usize, Error> {
    std::fs::create_dir_all(folder).map_err(Error::at(folder))?;
    let mut count = 0;
    for seed in seeds.iter().filter(|seed| !seed.is_empty() && seed.len() <= MAX_SEED) {
        let path = folder.join(format!("{count:04}"));
        std::fs::write(&path, seed).map_err(Error::at(&path))?;
        count += 1;
    }
    Ok(count)
}
