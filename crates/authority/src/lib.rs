// SPDX-License-Identifier: MIT OR Apache-2.0
//! What may be signed: profiles, requests, plans, the gate, and the journal's entries.
