// SPDX-License-Identifier: MIT OR Apache-2.0
//! subjectAltName.

use x509::ext::SubjectAltName;
use x509::{GeneralName, oid};

use super::Entry;

pub(super) fn entries(host: &str) -> Vec<Entry> {
    let parent = host.split_once('.').map_or("test", |(_, parent)| parent);
    let top = host.rsplit('.').next().unwrap_or(host);
    let label = host.split('.').next().unwrap_or(host);
    let own = GeneralName::Dns(host);
    let entry = |words: String, names: &[GeneralName<'_>]| {
        Entry::new(words, oid::SUBJECT_ALT_NAME, false, SubjectAltName::encode(names))
    };
    let longest = format!("{}.{host}", "a".repeat(63));
    let too_long = format!("{}.{host}", "a".repeat(64));
    let hosts = [
        host.to_owned(),
        host.to_uppercase(),
        format!("*.{parent}"),
        format!("*.{top}"),
        format!("*.{host}"),
        format!("*.*.{top}"),
        format!("*{host}"),
        format!("{}*.{parent}", label.get(..1).unwrap_or_default()),
        format!("{label}.*.{top}"),
        "*".to_owned(),
        "*.".to_owned(),
        format!("{host}."),
        format!(".{host}"),
        format!(" {host}"),
        format!("{host}\0"),
        format!("{host}\0.other.test"),
        "a_b.test".to_owned(),
        "-a.test".to_owned(),
        "a..test".to_owned(),
        "xn--a.test".to_owned(),
        "10.1.2.3".to_owned(),
        String::new(),
        longest,
        too_long,
    ];
    let mut entries: Vec<Entry> = Vec::new();
    for name in &hosts {
        entries.push(entry(format!("{name:?} alone"), &[GeneralName::Dns(name)]));
        entries.push(entry(format!("{name:?} before the name asked for"), &[GeneralName::Dns(name), own]));
    }
    let others = [
        ("an IPv4 address", GeneralName::Ip(&[10, 1, 2, 3])),
        ("an address outside", GeneralName::Ip(&[192, 0, 2, 1])),
        ("an IPv6 address", GeneralName::Ip(&[0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])),
        ("an address of five octets", GeneralName::Ip(&[10, 1, 2, 3, 4])),
        ("an address and a mask", GeneralName::Ip(&[10, 1, 2, 3, 255, 0, 0, 0])),
        ("a mail address", GeneralName::Email("a@files.test")),
        ("a mail address without its host", GeneralName::Email("a")),
        ("a mail address without its user", GeneralName::Email("@files.test")),
        ("a mail address that is excluded", GeneralName::Email("a@bad.test")),
        ("a URI", GeneralName::Uri("https://files.test/a")),
        ("a URI without a host", GeneralName::Uri("urn:a:b")),
        ("a URI without a scheme", GeneralName::Uri("files.test/a")),
        ("a registered identifier", GeneralName::RegisteredId(oid::OCSP)),
        ("another form", GeneralName::Other { oid: oid::SMTP_UTF8_MAILBOX, value: &[0x0c, 0x01, 0x61] }),
        ("an X.400 address", GeneralName::X400(&[])),
        ("an excluded host", GeneralName::Dns("bad.files.test")),
        ("a host outside", GeneralName::Dns("example.com")),
    ];
    entries.extend(others.iter().map(|(words, name)| entry(format!("{words} too"), &[own, *name])));
    entries.push(entry("none".to_owned(), &[]));
    entries
}
