// SPDX-License-Identifier: MIT OR Apache-2.0
//! A private certificate authority and both ends of the handshake.

mod anchors;
mod args;
mod base_url;
mod clock;
mod commands;
mod config;
mod context;
mod custody;
mod data_dir;
mod descriptors;
mod failure;
mod folder;
mod help;
mod input;
mod listen;
mod log;
mod metered;
mod output;
mod passphrase;
mod port;
mod public_suffixes;
mod publishing;
mod random;
mod rules;
mod runtime;
mod serving;
mod size;
mod ui;
mod up;
mod warrant;

use std::process::ExitCode;

use args::{Environment, Parsed};
use context::Context;
use ui::Ui;

fn main() -> ExitCode {
    let environment = Environment::read();
    match args::parse(std::env::args_os()) {
        Ok(Parsed { global, command }) => {
            let ui = Ui::of_the_process(global.color.into(), global.output(), environment.glyphs());
            let mut context = Context::new(global.data_dir, environment, ui);
            let outcome = command.run(&mut context);
            context.ui.finish(outcome)
        }
        Err(usage) => args::report(&usage),
    }
}
