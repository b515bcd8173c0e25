// SPDX-License-Identifier: MIT OR Apache-2.0
//! `verify`: what a decision costs beside the two signatures that it cannot do without, beside those
//! who decide the same, and by itself.
//!
//! All judge one chain, leaf → intermediate → root, in DER. The leaf and the intermediate are read anew each
//! time; the root was made an anchor before, as every client does, and so was the name that is asked for.
//! All check two signatures, validity at one moment, and that the leaf is for serverAuth and for that name.
//!
//! | contestant | before the first chain |
//! |---|---|
//! | cold | the root is an anchor: `TrustAnchors::add_certificate`, `anchor_from_trusted_cert`, `X509_STORE` |
//! | the anchor's key read before | and `TrustAnchors::prepare_keys` |
//! | prepared | and the intermediate is kept, with its key, in `Intermediates` |
//! | with the cache | the root is an anchor, and the intermediate's signature was seen once |

mod hierarchy;
mod limit;
mod ours;
mod peers;
pub(crate) mod webpki;

use std::time::Duration;

use keys::KeyKind;

use crate::race::{self, Asked, Contestant, Race, bar};
use crate::scratch::Scratch;
use crate::{cpu, table};
use hierarchy::{Hierarchy, RootSays, Says};
use ours::World;

/// Who is asked for the name of `host`, and when.
pub(crate) const HOST: &str = "www.bench.test";
/// 2026-11-22T10:00:00Z.
pub(crate) const AT: i64 = 1_795_341_600;

/// What those that check signatures run for in a round.
const SLICE: Duration = Duration::from_millis(50);
/// The others.
const SHORT_SLICE: Duration = Duration::from_millis(20);
/// The bars of our own work are in microseconds of a machine that does so many chains of P-256 a second at the
/// limit.
const REFERENCE: f64 = 9_800.0;

/// Measures `rounds` (20 when not given) of each.
pub(crate) fn run(rounds: Option<&str>) -> Result<String, String> {
    let rounds = table::rounds(rounds)?;
    let scratch = Scratch::new()?;
    let peers = peers::built(&scratch)?;
    let core = cpu::stay_on_one_core()?;
    let mut parts = vec![format!(
        "verify: leaf → intermediate → root; chains a second of CPU time on core {core}, median of {rounds}\n\
         rounds in which all take turns; leaf and intermediate are parsed each time, the anchor before"
    )];
    parts.extend(peers.skipped.iter().cloned());
    for (kind, name) in [(KeyKind::P256, "P-256"), (KeyKind::Rsa2048, "RSA-2048")] {
        let hierarchy = Hierarchy::new(kind, Says::WhatPublicOnesSay, RootSays::WhoseKey)?;
        let unnamed = Hierarchy::new(kind, Says::WhatPublicOnesSay, RootSays::Nothing)?;
        let (world, bare) = (World::new(&hierarchy)?, World::new(&unnamed)?);
        let mut contestants = vec![limit::contestant(&hierarchy)?];
        contestants.extend(ours::with_signatures(&world));
        contestants.extend(ours::under_unnamed_root(&bare));
        contestants.push(webpki::with_signatures(&hierarchy)?);
        for peer in &peers.programs {
            contestants.push(peer.contestant(&hierarchy, &scratch)?);
        }
        let race = race::run(contestants, rounds, SLICE)?;
        parts.push(race.table(&format!("{name}, signatures checked"), &[limit::NAME, webpki::NAME]));
        parts.push(signature_bars(&race, kind));
    }
    parts.push(own_work(rounds)?);
    Ok(parts.join("\n\n"))
}

fn signature_bars(race: &Race, kind: KeyKind) -> String {
    let (prepared, cached) = if kind == KeyKind::P256 { (0.97, 1.8) } else { (0.94, 1.55) };
    let against_limit = |name| race.ratio(name, limit::NAME);
    [
        bar("cold, × rustls-webpki", race.ratio(ours::COLD, webpki::NAME), Asked::AtLeast(1.0)),
        bar(
            "the same, the anchor's key read before, × rustls-webpki",
            race.ratio(ours::ANCHOR_PREPARED, webpki::NAME),
            Asked::AtLeast(1.0),
        ),
        bar("prepared, × the limit", against_limit(ours::PREPARED), Asked::AtLeast(prepared)),
        bar("cached, × the limit", against_limit(ours::CACHED), Asked::AtLeast(cached)),
    ]
    .join("\n")
}

/// The same with signatures that all hold unchecked: what is left is what the deciding itself costs.
fn own_work(rounds: usize) -> Result<String, String> {
    let mut parts = Vec::new();
    for (says, name) in [
        (Says::TheLeast, "our own work, certificates that say the least"),
        (Says::WhatPublicOnesSay, "our own work, certificates that say what public ones say"),
    ] {
        let hierarchy = Hierarchy::new(KeyKind::P256, says, RootSays::WhoseKey)?;
        let world = World::new(&hierarchy)?;
        let mut contestants: Vec<Contestant<'_>> = ours::without_signatures(&world);
        contestants.push(webpki::without_signatures(&hierarchy)?);
        contestants.push(limit::contestant(&hierarchy)?);
        let race = race::run(contestants, rounds, SHORT_SLICE)?;
        parts.push(race.table(name, &[webpki::NAME]));
        let asked = [(ours::COLD, 3.0), (ours::PREPARED, 2.0), (ours::TRACED, 8.0)];
        let here = 1e6 / race.microseconds(limit::NAME);
        let bars = asked.map(|(who, most)| {
            let each = race.microseconds(who);
            let what = format!(
                "{who}, µs a chain ({each:.2} here, where the limit is {here:.0} a second) at {REFERENCE}"
            );
            bar(&what, each * here / REFERENCE, Asked::AtMost(most))
        });
        parts.push(bars.join("\n"));
    }
    Ok(parts.join("\n\n"))
}
