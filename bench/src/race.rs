// SPDX-License-Identifier: MIT OR Apache-2.0
//! Contestants that take turns: a round is a few laps, and in each lap everyone runs for a short time, so that
//! what else the machine does falls on all alike.

use std::fmt::Write;
use std::time::Duration;

use crate::cpu::Slice;
use crate::table::median;

/// Something to be measured beside others.
pub(crate) struct Contestant<'w> {
    /// As the table calls it.
    pub name: &'static str,
    run: Box<dyn FnMut(Duration) -> Result<Slice, String> + 'w>,
}

impl<'w> Contestant<'w> {
    /// One that `run` for about as long as it is told.
    pub(crate) fn new(name: &'static str, run: impl FnMut(Duration) -> Result<Slice, String> + 'w) -> Self {
        Self { name, run: Box::new(run) }
    }
}

/// What each contestant took for one, in seconds, round by round.
pub(crate) struct Race {
    names: Vec<&'static str>,
    rounds: Vec<Vec<f64>>,
}

/// How many laps a round has.
const LAPS: u32 = 5;

/// Has each contestant run for `slice` in each of `rounds`, after one round that does not count.
pub(crate) fn run(
    mut contestants: Vec<Contestant<'_>>,
    rounds: usize,
    slice: Duration,
) -> Result<Race, String> {
    let names = contestants.iter().map(|contestant| contestant.name).collect();
    let mut race = Race { names, rounds: Vec::new() };
    for round in 0..=rounds {
        let mut ran = vec![Slice::default(); contestants.len()];
        for _ in 0..LAPS {
            for (contestant, ran) in contestants.iter_mut().zip(&mut ran) {
                let more = (contestant.run)(slice / LAPS);
                *ran += more.map_err(|error| format!("{}: {error}", contestant.name))?;
            }
        }
        if round > 0 {
            race.rounds.push(ran.iter().map(Slice::seconds_each).collect());
        }
    }
    Ok(race)
}

impl Race {
    fn place(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| *known == name)
    }

    /// The median of what one took, in microseconds.
    pub(crate) fn microseconds(&self, name: &str) -> f64 {
        let Some(place) = self.place(name) else { return f64::NAN };
        median(self.rounds.iter().filter_map(|round| round.get(place)).map(|took| took * 1e6).collect())
    }

    /// How many times as fast as `other`: the median of the rounds' ratios.
    pub(crate) fn ratio(&self, name: &str, other: &str) -> f64 {
        let (Some(one), Some(two)) = (self.place(name), self.place(other)) else { return f64::NAN };
        let ratio = |round: &Vec<f64>| Some(round.get(two)? / round.get(one)?);
        median(self.rounds.iter().filter_map(ratio).collect())
    }

    /// A row for each contestant: how many a second, how many times as fast as each of `others`, and
    /// microseconds for one.
    pub(crate) fn table(&self, title: &str, others: &[&str]) -> String {
        let mut text = format!("{title}\n{:<44}{:>10}", "", "a second");
        for other in others {
            let _infallible = write!(text, "{:>16}", format!("× {other}"));
        }
        let _infallible = write!(text, "{:>10}", "µs each");
        for name in &self.names {
            let each = self.microseconds(name);
            let _infallible = write!(text, "\n{name:<44}{:>10.0}", 1e6 / each);
            for other in others {
                let _infallible = write!(text, "{:>16.3}", self.ratio(name, other));
            }
            let _infallible = write!(text, "{each:>10.2}");
        }
        text
    }
}

/// What was measured and what is asked for, and whether it is met.
pub(crate) fn bar(what: &str, found: f64, asked: Asked) -> String {
    let (met, sign, asked) = match asked {
        Asked::AtLeast(least) => (found >= least, "≥", least),
        Asked::AtMost(most) => (found <= most, "≤", most),
    };
    format!("{}  {what}: {found:.3}, asked {sign} {asked}", if met { "met   " } else { "MISSED" })
}

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Asked {
    AtLeast(f64),
    AtMost(f64),
}
