// SPDX-License-Identifier: MIT OR Apache-2.0
//! The extensions of a plan, names apart.

use x509::ext::{BasicConstraints, KeyUsage};

use super::draft::{Draft, Says};
use crate::contents::Published;
use crate::error::PlanRefusal;
use crate::profile::Role;
use crate::rules;

const CRL_DISTRIBUTION_POINTS: &str = "cRLDistributionPoints";
const AUTHORITY_INFO_ACCESS: &str = "authorityInfoAccess";
const OCSP_NO_CHECK: &str = "ocsp-nocheck";

impl Draft<'_> {
    pub(super) fn basic_constraints(&mut self) {
        const FIELD: &str = "basicConstraints";
        let asked = self.asked().basic_constraints;
        let words = asked.map(|found| in_words(&found));
        let issued = match self.profile.role() {
            Role::Leaf | Role::Responder if asked.is_some_and(|found| found.ca) => {
                let refusal = PlanRefusal::AuthorityUnderLeaf { profile: self.profile.name().to_owned() };
                return self.refuse(FIELD, rules::BASIC_CONSTRAINTS, words, refusal);
            }
            Role::Leaf | Role::Responder => BasicConstraints { ca: false, path_length: None },
            Role::Authority { path_length } => {
                if let Some(left) = self.issuer.path_length().filter(|left| *left <= path_length) {
                    let issuer = self.issuer.name().to_owned();
                    let refusal = PlanRefusal::PathLength { issuer, path_length: left };
                    return self.refuse(FIELD, rules::PATH_LENGTH, words, refusal);
                }
                BasicConstraints { ca: true, path_length: Some(path_length) }
            }
        };
        let policy = format!("profile {}", self.profile);
        let says = Says { asked: words, policy, issued: Some(in_words(&issued)) };
        self.line(FIELD, rules::BASIC_CONSTRAINTS, says);
    }

    pub(super) fn key_usage(&mut self) -> KeyUsage {
        let issued = self.profile.key_usage(self.request.key());
        let says = Says {
            asked: self.asked().key_usage.map(|asked| asked.to_string()),
            policy: format!("profile {}, key {}", self.profile, self.request.key()),
            issued: Some(issued.to_string()),
        };
        self.line("keyUsage", rules::KEY_USAGE, says);
        issued
    }

    pub(super) fn purposes(&mut self) {
        let issued: Vec<String> = self
            .profile
            .purposes()
            .iter()
            .map(|oid| oid.name().map_or_else(|| oid.to_string(), str::to_owned))
            .collect();
        let says = Says {
            asked: self.asked().purposes.as_ref().map(|asked| asked.join(", ")),
            policy: format!("profile {}", self.profile),
            issued: Some(issued.join(", ")).filter(|text| !text.is_empty()),
        };
        self.line("extKeyUsage", rules::EXTENDED_KEY_USAGE, says);
    }

    /// Where clients find out whether the certificate was taken back, and who issued it.
    pub(super) fn published(&mut self) -> Option<Published> {
        let published = self.issuer.published(self.profile.role())?;
        let access = published.ocsp.iter().map(|url| format!("OCSP {url}"));
        let parts = published
            .sharded
            .as_ref()
            .map(|(_, _, count)| format!(", in {count} parts: the serial number says which"));
        let crl = published.crl.as_ref().map(|url| format!("{url}{}", parts.unwrap_or_default()));
        let access: Vec<String> = access.chain([format!("issuer {}", published.certificate)]).collect();
        for (name, issued) in
            [(CRL_DISTRIBUTION_POINTS, crl), (AUTHORITY_INFO_ACCESS, Some(access.join(", ")))]
        {
            let policy = match issued {
                Some(_) => "where the authority publishes",
                None if self.profile.role() == Role::Responder => "none: nobody need ask about a responder",
                None => "none: the issuer's certificate does not let it sign any",
            };
            let says = Says { asked: self.extension(name), policy: policy.to_owned(), issued };
            if says.asked.is_some() || says.issued.is_some() {
                self.line(name, rules::PUBLISHED, says);
            }
        }
        Some(published)
    }

    /// The extensions that the authority writes by itself, and a line for everything else that was asked for.
    pub(super) fn other_extensions(&mut self) {
        if matches!(self.profile.role(), Role::Authority { .. }) {
            let constrained = self.issuer.constraints_value().is_some();
            let says = Says {
                asked: self.extension("nameConstraints"),
                policy: "those of the issuer".to_owned(),
                issued: constrained.then(|| self.issuer.constraints().nearest().to_string()),
            };
            if says.asked.is_some() || constrained {
                self.line("nameConstraints", rules::INHERITED_CONSTRAINTS, says);
            }
        }
        if self.profile.role() == Role::Responder {
            let says = Says {
                asked: self.extension(OCSP_NO_CHECK),
                policy: format!("profile {}, whose certificates are short-lived", self.profile),
                issued: Some("nobody need ask whether it was taken back".to_owned()),
            };
            self.line(OCSP_NO_CHECK, rules::OCSP_NO_CHECK, says);
        }
        for (name, issued) in [
            ("subjectKeyIdentifier", "of the key in the request"),
            ("authorityKeyIdentifier", "of the issuer's key"),
        ] {
            let says = Says {
                asked: self.extension(name),
                policy: "computed".to_owned(),
                issued: Some(issued.to_owned()),
            };
            self.line(name, rules::KEY_IDENTIFIERS, says);
        }
        self.leave_the_rest();
    }

    fn leave_the_rest(&mut self) {
        let is_authority = matches!(self.profile.role(), Role::Authority { .. });
        let is_responder = self.profile.role() == Role::Responder;
        let is_published = self.issuer.published(self.profile.role()).is_some();
        let accounted = |name: &str| match name {
            "subjectKeyIdentifier" | "authorityKeyIdentifier" => true,
            "nameConstraints" => is_authority,
            CRL_DISTRIBUTION_POINTS | AUTHORITY_INFO_ACCESS => is_published,
            OCSP_NO_CHECK => is_responder,
            _ => false,
        };
        for extension in self.asked().extensions.iter().filter(|found| !accounted(&found.name)) {
            let says = Says {
                asked: self.extension(&extension.name),
                policy: format!("profile {} does not issue it", self.profile),
                issued: None,
            };
            self.line(extension.name.clone(), rules::EXTENSION_NOT_GRANTED, says);
        }
        for attribute in &self.asked().attributes {
            let says = Says {
                asked: Some("present, its value not shown".to_owned()),
                policy: "an attribute of the request has no place in a certificate".to_owned(),
                issued: None,
            };
            self.line(format!("attribute {attribute}"), rules::ATTRIBUTE_NOT_ISSUED, says);
        }
    }

    /// An extension that was asked for, in words.
    fn extension(&self, name: &str) -> Option<String> {
        let found = self.asked().extensions.iter().find(|found| found.name == name)?;
        let critical = if found.critical { ", critical" } else { "" };
        Some(format!("{} octets{critical}", found.length))
    }
}

fn in_words(constraints: &BasicConstraints) -> String {
    match (constraints.ca, constraints.path_length) {
        (false, _) => "CA:FALSE".to_owned(),
        (true, None) => "CA:TRUE".to_owned(),
        (true, Some(length)) => format!("CA:TRUE, path length {length}"),
    }
}
