// SPDX-License-Identifier: MIT OR Apache-2.0
//! Hierarchies of our own: what no chain met in the world has, and the standard allows.

use x509::der::{Reader, Tag, Writer};
use x509::ext::{
    AuthorityKeyIdentifier, BasicConstraints, CertificatePolicies, ExtendedKeyUsage, InhibitAnyPolicy,
    KeyUsage, NameConstraints, PolicyConstraints, PolicyMapping, PolicyMappings, SubjectAltName,
    SubjectKeyIdentifier,
};
use x509::name::NameBuilder;
use x509::{GeneralName, Name, Oid, Time, oid};

use super::{Hierarchy, link};
use crate::differential::draft::{CRITICAL, Draft, Drafted};
use crate::differential::keyring::{Family, Keyring, Keys};

/// Whom every leaf of ours is for.
const HOST: &str = "www.files.test";

/// The moment they are judged at: 2026-11-22T10:00:00Z.
const AT: Time = Time::from_unix(1_795_341_600);

/// Every hierarchy of ours, under keys of each family.
pub(crate) fn made(ring: &Keyring) -> Vec<Hierarchy> {
    let each = |family| {
        let keys = ring.of(family);
        [plain(keys), constrained(keys), deep(keys), policies(keys), self_issued(keys), many_names(keys)]
            .map(|(name, drafts)| finish(name, family, drafts, keys))
    };
    [Family::Ed25519, Family::P256].into_iter().flat_map(each).collect()
}

type Made = (&'static str, Vec<Draft>);

fn finish(name: &str, family: Family, drafts: Vec<Draft>, keys: &Keys) -> Hierarchy {
    let kind = match family {
        Family::Ed25519 => "Ed25519",
        Family::P256 => "P-256",
    };
    let name = format!("made::{name}, {kind}");
    let mut hierarchy =
        Hierarchy { name, family, drafts, strangers: Vec::new(), at: AT, host: HOST.to_owned() };
    link(&mut hierarchy, keys);
    // The issuer's name stands in each certificate below it.
    let subjects: Vec<Vec<u8>> = hierarchy.drafts.iter().map(|draft| draft.subject.clone()).collect();
    let issuers = subjects.iter().skip(1).chain(subjects.last());
    for (draft, issuer) in hierarchy.drafts.iter_mut().zip(issuers) {
        draft.issuer.clone_from(issuer);
    }
    hierarchy
}

fn plain(keys: &Keys) -> Made {
    ("plain", vec![server(keys), ca(keys, "Issuing", Some(0)), ca(keys, "Root", None)])
}

fn constrained(keys: &Keys) -> Made {
    let permitted = [GeneralName::Dns("files.test"), GeneralName::Ip(&[10, 0, 0, 0, 255, 0, 0, 0])];
    let excluded = [GeneralName::Dns("bad.files.test"), GeneralName::Email("bad.test")];
    let constraints = |permitted: &[GeneralName<'_>], excluded: &[GeneralName<'_>]| {
        Drafted::new(oid::NAME_CONSTRAINTS, true, NameConstraints::encode(permitted, excluded))
    };
    let mut leaf = server(keys);
    name_it(&mut leaf, &[GeneralName::Dns(HOST), GeneralName::Ip(&[10, 1, 2, 3])]);
    let mut issuing = ca(keys, "Issuing", Some(0));
    issuing.set(constraints(&permitted, &excluded));
    let mut root = ca(keys, "Root", Some(1));
    root.set(constraints(&[GeneralName::Dns("test")], &[]));
    ("constrained", vec![leaf, issuing, root])
}

fn deep(keys: &Keys) -> Made {
    let mut drafts = vec![server(keys)];
    drafts.extend((0..4).map(|depth| ca(keys, &format!("Issuing {depth}"), Some(depth))));
    drafts.push(ca(keys, "Root", Some(4)));
    ("deep", drafts)
}

fn policies(keys: &Keys) -> Made {
    // Identifiers that stand for policies.
    let (theirs, ours) = (oid::OCSP, oid::CA_ISSUERS);
    let list = |policy: Oid<'_>| {
        Drafted::new(oid::CERTIFICATE_POLICIES, false, CertificatePolicies::encode(&[policy]))
    };
    let mut leaf = server(keys);
    leaf.set(list(theirs));
    let mut issuing = ca(keys, "Issuing", None);
    issuing.set(list(theirs));
    issuing.set(Drafted::new(oid::INHIBIT_ANY_POLICY, true, InhibitAnyPolicy(0).encode()));
    let mut upper = ca(keys, "Upper", None);
    upper.set(list(ours));
    let mapping = PolicyMapping { issuer: ours, subject: theirs };
    upper.set(Drafted::new(oid::POLICY_MAPPINGS, true, PolicyMappings::encode(&[mapping])));
    let explicit = PolicyConstraints { require_explicit_policy: Some(0), inhibit_policy_mapping: Some(1) };
    upper.set(Drafted::new(oid::POLICY_CONSTRAINTS, true, explicit.encode()));
    ("policies", vec![leaf, issuing, upper, ca(keys, "Root", None)])
}

/// A CA that handed its name on to a new key: what it issued to itself is not counted (RFC 5280 §6.1.4(l)).
fn self_issued(keys: &Keys) -> Made {
    let (new, old) = (ca(keys, "Issuing", Some(0)), ca(keys, "Issuing", Some(0)));
    ("self-issued", vec![server(keys), new, old, ca(keys, "Root", Some(1))])
}

fn many_names(keys: &Keys) -> Made {
    let directory = NameBuilder::new().common_name("Files").map(NameBuilder::build).unwrap_or_default();
    let mut names = vec![
        GeneralName::Dns("files.test"),
        GeneralName::Dns("*.files.test"),
        GeneralName::Email("files@files.test"),
        GeneralName::Uri("https://files.test/"),
        GeneralName::Ip(&[10, 1, 2, 3]),
        GeneralName::Ip(&[0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
        GeneralName::RegisteredId(oid::OCSP),
    ];
    names.extend(Name::read(&mut Reader::new(&directory)).ok().map(GeneralName::Directory));
    let mut leaf = server(keys);
    leaf.subject = NameBuilder::new().build();
    name_it(&mut leaf, &names);
    if let Some(names) = leaf.extension(oid::SUBJECT_ALT_NAME) {
        names.critical = CRITICAL.to_vec();
    }
    ("many-names", vec![leaf, ca(keys, "Issuing", None), ca(keys, "Root", None)])
}

fn name_it(leaf: &mut Draft, names: &[GeneralName<'_>]) {
    leaf.set(Drafted::new(oid::SUBJECT_ALT_NAME, false, SubjectAltName::encode(names)));
}

fn server(keys: &Keys) -> Draft {
    let mut leaf = bare(keys, HOST, "2026-09-01", "2027-09-01");
    let constraints = BasicConstraints { ca: false, path_length: None };
    leaf.extensions = vec![
        Drafted::new(oid::BASIC_CONSTRAINTS, true, constraints.encode()),
        Drafted::new(oid::KEY_USAGE, true, KeyUsage::DIGITAL_SIGNATURE.encode()),
        Drafted::new(oid::EXTENDED_KEY_USAGE, false, ExtendedKeyUsage::encode(&[oid::SERVER_AUTH])),
    ];
    leaf.extensions.extend(identifiers(keys));
    name_it(&mut leaf, &[GeneralName::Dns(HOST)]);
    leaf
}

fn ca(keys: &Keys, common_name: &str, path_length: Option<u32>) -> Draft {
    let mut draft = bare(keys, common_name, "2020-01-01", "2051-01-01");
    let usage = KeyUsage::KEY_CERT_SIGN.and(KeyUsage::CRL_SIGN);
    draft.extensions = vec![
        Drafted::new(oid::BASIC_CONSTRAINTS, true, BasicConstraints { ca: true, path_length }.encode()),
        Drafted::new(oid::KEY_USAGE, true, usage.encode()),
    ];
    draft.extensions.extend(identifiers(keys));
    draft
}

/// Which keys they name is settled when the hierarchy is put together.
fn identifiers(keys: &Keys) -> [Drafted; 2] {
    let identifier = keys.identifier(0);
    [
        Drafted::new(oid::SUBJECT_KEY_IDENTIFIER, false, SubjectKeyIdentifier(&identifier).encode()),
        Drafted::new(oid::AUTHORITY_KEY_IDENTIFIER, false, AuthorityKeyIdentifier::encode(&identifier)),
    ]
}

fn bare(keys: &Keys, common_name: &str, not_before: &str, not_after: &str) -> Draft {
    let name = NameBuilder::new().organization("Files").and_then(|name| name.common_name(common_name));
    let subject = name.map(NameBuilder::build).unwrap_or_default();
    let time = |text: &str| Writer::build(|writer| Time::parse(text).unwrap_or(AT).write(writer));
    Draft {
        version: Writer::build(|writer| {
            writer.nest(Tag::context_constructed(0), |version| version.integer(2));
        }),
        serial: Writer::build(|writer| writer.unsigned(&[0x4a, 1, 2, 3])),
        inner_algorithm: None,
        outer_algorithm: None,
        issuer: subject.clone(),
        validity: [time(not_before), time(not_after)],
        subject,
        key_info: keys.get(0).public_key_info().to_vec(),
        unique: Vec::new(),
        extensions: Vec::new(),
        key: 0,
        signer: 0,
        edits: Vec::new(),
    }
}
