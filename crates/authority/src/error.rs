// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every way to say no, one type for each move of the story.

mod admission;
mod delegate;
mod founding;
mod issue;
mod issuer;
mod name;
mod pending;
mod plan;
mod policy;
mod profile;
mod publication;
mod record;
mod request;
mod revoke;
mod search;
mod status;
mod takeover;
mod token;

pub use admission::AdmissionError;
pub use delegate::DelegateError;
pub use founding::FoundingError;
pub use issue::IssueError;
pub use issuer::IssuerError;
pub use name::SubtreeProblem;
pub use pending::{DecideError, HoldError};
pub use plan::{PlanRefusal, PlanRefused};
pub use policy::{PatternProblem, PolicyError, PolicyRefusal, RuleName, Shortfall};
pub use profile::ProfileError;
pub use publication::BaseUrlProblem;
pub use record::RecordError;
pub use request::RequestError;
pub use revoke::RevokeError;
pub use search::SearchError;
pub use status::StatusError;
pub use takeover::TakeoverError;
pub use token::{CertificateProblem, TokenProblem};

/// `1 name`, `2 names`.
fn counted(count: impl std::fmt::Display, one: &str, many: &str) -> String {
    let count = count.to_string();
    format!("{count} {}", if count == "1" { one } else { many })
}
