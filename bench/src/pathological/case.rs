// SPDX-License-Identifier: MIT OR Apache-2.0
//! The cases, read from the corpus.

use std::fmt;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use flate2::read::GzDecoder;
use serde::Deserialize;
use x509::{Time, pem};

/// What comes of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Verdict {
    #[serde(rename = "SUCCESS")]
    Accepted,
    #[serde(rename = "FAILURE")]
    Refused,
}

impl Verdict {
    pub(crate) const fn of(is_accepted: bool) -> Self {
        if is_accepted { Self::Accepted } else { Self::Refused }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(if *self == Self::Accepted { "accepted" } else { "refused" })
    }
}

/// A case, its certificates in DER.
pub(crate) struct Case {
    /// What follows `pathological::`.
    pub id: String,
    pub expected: Verdict,
    pub leaf: Vec<u8>,
    pub intermediates: Vec<Vec<u8>>,
    pub roots: Vec<Vec<u8>>,
    pub host: String,
    pub at: Time,
    pub max_path_len: Option<u32>,
}

/// The corpus.
#[derive(Deserialize)]
struct Limbo {
    testcases: Vec<Written>,
}

/// A case as it is written: certificates are PEM, a time is RFC 3339 and the present when there is none.
#[derive(Deserialize)]
struct Written {
    id: String,
    trusted_certs: Vec<String>,
    untrusted_intermediates: Vec<String>,
    peer_certificate: String,
    #[serde(default)]
    validation_time: Option<String>,
    expected_result: Verdict,
    #[serde(default)]
    expected_peer_name: Option<Name>,
    #[serde(default)]
    max_chain_depth: Option<u32>,
}

#[derive(Deserialize)]
struct Name {
    value: String,
}

/// The cases that are called pathological.
pub(crate) fn read(corpus: &Path) -> Result<Vec<Case>, String> {
    let told = |error: &dyn fmt::Display| format!("{}: {error}", corpus.display());
    let file = File::open(corpus).map_err(|error| told(&error))?;
    let reader = BufReader::new(GzDecoder::new(BufReader::new(file)));
    let limbo: Limbo = serde_json::from_reader(reader).map_err(|error| told(&error))?;
    let cases = limbo.testcases.into_iter().filter_map(|written| {
        let id = written.id.strip_prefix("pathological::")?.to_owned();
        Some(case(id, &written).map_err(|reason| format!("{}: {reason}", written.id)))
    });
    let cases = cases.collect::<Result<Vec<_>, _>>()?;
    if cases.is_empty() { Err(told(&"no case is called pathological")) } else { Ok(cases) }
}

fn case(id: String, written: &Written) -> Result<Case, String> {
    let ders = |texts: &[String]| texts.iter().map(|text| der(text)).collect::<Result<Vec<_>, _>>();
    let at = match &written.validation_time {
        None => now(),
        Some(text) => Time::parse(text).ok_or_else(|| format!("no time: {text}"))?,
    };
    Ok(Case {
        id,
        expected: written.expected_result,
        leaf: der(&written.peer_certificate)?,
        intermediates: ders(&written.untrusted_intermediates)?,
        roots: ders(&written.trusted_certs)?,
        host: written.expected_peer_name.as_ref().ok_or("no name of a peer")?.value.clone(),
        at,
        max_path_len: written.max_chain_depth,
    })
}

fn der(text: &str) -> Result<Vec<u8>, String> {
    let mut blocks = pem::decode(text.as_bytes()).map_err(|error| error.to_string())?.into_iter();
    blocks.next().map(|block| block.der).ok_or_else(|| "no certificate".to_owned())
}

#[expect(clippy::disallowed_methods, reason = "what a case without a time asks for")]
fn now() -> Time {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |span| span.as_secs());
    Time::from_unix(i64::try_from(seconds).unwrap_or(i64::MAX))
}
