// SPDX-License-Identifier: MIT OR Apache-2.0
//! The proof that it works: every URL that certificates carry is fetched as a client would.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use authority::{BaseUrl, Issuer, publication};
use base64ct::{Base64, Encoding as _};
use bytes::Bytes;
use http::fetch::{FetchLimits, get};
use keys::AwsLc;
use status::request_for;
use x509::{CertificateList, OcspResponse};

/// A CRL of a million entries has 40 MB.
const LIMITS: FetchLimits = FetchLimits { time: Duration::from_secs(5), content: 256 << 20 };

/// Why clients do not find what certificates say they will.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unreachable {
    /// What was fetched.
    url: String,
    /// What came instead.
    reason: String,
}

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.url, self.reason)
    }
}

/// Fetches what these issuers publish at the base, and says what was found.
pub(crate) async fn check(base: &BaseUrl, issuers: &[Arc<Issuer>]) -> Result<String, Unreachable> {
    let (mut crls, mut answers) = (0_usize, 0_usize);
    for issuer in issuers {
        let certificate = fetched(base, &publication::certificate(issuer.id())).await?;
        if certificate != issuer.certificate() {
            return Err(other(base, &publication::certificate(issuer.id())));
        }
        if issuer.signs_crls() {
            let path = publication::crl(issuer.id());
            let crl = fetched(base, &path).await?;
            let of_issuer = |list: CertificateList<'_>| list.tbs().issuer().raw() == issuer.subject();
            if !CertificateList::parse(&crl).is_ok_and(of_issuer) {
                return Err(other(base, &path));
            }
            crls += 1;
        }
        let asked = request_for(issuer.certificate(), issuers, None, &AwsLc).ok().flatten();
        if let Some(asked) = asked.filter(|_| !issuer.is_root() && answers_for(issuer, issuers)) {
            let encoded = Base64::encode_string(&asked);
            let encoded = encoded.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
            let path = format!("{}/{encoded}", publication::OCSP);
            let answer = fetched(base, &path).await?;
            if OcspResponse::parse(&answer).ok().and_then(|answer| answer.basic().copied()).is_none() {
                return Err(other(base, publication::OCSP));
            }
            answers += 1;
        }
    }
    let lists = match (crls, issuers.len()) {
        (1, 1) => "a CRL and a certificate".to_owned(),
        (crls, count) => format!("{crls} CRLs and {count} certificates"),
    };
    let answers = match answers {
        0 => String::new(),
        1 => ", an OCSP answer".to_owned(),
        count => format!(", {count} OCSP answers"),
    };
    Ok(format!("fetched as a client would: {lists}{answers}"))
}

/// Whether the one that issued it is among those who answer: its key is here.
fn answers_for(issuer: &Issuer, issuers: &[Arc<Issuer>]) -> bool {
    let above = issuer.chain().get(1);
    issuers.iter().any(|other| !other.is_absent() && Some(other.certificate()) == above.map(Vec::as_slice))
}

async fn fetched(base: &BaseUrl, path: &str) -> Result<Bytes, Unreachable> {
    let unreachable = |reason: String| Unreachable { url: base.of(path), reason };
    let fetched = get(&base.host(), base.port(), &base.path_of(path), LIMITS).await.map_err(|error| {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
        unreachable(format!("{error}{cause}"))
    })?;
    match fetched.status.as_u16() {
        200 => Ok(fetched.content),
        status => Err(unreachable(format!("{} answers {status}", fetched.address))),
    }
}

fn other(base: &BaseUrl, path: &str) -> Unreachable {
    Unreachable { url: base.of(path), reason: "somebody else answers there, or another authority".to_owned() }
}
