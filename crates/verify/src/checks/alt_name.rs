// SPDX-License-Identifier: MIT OR Apache-2.0
//! subjectAltName and its place beside the subject (RFC 5280 §4.1.2.6, §4.2.1.6, BR §7.1.4.3).

use std::net::IpAddr;

use x509::ext::SubjectAltName;
use x509::{Critical, GeneralName, oid};

use crate::decoded::bounded;
use crate::judge::{Finding, Judge, Seat, Verdict, either};
use crate::names::{dns, email, uri};
use crate::public_suffixes::PublicSuffixes;
use crate::question::Purpose;
use crate::rules;
use crate::trace::{Place, Shown, TraceSink};

pub(super) fn check<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    for_empty_subject(judge, seat)?;
    not_critical(judge, seat)?;
    syntax(judge, seat)?;
    if seat.place == Place::Leaf && judge.question.purpose == Purpose::ServerAuth {
        wildcard_scope(judge, seat)?;
        common_name(judge, seat)?;
    }
    Ok(())
}

fn for_empty_subject<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    if !seat.certificate.tbs().subject().is_empty() {
        return Ok(());
    }
    let names = seat.certificate.known.subject_alt_name;
    judge.hold(&rules::ALT_NAME_FOR_EMPTY_SUBJECT, seat, names.is_some_and(|names| names.critical), || {
        let seen = names.map_or("none", |names| either(names.critical, "critical", "not critical"));
        Finding::new(seen, "critical")
    })
}

fn not_critical<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    let Some(names) = seat.certificate.known.subject_alt_name else { return Ok(()) };
    let holds = !names.critical || seat.certificate.tbs().subject().is_empty();
    judge.hold(&rules::ALT_NAME_NOT_CRITICAL, seat, holds, || {
        Finding::new(either(names.critical, "critical", "not critical"), either(holds, "any", "not critical"))
    })
}

fn syntax<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    if !judge.asks(&rules::ALT_NAME_SYNTAX) {
        return Ok(());
    }
    let Some(names) = seat.certificate.known.subject_alt_name else { return Ok(()) };
    let fault = names.value.iter().find_map(|name| fault(&name).map(|fault| (name, fault)));
    judge.hold(&rules::ALT_NAME_SYNTAX, seat, fault.is_none(), || match fault {
        Some((name, fault)) => Finding::new(format!("{}: {fault}", bounded(name)), "the form's own syntax"),
        None => Finding::new("well-formed", "well-formed"),
    })
}

/// What is wrong with a name in subjectAltName.
fn fault(name: &GeneralName<'_>) -> Option<String> {
    match *name {
        GeneralName::Dns(host) => dns::check_presented(host).err().map(|fault| fault.to_string()),
        GeneralName::Email(mailbox) => email::check(mailbox).err().map(|fault| fault.to_string()),
        GeneralName::Uri(text) => uri::check(text).err().map(|fault| fault.to_string()),
        GeneralName::Directory(name) => name.is_empty().then(|| "it is empty".to_owned()),
        // The lengths of addresses, and the rest, were checked when they were read.
        GeneralName::Ip(_)
        | GeneralName::Other { .. }
        | GeneralName::X400(_)
        | GeneralName::EdiParty(_)
        | GeneralName::RegisteredId(_) => None,
    }
}

/// BR §3.2.2.6: what stands below a star must be more than a top-level domain, or another domain below
/// which anybody can register.
fn wildcard_scope<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    if !judge.asks(&rules::WILDCARD_SCOPE) {
        return Ok(());
    }
    let Some(names) = seat.certificate.known.subject_alt_name else { return Ok(()) };
    let suffixes = judge.question.public_suffixes;
    let is_public = |parent: &str| {
        let listed = |list: &dyn PublicSuffixes| list.is_public_suffix(&parent.to_ascii_lowercase());
        !parent.contains('.') || suffixes.is_some_and(listed)
    };
    let wide = names.value.iter().find_map(|name| {
        let GeneralName::Dns(host) = name else { return None };
        host.strip_prefix("*.").filter(|parent| is_public(parent))
    });
    judge.hold(&rules::WILDCARD_SCOPE, seat, wide.is_none(), || {
        Finding::new(
            wide.map_or(Shown::from("none"), |parent| format!("*.{parent}").into()),
            either(wide.is_none(), "none", "none that wide"),
        )
    })
}

/// BR §7.1.4.3: a common name repeats one of the alternative names, to the letter.
fn common_name<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    if !judge.asks(&rules::COMMON_NAME_IN_ALT_NAME) {
        return Ok(());
    }
    let subject = seat.certificate.tbs().subject();
    let mut common_names = subject.attributes().filter(|attribute| attribute.oid == oid::COMMON_NAME);
    let Some(attribute) = common_names.next() else { return Ok(()) };
    let alone = common_names.next().is_none();
    let common_name: String = attribute.text().chars().take(LONGEST_NAME).collect();
    let listed = repeats_alt_name(&common_name, seat.certificate.known.subject_alt_name);
    judge.hold(&rules::COMMON_NAME_IN_ALT_NAME, seat, listed && alone, || {
        let more = either(alone, "", " and another");
        Finding::new(format!("CN={}{more}", common_name.escape_debug()), "one of the alternative names")
    })
}

/// More than any host name or address has.
const LONGEST_NAME: usize = 256;

/// Whether a common name is to the letter one of the alternative names of its own form.
///
/// DIVERGENCE BR-7.1.4.3: a host name passes where no alternative name is a plain host name (all are
/// wildcards or addresses). x509-limbo's `webpki::san::leftmost-wildcard-san` and
/// `exact-localhost-ip-san` ask for that, and nobody is reached by a common name unless the question
/// dares.
fn repeats_alt_name(common_name: &str, names: Option<Critical<SubjectAltName<'_>>>) -> bool {
    let names = || names.into_iter().flat_map(|names| names.value.iter());
    if let Ok(address) = common_name.parse::<IpAddr>() {
        // `IpAddr` writes RFC 5952 and RFC 3986: any other way of writing the address is not the right one.
        return address.to_string() == common_name && names().any(|name| name.ip() == Some(address));
    }
    let listed = names().any(|name| name == GeneralName::Dns(common_name));
    let mut hosts = names().filter(|name| matches!(name, GeneralName::Dns(host) if !host.starts_with("*.")));
    listed || (is_host(common_name) && hosts.next().is_none())
}

/// Whether text names a host, and not an address in some disguise such as `0xC0A80101`.
fn is_host(text: &str) -> bool {
    let last = text.rsplit('.').next().unwrap_or(text).to_ascii_lowercase();
    let digits = last.strip_prefix("0x");
    let disguised = digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    dns::check(text).is_ok() && !disguised
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disguised_address_is_no_host() {
        for host in ["a.test", "localhost", "0xg", "x.0x.test"] {
            assert!(is_host(host), "{host}");
        }
        for other in ["0xC0A80101", "0x7f.0x1", "192.168.001.001", "a.0xff", "test-測試.com", ""] {
            assert!(!is_host(other), "{other}");
        }
    }
}
