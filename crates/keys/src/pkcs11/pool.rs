// SPDX-License-Identifier: MIT OR Apache-2.0
//! A bounded pool of sessions, with a bounded queue before it.

use std::time::Duration;

use parking_lot::{Condvar, Mutex};

/// How many sessions there are at most, how many callers wait for one, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Sessions that sign at the same time.
    pub sessions: usize,
    /// Callers that wait while all of them are taken; one more is refused.
    pub waiting: usize,
    /// How long a caller waits.
    pub patience: Duration,
}

/// Four sessions, eight callers for each, ten seconds: a token signs some tens to some thousands of times a second.
impl Default for Limits {
    fn default() -> Self {
        Self { sessions: 4, waiting: 32, patience: Duration::from_secs(10) }
    }
}

/// All are taken, and enough wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Full;

pub(super) struct Pool<T> {
    limits: Limits,
    state: Mutex<State<T>>,
    freed: Condvar,
}

struct State<T> {
    idle: Vec<T>,
    taken: usize,
    waiting: usize,
    /// Raised when all that were made before are to be dropped.
    generation: u64,
}

impl<T> Pool<T> {
    pub(super) const fn new(limits: Limits) -> Self {
        let state = State { idle: Vec::new(), taken: 0, waiting: 0, generation: 0 };
        Self { limits, state: Mutex::new(state), freed: Condvar::new() }
    }

    pub(super) const fn limits(&self) -> Limits {
        self.limits
    }

    /// Lends one that is idle, or what `make` makes when there may be one more, else waits. It goes back once `work` has
    /// done with it, and is thrown away when that failed.
    pub(super) fn lend<R, E: From<Full>>(
        &self,
        make: impl FnOnce() -> Result<T, E>,
        work: impl FnOnce(&T) -> Result<R, E>,
    ) -> Result<R, E> {
        let (idle, generation) = self.take()?;
        // However it ends, the place is given back.
        let _place = Place { pool: self };
        let item = idle.map_or_else(make, Ok)?;
        let done = work(&item)?;
        let mut state = self.state.lock();
        if state.generation == generation {
            state.idle.push(item);
        }
        Ok(done)
    }

    /// Takes a place, and what is idle.
    fn take(&self) -> Result<(Option<T>, u64), Full> {
        let mut state = self.state.lock();
        if state.taken >= self.limits.sessions {
            if state.waiting >= self.limits.waiting {
                return Err(Full);
            }
            state.waiting = state.waiting.saturating_add(1);
            let all_taken = |state: &mut State<T>| state.taken >= self.limits.sessions;
            self.freed.wait_while_for(&mut state, all_taken, self.limits.patience);
            state.waiting = state.waiting.saturating_sub(1);
            if state.taken >= self.limits.sessions {
                return Err(Full);
            }
        }
        state.taken = state.taken.saturating_add(1);
        Ok((state.idle.pop(), state.generation))
    }

    /// Drops what is idle now, and what is taken once it comes back.
    pub(super) fn clear(&self) {
        let mut state = self.state.lock();
        state.generation = state.generation.saturating_add(1);
        let idle = std::mem::take(&mut state.idle);
        drop(state);
        drop(idle);
    }
}

/// One of the places of a pool.
struct Place<'a, T> {
    pool: &'a Pool<T>,
}

impl<T> Drop for Place<'_, T> {
    fn drop(&mut self) {
        let mut state = self.pool.state.lock();
        state.taken = state.taken.saturating_sub(1);
        drop(state);
        self.pool.freed.notify_one();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::*;

    fn limits(sessions: usize, waiting: usize, patience: u64) -> Limits {
        Limits { sessions, waiting, patience: Duration::from_millis(patience) }
    }

    #[test]
    fn more_callers_than_places_take_turns_and_no_more_is_made_than_there_may_be() {
        let pool = Pool::new(limits(3, 64, 60_000));
        let (made, inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
        let work = |_: &usize| {
            let now = inside.fetch_add(1, Ordering::SeqCst) + 1;
            most.fetch_max(now, Ordering::SeqCst);
            thread::yield_now();
            inside.fetch_sub(1, Ordering::SeqCst);
            Ok::<_, Full>(())
        };
        thread::scope(|scope| {
            for _ in 0..24 {
                scope.spawn(|| {
                    for _ in 0..100 {
                        pool.lend(|| Ok(made.fetch_add(1, Ordering::SeqCst)), work).unwrap();
                    }
                });
            }
        });
        assert!(made.load(Ordering::SeqCst) <= 3 && most.load(Ordering::SeqCst) <= 3);
        assert_eq!(pool.state.lock().taken, 0);
    }

    #[test]
    fn who_comes_when_enough_wait_is_refused_at_once_and_who_waited_goes_on() {
        let pool = &Pool::new(limits(1, 1, 60_000));
        thread::scope(|scope| {
            pool.lend(
                || Ok(()),
                |()| {
                    let waiting = scope.spawn(|| pool.lend(|| Ok::<_, Full>(()), |()| Ok(())));
                    while pool.state.lock().waiting == 0 {
                        thread::yield_now();
                    }
                    assert_eq!(pool.lend(|| Ok(()), |()| Ok(())), Err(Full));
                    Ok(waiting)
                },
            )
            .and_then(|waiting| waiting.join().unwrap())
            .unwrap();
        });
    }

    #[test]
    fn patience_ends() {
        let pool = Pool::new(limits(1, 1, 1));
        let inner = pool.lend(|| Ok::<_, Full>(()), |()| Ok(pool.lend(|| Ok(()), |()| Ok(()))));
        assert_eq!(inner, Ok(Err(Full)));
        assert_eq!(pool.state.lock().waiting, 0);
    }

    #[test]
    fn what_failed_or_was_cleared_is_made_anew_and_its_place_is_free() {
        let pool = Pool::new(limits(1, 1, 1));
        let number = AtomicUsize::new(0);
        let lend = |work: &dyn Fn(usize) -> Result<usize, Full>| {
            pool.lend(|| Ok(number.fetch_add(1, Ordering::SeqCst)), |item| work(*item))
        };
        assert_eq!(lend(&Ok), Ok(0));
        assert_eq!(lend(&Ok), Ok(0));
        assert_eq!(lend(&|_| Err(Full)), Err(Full));
        assert_eq!(lend(&Ok), Ok(1));
        let cleared = |item| {
            pool.clear();
            Ok(item)
        };
        assert_eq!(lend(&cleared), Ok(1));
        assert_eq!(lend(&Ok), Ok(2));
        pool.clear();
        assert_eq!(pool.lend(|| Err(Full), |_| Ok(())), Err(Full));
        assert_eq!(lend(&Ok), Ok(3));
    }
}
