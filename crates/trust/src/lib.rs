// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where trust is kept: PEM bundles, the system's store, and what is installed into it.
