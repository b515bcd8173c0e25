// SPDX-License-Identifier: MIT OR Apache-2.0
//! Medians, and a table of ratios.

use std::fmt::Write;

/// How many rounds were asked for, 20 when none were.
pub(crate) fn rounds(asked: Option<&str>) -> Result<usize, String> {
    let rounds = asked.map_or(Ok(20), str::parse).map_err(|error| format!("ROUNDS: {error}"))?;
    if rounds == 0 { Err("ROUNDS: at least one".to_owned()) } else { Ok(rounds) }
}

/// The middle value; of an even count the upper of the two.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// One row: who, and a value for each column.
pub(crate) type Row = (String, Vec<f64>);

/// Rows with their values and their ratio to the last row.
pub(crate) fn ratios(title: &str, columns: &[&str], rows: &[Row]) -> String {
    let mut text = format!("{title}\n{:<12}", "");
    for column in columns {
        let _infallible = write!(text, "{column:>26}");
    }
    let base = rows.last().map(|row| row.1.clone()).unwrap_or_default();
    for (who, values) in rows {
        let _infallible = write!(text, "\n{who:<12}");
        for (value, base) in values.iter().zip(&base) {
            let _infallible = write!(text, "{:>26}", format!("{value:.1} ({:.2})", value / base));
        }
    }
    text.push_str("\n(in brackets: the ratio to the last row)");
    text
}
