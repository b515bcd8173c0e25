// SPDX-License-Identifier: MIT OR Apache-2.0
//! An issuer's name constraints against the names below it (RFC 5280 §4.2.1.10, §6.1.3(b) and (c)).
//!
//! The standard intersects the permitted subtrees of all issuers on the way down. A name lies in an
//! intersection when it lies in each part, so each issuer's constraints are applied by themselves when
//! the path reaches it from below.

use x509::der::{Reader, Tag};
use x509::ext::NameConstraints;
use x509::{GeneralName, oid};

use crate::budget::Budget;
use crate::decoded::{Decoded, bounded};
use crate::judge::{Finding, Judge, Seat, Verdict};
use crate::names::{dns, email, ip, uri};
use crate::rejection::Spent;
use crate::rules::{self, Provision};
use crate::trace::TraceSink;

/// The subtrees of one issuer, taken out of their encoding once.
struct Subtrees<'a> {
    permitted: Vec<GeneralName<'a>>,
    excluded: Vec<GeneralName<'a>>,
}

/// Why the names of a certificate were not gone through to the end.
enum Stop {
    /// A name breaks a rule.
    Broken(&'static Provision, String),
    /// The budget is spent.
    Spent(Spent),
}

/// Applies `issuer`'s constraints to a certificate somewhere below it.
pub(crate) fn apply<T: TraceSink>(
    judge: &mut Judge<'_, '_, T>,
    issuer: Seat<'_, '_>,
    constraints: &NameConstraints<'_>,
    below: Seat<'_, '_>,
) -> Verdict {
    let subtrees = Subtrees {
        permitted: constraints.permitted.iter().collect(),
        excluded: constraints.excluded.iter().collect(),
    };
    let wanted = || format!("names that the constraints of {} allow", issuer.certificate.subject());
    match subtrees.allow(below.certificate, &mut judge.budget) {
        Ok(()) => {
            let names = |seen| move || Finding::new(seen, wanted());
            judge.hold(&rules::NAME_PERMITTED, below, true, names("each permitted"))?;
            judge.hold(&rules::NAME_NOT_EXCLUDED, below, true, names("none excluded"))
        }
        Err(Stop::Broken(provision, name)) => {
            judge.hold(provision, below, false, || Finding::new(name, wanted()))
        }
        Err(Stop::Spent(spent)) => judge.within(below, Err(spent)),
    }
}

impl Subtrees<'_> {
    /// Whether every name of a certificate is allowed.
    fn allow(&self, certificate: &Decoded<'_>, budget: &mut Budget) -> Result<(), Stop> {
        let subject = certificate.tbs.subject();
        // RFC 5280 §4.2.1.10: directory names constrain the subject too, unless it is empty.
        if !subject.is_empty() {
            self.allow_name(&GeneralName::Directory(subject), budget)?;
        }
        if let Some(names) = certificate.known.subject_alt_name {
            return names.value.iter().try_for_each(|name| self.allow_name(&name, budget));
        }
        // RFC 5280 §4.2.1.10: without subjectAltName, constraints on mailboxes apply to emailAddress.
        subject.attributes().filter(|attribute| attribute.oid == oid::EMAIL_ADDRESS).try_for_each(
            |attribute| {
                let mailbox: String = attribute.text().chars().collect();
                self.allow_name(&GeneralName::Email(&mailbox), budget)
            },
        )
    }

    fn allow_name(&self, name: &GeneralName<'_>, budget: &mut Budget) -> Result<(), Stop> {
        let (mut of_form, mut permitted) = (false, false);
        for base in &self.permitted {
            budget.name_comparison(cost(base)).map_err(Stop::Spent)?;
            match relation(name, base, dns::lies_within) {
                Relation::OtherForm => {}
                Relation::Unprocessed => {
                    return Err(Stop::Broken(&rules::NAME_FORM_PROCESSED, bounded(name)));
                }
                Relation::Same(within) => {
                    of_form = true;
                    permitted = permitted || within == Some(true);
                }
            }
        }
        if of_form && !permitted {
            return Err(Stop::Broken(&rules::NAME_PERMITTED, bounded(name)));
        }
        for base in &self.excluded {
            budget.name_comparison(cost(base)).map_err(Stop::Spent)?;
            match relation(name, base, dns::may_lie_within) {
                Relation::OtherForm | Relation::Same(Some(false)) => {}
                Relation::Unprocessed => {
                    return Err(Stop::Broken(&rules::NAME_FORM_PROCESSED, bounded(name)));
                }
                // What cannot be compared with an exclusion is taken to lie in it.
                Relation::Same(Some(true) | None) => {
                    return Err(Stop::Broken(
                        &rules::NAME_NOT_EXCLUDED,
                        format!("{} in {}", bounded(name), bounded(base)),
                    ));
                }
            }
        }
        Ok(())
    }
}

/// How a name stands to a subtree.
enum Relation {
    /// They are of different forms and do not meet.
    OtherForm,
    /// They are of the same form, which is not processed.
    Unprocessed,
    /// They are of the same form: within or not, or `None` when the name cannot be compared.
    Same(Option<bool>),
}

fn relation(name: &GeneralName<'_>, base: &GeneralName<'_>, within: fn(&str, &str) -> bool) -> Relation {
    use GeneralName::{Directory, Dns, EdiParty, Email, Ip, Other, RegisteredId, Uri, X400};
    match (name, base) {
        (Dns(name), Dns(base)) => Relation::Same(Some(within(name, base))),
        (Email(name), Email(base)) => {
            Relation::Same(email::check(name).is_ok().then(|| email::lies_within(name, base)))
        }
        // RFC 9598 §6: constraints on mailboxes hold for internationalized ones too.
        (Other { oid: oid::SMTP_UTF8_MAILBOX, value }, Email(base)) => {
            Relation::Same(utf8_mailbox(value).map(|name| email::lies_within(name, base)))
        }
        (Uri(name), Uri(base)) => {
            Relation::Same(uri::constrained_host(name).map(|host| uri::lies_within(host, base)))
        }
        (Directory(name), Directory(base)) => Relation::Same(Some(name.is_within(base))),
        (Ip(name), Ip(base)) if name.len().saturating_mul(2) == base.len() => {
            Relation::Same(Some(ip::lies_within(name, base)))
        }
        // RFC 5280 §4.2.1.10: IPv4 and IPv6 are one form: a certificate that permits ranges of the one
        // permits no address of the other.
        (Ip(_), Ip(_)) => Relation::Same(Some(false)),
        (Other { .. }, Other { .. })
        | (X400(_), X400(_))
        | (EdiParty(_), EdiParty(_))
        | (RegisteredId(_), RegisteredId(_)) => Relation::Unprocessed,
        _ => Relation::OtherForm,
    }
}

/// A SmtpUTF8Mailbox: UTF-8 before the `@`, a host name after it (RFC 9598 §3).
fn utf8_mailbox(value: &[u8]) -> Option<&str> {
    let content = Reader::whole(value, Tag::UTF8_STRING).ok()?.content;
    let mailbox = str::from_utf8(content).ok()?;
    let (local, domain) = mailbox.rsplit_once('@')?;
    (!local.is_empty() && dns::check(domain).is_ok()).then_some(mailbox)
}

/// The octets that a comparison may have to look at.
fn cost(base: &GeneralName<'_>) -> usize {
    match base {
        GeneralName::Directory(name) => name.raw().len(),
        GeneralName::Dns(text) | GeneralName::Email(text) | GeneralName::Uri(text) => text.len() / 8,
        GeneralName::Ip(_)
        | GeneralName::Other { .. }
        | GeneralName::X400(_)
        | GeneralName::EdiParty(_)
        | GeneralName::RegisteredId(_) => 0,
    }
}
