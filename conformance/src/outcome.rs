// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every case judged on a thread of its own, so that a panic or a hang is one case's outcome and not the run's.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use crate::case::{Case, Decision, Expected};

/// How long a case may take. The whole corpus takes a few seconds.
const LIMIT: Duration = Duration::from_secs(10);

/// A case and what came of it.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) id: String,
    pub(crate) expected: Expected,
    pub(crate) came: Came,
}

/// What came of a case.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Came {
    Decision(Decision),
    /// With its message.
    Panic(String),
    Hang,
}

impl Outcome {
    /// Whether it came as the corpus says.
    pub(crate) fn agrees(&self) -> bool {
        matches!(
            (self.expected, &self.came),
            (Expected::Success, Came::Decision(Decision::Accepted))
                | (Expected::Failure, Came::Decision(Decision::Refused(_)))
        )
    }

    /// What came, in a few words and its reason.
    pub(crate) fn words(&self) -> String {
        match &self.came {
            Came::Decision(Decision::Accepted) => "accepted".to_owned(),
            Came::Decision(Decision::Refused(reason)) => format!("refused: {reason}"),
            Came::Decision(Decision::CannotAsk(what)) => format!("cannot be asked: {what}"),
            Came::Panic(message) => format!("PANICKED: {message}"),
            Came::Hang => format!("HUNG: no decision within {} s", LIMIT.as_secs()),
        }
    }
}

/// Judges all, one after the other.
pub(crate) fn judge_all(cases: Vec<Case>) -> Vec<Outcome> {
    let outcome = |Case { id, expected, decide }| Outcome { id, expected, came: contained(decide, LIMIT) };
    cases.into_iter().map(outcome).collect()
}

fn contained(decide: impl FnOnce() -> Decision + Send + 'static, limit: Duration) -> Came {
    let (sender, decisions) = channel();
    thread::spawn(move || {
        let result = std::panic::catch_unwind(AssertUnwindSafe(decide));
        drop(sender.send(result.map_err(|payload| message(payload.as_ref()))));
    });
    match decisions.recv_timeout(limit) {
        Ok(Ok(decision)) => Came::Decision(decision),
        Ok(Err(message)) => Came::Panic(message),
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Came::Hang,
    }
}

fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("without a message").to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, reason = "tests")]
    use super::*;

    #[test]
    fn a_panic_and_a_hang_are_outcomes_of_their_own() {
        assert_eq!(contained(|| Decision::Accepted, LIMIT), Came::Decision(Decision::Accepted));
        assert_eq!(contained(|| panic!("at {}", 7), LIMIT), Came::Panic("at 7".to_owned()));
        let (_held, never) = channel::<()>();
        let waits = move || {
            let message = never.recv();
            Decision::CannotAsk(format!("{message:?}"))
        };
        assert_eq!(contained(waits, Duration::from_millis(50)), Came::Hang);
    }

    #[test]
    fn agreement_is_the_corpus_and_us_saying_the_same() {
        for (expected, came, expect) in [
            (Expected::Success, Came::Decision(Decision::Accepted), true),
            (Expected::Failure, Came::Decision(Decision::Refused(String::new())), true),
            (Expected::Failure, Came::Decision(Decision::Accepted), false),
            (Expected::Success, Came::Decision(Decision::Refused(String::new())), false),
            (Expected::Failure, Came::Decision(Decision::CannotAsk(String::new())), false),
            (Expected::Failure, Came::Panic(String::new()), false),
            (Expected::Failure, Came::Hang, false),
        ] {
            let outcome = Outcome { id: "a::b".to_owned(), expected, came };
            assert_eq!(outcome.agrees(), expect, "{outcome:?}");
        }
    }
}
