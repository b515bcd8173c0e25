// SPDX-License-Identifier: MIT OR Apache-2.0
//! How it travels: one hyper listener with time-outs, limits and drain.
