// SPDX-License-Identifier: MIT OR Apache-2.0
//! `pathological`: what each of x509-limbo's cases of that name costs to decide, beside rustls-webpki.

mod case;

use std::ffi::OsString;
use std::fmt::Write;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

use keys::AwsLc;
use rustls::pki_types::{CertificateDer, ServerName, TrustAnchor, UnixTime};
use verify::{NoTrace, PeerName, Question, TrustAnchors, decide};

use crate::race::{self, Asked, Contestant, bar};
use crate::verify::webpki;
use crate::{cpu, table};
use case::{Case, Verdict};

/// Each case runs at least once in it.
const SLICE: Duration = Duration::from_millis(10);
/// In milliseconds.
const MOST: f64 = 5.0;

const OURS: &str = "chancery";

/// Measures `rounds` (20 when not given) of each case.
pub(crate) fn run(rounds: Option<&str>) -> Result<String, String> {
    let rounds = table::rounds(rounds)?;
    let cases = case::read(&vectors().join("x509-limbo/limbo.json.gz"))?;
    let core = cpu::stay_on_one_core()?;
    let mut text = format!(
        "pathological: CPU time of a decision on core {core}, median of {rounds} rounds in which both take turns;\n\
         certificates are parsed each time, anchors before\n\
         {:<48}{:>10}{:>22}{:>22}",
        "",
        "must be",
        OURS,
        webpki::NAME
    );
    let mut bars = Vec::new();
    for case in &cases {
        let Case { id, expected, .. } = case;
        let (ours, theirs) = (Ours::new(case)?, Theirs::new(case)?);
        let race = race::run(
            vec![
                Contestant::new(OURS, |span| cpu::slice(span, 1, || black_box(ours.decide()).map(drop))),
                Contestant::new(webpki::NAME, |span| {
                    cpu::slice(span, 1, || black_box(theirs.decide()).map(drop))
                }),
            ],
            rounds,
            SLICE,
        )?;
        let milliseconds = |who| race.microseconds(who) / 1e3;
        let shown = |who, verdict| format!("{verdict} {:>9.3} ms", milliseconds(who));
        let verdict = ours.decide()?;
        let (own, other) = (shown(OURS, verdict), shown(webpki::NAME, theirs.decide()?));
        let _infallible = write!(text, "\n{id:<48}{expected:>10}{own:>22}{other:>22}");
        bars.push(bar(&format!("{id}, ms"), milliseconds(OURS), Asked::AtMost(MOST)));
        if verdict != *expected {
            bars.push(format!("MISSED  {id}: {verdict}, must be {expected}"));
        }
    }
    Ok(format!("{text}\n\n{}", bars.join("\n")))
}

/// Where the corpora are, as the conformance run looks for them.
fn vectors() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors");
    variable("CHANCERY_VECTORS").map_or_else(beside, PathBuf::from)
}

#[expect(clippy::disallowed_methods, reason = "the one place where the environment is read")]
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// A case as a question of ours.
struct Ours<'c> {
    case: &'c Case,
    intermediates: Vec<&'c [u8]>,
    anchors: TrustAnchors,
    name: PeerName,
}

impl<'c> Ours<'c> {
    fn new(case: &'c Case) -> Result<Self, String> {
        let mut anchors = TrustAnchors::new();
        for root in &case.roots {
            anchors.add_certificate(root).map_err(|error| error.to_string())?;
        }
        let name = PeerName::parse(&case.host).map_err(|error| error.to_string())?;
        let intermediates = case.intermediates.iter().map(Vec::as_slice).collect();
        Ok(Self { case, intermediates, anchors, name })
    }

    fn decide(&self) -> Result<Verdict, String> {
        let chain = [self.case.leaf.as_slice()];
        let mut question = Question::new(&chain, &self.anchors, self.case.at);
        question.intermediates = &self.intermediates;
        question.name = Some(&self.name);
        question.max_path_len = self.case.max_path_len;
        Ok(Verdict::of(black_box(decide(&question, &AwsLc, &mut NoTrace)).is_ok()))
    }
}

/// A case as rustls-webpki is asked.
struct Theirs<'c> {
    leaf: CertificateDer<'c>,
    intermediates: Vec<CertificateDer<'c>>,
    anchors: Vec<TrustAnchor<'static>>,
    name: ServerName<'c>,
    at: UnixTime,
}

impl<'c> Theirs<'c> {
    fn new(case: &'c Case) -> Result<Self, String> {
        let anchor = |root: &Vec<u8>| {
            let der = CertificateDer::from(root.as_slice());
            ::webpki::anchor_from_trusted_cert(&der).map(|anchor| anchor.to_owned())
        };
        let anchors = case.roots.iter().map(anchor).collect::<Result<_, _>>();
        Ok(Self {
            leaf: CertificateDer::from(case.leaf.as_slice()),
            intermediates: case
                .intermediates
                .iter()
                .map(|der| CertificateDer::from(der.as_slice()))
                .collect(),
            anchors: anchors.map_err(|error| error.to_string())?,
            name: ServerName::try_from(case.host.as_str()).map_err(|error| error.to_string())?,
            at: UnixTime::since_unix_epoch(Duration::from_secs(case.at.unix().unsigned_abs())),
        })
    }

    fn decide(&self) -> Result<Verdict, String> {
        let asked = webpki::Asked {
            leaf: &self.leaf,
            intermediates: &self.intermediates,
            anchors: &self.anchors,
            at: self.at,
            name: &self.name,
        };
        Ok(Verdict::of(webpki::decide(&asked, webpki::algorithms()).is_ok()))
    }
}
