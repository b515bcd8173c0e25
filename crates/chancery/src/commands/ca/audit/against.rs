// SPDX-License-Identifier: MIT OR Apache-2.0
//! Certificates that are found alive, compared with the record.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ::verify::{PeerName, TrustAnchors};
use authority::stray::{self, SerialStanding, Stray};
use authority::{RecordError, wait};
use keys::AwsLc;
use serde::Serialize;
use tls::{Expectation, ProbeSpec, Timeouts, probe};
use x509::ext::ReasonCode;
use x509::{Certificate, Time};

use crate::commands::connect::{HTTPS, Target};
use crate::context::Context;
use crate::data_dir::{Authority, record_failure};
use crate::failure::{Failure, shell};
use crate::up::certificate::names_of;
use crate::{input, runtime, warrant};

/// How long to wait for each step of a call, and how many are called at once.
const PATIENCE: Duration = Duration::from_secs(10);
const AT_ONCE: usize = 32;

/// How deep folders are looked into.
const DEEP: usize = 16;

/// What becomes of certificates that the record does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Told,
    TakenIn,
    Revoked,
}

/// What JSON says of it.
#[derive(Debug, Serialize)]
pub(super) struct AgainstDocument {
    /// How many certificates were looked at.
    pub(super) looked_at: usize,
    pub(super) strays: Vec<StrayDocument>,
    /// The hosts that showed no certificate, and the files that could not be read.
    pub(super) unreached: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct StrayDocument {
    pub(super) serial: String,
    pub(super) names: Vec<String>,
    pub(super) not_after: String,
    pub(super) issuer_id: String,
    pub(super) found_at: String,
    pub(super) taken_in: bool,
    pub(super) revoked: bool,
    /// Why the record would not take it.
    pub(super) refused: Option<&'static str>,
}

impl AgainstDocument {
    /// Tells it below an audit.
    pub(super) fn tell(&self, fate: Fate, context: &mut Context) -> Result<(), Failure> {
        let ui = &mut context.ui;
        match self.strays.len() {
            0 => ui.tick(&format!("{} certificates looked at elsewhere: none of ours is missing", self.looked_at))?,
            count => ui.cross(&format!(
                "{} certificates looked at elsewhere: {count} were signed with our keys and are not in the record",
                self.looked_at
            ))?,
        }
        let row = |one: &StrayDocument| {
            let done = match (one.revoked, one.taken_in) {
                (true, _) => Some("recorded and revoked"),
                (false, true) => Some("recorded"),
                (false, false) => one.refused,
            };
            let done = done.map(|done| format!("; {done}")).unwrap_or_default();
            let names = one.names.join(", ");
            (one.serial.clone(), format!("{names}\nuntil {}; {}{done}", one.not_after, one.found_at))
        };
        ui.rows(&self.strays.iter().map(row).collect::<Vec<_>>())?;
        for place in &self.unreached {
            ui.cross(&format!("{place} could not be looked at"))?;
        }
        if fate == Fate::Told && !self.strays.is_empty() {
            ui.note("--take-in records them, --revoke revokes them too: where nothing was lost, somebody else has a key of ours")?;
        }
        Ok(())
    }
}

/// Certificates, and where they were found.
#[derive(Debug, Default)]
struct Seen {
    certificates: Vec<(Vec<u8>, String)>,
    unreached: Vec<String>,
}

/// Compares what is in these files and folders, and what these hosts show, with the record.
pub(super) fn compare(
    places: &[String],
    fate: Fate,
    authority: &Authority,
    context: &mut Context,
) -> Result<AgainstDocument, Failure> {
    let (seen, now) = (look(places, context.clock.now())?, context.clock.now());
    let certificates: Vec<Vec<u8>> = seen.certificates.iter().map(|(der, _)| der.clone()).collect();
    let issuers: Vec<_> = authority.issuers().iter().chain(authority.beside()).cloned().collect();
    let failed = |error: RecordError| record_failure(&error, authority.directory());
    let record = &**authority.record();
    let strays = wait(stray::strays(&certificates, &issuers, record, &AwsLc)).map_err(failed)?;
    if fate != Fate::Told {
        let revoked = (fate == Fate::Revoked).then_some(ReasonCode::Unspecified);
        let by = warrant::of_this_user("chancery ca audit --against");
        wait(stray::take_in(&strays, revoked, by.who(), now, record)).map_err(failed)?;
    }
    Ok(AgainstDocument {
        looked_at: certificates.len(),
        strays: strays.iter().filter_map(|stray| document(stray, fate, &seen)).collect(),
        unreached: seen.unreached,
    })
}

fn document(stray: &Stray, fate: Fate, seen: &Seen) -> Option<StrayDocument> {
    let certificate = Certificate::parse(&stray.certificate).ok()?;
    let tbs = certificate.tbs();
    let found_at = seen.certificates.iter().find(|(der, _)| *der == stray.certificate);
    let is_free = stray.standing == SerialStanding::Free;
    Some(StrayDocument {
        serial: tbs.serial().to_string(),
        names: names_of(&certificate).iter().map(ToString::to_string).collect(),
        not_after: tbs.validity().not_after.time.to_string(),
        issuer_id: stray.issuer.to_string(),
        found_at: found_at.map(|(_, place)| place.clone()).unwrap_or_default(),
        taken_in: is_free && fate != Fate::Told,
        revoked: is_free && fate == Fate::Revoked,
        refused: match stray.standing {
            SerialStanding::Free => None,
            SerialStanding::Taken => Some("another one is recorded under its number"),
            SerialStanding::Closed => Some("its issuer issues no more: chancery ca issuer list"),
            SerialStanding::Away => Some("the key of its issuer is away: chancery ca root online"),
        },
    })
}

/// What there is at these places: what exists is a file or a folder, everything else a host.
fn look(places: &[String], now: Time) -> Result<Seen, Failure> {
    let (mut seen, mut hosts) = (Seen::default(), Vec::new());
    for place in places {
        let path = Path::new(place);
        if path.exists() {
            let mut files = Vec::new();
            files_below(path, DEEP, &mut files)?;
            files.sort();
            files.iter().for_each(|file| read(file, &mut seen));
        } else {
            hosts.push(Target::parse(place).map_err(|problem| {
                Failure::could_not(format!("{place} is neither there nor a host: {problem}"))
                    .hint(format!("ls -l {}", shell(path)))
            })?);
        }
    }
    if !hosts.is_empty() {
        runtime::start()?.block_on(call_all(hosts, now, &mut seen));
    }
    Ok(seen)
}

/// The files below a folder; links are not followed out of it.
fn files_below(path: &Path, deep: usize, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path).map_err(|error| Failure::unreadable(path, &error))? {
        let entry = entry.map_err(|error| Failure::unreadable(path, &error))?;
        let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
        match (entry.path().is_dir(), deep.checked_sub(1)) {
            (true, Some(deep)) if !is_link => files_below(&entry.path(), deep, files)?,
            (true, _) => {}
            (false, _) if entry.path().is_file() => files.push(entry.path()),
            (false, _) => {}
        }
    }
    Ok(())
}

/// The certificates of a file. One that holds something else is no matter; one that cannot be opened is told.
fn read(file: &Path, seen: &mut Seen) {
    match (File::open(file), input::certificates(file)) {
        (Err(error), _) if error.kind() != ErrorKind::NotFound => {
            seen.unreached.push(file.display().to_string())
        }
        (_, Ok(found)) => {
            seen.certificates.extend(found.into_iter().map(|der| (der, file.display().to_string())));
        }
        (_, Err(_)) => {}
    }
}

/// Calls the hosts, some at a time, each for the chain that it shows, whatever is wrong with it.
async fn call_all(hosts: Vec<Target>, now: Time, seen: &mut Seen) {
    let mut waiting = hosts.into_iter();
    loop {
        let calls: Vec<_> = waiting
            .by_ref()
            .take(AT_ONCE)
            .map(|host| (host.to_string(), tokio::spawn(chain_of(host, now))))
            .collect();
        if calls.is_empty() {
            return;
        }
        for (host, call) in calls {
            match call.await.unwrap_or_default() {
                chain if chain.is_empty() => seen.unreached.push(host),
                chain => seen.certificates.extend(chain.into_iter().map(|der| (der, host.clone()))),
            }
        }
    }
}

/// The certificates that a host shows; none where it cannot be reached.
async fn chain_of(host: Target, now: Time) -> Vec<Vec<u8>> {
    let Ok(name) = PeerName::parse(&host.host) else { return Vec::new() };
    let port = host.port.unwrap_or(HTTPS);
    let found = tokio::time::timeout(PATIENCE, tokio::net::lookup_host((host.host.as_str(), port))).await;
    let Ok(Ok(addresses)) = found else { return Vec::new() };
    let addresses: Vec<_> = addresses.collect();
    // Nobody is trusted: it is the chain that is wanted, and it is shown before it is judged.
    let mut spec = ProbeSpec::new(Expectation::new(name, Arc::new(TrustAnchors::new()), now));
    spec.timeouts = Timeouts { connect: PATIENCE, handshake: PATIENCE, exchange: PATIENCE };
    match probe(&addresses, spec).await {
        Ok(met) => met.handshake.chain,
        Err(ended) => ended.handshake.chain,
    }
}
