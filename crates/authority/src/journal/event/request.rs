// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests that wait for somebody's approval, and what becomes of them.

use x509::der::{Reader, Writer};
use x509::{Error, Problem, Time};

use super::token::{read_octets, read_texts};
use super::{read_id, read_text, write_text};
use crate::issuer::IssuerId;
use crate::pending::RequestId;
use crate::policy::{Path, Requester};
use crate::token::TokenId;

/// A request that waits, or waits again under another plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestHeld {
    /// Which one.
    pub id: RequestId,
    /// Who would issue.
    pub issuer: IssuerId,
    /// The profile's name.
    pub profile: String,
    /// The request, DER.
    pub request: Vec<u8>,
    /// Names that were asked for beside those of the request.
    pub names: Vec<String>,
    /// The lifetime that was asked for, in days; `None`: what the profile says.
    pub days: Option<u32>,
    /// Who asked.
    pub requester: Requester,
    /// On whose word.
    pub by: String,
    /// The rules that ask for an approval.
    pub rules: Vec<String>,
    /// Until when it can be approved.
    pub until: Time,
    /// The digest that an approval binds to.
    pub plan: Vec<u8>,
    /// The plan's lines, as they were shown.
    pub lines: Vec<HeldLine>,
}

/// A line of a plan as it was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldLine {
    /// The field.
    pub field: String,
    /// What was asked.
    pub asked: Option<String>,
    /// What policy said.
    pub policy: String,
    /// What would have been issued.
    pub issued: Option<String>,
}

/// Somebody approved a request, and its certificate was issued with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestApproved {
    /// Which one.
    pub id: RequestId,
    /// The digest of the plan that was approved; `None` in a journal of before approvals named it.
    pub plan: Option<Vec<u8>>,
    /// Who issued.
    pub issuer: IssuerId,
    /// The magnitude of the certificate's serial number.
    pub serial: Vec<u8>,
    /// Who approved.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// Somebody denied a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestDenied {
    /// Which one.
    pub id: RequestId,
    /// Who denied.
    pub by: String,
    /// Why.
    pub reason: String,
}

impl RequestHeld {
    pub(super) fn write(&self, event: &mut Writer) {
        event.octet_string(self.id.octets());
        event.octet_string(self.issuer.octets());
        write_text(event, &self.profile);
        event.octet_string(&self.request);
        event.sequence(|names| self.names.iter().for_each(|name| write_text(names, name)));
        event.integer(self.days.unwrap_or_default());
        write_requester(event, &self.requester);
        write_text(event, &self.by);
        event.sequence(|rules| self.rules.iter().for_each(|rule| write_text(rules, rule)));
        self.until.write(event);
        event.octet_string(&self.plan);
        event.sequence(|lines| self.lines.iter().for_each(|line| line.write(lines)));
    }

    pub(super) fn read(event: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(Self {
            id: read_request(event)?,
            issuer: read_id(event)?,
            profile: read_text(event)?,
            request: event.octet_string()?.to_vec(),
            names: read_texts(event)?,
            days: Some(event.small_integer()?).filter(|days| *days > 0),
            requester: read_requester(event)?,
            by: read_text(event)?,
            rules: read_texts(event)?,
            until: event.time()?.time,
            plan: event.octet_string()?.to_vec(),
            lines: read_lines(event)?,
        })
    }
}

impl HeldLine {
    fn write(&self, writer: &mut Writer) {
        let optional = |line: &mut Writer, text: &Option<String>| {
            line.sequence(|list| text.iter().for_each(|text| write_text(list, text)));
        };
        writer.sequence(|line| {
            write_text(line, &self.field);
            optional(line, &self.asked);
            write_text(line, &self.policy);
            optional(line, &self.issued);
        });
    }

    fn read(line: &mut Reader<'_>) -> Result<Self, Error> {
        let optional = |line: &mut Reader<'_>| {
            let at = *line;
            let mut texts = read_texts(line)?;
            let first = texts.pop();
            if texts.is_empty() {
                Ok(first)
            } else {
                Err(at.error(Problem::WrongLength { what: "column", length: 2 }))
            }
        };
        let read = Self {
            field: read_text(line)?,
            asked: optional(line)?,
            policy: read_text(line)?,
            issued: optional(line)?,
        };
        line.finish()?;
        Ok(read)
    }
}

impl RequestApproved {
    pub(super) fn write(&self, event: &mut Writer) {
        event.octet_string(self.id.octets());
        event.octet_string(self.issuer.octets());
        event.octet_string(&self.serial);
        write_text(event, &self.by);
        write_text(event, &self.reason);
        if let Some(plan) = &self.plan {
            event.octet_string(plan);
        }
    }

    pub(super) fn read(event: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(Self {
            id: read_request(event)?,
            issuer: read_id(event)?,
            serial: event.octet_string()?.to_vec(),
            by: read_text(event)?,
            reason: read_text(event)?,
            plan: if event.is_empty() { None } else { Some(event.octet_string()?.to_vec()) },
        })
    }
}

impl RequestDenied {
    pub(super) fn write(&self, event: &mut Writer) {
        event.octet_string(self.id.octets());
        write_text(event, &self.by);
        write_text(event, &self.reason);
    }

    pub(super) fn read(event: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(Self { id: read_request(event)?, by: read_text(event)?, reason: read_text(event)? })
    }
}

fn read_request(event: &mut Reader<'_>) -> Result<RequestId, Error> {
    read_octets(event, "request identifier").map(RequestId::from_octets)
}

fn read_lines(event: &mut Reader<'_>) -> Result<Vec<HeldLine>, Error> {
    let mut list = event.sequence()?;
    let mut lines = Vec::new();
    while !list.is_empty() {
        lines.push(HeldLine::read(&mut list.sequence()?)?);
    }
    Ok(lines)
}

/// The way, and of a program the token that it showed.
fn write_requester(event: &mut Writer, requester: &Requester) {
    write_text(event, requester.path().name());
    if let Requester::Program { id, label } = requester {
        event.octet_string(id.octets());
        write_text(event, label);
    }
}

fn read_requester(event: &mut Reader<'_>) -> Result<Requester, Error> {
    let at = *event;
    let path = read_text(event)?;
    match Path::ALL.into_iter().find(|known| known.name() == path) {
        Some(Path::CommandLine) => Ok(Requester::CommandLine),
        Some(Path::OwnServer) => Ok(Requester::OwnServer),
        Some(Path::Api) => {
            let id = TokenId::from_octets(read_octets(event, "token identifier")?);
            Ok(Requester::Program { id, label: read_text(event)? })
        }
        None => Err(at.error(Problem::StringAlphabet { what: "way" })),
    }
}
