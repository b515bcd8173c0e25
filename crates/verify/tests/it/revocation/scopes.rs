// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a list covers: distribution points, kinds, reasons, other issuers (RFC 5280 §6.3.3(b, d, e)).

use x509::der::{Tag, Writer};
use x509::ext::{IssuingDistributionPoint, ReasonFlags};
use x509::{GeneralName, Name, oid};

use super::{LEAF, by, line, line_of};
use crate::pki::lists::{Entry, List};
use crate::pki::{Issued, Spec, name};

const WHOLE: IssuingDistributionPoint<'static> = IssuingDistributionPoint {
    name: None,
    only_user_certificates: false,
    only_ca_certificates: false,
    only_some_reasons: None,
    indirect: false,
    only_attribute_certificates: false,
};

/// A distribution point of a certificate.
#[derive(Clone, Default)]
struct Point {
    names: Vec<GeneralName<'static>>,
    reasons: Option<ReasonFlags>,
    issuer: Option<Vec<u8>>,
}

/// A server with these points.
fn pointing(points: &[Point]) -> Spec {
    let value = Writer::build(|writer| {
        writer.sequence(|list| {
            for Point { names, reasons, issuer } in points {
                list.sequence(|point| {
                    if !names.is_empty() {
                        point.nest(Tag::context_constructed(0), |name| {
                            name.nest(Tag::context_constructed(0), |full| {
                                names.iter().for_each(|name| name.write(full));
                            });
                        });
                    }
                    if let Some(reasons) = reasons {
                        reasons.write(point, Tag::context(1));
                    }
                    if let Some(issuer) = issuer {
                        point.nest(Tag::context_constructed(2), |names| {
                            GeneralName::Directory(Name::parse(issuer).unwrap()).write(names);
                        });
                    }
                });
            }
        });
    });
    Spec::server("a.test").with(oid::CRL_DISTRIBUTION_POINTS, false, value)
}

const HERE: GeneralName<'static> = GeneralName::Uri("http://a.test/here.crl");
const THERE: GeneralName<'static> = GeneralName::Uri("http://a.test/there.crl");

fn at(names: &[GeneralName<'static>]) -> Point {
    Point { names: names.to_vec(), ..Point::default() }
}

#[test]
fn a_list_of_a_point_covers_what_points_there() {
    let check = |points: &[Point], names: &[GeneralName<'_>], expect: &str| {
        let line = line_of(pointing(points));
        let list = List::empty().scoped(WHOLE, names).signed_by(&line.intermediate);
        assert_eq!(by(&line, &[], &[list]), expect);
    };
    let misfit = "leaf: status-known crl-scope";
    check(&[at(&[HERE])], &[HERE], "accepted");
    check(&[at(&[THERE])], &[HERE], misfit);
    check(&[at(&[THERE, HERE])], &[HERE], "accepted");
    check(&[at(&[THERE]), at(&[HERE])], &[HERE], "accepted");
    check(&[at(&[HERE])], &[THERE, HERE], "accepted");
    // A list without a name is about everything its issuer issued.
    check(&[at(&[HERE])], &[], "accepted");
    // A certificate without a point has its issuer's name for one.
    let issuer = name("Intermediate");
    let line = line();
    let implied = [GeneralName::Directory(Name::parse(&issuer).unwrap())];
    let list = List::empty().scoped(WHOLE, &implied).signed_by(&line.intermediate);
    assert_eq!(by(&line, &[], &[list]), "accepted");
    let elsewhere = List::empty().scoped(WHOLE, &[HERE]).signed_by(&line.intermediate);
    assert_eq!(by(&line, &[], &[elsewhere]), misfit);
}

#[test]
fn a_list_of_one_kind_covers_no_other() {
    let line = line();
    let check = |point, expect: &str| {
        let list = List::empty().scoped(point, &[]).signed_by(&line.intermediate);
        assert_eq!(by(&line, &[], &[list]), expect);
    };
    let misfit = "leaf: status-known crl-scope";
    check(IssuingDistributionPoint { only_user_certificates: true, ..WHOLE }, "accepted");
    check(IssuingDistributionPoint { only_ca_certificates: true, ..WHOLE }, misfit);
    check(IssuingDistributionPoint { only_attribute_certificates: true, ..WHOLE }, misfit);
    let users = IssuingDistributionPoint { only_user_certificates: true, ..WHOLE };
    let lists = [List::empty().scoped(users, &[]).signed_by(&line.root)];
    let result = super::judged(&line, &[], &[&lists[0]], |_, _| {});
    assert_eq!(super::words(result), "intermediate 1: status-known crl-scope");
}

#[test]
fn every_reason_must_be_covered() {
    let compromise = ReasonFlags::KEY_COMPROMISE.and(ReasonFlags::CA_COMPROMISE);
    let others = ReasonFlags::ALL.without(compromise);
    let some = |reasons| IssuingDistributionPoint { only_some_reasons: Some(reasons), ..WHOLE };
    let check = |point: Option<Point>, reasons: &[ReasonFlags], expect: &str| {
        let line = point.map_or_else(line, |point| line_of(pointing(&[point])));
        let signed =
            |reasons: &ReasonFlags| List::empty().scoped(some(*reasons), &[]).signed_by(&line.intermediate);
        let lists: Vec<Vec<u8>> = reasons.iter().map(signed).collect();
        assert_eq!(by(&line, &[], &lists), expect, "{reasons:?}");
    };
    check(None, &[compromise, others], "accepted");
    check(None, &[compromise], "leaf: status-known");
    check(None, &[others], "leaf: status-known");
    // The certificate's point may promise fewer; what goes beyond is left to the issuer's own.
    let promised = Point { names: vec![HERE], reasons: Some(compromise), issuer: None };
    check(Some(promised), &[compromise, others], "accepted");
    let line = line();
    let partial = List::empty().revoking(LEAF).scoped(some(compromise), &[]).signed_by(&line.intermediate);
    assert_eq!(by(&line, &[], &[partial]), "leaf: not-revoked");
}

#[test]
fn what_is_covered_in_part_says_which_reasons() {
    let line = line();
    let some = IssuingDistributionPoint { only_some_reasons: Some(ReasonFlags::SUPERSEDED), ..WHOLE };
    let list = List::empty().scoped(some, &[]).signed_by(&line.intermediate);
    let of = |_: &mut verify::Question<'_>, revocation: &mut verify::Revocation<'_>| {
        revocation.of = verify::StatusOf::Leaf;
    };
    let rejection = super::judged(&line, &[], &[&list], of).unwrap_err();
    assert_eq!(
        rejection.to_string(),
        "certificate may have been revoked: what is given covers superseded alone"
    );
}

#[test]
fn an_indirect_list_speaks_for_the_issuers_that_it_names() {
    let lister = |line: &super::Line| line.root.issue(Spec::ca("Lister").serial(&[0x4a, 20]));
    let point = Point { names: vec![HERE], issuer: Some(name("Lister")), reasons: None };
    let indirect = IssuingDistributionPoint { indirect: true, ..WHOLE };
    let check = |list: List, expect: &str| {
        let line = line_of(pointing(std::slice::from_ref(&point)));
        let lister = lister(&line);
        assert_eq!(by(&line, &[&lister], &[list.signed_by(&lister)]), expect);
    };
    let (ours, theirs) = (name("Intermediate"), name("Stranger"));
    check(List::empty().scoped(indirect, &[HERE]), "accepted");
    check(List::empty().scoped(WHOLE, &[HERE]), "leaf: status-known crl-scope");
    let listed = |issuer: &[u8]| List::empty().scoped(indirect, &[HERE]).entry(Entry::new(LEAF).of(issuer));
    check(listed(&ours), "leaf: not-revoked");
    check(listed(&theirs), "accepted");
    // The issuer of an entry is that of those after it too, until another is named.
    let first = Entry::new(&[0x4a, 99]).of(&ours);
    check(List::empty().scoped(indirect, &[HERE]).entry(first).revoking(LEAF), "leaf: not-revoked");
    // An entry that names nobody is of the list's own issuer.
    check(List::empty().scoped(indirect, &[HERE]).revoking(LEAF), "accepted");
}

#[test]
fn an_indirect_list_is_signed_by_whom_an_authority_above_the_certificate_certified() {
    let point = Point { names: vec![HERE], issuer: Some(name("Lister")), reasons: None };
    let line = line_of(pointing(&[point]));
    let rogue = line.root.issue(Spec::ca("Rogue").serial(&[0x4a, 40]));
    let indirect = IssuingDistributionPoint { indirect: true, ..WHOLE };
    let check = |issuer: &Issued, expect: &str| {
        let lister = issuer.issue(Spec::ca("Lister").serial(&[0x4a, 20]));
        let list = List::empty().scoped(indirect, &[HERE]).signed_by(&lister);
        let of_issuer = List::empty().signed_by(issuer);
        assert_eq!(by(&line, &[&lister, &rogue], &[list, of_issuer]), expect);
    };
    check(&line.root, "accepted");
    check(&rogue, "leaf: status-known crl-issuer-trusted");
}

#[test]
fn a_list_of_another_issuer_is_not_about_the_certificate() {
    let line = line();
    let other = line.root.issue(Spec::ca("Other").serial(&[0x4a, 21]));
    let list = List::empty().revoking(LEAF).signed_by(&other);
    assert_eq!(by(&line, &[&other], std::slice::from_ref(&list)), "leaf: status-known");
    let own = List::empty().signed_by(&line.intermediate);
    assert_eq!(by(&line, &[&other], &[list, own]), "accepted");
}

#[test]
fn lists_of_two_issuers_with_one_key_are_both_in_force() {
    let points = [name("Intermediate"), name("Lister")].map(|issuer| Point {
        names: vec![HERE],
        issuer: Some(issuer),
        reasons: None,
    });
    let line = line_of(pointing(&points));
    let lister = line.root.issue(Spec::ca("Lister").serial(&[0x4a, 20]).key_of(&line.intermediate));
    let indirect = IssuingDistributionPoint { indirect: true, ..WHOLE };
    let list = |number| List::empty().numbered(number).scoped(indirect, &[HERE]);
    let listed = || Entry::new(LEAF).of(&name("Intermediate"));
    let lists = [list(9).signed_by(&line.intermediate), list(8).entry(listed()).signed_by(&lister)];
    assert_eq!(by(&line, &[&lister], &lists), "leaf: not-revoked");
    let lists = [list(8).entry(listed()).signed_by(&line.intermediate), list(9).signed_by(&lister)];
    assert_eq!(by(&line, &[&lister], &lists), "leaf: not-revoked");
}

/// So many lists that differ by their numbers alone.
fn numbered(line: &super::Line, list: &List, count: u16) -> Vec<Vec<u8>> {
    (0..count).map(|number| list.clone().counted(number).signed_by(&line.intermediate)).collect()
}

#[test]
fn comparisons_of_long_names_are_bounded() {
    // Each comparison of the two ends with their last letter.
    let long = |letter: &str, last: &str| {
        let text = letter.repeat(3_000) + last;
        Writer::build(|name| {
            name.sequence(|rdns| {
                rdns.nest(Tag::SET, |rdn| {
                    rdn.sequence(|attribute| {
                        attribute.element(Tag::OBJECT_IDENTIFIER, oid::COMMON_NAME.content());
                        attribute.element(Tag::UTF8_STRING, text.as_bytes());
                    });
                });
            });
        })
    };
    let spent = "leaf: budget-name-comparisons";
    let many = |letter, last| {
        let der: &'static [u8] = Box::leak(long(letter, last).into());
        vec![GeneralName::Directory(Name::parse(der).unwrap()); 10]
    };
    let line = line_of(pointing(&[at(&many("a", "x"))]));
    let list = List::empty().scoped(WHOLE, &many("A", "y"));
    assert_eq!(by(&line, &[], &numbered(&line, &list, 1)), "leaf: status-known crl-scope");
    assert_eq!(by(&line, &[], &numbered(&line, &list, 20)), spent);

    let root = Spec::ca("Root").self_signed();
    let intermediate = root.issue(Spec::ca("I").subject(long("a", "x")).serial(super::INTERMEDIATE));
    let leaf = intermediate.issue(pointing(&vec![at(&[HERE]); 200]).serial(LEAF));
    let line = super::Line { root, intermediate, leaf };
    let list = List::empty().issuer(long("A", "y"));
    assert_eq!(by(&line, &[], &numbered(&line, &list, 50)), "leaf: status-known");
    assert_eq!(by(&line, &[], &numbered(&line, &list, 500)), spent);
}
