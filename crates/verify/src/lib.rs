// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a client decides: path building, RFC 5280 validation, names, and a trace of every step.
