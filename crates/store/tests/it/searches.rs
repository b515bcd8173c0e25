// SPDX-License-Identifier: MIT OR Apache-2.0
//! Certificates are found by whatever is known of them, in pages that meet.

use std::str::FromStr;

use authority::search::{Cursor, NamePattern, Sha256, Span, StandsAs};
use authority::{Batch, Page, Question, Record, Search, SearchOrder};
use proptest::prelude::*;
use proptest::sample::select;
use x509::ext::ReasonCode::{CertificateHold, Superseded};
use x509::{DigestAlgorithm, SignatureVerifier as _};

use crate::crypto::Fake;
use crate::files::fresh;
use crate::samples::{Member, founding, id, now};
use crate::wait;

const DAY: i64 = 86_400;

fn member(serial: u8, names: &[&str]) -> Member {
    Member {
        issuer: 1,
        serial: [0x40, serial, 0xa0, serial],
        key: serial,
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        profile: "server",
        requester: "approved by uid 0 (chancery sign)",
        issued: i64::from(serial) - 100,
        ends: DAY * i64::from(serial),
    }
}

fn commit(record: &dyn Record, members: &[Member]) {
    let entries = members.iter().flat_map(Member::entries).collect();
    wait(record.commit(Batch::new(entries))).unwrap();
}

/// Six certificates beside those of the authority.
fn fleet(record: &dyn Record) -> Vec<Member> {
    for key in [1, 2] {
        wait(record.commit(founding(key))).unwrap();
    }
    let mut fleet = vec![
        member(1, &["www.example.internal", "example.internal"]),
        member(2, &["WWW.shop.internal", "shop.internal"]),
        member(3, &["*.example.internal"]),
        member(4, &["db-4711.dept.example.internal"]),
        member(5, &["wwwfoo.test"]),
        member(6, &["bücher.test", "a\"b'c.test"]),
    ];
    (fleet[1].profile, fleet[1].requester) = ("client", "approved by token 0101010101010101 (Deploy)");
    (fleet[2].issuer, fleet[3].issuer) = (2, 2);
    fleet[4].key = 1;
    fleet[5].ends = -DAY;
    commit(record, &fleet);
    wait(record.commit(Batch::new(vec![fleet[0].revoked(Superseded), fleet[3].revoked(CertificateHold)])))
        .unwrap();
    fleet
}

fn name(pattern: &str) -> Question {
    Question { names: vec![NamePattern::from_str(pattern).unwrap()], ..Question::default() }
}

/// Which members are found, by the second octet of their serial numbers, page by page.
fn found(record: &dyn Record, question: &Question, order: Option<SearchOrder>, limit: usize) -> Vec<u8> {
    let mut all = Vec::new();
    let mut after: Option<Cursor> = None;
    loop {
        let Page { found, next, .. } = page(record, question, order, limit, after.clone());
        assert!(found.len() <= limit);
        all.extend(found.iter().map(|found| {
            x509::Certificate::parse(&found.record.issued.certificate).unwrap().tbs().serial().magnitude()[1]
        }));
        assert!(next.is_none() || next != after, "it goes on");
        // As a caller sees it.
        after = next.map(|next| next.to_string().parse().unwrap());
        if after.is_none() {
            return all;
        }
    }
}

fn page(
    record: &dyn Record,
    question: &Question,
    order: Option<SearchOrder>,
    limit: usize,
    after: Option<Cursor>,
) -> Page {
    let search = Search::new(question.clone(), order, now()).unwrap().limited(limit).after(after).unwrap();
    wait(record.search(search)).unwrap()
}

pub fn every_filter_finds_what_it_names(record: &dyn Record) {
    let fleet = fleet(record);
    let check = |question: Question, expect: &[u8]| {
        for limit in [1, 2, 100] {
            assert_eq!(found(record, &question, None, limit), expect, "{question:?} by {limit}");
        }
    };
    let any = Question::default;
    check(any(), &[1, 2, 3, 4, 5, 6]);
    check(name("www.shop.internal"), &[2]);
    check(name("Bücher.TEST"), &[6]);
    check(name("nobody.internal"), &[]);
    check(name("www*"), &[1, 2, 5]);
    check(name("www.*"), &[1, 2]);
    check(name("*.example.internal"), &[3, 4, 1]);
    check(name("*example.internal"), &[1, 3, 4]);
    check(name("*xampl*"), &[1, 3, 4]);
    check(name("*-4711.d*"), &[4]);
    check(name("*a\"b'c*"), &[6]);
    check(name("*internalexample*"), &[]);
    check(name("*nothere*"), &[]);
    let both = [name("www.*").names, name("*shop*").names].concat();
    check(Question { names: both, ..any() }, &[2]);
    let serial = |digits: &str| Question { serial: Some(digits.parse().unwrap()), ..any() };
    check(serial("4003a003"), &[3]);
    check(serial("40:04"), &[4]);
    check(serial("4"), &[1, 2, 3, 4, 5, 6, 7, 7]);
    check(serial("4007"), &[7, 7]);
    check(serial("4003a0030"), &[]);
    let digest = |data: &[u8]| {
        Some(Sha256(*Fake.digest(DigestAlgorithm::Sha256, data).octets().first_chunk().unwrap()))
    };
    check(Question { fingerprint: digest(&fleet[3].der()), ..any() }, &[4]);
    let der = fleet[0].der();
    let key = x509::Certificate::parse(&der).unwrap();
    let key = digest(key.tbs().subject_public_key_info().raw());
    check(Question { key, ..any() }, &[1, 5]);
    check(Question { key, standing: Some(StandsAs::Revoked), ..any() }, &[1]);
    let issuer = id(2).to_string();
    for digits in [issuer.clone(), issuer.chars().take(9).collect()] {
        check(Question { issuer: Some(digits.parse().unwrap()), ..any() }, &[3, 4]);
    }
    check(Question { profile: Some("client".into()), ..any() }, &[2]);
    check(Question { profile: Some("clien".into()), ..any() }, &[]);
    check(Question { requester: Some("deploy".into()), ..any() }, &[2]);
    check(Question { requester: Some("UID 0 ".into()), ..any() }, &[1, 3, 4, 5, 6]);
    let combined =
        Question { issuer: Some(issuer.parse().unwrap()), profile: Some("client".into()), ..any() };
    check(combined, &[]);
    for (standing, expect) in [
        (StandsAs::Valid, &[2, 3, 5][..]),
        (StandsAs::Expired, &[6]),
        (StandsAs::Revoked, &[1]),
        (StandsAs::OnHold, &[4]),
        (StandsAs::NotYetValid, &[]),
    ] {
        check(Question { standing: Some(standing), ..any() }, expect);
    }
    let span = |from: i64, until: i64| Span { from: Some(Member::at(from)), until: Some(Member::at(until)) };
    check(Question { ends: span(2 * DAY, 5 * DAY), ..any() }, &[2, 3, 4]);
    check(Question { ends: span(0, 5 * DAY), standing: Some(StandsAs::Valid), ..any() }, &[2, 3]);
    check(Question { ends: span(-9 * DAY, 9 * DAY), profile: Some("client".into()), ..any() }, &[2]);
    check(Question { issued: span(-98, -95), ..any() }, &[2, 3, 4]);
    check(Question { issued: Span { from: Some(Member::at(-96)), until: None }, ..any() }, &[4, 5, 6]);
}

pub fn every_order_is_kept_and_another_refused(record: &dyn Record) {
    fleet(record);
    let any = Question::default;
    let check = |question: Question, order, expect: &[u8]| {
        for limit in [1, 2, 100] {
            assert_eq!(found(record, &question, Some(order), limit), expect, "{question:?} by {limit}");
        }
    };
    use SearchOrder::{AsIssued, Expiry, Newest};
    check(any(), AsIssued, &[1, 2, 3, 4, 5, 6]);
    check(any(), Newest, &[6, 5, 4, 3, 2, 1]);
    check(any(), Expiry, &[6, 1, 2, 3, 4, 5]);
    check(name("*internal*"), Newest, &[4, 3, 2, 1]);
    check(name("www.shop.internal"), Newest, &[2]);
    check(Question { requester: Some("uid".into()), ..any() }, Newest, &[6, 5, 4, 3, 1]);
    check(Question { requester: Some("approved".into()), ..any() }, Newest, &[6, 5, 4, 3, 2, 1]);
    check(Question { profile: Some("server".into()), ..any() }, Expiry, &[6, 1, 3, 4, 5]);
    check(Question { standing: Some(StandsAs::Valid), ..any() }, Newest, &[5, 3, 2]);
    let issued = Span { from: Some(Member::at(-98)), until: Some(Member::at(-95)) };
    check(Question { issued, ..any() }, Newest, &[4, 3, 2]);
    let refused = |question, order| Search::new(question, Some(order), now()).unwrap_err().to_string();
    assert_eq!(
        refused(name("www.*"), Newest),
        "no index gives certificates whose names begin with \"www.\" newest first: they are found in the order of \
         their names, and in no other order"
    );
    for (question, order) in [
        (name("*.internal"), AsIssued),
        (name("*internal*"), Expiry),
        (name("db.internal"), Expiry),
        (Question { serial: Some("40".parse().unwrap()), ..any() }, Newest),
        (Question { ends: issued, ..any() }, Newest),
    ] {
        assert!(refused(question, order).starts_with("no index gives certificates "));
    }
    // A page of one question is none of another.
    let next = page(record, &name("www*"), None, 1, None).next;
    let other = Search::new(any(), None, now()).unwrap().after(next).unwrap_err();
    assert!(other.to_string().starts_with("no page of this question ended at "), "{other}");
}

pub fn pages_meet_while_others_issue(record: &dyn Record) {
    fleet(record);
    for (question, order, expect) in [
        (Question::default(), None, &[1, 2, 3, 4, 5, 6][..]),
        (Question::default(), Some(SearchOrder::Newest), &[6, 5, 4, 3, 2, 1]),
        (name("*internal*"), Some(SearchOrder::Newest), &[4, 3, 2, 1]),
        (Question::default(), Some(SearchOrder::Expiry), &[6, 1, 2, 3, 4, 5]),
    ] {
        let (mut seen, mut after) = (Vec::new(), None);
        let mut serial = wait(record.head()).unwrap().number;
        loop {
            let page = page(record, &question, order, 1, after);
            for found in &page.found {
                let certificate = x509::Certificate::parse(&found.record.issued.certificate).unwrap();
                seen.push(certificate.tbs().serial().magnitude()[1]);
            }
            let Some(next) = page.next else { break };
            after = Some(next);
            serial += 1;
            if seen.len() < 5 {
                commit(record, &[member(100 + u8::try_from(serial).unwrap(), &["new.internal"])]);
            }
        }
        seen.retain(|serial| *serial < 100);
        assert_eq!(seen, expect, "{question:?} {order:?}");
    }
}

pub fn a_page_ends_where_its_work_is_done(record: &dyn Record) {
    let many: Vec<Member> = (0..2_500_u16)
        .map(|number| {
            let [high, low] = number.to_be_bytes();
            Member { serial: [0x50, high, low, 0], ..member(9, &["many.internal"]) }
        })
        .collect();
    commit(record, &many);
    let last = Member { key: 77, ..member(8, &["rare.internal"]) };
    commit(record, &[last]);
    // Nothing but the end of its name leads there, and before it lie many of another.
    let standing = Some(StandsAs::NotYetValid);
    let question = Question { standing, ..Question::default() };
    let first = page(record, &question, None, 10, None);
    assert!(first.found.is_empty() && first.looked_at > 0 && first.looked_at <= 2_000);
    assert!(first.next.is_some(), "it was not the last");
    assert_eq!(found(record, &question, None, 10), []);
    let question = Question { standing: Some(StandsAs::Valid), ..name("rare.internal") };
    let only = page(record, &question, None, 10, None);
    assert_eq!((only.found.len(), only.looked_at, only.next), (1, 1, None));
}

/// What a plain look at everything finds, in the order that the index of the question has.
fn plainly(
    members: &[(Member, Option<StandsAs>)],
    question: &Question,
    order: Option<SearchOrder>,
) -> Vec<usize> {
    let stands = |member: &Member, taken: Option<StandsAs>| {
        let good = if member.ends < 0 {
            StandsAs::Expired
        } else if member.issued > 300 {
            StandsAs::NotYetValid
        } else {
            StandsAs::Valid
        };
        taken.unwrap_or(good)
    };
    let matches = |pattern: &NamePattern, name: &str| match pattern {
        NamePattern::Exact(text) => name == text,
        NamePattern::Begins(text) => name.starts_with(text),
        NamePattern::Ends(text) => name.ends_with(text),
        NamePattern::Contains(text) => name.contains(text),
    };
    let within = |span: Span, at: i64| {
        let at = Member::at(at);
        span.from.is_none_or(|from| at >= from) && span.until.is_none_or(|until| at < until)
    };
    let mut found: Vec<usize> = (0..members.len())
        .filter(|place| {
            let (member, taken) = &members[*place];
            question.names.iter().all(|pattern| member.names.iter().any(|name| matches(pattern, name)))
                && question.profile.as_ref().is_none_or(|profile| *profile == member.profile)
                && question.requester.as_ref().is_none_or(|part| member.requester.contains(part.as_str()))
                && question.standing.is_none_or(|standing| stands(member, *taken) == standing)
                && within(question.ends, member.ends)
                && within(question.issued, member.issued)
        })
        .collect();
    let pattern = question.names.first();
    let least = |place: &usize, pattern: &NamePattern| {
        let names = members[*place].0.names.iter().filter(|name| matches(pattern, name));
        match pattern {
            NamePattern::Ends(_) => names.map(|name| name.chars().rev().collect::<String>()).min(),
            _ => names.min().cloned(),
        }
    };
    let good = matches!(question.standing, Some(StandsAs::Valid | StandsAs::Expired));
    let is_open = question.issued.is_open() && question.profile.is_none() && question.requester.is_none();
    match (pattern, order) {
        (Some(pattern @ (NamePattern::Begins(_) | NamePattern::Ends(_))), _) => {
            found.sort_by_key(|place| (least(place, pattern), *place));
        }
        (Some(_), Some(SearchOrder::Newest)) => found.reverse(),
        (Some(_), _) => {}
        (None, Some(SearchOrder::Expiry)) => found.sort_by_key(|place| (members[*place].0.ends, *place)),
        (None, None) if !question.ends.is_open() || (good && is_open) => {
            found.sort_by_key(|place| (members[*place].0.ends, *place));
        }
        (None, Some(SearchOrder::Newest)) => {
            found.reverse();
            if by_issuance(question) {
                found.sort_by_key(|place| std::cmp::Reverse((members[*place].0.issued, *place)));
            }
        }
        (None, _) if by_issuance(question) => found.sort_by_key(|place| (members[*place].0.issued, *place)),
        (None, _) => {}
    }
    found
}

fn by_issuance(question: &Question) -> bool {
    let is_taken = matches!(question.standing, Some(StandsAs::Revoked | StandsAs::OnHold));
    !question.issued.is_open() && !is_taken
}

fn members() -> impl Strategy<Value = Vec<(Member, Option<StandsAs>)>> {
    let names = select(vec!["web.a.test", "web.b.test", "db.a.test", "a.test", "webmail.test", "x.web.test"]);
    let one = (
        prop::collection::btree_set(names, 1..3),
        select(vec!["server", "client"]),
        select(vec!["approved by uid 0 (a)", "approved by uid 1 (b)"]),
        -5_i64..5,
        -5_i64..5,
        select(vec![None, None, Some(StandsAs::Revoked), Some(StandsAs::OnHold)]),
    );
    prop::collection::vec(one, 0..24).prop_map(|all| {
        let member =
            |(place, (names, profile, requester, issued, ends, taken)): (usize, (_, _, _, i64, i64, _))| {
                let names: std::collections::BTreeSet<&str> = names;
                let serial = [0x40, u8::try_from(place).unwrap(), 0, 1];
                let names = names.into_iter().map(str::to_owned).collect();
                let (issued, ends) = (issued * 1_000, ends * DAY);
                (Member { issuer: 1, serial, key: 9, names, profile, requester, issued, ends }, taken)
            };
        all.into_iter().enumerate().map(member).collect()
    })
}

fn questions() -> impl Strategy<Value = (Question, Option<SearchOrder>)> {
    let patterns = vec!["web*", "*.test", "*web*", "a.test", "*a.test", "web.a.test", "*mail*"];
    let span = |unit: i64| {
        let edge = move || prop::option::of((-5_i64..6).prop_map(move |at| Member::at(at * unit)));
        (edge(), edge()).prop_map(|(from, until)| match (from, until) {
            (Some(from), Some(until)) if until < from => Span { from: Some(until), until: Some(from) },
            (from, until) => Span { from, until },
        })
    };
    (
        prop::option::of(select(patterns)),
        prop::option::of(select(vec!["server", "client", "other"])),
        prop::option::of(select(vec!["uid", "uid 1"])),
        prop::option::of(select(StandsAs::ALL.to_vec())),
        prop_oneof![Just(Span::default()), span(DAY)],
        prop_oneof![Just(Span::default()), span(1_000)],
        select(vec![
            None,
            None,
            Some(SearchOrder::AsIssued),
            Some(SearchOrder::Newest),
            Some(SearchOrder::Expiry),
        ]),
    )
        .prop_map(|(pattern, profile, requester, standing, ends, issued, order)| {
            let question = Question {
                names: pattern.map(|pattern| pattern.parse().unwrap()).into_iter().collect(),
                profile: profile.map(str::to_owned),
                requester: requester.map(str::to_owned),
                standing,
                ends,
                issued,
                ..Question::default()
            };
            (question, order)
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn an_index_finds_what_a_plain_look_finds(
        members in members(), questions in prop::collection::vec(questions(), 20), limit in 1_usize..9
    ) {
        let (record, _kept) = fresh();
        for (member, taken) in &members {
            let mut entries = member.entries();
            entries.extend(taken.map(|taken| match taken {
                StandsAs::OnHold => member.revoked(CertificateHold),
                _ => member.revoked(Superseded),
            }));
            wait(record.commit(Batch::new(entries))).unwrap();
        }
        for (question, order) in questions {
            if Search::new(question.clone(), order, now()).is_err() {
                continue;
            }
            let expected: Vec<u8> =
                plainly(&members, &question, order).into_iter().map(|place| u8::try_from(place).unwrap()).collect();
            prop_assert_eq!(found(&record, &question, order, limit), expected, "{:?} {:?}", question, order);
        }
    }

    #[test]
    fn whatever_is_typed_is_answered_or_refused(text in "\\PC{0,24}|[*\"' a-z.-]{0,12}", number in any::<u64>(), at in any::<i64>()) {
        let (record, _kept) = fresh();
        commit(&record, &[member(1, &["www.example.internal"])]);
        let patterns = [text.parse(), NamePattern::containing(&text), NamePattern::from_str(&format!("{text}*"))];
        for pattern in patterns.into_iter().flatten() {
            let question = Question { names: vec![pattern], requester: Some(text.clone()), ..Question::default() };
            page(&record, &question, None, 3, None);
        }
        let words = [text.clone(), format!("{number}"), format!("{number}-e{at:016x}"), format!("{number}-i{at:016x}"),
            format!("{number}-n{}", text.bytes().map(|octet| format!("{octet:02x}")).collect::<String>())];
        for cursor in words.iter().flat_map(|word| word.parse::<Cursor>()) {
            for (question, order) in [
                (Question::default(), None),
                (Question::default(), Some(SearchOrder::Newest)),
                (Question::default(), Some(SearchOrder::Expiry)),
                (name("www*"), None),
                (name("*exam*"), Some(SearchOrder::Newest)),
            ] {
                let search = Search::new(question, order, now()).unwrap().after(Some(cursor.clone()));
                if let Ok(search) = search {
                    wait(record.search(search)).unwrap();
                }
            }
        }
    }
}
