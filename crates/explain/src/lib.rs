// SPDX-License-Identifier: MIT OR Apache-2.0
//! How it is told: verdicts, plans and handshakes as text and as JSON.
//!
//! Everything here is a pure function of its arguments. Each report is a type that is made from
//! what happened (`of`), that serialises as the JSON of docs/json.md, and that has a `text` for
//! people:
//!
//! ```text
//! Certificate               ─► CertificateFacts ─┐
//! CertificationRequest      ─► RequestFacts ─────┤
//! verify::rules             ─► RuleList ─────────┤
//! Question, decision, Trace ─► Case ─► Verdict ──┴─► Text ─► lines that fit, each span with a role
//! ```

pub mod algorithm;
pub mod certificate;
pub mod chain;
pub mod extension;
pub mod general_name;
pub mod hex;
pub mod hint;
pub mod moment;
pub mod plan;
pub mod request;
pub mod rules;
pub mod shell;
pub mod story;
pub mod text;
pub mod verdict;

pub use certificate::CertificateFacts;
pub use extension::{ExtensionFacts, ExtensionValue};
pub use hint::{Asked, Hint};
pub use plan::{PlanFacts, PlanLineFacts};
pub use request::RequestFacts;
pub use rules::RuleList;
pub use story::{Analogy, Story, Telling};
pub use text::{Columns, Glyphs, Layout, Mark, Role, Text};
pub use verdict::{Case, TrustSource, Verdict};
