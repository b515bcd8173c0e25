// SPDX-License-Identifier: MIT OR Apache-2.0
//! What it costs, measured beside the others in one run: ratios, never a lone absolute time.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a measurement is read in the terminal")]

mod client;
mod process;
mod start;
mod table;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let outcome = match arguments.next().as_deref() {
        Some("start") => start::run(arguments.next().as_deref()),
        _ => Err("usage: cargo xtask bench start [ROUNDS]".to_owned()),
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
