// SPDX-License-Identifier: MIT OR Apache-2.0
//! Waiting for an answer of the record, where there is no runtime.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits on this thread. For futures that another thread completes, such as those of the record.
pub fn wait<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::park(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ready_later_is_waited_for() {
        let mut asked = 0;
        let value = wait(std::future::poll_fn(|context| {
            asked += 1;
            context.waker().wake_by_ref();
            if asked == 3 { Poll::Ready(asked) } else { Poll::Pending }
        }));
        assert_eq!(value, 3);
    }
}
