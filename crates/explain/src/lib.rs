// SPDX-License-Identifier: MIT OR Apache-2.0
//! How it is told: verdicts, plans and handshakes as text and as JSON.
//!
//! Everything here is a pure function of its arguments. Each report is a type that is made from
//! what happened (`of`), that serialises as the JSON of docs/json.md, and that has a `text` for
//! people:
//!
//! ```text
//! Certificate          ─► CertificateFacts ─┐
//! CertificationRequest ─► RequestFacts ─────┴─► Text ─► lines that fit, each span with a role
//! ```

pub mod algorithm;
pub mod certificate;
pub mod extension;
pub mod general_name;
pub mod hex;
pub mod moment;
pub mod request;
pub mod text;

pub use certificate::CertificateFacts;
pub use extension::{ExtensionFacts, ExtensionValue};
pub use request::RequestFacts;
pub use text::{Glyphs, Layout, Mark, Role, Text};
