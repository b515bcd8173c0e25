// SPDX-License-Identifier: MIT OR Apache-2.0
//! What it costs, measured beside the others in one run: ratios, never a lone absolute time.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a measurement is read in the terminal")]

mod authority;
mod client;
mod cpu;
mod exchange;
mod pathological;
mod process;
mod race;
mod scratch;
mod start;
mod table;
mod verify;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (name, rounds, rows) = (arguments.next(), arguments.next(), arguments.next());
    let outcome = match name.as_deref() {
        Some("authority") => authority::run(rounds.as_deref(), rows.as_deref()),
        Some("pathological") => pathological::run(rounds.as_deref()),
        Some("start") => start::run(rounds.as_deref()),
        Some("verify") => verify::run(rounds.as_deref()),
        _ => Err("usage: cargo xtask bench authority|pathological|start|verify [ROUNDS], or authority search|growth [ROWS]".to_owned()),
    };
    match outcome {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(reason) => {
            eprintln!("error: {reason}");
            ExitCode::from(2)
        }
    }
}
