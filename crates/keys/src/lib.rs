// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who can sign: private keys, their files, and the signatures they make and check.
