// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery cert list`.

mod csv;
mod row;
mod table;

use std::io::ErrorKind;

use authority::search::Cursor;
use authority::{Question, SearchOrder};
use x509::Time;

use super::filters::{self, Filters, page, unanswered};
use crate::context::Context;
use crate::data_dir::{Authority, DataDir};
use crate::failure::{Failure, Verdict};
use crate::ui::Ui;
pub(super) use row::Row;
pub(super) use table::Table;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    filters: Filters,

    /// The newest first
    #[arg(long, conflicts_with = "by_expiry", help_heading = ORDER)]
    newest: bool,

    /// Those first that end first
    #[arg(long, help_heading = ORDER)]
    by_expiry: bool,

    /// At most so many
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..), help_heading = ORDER)]
    limit: Option<u64>,

    /// Go on where a list ended: what it said then
    #[arg(long, value_name = "PLACE", help_heading = ORDER)]
    after: Option<Cursor>,

    /// Print comma-separated values (RFC 4180) instead of a table
    #[arg(long, conflicts_with = "json", help_heading = ORDER)]
    csv: bool,
}

/// The heading of what is not about which certificates.
const ORDER: &str = "Order and form";

/// The form of the list.
enum Form {
    Table(Table),
    Json,
    Csv,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    let now = context.clock.now();
    let question = args.filters.question(now);
    let authority = DataDir::look(context)?;
    let mut form = match (args.csv, context.ui.is_json()) {
        (true, _) => Form::Csv,
        (false, true) => Form::Json,
        (false, false) => Form::Table(Table::new(now)),
    };
    let ui = &mut context.ui;
    let (told, next) = list(args, &question, &authority, now, &mut |row, place| form.row(row, place, ui))?;
    form.end(told, ui)?;
    if told == 0 && matches!(form, Form::Table(_)) {
        nothing(&question, ui)?;
    }
    if let Some(next) = next {
        ui.note(&format!("there may be more: the same with --after {next}"))?;
    }
    Ok(Verdict::Yes)
}

/// Tells of each certificate, up to the limit; how many they were, and where to go on.
fn list(
    args: &Args,
    question: &Question,
    authority: &Authority,
    now: Time,
    tell: &mut dyn FnMut(&Row, u64) -> Result<(), Failure>,
) -> Result<(u64, Option<Cursor>), Failure> {
    let order = match (args.newest, args.by_expiry) {
        (true, _) => Some(SearchOrder::Newest),
        (_, true) => Some(SearchOrder::Expiry),
        (false, false) => None,
    };
    let (mut told, mut after) = (0_u64, args.after.clone());
    loop {
        let left = args.limit.map_or(u64::MAX, |limit| limit.saturating_sub(told));
        let search = filters::search(question.clone(), order, now)?
            .limited(usize::try_from(left).unwrap_or(usize::MAX))
            .after(after)
            .map_err(|error| unanswered(&error))?;
        let page = page(authority, search)?;
        for found in &page.found {
            tell(&Row::of(found, now)?, told)?;
            told = told.saturating_add(1);
        }
        // A page that is not full ended because its work was done: there is more to look at.
        after = page.next;
        if after.is_none() || args.limit.is_some_and(|limit| told >= limit) {
            return Ok((told, after));
        }
    }
}

impl Form {
    fn row(&mut self, row: &Row, place: u64, ui: &mut Ui) -> Result<(), Failure> {
        // The rest of a long list is for nobody.
        if ui.reader_left() {
            return Err(Failure::output(&ErrorKind::BrokenPipe.into()));
        }
        match self {
            Self::Table(table) => table.row(row, ui),
            Self::Csv if place == 0 => ui.raw(format!("{}{}", csv::HEAD, csv::line(row)).as_bytes()),
            Self::Csv => ui.raw(csv::line(row).as_bytes()),
            Self::Json => ui.json_item(row, place == 0),
        }
    }

    fn end(&self, told: u64, ui: &mut Ui) -> Result<(), Failure> {
        match self {
            Self::Csv if told == 0 => ui.raw(csv::HEAD.as_bytes()),
            Self::Table(_) | Self::Csv => Ok(()),
            Self::Json => ui.json_end(told == 0),
        }
    }
}

fn nothing(question: &Question, ui: &mut Ui) -> Result<(), Failure> {
    if question.is_anything() {
        return ui.line("nothing is found");
    }
    ui.line("nothing has been issued yet")?;
    ui.next("chancery sign CSR --out cert.pem")
}
