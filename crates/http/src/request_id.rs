// SPDX-License-Identifier: MIT OR Apache-2.0
//! A word for each request, by which its caller and the log mean the same one.

use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

use hyper::header::HeaderValue;

/// The header in which a caller finds it.
pub(crate) const REQUEST_ID: &str = "x-request-id";

/// Which request: an extension of every request that a [`crate::Listener`] passes on, and the `X-Request-Id` of its
/// answer. It is drawn here, whatever the caller sends, and is no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestId(u64);

/// Sixteen lower-case hexadecimal digits.
impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl RequestId {
    /// The value of its header.
    pub(crate) fn value(self) -> Option<HeaderValue> {
        HeaderValue::try_from(self.to_string()).ok()
    }
}

/// The words of one connection's requests. Those of others are other ones, in this process and in the next.
#[derive(Debug, Default)]
pub(crate) struct RequestIds {
    keys: RandomState,
    next: AtomicU64,
}

impl RequestIds {
    pub(crate) fn draw(&self) -> RequestId {
        RequestId(self.keys.hash_one(self.next.fetch_add(1, Ordering::Relaxed)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_are_the_same_and_each_fits_a_header() {
        let (one, two) = (RequestIds::default(), RequestIds::default());
        let drawn = [one.draw(), one.draw(), two.draw(), two.draw()];
        let distinct: std::collections::HashSet<_> = drawn.iter().collect();
        assert_eq!(distinct.len(), drawn.len());
        for id in drawn {
            assert_eq!((id.to_string().len(), id.value().is_some()), (16, true));
        }
    }
}
