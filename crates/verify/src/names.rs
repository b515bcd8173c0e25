// SPDX-License-Identifier: MIT OR Apache-2.0
//! Names by form: how each is written, presented and constrained.

pub(crate) mod dns;
pub(crate) mod email;
pub(crate) mod ip;
pub(crate) mod uri;
