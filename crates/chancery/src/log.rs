// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the servers say while they run: a line for each event, on standard error.

use std::fmt::{Debug, Write as _};
use std::io::Write as _;

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{Interest, Subscriber};
use tracing::{Event, Level, Metadata};

use crate::clock::Clock;
use crate::ui::plain;

/// What is written of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Requests {
    /// A line for each.
    Told,
    /// None.
    Untold,
}

/// The target of the events that tell of requests.
const ACCESS: &str = "access";

/// Writes events of our own rooms; what libraries say is for whoever debugs them.
#[derive(Debug)]
struct Log {
    clock: Clock,
    requests: Requests,
}

/// Begins to write. A second call in one process changes nothing.
pub(crate) fn start(clock: Clock, requests: Requests) {
    let _already_started = tracing::subscriber::set_global_default(Log { clock, requests });
}

impl Log {
    fn wants(&self, metadata: &Metadata<'_>) -> bool {
        match metadata.target() {
            ACCESS => self.requests == Requests::Told,
            target => *metadata.level() <= Level::INFO && target.starts_with("chancery"),
        }
    }
}

impl Subscriber for Log {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.wants(metadata) { Interest::always() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.wants(metadata)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::INFO)
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line::default();
        event.record(&mut line);
        let now = self.clock.now();
        let text = match (event.metadata().target(), *event.metadata().level()) {
            (ACCESS, _) => format!("{now} {}\n", line.values),
            (_, Level::INFO) => format!("{now} {}{}\n", line.message, line.fields),
            (_, level) => {
                format!("{now} {}: {}{}\n", level.as_str().to_ascii_lowercase(), line.message, line.fields)
            }
        };
        // Nobody is told when the log itself cannot be written.
        let _unwritten = std::io::stderr().lock().write_all(text.as_bytes());
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// An event's parts as text that a terminal can be shown.
#[derive(Debug, Default)]
struct Line {
    message: String,
    /// ` name=value` for each field.
    fields: String,
    /// The same without the names.
    values: String,
}

impl Line {
    fn add(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            value.clone_into(&mut self.message);
            return;
        }
        let gap = if self.values.is_empty() { "" } else { " " };
        // Writing to a String cannot fail.
        let _ = write!(self.values, "{gap}{}", plain(value));
        let _ = write!(self.fields, " {}={}", field.name(), plain(value));
    }
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.add(field, &format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_the_values_in_order_and_nothing_that_moves_the_cursor() {
        #[derive(Debug, Default)]
        struct Seen(parking_lot::Mutex<Vec<(String, String, String)>>);
        impl Subscriber for &'static Seen {
            fn enabled(&self, _: &Metadata<'_>) -> bool {
                true
            }
            fn event(&self, event: &Event<'_>) {
                let mut line = Line::default();
                event.record(&mut line);
                self.0.lock().push((line.message, line.fields, line.values));
            }
            fn new_span(&self, _: &Attributes<'_>) -> Id {
                Id::from_u64(1)
            }
            fn record(&self, _: &Id, _: &Record<'_>) {}
            fn record_follows_from(&self, _: &Id, _: &Id) {}
            fn enter(&self, _: &Id) {}
            fn exit(&self, _: &Id) {}
        }
        let seen: &'static Seen = Box::leak(Box::default());
        tracing::subscriber::with_default(seen, || {
            tracing::info!(target: ACCESS, peer = "127.0.0.1:1", method = %"GET", path = "/a\u{1b}[2J", status = 200u16);
            tracing::warn!(removed = 2, "swept");
        });
        let access = "127.0.0.1:1 GET /a\\u{1b}[2J 200";
        let lines = seen.0.lock().clone();
        assert_eq!(lines.first().map(|line| line.2.as_str()), Some(access));
        let swept = ("swept".to_owned(), " removed=2".to_owned(), "2".to_owned());
        assert_eq!(lines.get(1), Some(&swept));
    }
}
