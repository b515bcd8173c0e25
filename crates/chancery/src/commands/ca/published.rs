// SPDX-License-Identifier: MIT OR Apache-2.0
//! CRLs that were published, as evidence of how far the journal had come.

use std::path::{Path, PathBuf};

use authority::mark::{Missing, Published};
use authority::wait;
use keys::AwsLc;

use crate::data_dir::{Authority, record_failure};
use crate::failure::{Failure, shell};
use crate::input;

/// A published CRL, and what the record lacks of it.
#[derive(Debug)]
pub(super) struct Evidence {
    pub(super) file: PathBuf,
    pub(super) published: Published,
    pub(super) missing: Missing,
}

/// Reads the CRLs of these files: each must be of a key of this authority.
pub(super) fn read(files: &[PathBuf], authority: &Authority) -> Result<Vec<Evidence>, Failure> {
    let failed = |error| record_failure(&error, authority.directory());
    let intervals =
        if files.is_empty() { Vec::new() } else { authority.record().unknown_intervals().map_err(failed)? };
    let mut found = Vec::new();
    for file in files {
        for der in input::crls(file)? {
            let published = of(&der, file, authority)?;
            let missing = published.missing_from(&**authority.record(), &intervals);
            let missing = wait(missing).map_err(failed)?;
            found.push(Evidence { file: file.clone(), published, missing });
        }
    }
    Ok(found)
}

fn of(der: &[u8], file: &Path, authority: &Authority) -> Result<Published, Failure> {
    let all: Vec<_> = authority.issuers().iter().chain(authority.beside()).cloned().collect();
    let name = file.display();
    let read = Published::of(der, &all, &AwsLc)
        .map_err(|error| Failure::could_not(format!("cannot read the CRL in {name}")).because(&error))?;
    read.ok_or_else(|| {
        Failure::could_not(format!(
            "{name} is no CRL with a number that was signed by a key of this authority"
        ))
        .hint(format!("openssl crl -noout -text -in {}; chancery ca issuer list", shell(file)))
    })
}

impl Evidence {
    /// What is missing, in words.
    pub(super) fn told(&self) -> Vec<String> {
        let (issued, file) = (&self.published.issued, self.file.display());
        let number = issued.number;
        let mark = self.missing.mark.map(|mark| {
            let batch = mark.head.number;
            format!(
                "CRL {number} in {file} was made at {} after batch {batch}, which is not in the record",
                mark.at
            )
        });
        let last = self.missing.last.map(|last| match last {
            0 => format!("CRL {number} in {file} was made, and no CRL of its issuer is in the record"),
            last => format!("CRL {number} in {file} was made, and the last one in the record is CRL {last}"),
        });
        mark.into_iter().chain(last).collect()
    }
}
