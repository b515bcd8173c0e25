// SPDX-License-Identifier: MIT OR Apache-2.0
//! A value that another thread will give: a future that needs no runtime.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use parking_lot::Mutex;

#[derive(Debug)]
enum State<T> {
    Waiting(Option<Waker>),
    Given(T),
    Over,
}

/// The end that gives. Dropped without giving, it tells the other end so.
#[derive(Debug)]
pub(crate) struct Giver<T>(Arc<Mutex<State<T>>>);

/// The end that waits: resolves to `None` when the giver is gone.
#[derive(Debug)]
pub(crate) struct Promise<T>(Arc<Mutex<State<T>>>);

/// Both ends.
pub(crate) fn promise<T>() -> (Giver<T>, Promise<T>) {
    let state = Arc::new(Mutex::new(State::Waiting(None)));
    (Giver(Arc::clone(&state)), Promise(state))
}

impl<T> Giver<T> {
    /// Gives the value.
    pub(crate) fn give(self, value: T) {
        self.settle(State::Given(value));
    }

    fn settle(&self, settled: State<T>) {
        let mut state = self.0.lock();
        let State::Waiting(waker) = &mut *state else { return };
        let waker = waker.take();
        *state = settled;
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Drop for Giver<T> {
    fn drop(&mut self) {
        self.settle(State::Over);
    }
}

impl<T> Future for Promise<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        let mut state = self.0.lock();
        match std::mem::replace(&mut *state, State::Over) {
            State::Waiting(_) => {
                *state = State::Waiting(Some(context.waker().clone()));
                Poll::Pending
            }
            State::Given(value) => Poll::Ready(Some(value)),
            State::Over => Poll::Ready(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::pin;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Wake;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    #[test]
    fn whoever_waits_is_woken_once_and_gets_the_value() {
        let count = Arc::new(Count::default());
        let waker = Waker::from(Arc::clone(&count));
        let mut context = Context::from_waker(&waker);
        let (giver, promise) = promise();
        let mut promise = pin!(promise);
        assert_eq!(promise.as_mut().poll(&mut context), Poll::Pending);
        giver.give(7);
        assert_eq!(count.0.load(Ordering::SeqCst), 1);
        assert_eq!(promise.as_mut().poll(&mut context), Poll::Ready(Some(7)));
    }

    #[test]
    fn a_giver_that_is_gone_is_noticed() {
        let (giver, promise) = promise::<u8>();
        drop(giver);
        let mut context = Context::from_waker(Waker::noop());
        assert_eq!(pin!(promise).poll(&mut context), Poll::Ready(None));
    }
}
