// SPDX-License-Identifier: MIT OR Apache-2.0
//! How a program asks.
//!
//! [`Public`] is what anybody may ask, over plain HTTP: CRLs, OCSP, the certificates of issuers. What is signed needs
//! no TLS, and a client that asks whether to trust a certificate cannot be made to trust one first (RFC 5280 §8).
//!
//! | request | answer |
//! |---|---|
//! | `GET /crl/ID.crl` | the issuer's CRL, `application/pkix-crl` (RFC 2585) |
//! | `GET /ca/ID.cer` | the issuer's certificate, `application/pkix-cert` (RFC 2585) |
//! | `POST /ocsp`, `GET /ocsp/BASE64` | an OCSP response (RFC 6960 appendix A, RFC 5019) |
//! | `GET /health` | whether everything that is published is up to date |
//! | `GET /` | what there is, for people |
//!
//! [`v1::Api`] is what a program may ask that shows a token, over HTTPS: certificates issued, listed, shown, taken back.
//! [`v1::OPENAPI`] describes it.
//!
//! [`Monitor`] is what whoever keeps watch may ask, on a listener of its own: `/metrics` ([`Metrics`]) and `/health`.
//!
//! What is posted on the [`Board`] is what is given: nothing is signed here but by the responder.

mod metrics;
mod public;
pub mod v1;
mod wire;

pub use metrics::Metrics;
pub use public::{Board, Monitor, Public, limits};
