// SPDX-License-Identifier: MIT OR Apache-2.0
//! The real thing on the other side: each test has a negative twin that the same peer refuses.

mod chain;
mod connect;
mod linted;
mod requests;
mod revocation;
mod server;
