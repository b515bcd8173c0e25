// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the repository does to itself: `cargo xtask setup|test|tidy|conformance|bench|fuzz`.

mod arguments;
mod fuzz;
mod json;
mod metadata;
mod process;
mod say;
mod setup;
mod test;
mod tidy;
mod tools;
mod workspace;

use std::process::ExitCode;

use arguments::Verb;

fn main() -> ExitCode {
    let verb = match arguments::parse(std::env::args().skip(1)) {
        Ok(verb) => verb,
        Err(message) => {
            say::error(&message);
            say::line(arguments::HELP);
            return ExitCode::from(2);
        }
    };
    let outcome = match verb {
        Verb::Help => {
            say::line(arguments::HELP);
            Ok(true)
        }
        Verb::Setup => setup::run(),
        Verb::Tidy => tidy::run(),
        Verb::Test(wanted) => test::run(&wanted),
        Verb::Conformance(rest) => tools::conformance(&rest),
        Verb::Bench(rest) => tools::bench(&rest),
        Verb::Fuzz(wanted) => fuzz::run(&wanted),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(message) => {
            say::error(&message);
            ExitCode::from(2)
        }
    }
}
