// SPDX-License-Identifier: MIT OR Apache-2.0
//! How it is shown: credentials, live certificate swaps, and handshakes recorded as they happen.
