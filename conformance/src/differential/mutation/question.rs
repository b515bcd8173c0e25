// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is asked: when, and for whom.

use std::time::Duration;

use x509::ext::SubjectAltName;
use x509::{Certificate, GeneralName};

use crate::differential::mutant::Mutant;
use crate::differential::random::Random;

/// A second before, at, or after an end of someone's validity.
pub(super) fn moment(mutant: &mut Mutant, random: &mut Random) -> Option<String> {
    let all: Vec<&Vec<u8>> = mutant.sent.iter().chain(&mutant.anchors).collect();
    let place = random.below(all.len());
    let validity = Certificate::parse(all.get(place)?).ok()?.tbs().validity();
    let (edge, name) = match random.below(2) {
        0 => (validity.not_before.time, "notBefore"),
        _ => (validity.not_after.time, "notAfter"),
    };
    let second = Duration::from_secs(1);
    let (at, words) = match random.below(3) {
        0 => (edge.minus(second), "a second before"),
        1 => (edge, "at"),
        _ => (edge.plus(second), "a second after"),
    };
    mutant.at = at;
    Some(format!("{words} {name} of certificate {place}"))
}

/// Another name: one that the leaf presents, or one close by.
pub(super) fn host(mutant: &mut Mutant, random: &mut Random) -> Option<String> {
    let parent = mutant.host.split_once('.').map_or("test", |(_, parent)| parent).to_owned();
    let mut hosts = vec![
        mutant.host.to_uppercase(),
        format!("sub.{}", mutant.host),
        format!("other.{parent}"),
        parent,
        "localhost".to_owned(),
        "10.1.2.3".to_owned(),
        "10.1.2.4".to_owned(),
        "fd00::1".to_owned(),
        format!("{}x", mutant.host),
        format!("xn--{}", mutant.host),
    ];
    let leaf = Certificate::parse(mutant.leaf()).ok();
    let names = leaf.and_then(|leaf| leaf.tbs().extensions().decode::<SubjectAltName<'_>>().ok().flatten());
    for name in names.iter().flat_map(|names| names.value.iter()) {
        match name {
            GeneralName::Dns(host) => hosts.push(host.replacen('*', "star", 1)),
            GeneralName::Ip(_) => hosts.extend(name.ip().map(|address| address.to_string())),
            _ => {}
        }
    }
    // Whether a text is a name at all is not what is asked here.
    hosts.retain(|host| verify::PeerName::parse(host).is_ok());
    mutant.host.clone_from(random.pick(&hosts)?);
    Some(mutant.host.clone())
}
