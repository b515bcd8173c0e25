// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where clients find out who was taken back: a listener of its own, over plain HTTP, at the place that the
//! certificates say.

use std::sync::Arc;

use authority::{BaseUrl, Issuer};
use http::Listener;

use super::story::Step;
use crate::base_url::loopback;
use crate::failure::Failure;
use crate::listen::{self, Listen};
use crate::publishing;

/// Listeners, and the base of the URLs that lead there; or why there are none.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) listeners: Vec<Listener>,
    pub(crate) base: Option<BaseUrl>,
    /// Why there are none.
    pub(crate) absent: Option<Absent>,
}

/// Why nothing is published.
#[derive(Debug)]
pub(crate) enum Absent {
    /// No certificate says where.
    Unsaid,
    /// Somebody else is there, who may be another process of the same authority.
    Taken(String),
}

/// The place of a new authority: beside the server, at the usual port or, unless somebody has said which, the next
/// one that is free.
pub(crate) fn new(http: Option<Listen>, beside: Listen, host_name: Option<&str>) -> Result<Place, Failure> {
    let usual = listen::published(None);
    let listeners = match http {
        Some(listen) => listen.bind(usual)?,
        None => beside.at_usual_port().bind_near(usual)?,
    };
    let address = listeners.first().map(Listener::address);
    let base = address.and_then(|address| {
        let host = match (address.ip(), host_name) {
            (ip, _) if ip.is_loopback() => "localhost".to_owned(),
            (ip, None) if !ip.is_unspecified() => ip.to_string(),
            (_, host_name) => host_name.unwrap_or("localhost").to_owned(),
        };
        BaseUrl::at(&host, address.port()).ok()
    });
    Ok(Place { listeners, base, absent: None })
}

/// The place of an authority that was here before. That somebody else has its port does not keep the server from
/// serving.
pub(crate) fn of(base: Option<&BaseUrl>, http: Option<Listen>, beside: Listen) -> Result<Place, Failure> {
    let usual = listen::published(base);
    let base = base.cloned();
    match (http, &base) {
        (Some(listen), _) => Ok(Place { listeners: listen.bind(usual)?, base, absent: None }),
        (None, None) => Ok(Place { listeners: Vec::new(), base, absent: Some(Absent::Unsaid) }),
        (None, Some(_)) => match beside.at_usual_port().bind(usual) {
            Ok(listeners) => Ok(Place { listeners, base, absent: None }),
            Err(failure) => {
                let absent = Some(Absent::Taken(failure.message));
                Ok(Place { listeners: Vec::new(), base, absent })
            }
        },
    }
}

/// What is told where nothing is published: a remark, unless another process does it.
pub(crate) async fn absent(
    absent: &Absent,
    base: Option<&BaseUrl>,
    issuers: &[Arc<Issuer>],
) -> Result<Step, String> {
    let reason = match absent {
        Absent::Unsaid => {
            return Err("no certificate of this authority says where to ask whether it was taken back: \
                        chancery ca url http://localhost:8480"
                .to_owned());
        }
        Absent::Taken(reason) => reason,
    };
    if let Some(base) = base
        && let Ok(found) = publishing::check(base, issuers).await
    {
        let fact = format!("who was taken back: CRLs and OCSP at {base}/, by another process");
        return Ok(Step::reused("published", fact).detail(found));
    }
    Err(format!(
        "nothing is published, and whoever asks whether a certificate was taken back is not answered: {reason}"
    ))
}

/// Asks as a client would, and tells what it found.
pub(crate) async fn asked(base: Option<&BaseUrl>, issuers: &[Arc<Issuer>]) -> (Step, Option<String>) {
    let Some(base) = base else {
        let step = Step::made("published", "CRLs and OCSP, at a place that no certificate says");
        return (step, None);
    };
    let step = Step::made("published", format!("who was taken back: CRLs and OCSP at {base}/"));
    let step = if base.is_loopback() { step.detail(loopback(base)) } else { step };
    match publishing::check(base, issuers).await {
        Ok(found) => (step.detail(found), None),
        Err(unreachable) => (step, Some(format!("clients will not find {unreachable}"))),
    }
}
