// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where it is kept: the authority's record in SQLite, append-only and durable.
