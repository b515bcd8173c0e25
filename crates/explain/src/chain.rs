// SPDX-License-Identifier: MIT OR Apache-2.0
//! The chain, drawn: the root at the top, each certificate below the one that signed it.

use crate::moment::{day, relative};
use crate::text::{Line, Mark, Role, Text};
use crate::verdict::{Link, Origin, Topic, Verdict};

/// Draws the path of a verdict; where it broke is marked.
#[must_use]
pub fn drawn(verdict: &Verdict) -> Text {
    let mut text = Text::new();
    let mut depth = 0_usize;
    if let Some(missing) = missing(verdict) {
        node(&mut text, depth, Mark::Fail, missing, "not found: neither sent nor trusted");
        depth = 1;
    }
    for link in verdict.path.iter().rev() {
        node(&mut text, depth, mark(verdict, link), &link.short_name, &remark(verdict, link));
        depth = depth.saturating_add(1);
    }
    text
}

/// The issuer at which the path ends in the air.
fn missing(verdict: &Verdict) -> Option<&str> {
    let rejection = verdict.rejection.as_ref()?;
    let top = verdict.path.last()?;
    let open = matches!(rejection.check, Topic::Issuer | Topic::TrustStore)
        && !top.is_anchor
        && top.issuer != top.subject;
    open.then_some(top.issuer_short_name.as_str())
}

fn node(text: &mut Text, depth: usize, mark: Mark, name: &str, remark: &str) {
    // Two for the mark; then each level three columns, its branch in the last of them.
    let branch = match depth {
        0 => String::new(),
        _ => format!("{}└─ ", " ".repeat(depth.saturating_sub(1).saturating_mul(3))),
    };
    let hang = branch.chars().count().saturating_add(4);
    let role = if mark == Mark::Fail { Role::Bad } else { Role::Heading };
    let line = Line::new(0, hang)
        .span(mark.role(), mark.sign())
        .span(Role::Dim, format!(" {branch}"))
        .span(role, name)
        .span(Role::Dim, format!("  {remark}"));
    text.push(line);
}

fn mark(verdict: &Verdict, link: &Link) -> Mark {
    match &verdict.rejection {
        None => Mark::Pass,
        Some(rejection) => {
            let broken = rejection.place == link.place && missing(verdict).is_none();
            if broken { Mark::Fail } else { Mark::Skipped }
        }
    }
}

fn remark(verdict: &Verdict, link: &Link) -> String {
    let origin = match link.origin {
        Origin::Sent => "sent".to_owned(),
        Origin::AtHand => "at hand".to_owned(),
        Origin::TrustStore => "trusted".to_owned(),
        Origin::Unknown => String::new(),
    };
    let dates = link.details.as_ref().map(|details| {
        if verdict.at < details.not_before {
            format!(
                "not valid before {} ({})",
                day(details.not_before),
                relative(details.not_before, verdict.at)
            )
        } else if verdict.at > details.not_after {
            format!("ended {} ({})", day(details.not_after), relative(details.not_after, verdict.at))
        } else {
            format!("until {} ({})", day(details.not_after), relative(details.not_after, verdict.at))
        }
    });
    let parts: Vec<String> =
        [Some(origin), dates].into_iter().flatten().filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}
