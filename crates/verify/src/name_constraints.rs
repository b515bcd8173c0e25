// SPDX-License-Identifier: MIT OR Apache-2.0
//! An issuer's name constraints against the names below it (RFC 5280 §4.2.1.10, §6.1.3(b) and (c)).
//!
//! The standard intersects the permitted subtrees of all issuers on the way down. A name lies in an
//! intersection when it lies in each part, so each issuer's constraints are applied by themselves when
//! the path reaches it from below.

use x509::ext::NameConstraints;
use x509::{GeneralName, Name, oid};

use crate::budget::Budget;
use crate::decoded::Decoded;
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

/// What became of a name under constraints.
enum Judged {
    Fine,
    Broken(&'static Provision, String),
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
    match subtrees.judge(below.certificate, &mut judge.budget) {
        Judged::Fine => {
            let names = || {
                Finding::new(
                    "every name lies within them",
                    format!("within the constraints of {}", issuer.certificate.subject()),
                )
            };
            judge.hold(&rules::NAME_PERMITTED, below, true, names)?;
            judge.hold(&rules::NAME_NOT_EXCLUDED, below, true, names)
        }
        Judged::Broken(provision, name) => judge.hold(provision, below, false, || {
            Finding::new(name, format!("within the constraints of {}", issuer.certificate.subject()))
        }),
        Judged::Spent(spent) => judge.within(below, Err(spent)),
    }
}

impl Subtrees<'_> {
    fn judge(&self, certificate: &Decoded<'_>, budget: &mut Budget) -> Judged {
        let subject = certificate.tbs.subject();
        // RFC 5280 §4.2.1.10: directory names constrain the subject too, unless it is empty.
        if !subject.is_empty()
            && let done @ (Judged::Broken(..) | Judged::Spent(_)) =
                self.judge_name(&GeneralName::Directory(subject), budget)
        {
            return done;
        }
        let Some(names) = certificate.known.subject_alt_name else {
            return self.judge_legacy_emails(&subject, budget);
        };
        for name in names.value.iter() {
            if let done @ (Judged::Broken(..) | Judged::Spent(_)) = self.judge_name(&name, budget) {
                return done;
            }
        }
        Judged::Fine
    }

    /// RFC 5280 §4.2.1.10: without subjectAltName, constraints on mailboxes apply to emailAddress
    /// attributes of the subject.
    fn judge_legacy_emails(&self, subject: &Name<'_>, budget: &mut Budget) -> Judged {
        for attribute in subject.attributes().filter(|attribute| attribute.oid == oid::EMAIL_ADDRESS) {
            let mailbox: String = attribute.text().chars().collect();
            if let done @ (Judged::Broken(..) | Judged::Spent(_)) =
                self.judge_name(&GeneralName::Email(&mailbox), budget)
            {
                return done;
            }
        }
        Judged::Fine
    }

    fn judge_name(&self, name: &GeneralName<'_>, budget: &mut Budget) -> Judged {
        let (mut of_form, mut permitted) = (false, false);
        for base in &self.permitted {
            if let Err(spent) = budget.name_comparison(cost(base)) {
                return Judged::Spent(spent);
            }
            match relation(name, base, dns::lies_within) {
                Relation::OtherForm => {}
                Relation::Unprocessed => {
                    return Judged::Broken(&rules::NAME_FORM_PROCESSED, name.to_string());
                }
                Relation::Same(within) => {
                    of_form = true;
                    permitted = permitted || within == Some(true);
                }
            }
        }
        if of_form && !permitted {
            return Judged::Broken(&rules::NAME_PERMITTED, name.to_string());
        }
        for base in &self.excluded {
            if let Err(spent) = budget.name_comparison(cost(base)) {
                return Judged::Spent(spent);
            }
            match relation(name, base, dns::may_lie_within) {
                Relation::OtherForm | Relation::Same(Some(false)) => {}
                Relation::Unprocessed => {
                    return Judged::Broken(&rules::NAME_FORM_PROCESSED, name.to_string());
                }
                // What cannot be compared with an exclusion is taken to lie in it.
                Relation::Same(_) => {
                    return Judged::Broken(&rules::NAME_NOT_EXCLUDED, format!("{name} in {base}"));
                }
            }
        }
        Judged::Fine
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
