// SPDX-License-Identifier: MIT OR Apache-2.0
//! BetterTLS: name constraints and path building, each file one or more suites against one root.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use base64ct::{Base64, Encoding};
use keys::AwsLc;
use serde::Deserialize;
use verify::{NoTrace, PeerName, Question, TrustAnchors};
use x509::Time;

use crate::case::{Case, Decision, Expected, No};
use crate::corpus::{self, Corpus, Standing};
use crate::error::Error;

/// A file, as its README writes it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Exported {
    /// Base64.
    trust_root: String,
    /// RFC 3339.
    validation_time: String,
    suites: BTreeMap<String, Suite>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Suite {
    test_cases: Vec<Test>,
}

/// One test. That some of its expectations are soft (`failureIsWarning`) changes nothing here: they are
/// expectations.
#[derive(Deserialize)]
struct Test {
    id: u64,
    /// Base64, the leaf first.
    certificates: Vec<String>,
    /// A DNS name, or an address.
    hostname: String,
    expected: Expected,
}

/// The suites that BetterTLS has.
pub(crate) const SUITES: [&str; 2] = ["nameconstraints", "pathbuilding"];

/// What the corpus of a suite is called.
pub(crate) fn name(suite: &str) -> String {
    format!("bettertls-{suite}")
}

/// Reads the suites of a file, each a corpus of its own.
pub(crate) fn load(path: &Path) -> Result<Vec<Corpus>, Error> {
    let Exported { trust_root, validation_time, suites } = corpus::read(path)?;
    let world = Arc::new(World::new(&trust_root, &validation_time));
    let corpus = |(suite, Suite { test_cases }): (String, Suite)| {
        let case = |test: Test| {
            let world = Arc::clone(&world);
            let id = format!("bettertls::{suite}::tc{}", test.id);
            let expected = test.expected;
            Case { id, expected, decide: Box::new(move || Decision::from(world.judge(&test))) }
        };
        let cases = test_cases.into_iter().map(case).collect();
        Corpus { name: name(&suite), standing: Standing::Binding, cases }
    };
    Ok(suites.into_iter().map(corpus).collect())
}

/// What all tests of a file share.
struct World {
    anchors: Result<TrustAnchors, String>,
    at: Result<Time, String>,
}

impl World {
    fn new(root: &str, time: &str) -> Self {
        let anchors = decoded(root).and_then(|der| {
            let mut anchors = TrustAnchors::new();
            anchors.add_certificate(&der).map(|_known| anchors).map_err(|error| error.to_string())
        });
        Self { anchors, at: Time::parse(time).ok_or_else(|| format!("no time: {time}")) }
    }

    fn judge(&self, test: &Test) -> Result<(), No> {
        let anchors = self.anchors.as_ref().map_err(|why| No::CannotAsk(format!("the root: {why}")))?;
        let at = *self.at.as_ref().map_err(|why| No::CannotAsk(why.clone()))?;
        let chain = test.certificates.iter().map(|text| decoded(text)).collect::<Result<Vec<_>, _>>();
        let chain = chain.map_err(No::CannotAsk)?;
        let chain: Vec<&[u8]> = chain.iter().map(Vec::as_slice).collect();
        let name = PeerName::parse(&test.hostname).map_err(|error| No::Refused(error.to_string()))?;
        let mut question = Question::new(&chain, anchors, at);
        question.name = Some(&name);
        verify::decide(&question, &AwsLc, &mut NoTrace)?;
        Ok(())
    }
}

fn decoded(text: &str) -> Result<Vec<u8>, String> {
    Base64::decode_vec(text).map_err(|error| format!("not base64: {error}"))
}
