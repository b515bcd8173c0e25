// SPDX-License-Identifier: MIT OR Apache-2.0
//! What `up` tells: each step as a line with its facts.

use explain::text::Line;
use explain::{Mark, Role, Text};
use serde::Serialize;

use crate::failure::Failure;
use crate::ui::Ui;

/// A step that was done, and what is worth knowing about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Step {
    /// One word, such as `signed`.
    pub(crate) step: &'static str,
    /// Whether it was done before, and is used again.
    pub(crate) reused: bool,
    /// What was done.
    pub(crate) fact: String,
    /// More about it, a line each.
    pub(crate) details: Vec<String>,
}

impl Step {
    /// A step done now.
    pub(crate) fn made(step: &'static str, fact: impl Into<String>) -> Self {
        Self { step, reused: false, fact: fact.into(), details: Vec::new() }
    }

    /// A step whose result was there already.
    pub(crate) fn reused(step: &'static str, fact: impl Into<String>) -> Self {
        Self { reused: true, ..Self::made(step, fact) }
    }

    /// Adds a line.
    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.details.push(detail.into());
        self
    }

    fn text(&self) -> Text {
        let column = WIDTH + 4;
        let mut text = Text::new();
        let name = format!(" {:<WIDTH$}  ", self.step);
        text.push(Line::new(0, column).span(Role::Good, Mark::Pass.sign()).plain(name).plain(&self.fact));
        for detail in &self.details {
            text.push(Line::new(column, 0).span(Role::Dim, detail));
        }
        text
    }
}

/// Collects the steps, and prints each as it is done when people are reading.
#[derive(Debug, Default)]
pub(crate) struct Story {
    steps: Vec<Step>,
    /// Whether nobody wants to hear it.
    untold: bool,
}

/// As wide as the longest step's name.
const WIDTH: usize = 9;

impl Story {
    /// One that is not told.
    pub(crate) fn untold() -> Self {
        Self { steps: Vec::new(), untold: true }
    }

    /// Tells one step.
    pub(crate) fn tell(&mut self, step: Step, ui: &mut Ui) -> Result<(), Failure> {
        if !ui.is_json() && !self.untold {
            ui.text(&step.text())?;
        }
        self.steps.push(step);
        Ok(())
    }

    /// What was told.
    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }
}
