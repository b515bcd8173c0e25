// SPDX-License-Identifier: MIT OR Apache-2.0
//! nameConstraints.

use x509::der::{Reader, Tag, Writer};
use x509::ext::NameConstraints;
use x509::name::NameBuilder;
use x509::{GeneralName, Name, oid};

use super::Entry;

pub(super) fn entries(host: &str) -> Vec<Entry> {
    let parent = host.split_once('.').map_or("test", |(_, parent)| parent);
    let dotted = format!(".{parent}");
    let upper = parent.to_uppercase();
    let star = format!("*.{parent}");
    let organization = NameBuilder::new().organization("Files").map(NameBuilder::build).unwrap_or_default();
    let stranger = NameBuilder::new().organization("Others").map(NameBuilder::build).unwrap_or_default();
    let empty = NameBuilder::new().build();
    let mut bases = vec![
        ("the name asked for", GeneralName::Dns(host)),
        ("its parent", GeneralName::Dns(parent)),
        ("its parent with a dot in front", GeneralName::Dns(&dotted)),
        ("its parent in capitals", GeneralName::Dns(&upper)),
        ("its parent with a star", GeneralName::Dns(&star)),
        ("every host", GeneralName::Dns("")),
        ("another host", GeneralName::Dns("example.com")),
        ("a part of a label", GeneralName::Dns("st")),
        ("no host", GeneralName::Dns("a b")),
        ("10.0.0.0/8", GeneralName::Ip(&[10, 0, 0, 0, 255, 0, 0, 0])),
        ("no IPv4 address", GeneralName::Ip(&[255, 255, 255, 255, 255, 255, 255, 255])),
        ("every IPv4 address", GeneralName::Ip(&[0; 8])),
        ("a mask with a hole", GeneralName::Ip(&[10, 0, 0, 0, 255, 0, 255, 0])),
        ("an address without a mask", GeneralName::Ip(&[10, 1, 2, 3])),
        ("every IPv6 address", GeneralName::Ip(&[0; 32])),
        ("a mail host", GeneralName::Email("files.test")),
        ("a mail domain", GeneralName::Email(".test")),
        ("a mailbox", GeneralName::Email("a@files.test")),
        ("a URI's host", GeneralName::Uri("files.test")),
        ("a URI's domain", GeneralName::Uri(".test")),
        ("a whole URI", GeneralName::Uri("https://files.test/")),
        ("a registered identifier", GeneralName::RegisteredId(oid::OCSP)),
        ("another form", GeneralName::Other { oid: oid::SMTP_UTF8_MAILBOX, value: &[0x0c, 0x01, 0x61] }),
    ];
    let directories =
        [("a directory", &organization), ("another directory", &stranger), ("every directory", &empty)];
    let directory = |der| Name::read(&mut Reader::new(der)).ok().map(GeneralName::Directory);
    bases.extend(directories.iter().filter_map(|(words, der)| directory(der).map(|name| (*words, name))));
    let entry = |words: String, permitted: &[GeneralName<'_>], excluded: &[GeneralName<'_>]| {
        Entry::new(words, oid::NAME_CONSTRAINTS, true, NameConstraints::encode(permitted, excluded))
    };
    let mut entries: Vec<Entry> = Vec::new();
    for (words, base) in &bases {
        entries.push(entry(format!("{words}, permitted"), &[*base], &[]));
        entries.push(entry(format!("{words}, excluded"), &[], &[*base]));
        entries.push(entry(
            format!("{words}, permitted beside the name asked for"),
            &[GeneralName::Dns(host), *base],
            &[],
        ));
    }
    entries.push(entry(
        "permitted and excluded".to_owned(),
        &[GeneralName::Dns(parent)],
        &[GeneralName::Dns(host)],
    ));
    entries.push(entry("empty".to_owned(), &[], &[]));
    entries.extend(distances(parent));
    entries
}

/// RFC 5280 §4.2.1.10: the minimum is zero and the maximum absent.
fn distances(parent: &str) -> [Entry; 3] {
    let subtree = |words: &str, number: u8, distance: u8| {
        let value = Writer::build(|writer| {
            writer.sequence(|constraints| {
                constraints.nest(Tag::context_constructed(0), |list| {
                    list.sequence(|subtree| {
                        GeneralName::Dns(parent).write(subtree);
                        subtree.element(Tag::context(number), &[distance]);
                    });
                });
            });
        });
        Entry::new(words, oid::NAME_CONSTRAINTS, true, value)
    };
    [
        subtree("a minimum of zero, written out", 0, 0),
        subtree("a minimum of one", 0, 1),
        subtree("a maximum of one", 1, 1),
    ]
}
