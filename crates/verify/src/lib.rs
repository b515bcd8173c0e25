// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a client decides: path building, RFC 5280 validation, names, and a trace of every step.
//!
//! Ask a [`Question`]; [`decide`] answers with a [`VerifiedPath`], which nobody else can make, or with
//! the [`Rejection`] that says most. Time, anchors and cryptography are arguments: this crate has no
//! clock, opens nothing and fetches nothing.
//!
//! ```text
//! Question ── decide ──┬─ VerifiedPath    leaf → anchor, every rule held
//!                      └─ Rejection       the rule, the certificate, the values seen and wanted
//!                 └────── TraceSink       every candidate and every rule on the way (NoTrace: free)
//! ```
//!
//! What is judged is data: [`Ruleset`] names a column of the table in [`rules`], and every refusal and
//! every step of the trace names its line.
#![warn(clippy::arithmetic_side_effects, clippy::wildcard_enum_match_arm)]

pub mod rules;

mod anchors;
mod budget;
mod checks;
mod common_name;
mod decide;
mod decoded;
mod judge;
mod kept;
mod name_constraints;
mod names;
mod peer_name;
mod policy;
mod public_suffixes;
mod question;
mod rejection;
mod revocation;
mod search;
mod signature_cache;
mod trace;
mod verified_path;

pub use anchors::{Intermediates, TrustAnchors};
pub use common_name::CommonName;
pub use decide::{decide, judge_unsigned};
pub use kept::{KeptCertificate, NotACertificate};
pub use names::dns::DnsFault;
pub use peer_name::{PeerName, PeerNameError};
pub use policy::{AnyPolicy, ExplicitPolicy, PolicyInputs, PolicyMapping, UserConstrainedPolicies};
pub use public_suffixes::PublicSuffixes;
pub use question::{Purpose, Question};
pub use rejection::{Reason, Rejection, Spent, StatusFault};
pub use revocation::{Revocation, StatusOf, UnknownStatus};
pub use rules::{Provision, Ruleset, Severity, UnknownRuleset};
pub use signature_cache::SignatureCache;
pub use trace::{NoTrace, Outcome, Place, Shown, Step, Trace, TraceSink};
pub use verified_path::VerifiedPath;
