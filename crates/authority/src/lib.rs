// SPDX-License-Identifier: MIT OR Apache-2.0
//! What may be signed: issuers, profiles, requests, plans, the gate, and the journal's entries.
//!
//! A certificate is made in moves, each of which takes what the one before it made:
//!
//! [`IncomingRequest`] (read) → [`VerifiedRequest`] (the requester holds the key, everything is well-formed) →
//! [`Plan`] (asked, policy says, will be issued) → [`Approved`] → [`Prepared`] (the to-be-signed bytes, judged
//! by `verify`) → [`Issued`] (signed, verified with the issuer's certificate, committed through [`Record`]).
//!
//! Issuing twice does not compile, and nothing outside [`issue`] asks a signer for a certificate.
//!
//! No SQL, sockets or runtime here; the time, the randomness of serials and the signature checks are arguments.
#![warn(clippy::wildcard_enum_match_arm)]

pub mod approval;
pub mod audit;
mod common_name;
pub mod constraints;
mod contents;
pub mod error;
pub mod filing;
pub mod founding;
pub mod issue;
pub mod issuer;
pub mod journal;
pub mod lifetime;
pub mod mark;
pub mod name;
pub mod pending;
pub mod plan;
pub mod policy;
pub mod prepare;
pub mod profile;
pub mod publication;
pub mod random;
pub mod record;
pub mod relocation;
pub mod request;
pub mod revoke;
pub mod rules;
pub mod search;
pub mod self_signed;
pub mod serial;
pub mod stray;
pub mod succession;
pub mod takeover;
pub mod token;
mod wait;
mod written;

pub use approval::{Approved, Warrant};
pub use constraints::{Constraints, Subtree};
pub use error::{
    AdmissionError, BaseUrlProblem, CertificateProblem, DecideError, DelegateError, FoundingError, HoldError,
    IssueError, IssuerError, PatternProblem, PlanRefusal, PlanRefused, PolicyError, PolicyRefusal,
    ProfileError, RecordError, RequestError, RevokeError, RuleName, SearchError, Shortfall, StatusError,
    SubtreeProblem, TakeoverError, TokenProblem,
};
pub use filing::Filing;
pub use founding::{Founded, Founding, FoundingKey};
pub use issue::Issued;
pub use issuer::{Delegate, Issuer, IssuerId};
pub use journal::{Certified, Entry, Event, Head, Reach};
pub use mark::{Loss, Mark};
pub use name::{NameKind, SubjectName};
pub use pending::{
    Decided, Decider, Difference, PlanDigest, Redrawn, RequestId, RequestQuery, RequestRecord, RequestState,
    Wait,
};
pub use plan::{Order, Outcome, Plan, PlanLine};
pub use policy::{Policy, PolicyConfig, Requester};
pub use prepare::Prepared;
pub use profile::{Profile, ProfileConfig, Profiles};
pub use publication::{BaseUrl, Shard, Sharding};
pub use random::{RandomError, RandomSource};
pub use record::{
    Answer, Batch, CertificateQuery, CertificateRecord, Inspection, IssuerRecord, Receipt, Record, Revoked,
    Standing, Status, StatusRecord, TokenRecord,
};
pub use relocation::{Reissue, Relocation};
pub use request::{IncomingRequest, VerifiedRequest};
pub use revoke::Revocation;
pub use search::{Found, Page, Question, Search, SearchOrder};
pub use self_signed::SelfSigned;
pub use serial::SerialNumber;
pub use succession::{Admission, Appointment, CrossCertification, FurtherRoot};
pub use takeover::{Inheritance, Inherited, TakenOver, Takeover, Unlisted};
pub use token::{Bearer, NewToken, Scope, TokenId, TokenSecret, TokenState};
pub use wait::wait;
