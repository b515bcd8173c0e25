// SPDX-License-Identifier: MIT OR Apache-2.0
//! The subject of a plan.

use keys::SubjectName;
use x509::Name;
use x509::name::NameBuilder;

use super::draft::{Draft, Says};
use crate::common_name::{self, Flaw};
use crate::error::PlanRefusal;
use crate::policy::Policy;
use crate::profile::SubjectForm;
use crate::rules;
use crate::succession::namesake;

impl Draft<'_> {
    /// Decides on the subject, and accounts for every attribute that was asked for. Gives the subject in DER.
    pub(super) fn subject(&mut self, names: &[SubjectName], policy: &Policy) -> Vec<u8> {
        match self.profile.subject() {
            SubjectForm::Server => self.server(names),
            SubjectForm::Person => self.person(names, policy),
            SubjectForm::Authority => self.authority(),
        }
    }

    fn server(&mut self, names: &[SubjectName]) -> Vec<u8> {
        let first = names.iter().find_map(dns);
        let common_name = first.filter(|name| name.len() <= common_name::LONGEST);
        let policy = match (first, common_name) {
            (_, Some(_)) => "the first DNS name",
            (Some(_), None) => "none: the first DNS name has over 64 octets",
            (None, None) if names.is_empty() => "none: no name is issued",
            (None, None) => "none: an address is no common name",
        };
        self.common_name(policy, common_name, rules::COMMON_NAME_SERVER);
        self.leave_subject_attributes(&["CN"]);
        build(common_name, None)
    }

    fn person(&mut self, names: &[SubjectName], decided: &Policy) -> Vec<u8> {
        let asked = self.asked().subject_attribute("CN");
        let fits = |text: &str| build_checked(Some(text), None).is_some();
        let flaw = asked.and_then(|text| {
            common_name::flaw(text, names, decided.on_common_names()).or((!fits(text)).then_some(Flaw::Form))
        });
        let policy = match (asked, flaw) {
            (None, _) => "none was asked for",
            (Some(_), None) => "as asked: what the requester calls itself",
            (Some(_), Some(Flaw::Form)) => "none: it has 1 to 64 characters, and no control character",
            (Some(_), Some(Flaw::Dotted)) => "none: with a dot it must be one of the names, whole",
            (Some(_), Some(Flaw::Unseen)) => {
                "none: where rules decide, it is one of the names, or ann for ann.users.internal"
            }
        };
        let common_name = asked.filter(|_| flaw.is_none());
        self.common_name(policy, common_name, flaw.map_or(rules::COMMON_NAME_CLIENT, Flaw::rule));
        self.leave_subject_attributes(&["CN"]);
        build(common_name, None)
    }

    fn authority(&mut self) -> Vec<u8> {
        let asked = self.asked();
        let (common_name, organization) = (asked.subject_attribute("CN"), asked.subject_attribute("O"));
        let subject = common_name.and_then(|text| build_checked(Some(text), organization));
        let Some(subject) = subject else {
            let found = common_name.map_or_else(
                || "none".to_owned(),
                |text| format!("{text:?}, organisation {:?}", organization.unwrap_or_default()),
            );
            let asked = common_name.map(str::to_owned);
            let refusal = PlanRefusal::AuthorityName { found };
            self.refuse("subject CN", rules::AUTHORITY_NAME, asked, refusal);
            return build(None, None);
        };
        if self.issuer.has_name(&subject) {
            let name = asked.subject.clone();
            let refusal = PlanRefusal::NameOfIssuer { name: name.clone() };
            self.refuse("subject", rules::AUTHORITY_NAME, Some(name), refusal);
            return subject;
        }
        let taken = Name::parse(&subject).ok().and_then(|name| {
            namesake::require(&name, self.request.public_key_info(), self.request.issuers()).err()
        });
        if let Some(taken) = taken {
            let refusal = PlanRefusal::NameTaken { reason: taken.to_string() };
            self.refuse("subject", rules::AUTHORITY_NAME, Some(asked.subject.clone()), refusal);
            return subject;
        }
        self.common_name("as asked: the authority's own name", common_name, rules::AUTHORITY_NAME);
        if let Some(organization) = organization {
            let says = Says {
                asked: Some(organization.to_owned()),
                policy: "as asked".to_owned(),
                issued: Some(organization.to_owned()),
            };
            self.line("subject O", rules::AUTHORITY_NAME, says);
        }
        self.leave_subject_attributes(&["CN", "O"]);
        subject
    }

    fn common_name(&mut self, policy: &str, issued: Option<&str>, rule: &'static x509::Rule) {
        let asked = self.asked().subject_attribute("CN").map(str::to_owned);
        if asked.is_none() && issued.is_none() {
            return;
        }
        let says = Says { asked, policy: policy.to_owned(), issued: issued.map(str::to_owned) };
        self.line("subject CN", rule, says);
    }

    /// A line for every attribute that is not issued: those of another type, and all but the last of a type.
    fn leave_subject_attributes(&mut self, decided: &[&str]) {
        let attributes = &self.asked().attributes_of_subject;
        for (index, attribute) in attributes.iter().enumerate() {
            let later = attributes.iter().skip(index.saturating_add(1));
            let is_last = !later.clone().any(|other| other.kind == attribute.kind);
            if is_last && decided.contains(&attribute.kind.as_str()) {
                continue;
            }
            let says = Says {
                asked: Some(attribute.value.clone()),
                policy: format!("profile {} does not vouch for it", self.profile),
                issued: None,
            };
            self.line(format!("subject {}", attribute.kind), rules::SUBJECT, says);
        }
    }
}

fn dns(name: &SubjectName) -> Option<&str> {
    match name {
        SubjectName::Dns(text) => Some(text),
        SubjectName::Ip(_) | SubjectName::Email(_) => None,
    }
}

/// The subject with these attributes; empty when they do not fit.
fn build(common_name: Option<&str>, organization: Option<&str>) -> Vec<u8> {
    build_checked(common_name, organization).unwrap_or_else(|| NameBuilder::new().build())
}

fn build_checked(common_name: Option<&str>, organization: Option<&str>) -> Option<Vec<u8>> {
    let mut builder = NameBuilder::new();
    if let Some(organization) = organization {
        builder = builder.organization(organization).ok()?;
    }
    if let Some(common_name) = common_name {
        builder = builder.common_name(common_name).ok()?;
    }
    Some(builder.build())
}
