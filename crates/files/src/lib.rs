// SPDX-License-Identifier: MIT OR Apache-2.0
//! What it is for: a directory over HTTPS, with ranges, conditional requests and atomic uploads.
