// SPDX-License-Identifier: MIT OR Apache-2.0
//! Pages of searches in a large record: of every kind of question the slowest.

use std::time::{Duration, Instant};

use authority::search::{Cursor, Key, NamePattern, Sha256, Span, StandsAs};
use authority::{Filing, Question, Record as _, Search, SearchError, SearchOrder};
use keys::AwsLc;
use rusqlite::Connection;
use x509::Time;

use super::fleet::Fleet;
use super::record::{Filled, NOW, wait};
use crate::cpu;
use crate::scratch::Scratch;

/// How many pages are asked for of each question, and how many certificates each has.
const PAGES: usize = 100;
const PAGE: usize = 100;
/// No page may take longer.
const BAR: f64 = 20.0;

/// What the pages of one question took.
struct Pages {
    what: String,
    count: usize,
    found: usize,
    looked_at: u64,
    /// Milliseconds, of time and of the processor.
    slowest: (f64, f64),
    middle: f64,
}

/// Fills a record with so many certificates, and looks for some.
pub(super) fn measured(scratch: &Scratch, rows: u64) -> Result<String, String> {
    let path = scratch.path().join("authority.db");
    let issuer = Filled::new(&path, 0)?.issuer().id();
    let fleet = Fleet { issuer, rows };
    let began = Instant::now();
    fleet.load(&path)?;
    let took = began.elapsed();
    let record = store::Sqlite::open(&path, std::sync::Arc::new(AwsLc)).map_err(|error| error.to_string())?;
    let mut all = Vec::new();
    for (what, question, order) in questions(&fleet)? {
        all.push(pages(&record, what, &question, order, None)?);
    }
    // Somewhere inside, as deep as one likes.
    let end = wait(record.head()).map_err(|error| error.to_string())?.number.saturating_mul(1_000);
    for (what, order) in
        [("all, from the middle", None), ("all, newest first, from the middle", Some(SearchOrder::Newest))]
    {
        let middle = Some(Cursor { key: Key::Journal, sequence: end });
        all.push(pages(&record, what.to_owned(), &Question::default(), order, middle)?);
    }
    let bytes = size(&path)?;
    let mut lines = vec![
        format!(
            "authority: {PAGES} pages of {PAGE} in a record of {rows} certificates ({} octets each, filled in {} s), one after the other",
            bytes / rows.max(1),
            took.as_secs()
        ),
        format!(
            "  {:<46}{:>7}{:>8}{:>11}{:>12}{:>12}{:>12}",
            "", "pages", "found", "looked at", "slowest ms", "its CPU ms", "middle ms"
        ),
    ];
    let slowest = all.iter().map(|pages| pages.slowest.0).fold(0.0, f64::max);
    lines.extend(all.iter().map(|pages| {
        let Pages { what, count, found, looked_at, slowest, middle } = pages;
        format!(
            "  {what:<46}{count:>7}{found:>8}{looked_at:>11}{:>12.2}{:>12.2}{middle:>12.2}",
            slowest.0, slowest.1
        )
    }));
    lines.push(super::against("the slowest page", slowest, BAR, "ms"));
    Ok(lines.join("\n"))
}

/// Every kind of question, common and rare.
fn questions(fleet: &Fleet) -> Result<Vec<(String, Question, Option<SearchOrder>)>, String> {
    let any = Question::default;
    let member = fleet.member(fleet.rows / 2);
    let refused = |error: SearchError| error.to_string();
    let mut all: Vec<(String, Question, Option<SearchOrder>)> = Vec::new();
    let host = member.names[0].clone();
    let front: String = host.chars().take_while(|c| *c != '.').collect();
    let newest = Some(SearchOrder::Newest);
    for (pattern, order) in [
        (host.as_str(), None),
        ("nobody.example.internal", None),
        (&format!("{front}*"), None),
        ("web-*", None),
        ("*.pay.ams.example.internal", None),
        ("*.internal", None),
        ("*example*", None),
        ("*example*", newest),
        (&format!("*{front}*"), None),
        (&format!("*{front}*"), newest),
        ("*mail-0000000.*", None),
        ("*e.internal.web*", None),
        ("*core.sin*", newest),
    ] {
        let names = vec![pattern.parse::<NamePattern>().map_err(refused)?];
        let what = format!("name {pattern}{}", if order.is_some() { ", newest first" } else { "" });
        all.push((what, Question { names, ..any() }, order));
    }
    for (digits, what) in
        [(32, "whole serial number"), (8, "8 digits of a serial number"), (1, "1 digit of a serial number")]
    {
        let serial = x509::hex::encode(&member.serial);
        let serial = serial.chars().take(digits).collect::<String>().parse().map_err(refused)?;
        all.push((what.to_owned(), Question { serial: Some(serial), ..any() }, None));
    }
    let issued = authority::journal::CertificateIssued {
        issuer: fleet.issuer,
        profile: member.profile.to_owned(),
        plan: Vec::new(),
        certificate: member.der(),
    };
    let filing = Filing::of(&issued, member.at, "", &AwsLc).map_err(|error| error.to_string())?;
    all.push((
        "fingerprint".into(),
        Question { fingerprint: Some(Sha256(filing.fingerprint)), ..any() },
        None,
    ));
    all.push(("key".into(), Question { key: Some(Sha256(filing.key)), ..any() }, None));
    let issuer = Some(fleet.issuer.to_string().parse().map_err(refused)?);
    all.push(("issuer".into(), Question { issuer, ..any() }, None));
    let of = |profile: &str, by: Option<&str>| Question {
        profile: Some(profile.to_owned()),
        requester: by.map(str::to_owned),
        ..any()
    };
    all.push(("profile server".into(), of("server", None), None));
    all.push(("profile device, 1 in 1000".into(), of("device", None), newest));
    all.push(("profile server, approved by uid 1000".into(), of("server", Some("uid 1000")), None));
    all.push(("profile device, approved by uid 1000: none".into(), of("device", Some("uid 1000")), None));
    all.extend(in_time(of));
    Ok(all)
}

/// Those about how certificates stand, and when.
fn in_time(of: impl Fn(&str, Option<&str>) -> Question) -> Vec<(String, Question, Option<SearchOrder>)> {
    let any = Question::default;
    let newest = Some(SearchOrder::Newest);
    let span = |from: i64, until: i64| {
        let day = |days: i64| Some(Time::from_unix(NOW + days * 86_400));
        Span { from: day(from), until: day(until) }
    };
    let stands = |standing| Question { standing: Some(standing), ..any() };
    let ends_internal = || NamePattern::Ends(".pay.ams.example.internal".to_owned());
    vec![
        ("all".into(), any(), None),
        ("all, newest first".into(), any(), newest),
        ("all, by expiry".into(), any(), Some(SearchOrder::Expiry)),
        ("revoked".into(), stands(StandsAs::Revoked), None),
        ("on hold, newest first".into(), stands(StandsAs::OnHold), newest),
        ("valid".into(), stands(StandsAs::Valid), None),
        ("expired".into(), stands(StandsAs::Expired), None),
        ("valid, newest first".into(), stands(StandsAs::Valid), newest),
        ("expired, newest first".into(), stands(StandsAs::Expired), newest),
        ("not yet valid: none".into(), stands(StandsAs::NotYetValid), None),
        (
            "valid, ending within 14 days".into(),
            Question { ends: span(0, 14), ..stands(StandsAs::Valid) },
            None,
        ),
        (
            "ending within 14 days, profile device".into(),
            Question { ends: span(0, 14), ..of("device", None) },
            None,
        ),
        ("issued in one day".into(), Question { issued: span(-200, -199), ..any() }, None),
        (
            "issued in one day, profile device".into(),
            Question { issued: span(-200, -199), ..of("device", None) },
            newest,
        ),
        (
            "end of a name, revoked".into(),
            Question { names: vec![ends_internal()], ..stands(StandsAs::Revoked) },
            None,
        ),
        (
            "part of a name, on hold".into(),
            Question { names: vec![NamePattern::Contains("example".to_owned())], ..stands(StandsAs::OnHold) },
            None,
        ),
    ]
}

fn pages(
    record: &store::Sqlite,
    what: String,
    question: &Question,
    order: Option<SearchOrder>,
    mut after: Option<Cursor>,
) -> Result<Pages, String> {
    let mut pages = Pages { what, count: 0, found: 0, looked_at: 0, slowest: (0.0, 0.0), middle: 0.0 };
    let mut took = Vec::new();
    while pages.count < PAGES {
        let search = Search::new(question.clone(), order, Time::from_unix(NOW))
            .and_then(|search| search.limited(PAGE).after(after));
        let search = search.map_err(|error| error.to_string())?;
        let (began, cpu) = (Instant::now(), cpu::time());
        let page = wait(record.search(search)).map_err(|error| error.to_string())?;
        let milliseconds = |span: Duration| span.as_secs_f64() * 1e3;
        let (wall, cpu) = (milliseconds(began.elapsed()), milliseconds(cpu::time().saturating_sub(cpu)));
        took.push(wall);
        if wall > pages.slowest.0 {
            pages.slowest = (wall, cpu);
        }
        pages.count += 1;
        pages.found += page.found.len();
        pages.looked_at += page.looked_at;
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    pages.middle = super::middle(took);
    Ok(pages)
}

/// How many octets of a record hold something.
pub(super) fn size(path: &std::path::Path) -> Result<u64, String> {
    let connection = Connection::open(path).map_err(|error| error.to_string())?;
    let number = |name: &str| {
        connection
            .pragma_query_value(None, name, |row| row.get::<_, i64>(0))
            .map(|number| u64::try_from(number).unwrap_or_default())
            .map_err(|error| error.to_string())
    };
    Ok((number("page_count")? - number("freelist_count")?) * number("page_size")?)
}
