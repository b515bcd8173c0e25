// SPDX-License-Identifier: MIT OR Apache-2.0
//! How it is told: verdicts, plans and handshakes as text and as JSON.
