// SPDX-License-Identifier: MIT OR Apache-2.0
//! The alternative names of a plan.

use keys::SubjectName;

use super::draft::{Draft, Says};
use crate::approval::Warrant;
use crate::error::PlanRefusal;
use crate::name::NameKind;
use crate::profile::{Role, SubjectForm};
use crate::request::NAME_LIMIT;
use crate::rules;

const FIELD: &str = "name";
/// Where a person without a name of another form lives.
const PERSONS: &str = "users.internal";

impl Draft<'_> {
    /// Decides on every name: those asked for, those added, and the one that stands in the common name alone.
    pub(super) fn names(&mut self, added: &[SubjectName], warrant: &Warrant) -> Vec<SubjectName> {
        let asked = self.asked();
        let mut names: Vec<SubjectName> = Vec::new();
        for asked in &asked.names {
            self.decide(&asked.name, Some(asked.text.clone()), rules::NAMES, warrant, &mut names);
        }
        for name in &asked.other_names {
            self.refuse_form("name of this form", name);
        }
        for name in added {
            self.decide(name, None, rules::NAMES_ADDED, warrant, &mut names);
        }
        if asked.names.is_empty() && asked.other_names.is_empty() && added.is_empty() {
            self.name_from_common_name(warrant, &mut names);
        }
        if names.len() > NAME_LIMIT {
            let refusal = PlanRefusal::TooManyNames { found: names.len(), limit: NAME_LIMIT };
            self.refuse(FIELD, rules::NAMES_LIMIT, Some(format!("{} names", names.len())), refusal);
        }
        names
    }

    fn decide(
        &mut self,
        name: &SubjectName,
        asked: Option<String>,
        rule: &'static x509::Rule,
        warrant: &Warrant,
        names: &mut Vec<SubjectName>,
    ) {
        let kind = NameKind::of(name);
        if names.contains(name) {
            let policy = "each name once".to_owned();
            return self.line(FIELD, rules::NAMES, Says { asked, policy, issued: None });
        }
        if !self.profile.names().contains(&kind) {
            return self.refuse_form(&kind.to_string(), &name.to_string());
        }
        if !self.issuer.constraints().allow(name) {
            let permitted = self.issuer.constraints().in_words(kind);
            let refusal = PlanRefusal::OutsideConstraints { name: name.clone(), kind, permitted };
            return self.refuse(FIELD, rules::NAME_CONSTRAINTS, Some(name.to_string()), refusal);
        }
        let policy = format!("within the constraints; on the word of {}", warrant.who());
        self.line(FIELD, rule, Says { asked, policy, issued: Some(name.to_string()) });
        names.push(name.clone());
    }

    fn refuse_form(&mut self, form: &str, name: &str) {
        let refusal = PlanRefusal::NameForm {
            profile: self.profile.name().to_owned(),
            form: form.to_owned(),
            name: name.to_owned(),
        };
        self.refuse(FIELD, rules::NAME_FORM, Some(name.to_owned()), refusal);
    }

    /// Without any alternative name, the common name is what the requester wants to be known by.
    fn name_from_common_name(&mut self, warrant: &Warrant, names: &mut Vec<SubjectName>) {
        if !matches!(self.profile.role(), Role::Leaf) {
            return;
        }
        let common_name = self.asked().subject_attribute("CN");
        let named = common_name.and_then(|text| SubjectName::parse(text).ok());
        let is_person = self.profile.subject() == SubjectForm::Person;
        let form_is_issued =
            named.as_ref().is_some_and(|name| self.profile.names().contains(&NameKind::of(name)));
        match (named, common_name) {
            (Some(SubjectName::Dns(label)), Some(asked)) if is_person && !label.contains('.') => {
                let name = SubjectName::Dns(format!("{label}.{PERSONS}"));
                self.decide(&name, Some(format!("CN={asked}")), rules::NAME_OF_PERSON, warrant, names);
            }
            (Some(name), Some(asked)) if form_is_issued => {
                let asked = Some(format!("CN={asked}"));
                self.decide(&name, asked, rules::NAME_FROM_COMMON_NAME, warrant, names);
            }
            _ => {
                let asked = common_name.map(|asked| format!("CN={asked}"));
                self.refuse(FIELD, rules::NAMES_REQUIRED, asked, PlanRefusal::NoNames);
            }
        }
    }
}
