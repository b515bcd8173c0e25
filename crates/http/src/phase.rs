// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the listener asks of its connections at the moment.

/// What the listener asks of its connections at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Carry on.
    Serving,
    /// Every place is taken: whoever has no request in flight makes way.
    Crowded,
    /// Finish what is in flight, then close.
    Draining,
}
