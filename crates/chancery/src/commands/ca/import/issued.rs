// SPDX-License-Identifier: MIT OR Apache-2.0
//! What another program has issued: its index, and the certificates in its folders.

use std::collections::{BTreeMap, BTreeSet};

use authority::{Inheritance, Revoked};
use x509::{Certificate, Serial, index};

use super::folder::Folder;
use crate::failure::{Failure, shell};
use crate::input;

/// The largest index that is read: a million lines.
const LARGEST: u64 = 256 << 20;

/// What was issued.
#[derive(Debug, Default)]
pub(super) struct Issued {
    pub(super) certificates: Vec<Inheritance>,
    /// The serial numbers in the index of certificates that are not in the folder.
    pub(super) missing: Vec<String>,
}

impl Issued {
    /// Reads the index and the certificates, each once.
    pub(super) fn read(folder: &Folder, leave_out_missing: bool) -> Result<Self, Failure> {
        let mut certificates = certificates(folder)?;
        let Some(path) = &folder.index else {
            return Ok(Self { certificates: every(certificates), missing: Vec::new() });
        };
        let text = input::read(path, LARGEST)?;
        let (mut missing, mut unlisted, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
        for line in index::lines(&text) {
            let line = line.map_err(|error| {
                Failure::could_not(format!("{} cannot be read", path.display()))
                    .because(&error)
                    .hint(format!("put the line right, or take it out: {}", shell(path)))
            })?;
            if !seen.insert(line.serial.clone()) {
                let serial = Serial::from_content(&line.serial).to_string();
                return Err(Failure::refused(format!("{} lists {serial} twice", path.display()))
                    .hint(format!("take out the line that is not true: {}", shell(path))));
            }
            let revoked = line.revoked.map(|revoked| {
                let index::Revoked { since, reason, invalid_from } = revoked;
                Revoked { reason, since, invalid_from }
            });
            match certificates.get_mut(&line.serial) {
                Some(found) => found.iter_mut().for_each(|one| one.revoked = revoked),
                None => {
                    let serial = Serial::from_content(&line.serial).to_string();
                    if revoked.is_some() {
                        unlisted.push(serial.clone());
                    }
                    missing.push(serial);
                }
            }
        }
        if !unlisted.is_empty() && !leave_out_missing {
            let (count, first) = (unlisted.len(), unlisted.first().cloned().unwrap_or_default());
            return Err(Failure::refused(format!(
                "{count} certificates are revoked by {}, and not in the folder ({first}): no CRL would name them",
                path.display()
            ))
            .hint("put them where the others are; or do without: --leave-out-missing"));
        }
        Ok(Self { certificates: every(certificates), missing })
    }
}

type BySerial = BTreeMap<Vec<u8>, Vec<Inheritance>>;

/// The certificates in the folders by their serial numbers: the same one may stand in several files.
fn certificates(folder: &Folder) -> Result<BySerial, Failure> {
    let mut found = BySerial::new();
    for path in &folder.certificates {
        // Beside what was issued the authority's own may stand, and whole chains.
        for der in input::certificates(path)? {
            let certificate = Certificate::parse(&der).map_err(|error| {
                Failure::could_not(format!("{} cannot be read", path.display()))
                    .because(&error)
                    .hint("take it out of the folder, or out of the way, and try again")
            })?;
            let same = found.entry(certificate.tbs().serial().magnitude().to_vec()).or_default();
            if !same.iter().any(|known| known.certificate == der) {
                same.push(Inheritance { certificate: der.clone(), revoked: None });
            }
        }
    }
    Ok(found)
}

fn every(certificates: BySerial) -> Vec<Inheritance> {
    certificates.into_values().flatten().collect()
}
