// SPDX-License-Identifier: MIT OR Apache-2.0
//! The server's certificate: the one that is installed, while it is good; else a new one, asked for, checked,
//! signed and installed like anybody's.

use std::path::Path;
use std::sync::Arc;

use authority::lifetime::Period;
use authority::{
    Batch, Issued, Issuer, Order, Outcome, Plan, PlanRefusal, Profile, RandomSource, Record, Requester,
    VerifiedRequest, Warrant,
};
use keys::csr::{self, RequestSpec};
use keys::file::Overwrite;
use keys::{AwsLc, Signer, SubjectName};
use tls::Credentials;
use verify::{NoTrace, Question, TrustAnchors, decide};
use x509::ext::SubjectAltName;
use x509::{Certificate, Time};

use super::story::Step;
use crate::data_dir::{DataDir, issue_failure, record_failure};
use crate::failure::Failure;
use crate::publishing::Leaves;
use crate::{input, output};

/// Who signs, and where it is recorded.
pub(crate) struct Office<'a> {
    pub(crate) issuer: Leaves,
    pub(crate) record: &'a dyn Record,
    pub(crate) random: &'a dyn RandomSource,
    /// Where it is all kept, for hints.
    pub(crate) directory: &'a DataDir,
}

/// What the server shows.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) credentials: Arc<Credentials>,
    pub(crate) period: Period,
}

/// The certificate in `path`, when a client would accept it now and for some time to come; else why not.
pub(crate) fn installed(
    path: &Path,
    signer: &Arc<dyn Signer>,
    names: &[SubjectName],
    issuer: &Issuer,
    now: Time,
) -> Result<Shown, String> {
    let chain = input::certificates(path).map_err(|failure| failure.message)?;
    let [leaf_der, above @ ..] = chain.as_slice() else { return Err("it is empty".to_owned()) };
    let leaf = Certificate::parse(leaf_der).map_err(|error| error.to_string())?;
    if above.first().map(Vec::as_slice) != Some(issuer.certificate()) {
        return Err("the authority has another issuer now".to_owned());
    }
    let found = names_of(&leaf);
    if found.len() != names.len() || !names.iter().all(|name| found.contains(name)) {
        return Err("this machine's names have changed".to_owned());
    }
    let period = Period::from(leaf.tbs().validity());
    if now >= period.renewal() {
        return Err(format!("two thirds of its life are over, it ends {}", period.not_after));
    }
    let mut anchors = TrustAnchors::new();
    anchors.add_certificate(issuer.root()).map_err(|error| error.to_string())?;
    let sent: Vec<&[u8]> = chain.iter().map(Vec::as_slice).collect();
    decide(&Question::new(&sent, &anchors, now), &AwsLc, &mut NoTrace)
        .map_err(|rejection| rejection.to_string())?;
    let credentials = Credentials::new(&chain, Arc::clone(signer)).map_err(|error| error.to_string())?;
    Ok(Shown { credentials: Arc::new(credentials), period })
}

/// The names in a certificate that we would issue.
pub(crate) fn names_of(certificate: &Certificate<'_>) -> Vec<SubjectName> {
    let names = certificate.tbs().extensions().decode::<SubjectAltName<'_>>().ok().flatten();
    let names = names.iter().flat_map(|names| names.value.iter().collect::<Vec<_>>());
    names.filter_map(|name| SubjectName::from_general_name(&name).ok()).collect()
}

/// What is told of a certificate that stays.
pub(crate) fn reused_step(shown: &Shown, path: &Path, names: &[SubjectName]) -> Step {
    let Period { not_after, .. } = shown.period;
    Step::reused("installed", format!("the certificate from before, until {not_after}"))
        .detail(in_words(names))
        .detail(format!("{}; renewed {}", path.display(), shown.period.renewal()))
}

/// Asks for a certificate, checks the request, has it signed, and installs it; tells each step.
pub(crate) async fn obtain(
    path: &Path,
    signer: &Arc<dyn Signer>,
    names: &[SubjectName],
    office: &Office<'_>,
    now: Time,
) -> Result<(Shown, Vec<Step>), Failure> {
    let spec = RequestSpec { common_name: None, names: names.to_vec() };
    let request = csr::make(&**signer, &spec).map_err(|error| Failure::from_error(&error))?;
    let asked = Step::made("request", format!("{} names, signed with the key that it is for", names.len()))
        .detail(in_words(names));

    let failed =
        |what: &str, error: &(dyn std::error::Error + 'static)| Failure::could_not(what).because(error);
    let verified = VerifiedRequest::read(&request, &AwsLc)
        .map_err(|error| failed("the authority refuses the server's request", &error))?;
    let verified = verified.looked_up(office.record, &AwsLc).await;
    let verified = verified.map_err(|error| record_failure(&error, office.directory))?;
    let checked =
        Step::made("checked", "whoever asks holds the key; the key is sound; the names are this machine's");

    let profile = Profile::named("server").map_err(|error| Failure::from_error(&error))?;
    let warrant = Warrant::ApprovedBy("chancery up, for this machine".to_owned());
    let issuer = office.issuer.now();
    let order = Order {
        request: verified,
        profile,
        issuer: Arc::clone(&issuer),
        names: Vec::new(),
        days: None,
        warrant,
        requester: Requester::OwnServer,
        // As the file says today: a server runs for long.
        policy: office.directory.config()?.policy,
    };
    let plan = Plan::draw(order, now);
    let summary = summary(&plan);
    if let Some(entry) = plan.refusal("chancery up", &AwsLc) {
        let committed = office.record.commit(Batch::new(vec![entry])).await;
        committed.map_err(|error| record_failure(&error, office.directory))?;
    }
    let approved = plan.approve().map_err(|error| refused(&error))?;
    let prepared =
        approved.prepare(office.random, &AwsLc).map_err(|error| issue_failure(&error, office.directory))?;
    let issued = prepared
        .issue(office.record, &AwsLc)
        .await
        .map_err(|error| issue_failure(&error, office.directory))?;
    let signed = signed_step(&issued, &issuer).detail(summary);

    let chain: Vec<Vec<u8>> = issued.chain().map(<[u8]>::to_vec).collect();
    let credentials =
        Credentials::new(&chain, Arc::clone(signer)).map_err(|error| Failure::from_error(&error))?;
    let pem: String = chain.iter().map(|der| x509::pem::encode("CERTIFICATE", der)).collect();
    output::public(path, pem.as_bytes(), Overwrite::Replace)?;
    let installed = Step::made(
        "installed",
        format!("the certificate and {} above it", certificates_in_words(chain.len() - 1)),
    )
    .detail(path.display().to_string());
    let shown = Shown { credentials: Arc::new(credentials), period: issued.period() };
    Ok((shown, vec![asked, checked, signed, installed]))
}

fn refused(error: &authority::PlanRefused) -> Failure {
    let mut refusals = error.refusals().map(ToString::to_string);
    let first = refusals.next().unwrap_or_default();
    let mut failure = Failure::refused(format!("the authority does not sign this: {first}"));
    failure.causes.extend(refusals);
    if error
        .refusals()
        .any(|refusal| matches!(refusal, PlanRefusal::Policy(_) | PlanRefusal::AwaitsApproval { .. }))
    {
        return failure.hint(
            "let servers of our own have it in chancery.toml, with `who = [\"up\"]` in an [[allow]] without an approval, since a server cannot wait; then look: chancery policy check",
        );
    }
    let outside = error.refusals().find_map(|refusal| match refusal {
        PlanRefusal::OutsideConstraints { name, .. } => Some(name),
        _ => None,
    });
    match outside {
        Some(name) => failure
            .hint("use a name that it may speak for")
            .hint(format!("or found another that may: chancery up DIR --data-dir ELSEWHERE --name {name}")),
        None => failure,
    }
}

fn certificates_in_words(count: usize) -> String {
    match count {
        1 => "the intermediate".to_owned(),
        count => format!("the {count} intermediates"),
    }
}

/// The plan in a line; `sign --dry-run` shows such plans in full.
fn summary(plan: &Plan) -> String {
    let count = |outcome| plan.lines().iter().filter(|line| line.outcome() == outcome).count();
    let parts = [
        (count(Outcome::AsAsked), "as asked"),
        (count(Outcome::Changed), "changed"),
        (count(Outcome::Added), "added by policy"),
        (count(Outcome::Left), "left out"),
    ];
    let told: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    format!("the plan's {} lines: {}", plan.lines().len(), told.join(", "))
}

fn signed_step(issued: &Issued, issuer: &Issuer) -> Step {
    let period = issued.period();
    Step::made("signed", format!("by {}, profile server", called(issuer)))
        .detail(format!("serial {}", issued.serial()))
        .detail(format!("until {} ({} days), renewed {}", period.not_after, period.days(), period.renewal()))
}

/// An issuer's common name; the whole name when it has none.
pub(crate) fn called(issuer: &Issuer) -> String {
    let name =
        Certificate::parse(issuer.certificate()).ok().and_then(|own| own.tbs().subject().common_name());
    name.unwrap_or_else(|| issuer.name().to_owned())
}

fn in_words(names: &[SubjectName]) -> String {
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
