// SPDX-License-Identifier: MIT OR Apache-2.0
//! NIST's PKITS: RFC 5280 §6 whole, with policies and revocation lists, under ruleset `path`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use verify::{
    AnyPolicy, ExplicitPolicy, NoTrace, PolicyInputs, PolicyMapping, Purpose, Question, Revocation, Ruleset,
    TrustAnchors,
};
use x509::{Oid, Time};

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
    /// DER files, complete ones and deltas.
    crls: Vec<String>,
    /// Dotted.
    initial_policy_set: Vec<String>,
    initial_explicit_policy: bool,
    initial_policy_mapping_inhibit: bool,
    initial_any_policy_inhibit: bool,
    expected: Expected,
    /// Dotted; of a path that is valid.
    expected_user_constrained_policy_set: Option<Vec<String>>,
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
    let lists = Arc::new(Files::read(&folder.join("crls"))?);
    let case = |row: Row| {
        let (certificates, lists) = (Arc::clone(&certificates), Arc::clone(&lists));
        let (id, expected) = (format!("pkits::{}", row.id), row.expected);
        Case { id, expected, decide: Box::new(move || Decision::from(judge(&row, &certificates, &lists))) }
    };
    let cases = tests.into_iter().map(case).collect();
    Ok(Corpus { name: "pkits".to_owned(), standing: Standing::Binding, cases })
}

fn judge(row: &Row, certificates: &Files, lists: &Files) -> Result<(), No> {
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
    let lists = row.crls.iter().map(|name| lists.named(name)).collect::<Result<Vec<_>, _>>()?;
    question.revocation = Some(Revocation::new(&lists, &[]));
    let acceptable =
        row.initial_policy_set.iter().map(|dotted| content(dotted)).collect::<Result<Vec<_>, _>>()?;
    let acceptable: Vec<Oid<'_>> =
        acceptable.iter().filter_map(|content| Oid::from_content(content)).collect();
    question.policies = row.policies(&acceptable);
    let path = verify::decide(&question, &WithDsa::default(), &mut NoTrace)?;
    let Some(expected) = &row.expected_user_constrained_policy_set else { return Ok(()) };
    let expected: BTreeSet<&str> = expected.iter().map(String::as_str).collect();
    let found: Vec<String> = path.policies().iter().map(|policy| policy.to_string()).collect();
    if found.iter().map(String::as_str).collect::<BTreeSet<_>>() == expected {
        return Ok(());
    }
    Err(No::Refused(format!("valid for the policies {found:?} and not for {expected:?}")))
}

/// The content of an identifier.
fn content(dotted: &str) -> Result<Vec<u8>, No> {
    Oid::parse_content(dotted).ok_or_else(|| No::CannotAsk(format!("no policy: {dotted}")))
}

impl Row {
    fn policies<'a>(&self, acceptable: &'a [Oid<'a>]) -> PolicyInputs<'a> {
        let mut inputs = PolicyInputs { acceptable, ..PolicyInputs::default() };
        if self.initial_explicit_policy {
            inputs.explicit = ExplicitPolicy::Required;
        }
        if self.initial_policy_mapping_inhibit {
            inputs.mapping = PolicyMapping::Inhibited;
        }
        if self.initial_any_policy_inhibit {
            inputs.any_policy = AnyPolicy::Inhibited;
        }
        inputs
    }
}
