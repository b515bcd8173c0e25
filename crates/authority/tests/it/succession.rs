// SPDX-License-Identifier: MIT OR Apache-2.0
//! Intermediates that come and go.

use authority::audit::Audit;
use authority::founding::FoundingKey;
use authority::{Appointment, IssueError, Issuer, RecordError, Standing, Warrant, succession};
use authority::{Record, RecordError::NoIssuer};
use keys::{AwsLc, KeyKind};
use std::sync::Arc;
use x509::{Certificate, oid};

use crate::office::{Ask, Office, fresh_key, now, request, wait};

/// A further intermediate of this office.
fn appointed(office: &Office) -> Arc<Issuer> {
    let key = FoundingKey { signer: fresh_key(KeyKind::P256), location: "keys/next.pem".into() };
    let appointment = Appointment { above: Arc::clone(&office.founded.root), key };
    wait(appointment.commit(now(), &office.record, &office.random, &AwsLc)).unwrap()
}

fn audited(office: &Office) -> Audit {
    wait(Audit::of(&office.record, &AwsLc, &mut |_, _| {})).unwrap()
}

#[test]
fn a_further_intermediate_is_like_the_first_on_another_key_and_under_another_name() {
    let mut office = Office::publishing_at("http://ca.internal:8480");
    let next = appointed(&office);
    let first = Arc::clone(&office.founded.intermediate);
    let (old, new) =
        (Certificate::parse(first.certificate()).unwrap(), Certificate::parse(next.certificate()).unwrap());
    assert_ne!((first.id(), first.name()), (next.id(), next.name()));
    for same in [
        oid::NAME_CONSTRAINTS,
        oid::BASIC_CONSTRAINTS,
        oid::KEY_USAGE,
        oid::EXTENDED_KEY_USAGE,
        oid::CRL_DISTRIBUTION_POINTS,
        oid::AUTHORITY_INFO_ACCESS,
        oid::AUTHORITY_KEY_IDENTIFIER,
    ] {
        let value = |of: &Certificate<'_>| of.tbs().extensions().find(same).map(|found| found.value.to_vec());
        assert!(value(&old).is_some(), "{same}");
        assert_eq!(value(&old), value(&new), "{same}");
    }
    let organization = |of: &Certificate<'_>| {
        let found = of.tbs().subject().find(oid::ORGANIZATION).unwrap();
        found.text().chars().collect::<String>()
    };
    assert_eq!(organization(&new), organization(&old));
    assert_eq!(next.base_url(), first.base_url());
    // What it issues is accepted, and both stand in the record.
    office.founded.intermediate = next;
    office.issue(Ask::server(request(&["db.internal"]))).unwrap();
    assert_eq!(wait(office.record.issuers()).unwrap().len(), 3);
    let audit = audited(&office);
    assert!(audit.is_clean(), "{:?}", audit.findings);
}

#[test]
fn who_is_retired_issues_nothing_more_and_nobody_is_retired_twice() {
    let office = Office::private();
    let by = Warrant::ApprovedBy("a test".into());
    let first = office.founded.intermediate.id();
    office.issue(Ask::server(request(&["db.internal"]))).unwrap();
    wait(succession::retire(first, &by, now(), &office.record)).unwrap();
    let refused = office.issue(Ask::server(request(&["db.internal"])));
    let Err(IssueError::Record(RecordError::IssuerClosed { what, .. })) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(what, "retired");
    let again = wait(succession::retire(first, &by, now(), &office.record));
    assert!(matches!(again, Err(NoIssuer { .. })), "{again:?}");
    let issuers = wait(office.record.issuers()).unwrap();
    let standing: Vec<Standing> = issuers.iter().map(|issuer| issuer.standing).collect();
    assert_eq!(standing, [Standing::InUse, Standing::Retired(now())]);
    let audit = audited(&office);
    assert!(audit.is_clean(), "{:?}", audit.findings);
}
