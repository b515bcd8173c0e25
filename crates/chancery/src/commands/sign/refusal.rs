// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why a request is not signed, and what mends it.

use std::path::Path;

use authority::{NameKind, PlanRefusal, PlanRefused, PolicyRefusal, RequestError, Shortfall, SubjectName};

use crate::failure::{Failure, shell};

/// A request that is refused before anything is planned.
pub(super) fn request(error: &RequestError, path: &Path) -> Failure {
    let shown = shell(path);
    let failure = Failure::refused(error.to_string());
    match error {
        RequestError::Empty | RequestError::NoPem => failure.hint(format!("look at it: head -c 200 {shown}")),
        RequestError::TooLarge { .. } => {
            failure.hint("ask for fewer names, each request for those of one server: chancery csr new")
        }
        RequestError::OtherLabel { .. } => {
            failure.hint("name the request; chancery csr new --key KEY --name HOST --out FILE makes one")
        }
        RequestError::PrivateKey => failure
            .hint("keep the key, and send the request: chancery csr new --key KEY --name HOST --out FILE"),
        RequestError::Several { .. } => failure.hint("put each request into a file of its own"),
        RequestError::Key(_) => failure.hint(
            "make a stronger key: chancery key new --out KEY; then a request: chancery csr new --key KEY",
        ),
        RequestError::ProofOfPossession(_) => failure.hint(
            "it was changed on its way, or signed with another key: chancery csr new --key KEY --name HOST",
        ),
        RequestError::UnknownCriticalExtension { .. } | RequestError::Name(_) => {
            failure.hint("ask without it: chancery csr new --key KEY --name HOST --out FILE")
        }
        RequestError::TooManyNames { .. } => {
            failure.hint("ask for fewer names, or for a wildcard: chancery csr new --name '*.HOST'")
        }
        _ => failure.hint("make a new request: chancery csr new --key KEY --name HOST --out FILE"),
    }
}

/// A plan that is not approved: the first refusal is the error, the others are its causes.
pub(in crate::commands) fn plan(refused: &PlanRefused, csr: &Path) -> Failure {
    let mut refusals = refused.refusals();
    let Some(first) = refusals.next() else { return Failure::refused(refused.to_string()) };
    let failure = refusals.fold(Failure::refused(first.to_string()), |failure, other| failure.because(other));
    failure.hint(hint(first, &shell(csr)))
}

fn hint(refusal: &PlanRefusal, csr: &str) -> String {
    match refusal {
        PlanRefusal::OutsideConstraints { name, kind, .. } => outside(name, *kind),
        PlanRefusal::NameForm { name, .. } => format!(
            "ask without {name}, or under the profile that issues it: server for hosts and addresses, client for \
             people: chancery sign {csr} --profile server"
        ),
        PlanRefusal::KeyCompromised { .. } => {
            "make another key: chancery key new --out KEY; then a request: chancery csr new --key KEY"
                .to_owned()
        }
        PlanRefusal::NoNames => format!("give it one: chancery sign {csr} --name HOST"),
        PlanRefusal::TooManyNames { .. } => "ask for fewer names, or for a wildcard".to_owned(),
        PlanRefusal::AuthorityUnderLeaf { .. } => {
            format!("an authority below this one: chancery sign {csr} --profile intermediate")
        }
        PlanRefusal::AuthorityName { .. }
        | PlanRefusal::NameOfIssuer { .. }
        | PlanRefusal::NameTaken { .. } => {
            "openssl req -new -key KEY -subj '/O=Org/CN=Its own name' makes such a request".to_owned()
        }
        PlanRefusal::NoLifetime => format!("chancery sign {csr} --days 47"),
        PlanRefusal::Lifetime { maximum, .. } => format!("chancery sign {csr} --days {maximum}"),
        PlanRefusal::IssuerNotValid { .. } => {
            "check this machine's clock: date -u; chancery ca show".to_owned()
        }
        PlanRefusal::AwaitsApproval { .. } => format!("have it wait for somebody: chancery sign {csr}"),
        PlanRefusal::Policy(refusal) => policy(refusal, csr),
        PlanRefusal::PathLength { .. } => "chancery ca show".to_owned(),
        PlanRefusal::KeyOfIssuer { .. } => {
            "give everybody a key of their own: chancery key new --out KEY".to_owned()
        }
        _ => format!("see the plan: chancery sign {csr} --dry-run"),
    }
}

/// What to ask for instead, or where to change what may be asked.
fn policy(refusal: &PolicyRefusal, csr: &str) -> String {
    let missing = match refusal {
        PolicyRefusal::Unallowed { nearest, .. } => nearest.as_deref().map(|(_, shortfall)| shortfall),
        PolicyRefusal::CommonName { .. } => {
            return format!(
                "ask with one of the names as its common name, or without: chancery policy explain {csr}"
            );
        }
        _ => None,
    };
    match missing {
        Some(Shortfall::Days { allowed, .. }) => format!("chancery sign {csr} --days {allowed}"),
        Some(Shortfall::Key { .. }) => {
            "make such a key: chancery key new --kind KIND --out KEY; then a request: chancery csr new --key KEY"
                .to_owned()
        }
        _ => format!("ask for something else, or change the rule in chancery.toml: chancery policy explain {csr}"),
    }
}

/// What may be named instead, or which authority would do.
fn outside(name: &SubjectName, kind: NameKind) -> String {
    let (instead, permit) = match name {
        SubjectName::Dns(host) => {
            let first = host.trim_start_matches("*.").split('.').next().unwrap_or_default();
            (format!("a name such as {first}.internal"), host.trim_start_matches("*.").to_owned())
        }
        SubjectName::Ip(address) => ("a private address".to_owned(), address.to_string()),
        SubjectName::Email(mailbox) => {
            let (local, host) = mailbox.rsplit_once('@').unwrap_or(("someone", mailbox));
            (format!("{local}@internal"), host.to_owned())
        }
    };
    format!(
        "use {instead}, or make an authority that permits this {kind}: chancery --data-dir NEW ca init --permit \
         {permit}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_outside_the_constraints_comes_with_what_mends_it() {
        let check = |name: SubjectName, expect: &str| {
            let hint = outside(&name, NameKind::of(&name));
            assert!(hint.contains(expect), "{hint}");
        };
        check(SubjectName::Dns("*.db.example.com".into()), "db.internal");
        check(
            SubjectName::Dns("db.example.com".into()),
            "chancery --data-dir NEW ca init --permit db.example.com",
        );
        check(SubjectName::Ip([8, 8, 8, 8].into()), "--permit 8.8.8.8");
        check(SubjectName::Email("ann@example.com".into()), "use ann@internal");
    }
}
