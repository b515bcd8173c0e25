// SPDX-License-Identifier: MIT OR Apache-2.0
//! NIST's PKITS: RFC 5280 §6 whole, with policies and revocation lists, under ruleset `path`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use verify::{NoTrace, Purpose, Question, Ruleset, TrustAnchors};
use x509::Time;

use crate::case::{Case, Decision, Expected, No};
use crate::corpus::{self, Corpus, Standing};
use crate::dsa::WithDsa;
use crate::error::Error;

/// The table, as its README writes it.
#[derive(Deserialize)]
struct Table {
    tests: Vec<Row>,
}

/// One row: files beside the table, the inputs of RFC 5280 §6.1.1, and what must come.
#[derive(Deserialize)]
struct Row {
    id: String,
    trust_anchor: String,
    /// The target is the last; the others are given, not always in the path.
    certs: Vec<String>,
    /// RFC 3339.
    validation_time: String,
    expected: Expected,
}

/// The files that rows name, read once.
#[derive(Default)]
struct Files(BTreeMap<String, Vec<u8>>);

impl Files {
    /// Reads every file of a folder beside the table.
    fn read(folder: &Path) -> Result<Self, Error> {
        let mut files = BTreeMap::new();
        for entry in fs::read_dir(folder).map_err(Error::at(folder))?.filter_map(Result::ok) {
            let content = fs::read(entry.path()).map_err(Error::at(&entry.path()))?;
            files.insert(entry.file_name().to_string_lossy().into_owned(), content);
        }
        Ok(Self(files))
    }

    fn named(&self, name: &str) -> Result<&[u8], No> {
        let missing = || No::CannotAsk(format!("there is no file {name}"));
        self.0.get(name).map(Vec::as_slice).ok_or_else(missing)
    }
}

/// Reads the table and the files beside it.
pub(crate) fn load(path: &Path) -> Result<Corpus, Error> {
    let Table { tests } = corpus::read(path)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let certificates = Arc::new(Files::read(&folder.join("certs"))?);
    let case = |row: Row| {
        let certificates = Arc::clone(&certificates);
        let (id, expected) = (format!("pkits::{}", row.id), row.expected);
        Case { id, expected, decide: Box::new(move || Decision::from(judge(&row, &certificates))) }
    };
    let cases = tests.into_iter().map(case).collect();
    Ok(Corpus { name: "pkits".to_owned(), standing: Standing::Proposed, cases })
}

fn judge(row: &Row, certificates: &Files) -> Result<(), No> {
    let no_time = || No::CannotAsk(format!("no time: {}", row.validation_time));
    let at = Time::parse(&row.validation_time).ok_or_else(no_time)?;
    let (target, given) =
        row.certs.split_last().ok_or_else(|| No::CannotAsk("it names no certificate".to_owned()))?;
    let given = given.iter().map(|name| certificates.named(name)).collect::<Result<Vec<_>, _>>()?;
    let mut anchors = TrustAnchors::new();
    let unusable = |error| No::CannotAsk(format!("{}: {error}", row.trust_anchor));
    anchors.add_certificate(certificates.named(&row.trust_anchor)?).map_err(unusable)?;
    let chain = [certificates.named(target)?];
    let mut question = Question::new(&chain, &anchors, at);
    question.intermediates = &given;
    question.purpose = Purpose::Any;
    question.ruleset = Ruleset::Path;
    verify::decide(&question, &WithDsa::default(), &mut NoTrace)?;
    Ok(())
}
