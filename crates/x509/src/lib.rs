// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is written: certificates, requests and PEM, read without copying and written as strict DER.
