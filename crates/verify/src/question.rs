// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is asked.

use std::fmt;

use x509::{Oid, Time, oid};

use crate::anchors::{Intermediates, TrustAnchors};
use crate::common_name::CommonName;
use crate::peer_name::PeerName;
use crate::policy::{AnyPolicy, ExplicitPolicy, PolicyInputs, PolicyMapping};
use crate::public_suffixes::PublicSuffixes;
use crate::revocation::Revocation;
use crate::rules::Ruleset;
use crate::signature_cache::SignatureCache;

/// What the certificate is to be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// A server that proves itself to its clients.
    ServerAuth,
    /// A client that proves itself to a server.
    ClientAuth,
    /// A CA that signs certificates: the leaf is judged as an issuer too, as if one more certificate
    /// followed it.
    IssueCertificates,
    /// No purpose in particular: extended key usages are not looked at.
    Any,
}

impl Purpose {
    /// The extended key usage that stands for this purpose.
    #[must_use]
    pub const fn extended_key_usage(self) -> Option<Oid<'static>> {
        match self {
            Self::ServerAuth => Some(oid::SERVER_AUTH),
            Self::ClientAuth => Some(oid::CLIENT_AUTH),
            Self::IssueCertificates | Self::Any => None,
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ServerAuth => "serverAuth",
            Self::ClientAuth => "clientAuth",
            Self::IssueCertificates => "issuing certificates",
            Self::Any => "any purpose",
        })
    }
}

/// A question to [`decide`](crate::decide): make one with [`Question::new`] and set what differs.
///
/// ```
/// # use chancery_verify as verify;
/// use verify::{PeerName, Question, Ruleset, TrustAnchors};
///
/// # let (chain, anchors) = ([&[][..]], TrustAnchors::new());
/// let at = x509::Time::from_unix(1_795_341_600);
/// let name = PeerName::parse("files.internal")?;
/// let mut question = Question::new(&chain, &anchors, at);
/// question.name = Some(&name);
/// question.ruleset = Ruleset::Webpki;
/// # Ok::<(), verify::PeerNameError>(())
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Question<'a> {
    /// The certificates as they were sent, DER: the leaf first, the others in any order.
    pub chain: &'a [&'a [u8]],
    /// Further certificates that may stand between leaf and anchor, DER. They are not trusted.
    pub intermediates: &'a [&'a [u8]],
    /// The same, read before.
    pub prepared: Option<&'a Intermediates>,
    /// Whom to trust.
    pub anchors: &'a TrustAnchors,
    /// The moment to judge at.
    pub at: Time,
    /// What the leaf is to be used for.
    pub purpose: Purpose,
    /// Whom the leaf must be; not asked when `None`.
    pub name: Option<&'a PeerName>,
    /// What to judge by.
    pub ruleset: Ruleset,
    /// How many intermediate certificates that are not self-issued the path may have.
    pub max_path_len: Option<u32>,
    /// What is asked about certificate policies.
    pub policies: PolicyInputs<'a>,
    /// What is known of certificates that were taken back; `None` asks for nobody's status.
    pub revocation: Option<Revocation<'a>>,
    /// Signatures that need not be checked again.
    pub cache: Option<&'a SignatureCache>,
    /// Whether a common name counts as the name of a host.
    pub common_name: CommonName,
    /// Below which domains ruleset `webpki` lets nobody have a wildcard, besides the top-level ones; without a
    /// list, these alone.
    pub public_suffixes: Option<&'a dyn PublicSuffixes>,
}

impl<'a> Question<'a> {
    /// Whether the first of `chain` is a server's certificate under `anchors` at the moment `at`, by
    /// ruleset `rfc5280`, whatever its name.
    #[must_use]
    pub const fn new(chain: &'a [&'a [u8]], anchors: &'a TrustAnchors, at: Time) -> Self {
        Self {
            chain,
            intermediates: &[],
            prepared: None,
            anchors,
            at,
            purpose: Purpose::ServerAuth,
            name: None,
            ruleset: Ruleset::Rfc5280,
            max_path_len: None,
            policies: PolicyInputs {
                acceptable: &[],
                explicit: ExplicitPolicy::Optional,
                mapping: PolicyMapping::Allowed,
                any_policy: AnyPolicy::Allowed,
            },
            revocation: None,
            cache: None,
            common_name: CommonName::Ignored,
            public_suffixes: None,
        }
    }
}
