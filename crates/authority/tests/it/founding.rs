// SPDX-License-Identifier: MIT OR Apache-2.0
//! The founding: two certificates as the design says them, in the record or nowhere.

use authority::{Constraints, FoundingError, Head, NameKind, Record};
use keys::{AwsLc, KeyKind};
use x509::ext::{BasicConstraints, ExtendedKeyUsage, KeyUsage, NameConstraints};
use x509::{Certificate, oid};

use crate::office::{Counting, Office, at, founding, founding_key, now, record, wait};

#[test]
fn root_and_intermediate_are_as_the_design_says() {
    let office = Office::private();
    let founded = &office.founded;
    let root = Certificate::parse(founded.root.certificate()).unwrap();
    let intermediate = Certificate::parse(founded.intermediate.certificate()).unwrap();
    for (certificate, length, days) in [(&root, 1, 3652), (&intermediate, 0, 1826)] {
        let extensions = certificate.tbs().extensions();
        let basic = extensions.decode::<BasicConstraints>().unwrap().unwrap();
        assert!(basic.critical && basic.value == BasicConstraints { ca: true, path_length: Some(length) });
        let usage = extensions.decode::<KeyUsage>().unwrap().unwrap();
        assert!(
            usage.critical
                && usage.value
                    == KeyUsage::KEY_CERT_SIGN.and(KeyUsage::CRL_SIGN).and(KeyUsage::DIGITAL_SIGNATURE)
        );
        let period = authority::lifetime::Period::from(certificate.tbs().validity());
        assert_eq!((period.not_before, period.days()), (at("2026-11-21T10:00:00Z"), days));
        assert!(extensions.decode::<NameConstraints<'_>>().unwrap().unwrap().critical);
        for url in [oid::CRL_DISTRIBUTION_POINTS, oid::AUTHORITY_INFO_ACCESS] {
            assert!(extensions.find(url).is_none(), "nothing is advertised that is not there");
        }
    }
    let constraints = |certificate: &Certificate<'_>| {
        certificate.tbs().extensions().find(oid::NAME_CONSTRAINTS).unwrap().value.to_vec()
    };
    assert_eq!(constraints(&root), constraints(&intermediate));
    let purposes = intermediate.tbs().extensions().decode::<ExtendedKeyUsage<'_>>().unwrap().unwrap();
    assert_eq!(purposes.value.iter().collect::<Vec<_>>(), [oid::SERVER_AUTH, oid::CLIENT_AUTH]);
    assert!(root.tbs().extensions().find(oid::EXTENDED_KEY_USAGE).is_none());
    assert!(root.tbs().subject().to_string().contains("O=Test Org"));
    assert_eq!(founded.root.path_length(), Some(1));
    assert_eq!(founded.intermediate.path_length(), Some(0));
}

#[test]
fn constraints_name_no_uri_and_no_directory() {
    let office = Office::private();
    let root = Certificate::parse(office.founded.root.certificate()).unwrap();
    let found = root.tbs().extensions().decode::<NameConstraints<'_>>().unwrap().unwrap().value;
    let words: Vec<String> = found.permitted.iter().map(|base| base.to_string()).collect();
    assert!(words.contains(&"dns:internal".to_owned()), "{words:?}");
    assert!(words.contains(&"ip:fc00::/7".to_owned()), "{words:?}");
    assert!(words.contains(&"email:.internal".to_owned()), "{words:?}");
    assert!(words.contains(&"dns:buildhost".to_owned()), "{words:?}");
    assert!(!words.iter().any(|word| word.starts_with("uri:") || word.starts_with("dn:")), "{words:?}");
    let nearest = office.founded.root.constraints().nearest();
    assert!(nearest.in_words(NameKind::Ip).starts_with("127.0.0.0/8, 10.0.0.0/8"));
}

#[test]
fn an_authority_is_founded_once() {
    let office = Office::private();
    let before = office.batches();
    let again = founding(Constraints::unconstrained());
    let refused = wait(again.found(now(), &office.record, &office.random, &AwsLc));
    assert!(matches!(refused, Err(FoundingError::Exists)));
    assert_eq!(office.batches(), before);
    let issuers = wait(office.record.issuers()).unwrap();
    assert_eq!(issuers.len(), 2);
    assert_eq!(issuers[1].added.chain, office.founded.intermediate.chain());
    assert_eq!(issuers[0].added.id, office.founded.root.id());
}

#[test]
fn two_authorities_never_have_the_same_name() {
    let (one, two) = (Office::private(), Office::private());
    assert_ne!(one.founded.root.name(), two.founded.root.name());
    assert_ne!(one.founded.root.name(), one.founded.intermediate.name());
}

#[test]
fn a_name_that_no_certificate_can_carry_founds_nothing() {
    let (record, _folder) = record();
    for name in ["", "a\u{0}b", &"x".repeat(65)] {
        let founding = authority::Founding::new(
            Some(name.into()),
            Constraints::unconstrained(),
            founding_key(KeyKind::P384),
            founding_key(KeyKind::P256),
        );
        let refused = wait(founding.found(now(), &record, &Counting::default(), &AwsLc));
        assert!(matches!(refused, Err(FoundingError::Name(_))), "{name:?}");
        assert_eq!(wait(record.head()).unwrap(), Head::GENESIS);
    }
}
