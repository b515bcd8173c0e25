// SPDX-License-Identifier: MIT OR Apache-2.0
//! A child with a time limit: its lines as they come, and nothing of it left when it ends.

use std::io::{BufRead, BufReader, IsTerminal, Read};
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How long what a dead child wrote may take to arrive.
const GRACE: Duration = Duration::from_secs(2);

/// How a child ended.
#[derive(Debug)]
pub(crate) enum Ending {
    Exited(ExitStatus),
    /// It passed its limit, and it and all it had started were killed.
    TimedOut,
    NotStarted(std::io::Error),
}

/// Which stream a line came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stream {
    Out,
    Err,
}

enum Event {
    Line(Stream, String),
    Closed,
    Ended(std::io::Result<ExitStatus>),
}

/// Runs the command without a standard input, and ends everything it started when the limit is passed, or when
/// it exits and leaves something behind.
pub(crate) fn run(command: &mut Command, limit: Duration, on_line: &mut dyn FnMut(Stream, &str)) -> Ending {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // At a terminal the child stays in our group, so that Ctrl-C reaches it too.
    let is_grouped = !std::io::stdin().is_terminal();
    if is_grouped {
        command.process_group(0);
    }
    let started = Instant::now();
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => return Ending::NotStarted(error),
    };
    let id = child.id();
    let (sender, events) = channel();
    if let Some(stdout) = child.stdout.take() {
        forward(stdout, Stream::Out, sender.clone());
    }
    if let Some(stderr) = child.stderr.take() {
        forward(stderr, Stream::Err, sender.clone());
    }
    thread::spawn(move || sender.send(Event::Ended(child.wait())));
    let ending = follow(&events, started + limit, on_line);
    // The child has been reaped unless it timed out: its number still names its group, but no longer a process.
    let is_running = matches!(ending, Ending::TimedOut);
    end(id, is_running, is_grouped);
    drain(&events, on_line);
    ending
}

fn forward(pipe: impl Read + Send + 'static, stream: Stream, sender: Sender<Event>) {
    thread::spawn(move || {
        let mut lines = BufReader::new(pipe);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            line.clear();
            if sender.send(Event::Line(stream, text)).is_err() {
                return;
            }
        }
        drop(sender.send(Event::Closed));
    });
}

fn follow(events: &Receiver<Event>, deadline: Instant, on_line: &mut dyn FnMut(Stream, &str)) -> Ending {
    loop {
        match events.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(Event::Line(stream, text)) => on_line(stream, &text),
            Ok(Event::Closed) => {}
            Ok(Event::Ended(Ok(status))) => return Ending::Exited(status),
            Ok(Event::Ended(Err(error))) => return Ending::NotStarted(error),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return Ending::TimedOut,
        }
    }
}

/// The lines that were under way when the child ended.
fn drain(events: &Receiver<Event>, on_line: &mut dyn FnMut(Stream, &str)) {
    let deadline = Instant::now() + GRACE;
    while let Ok(event) = events.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        if let Event::Line(stream, text) = event {
            on_line(stream, &text);
        }
    }
}

/// Kills the child's group and whatever descends from the child in groups of its own.
fn end(id: u32, is_running: bool, is_grouped: bool) {
    let mut targets: Vec<String> = if is_running { descendants(id) } else { Vec::new() };
    if is_running {
        targets.push(id.to_string());
    }
    if is_grouped {
        targets.push(format!("-{id}"));
    }
    if targets.is_empty() {
        return;
    }
    // `kill` is a builtin of every shell, and the one way to signal a group without unsafe code.
    let kill = Command::new("sh")
        .args(["-c", "for target; do kill -s KILL -- \"$target\"; done", "sh"])
        .args(targets)
        .stderr(Stdio::null())
        .status();
    drop(kill);
}

fn descendants(root: u32) -> Vec<String> {
    let processes: Vec<(u32, u32)> = std::fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|id: u32| Some((id, parent(&std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?)?)))
        .collect();
    let mut family = vec![root];
    let mut at = 0;
    while let Some(&elder) = family.get(at) {
        family.extend(processes.iter().filter(|(_, parent)| *parent == elder).map(|(id, _)| *id));
        at += 1;
    }
    family.iter().skip(1).map(u32::to_string).collect()
}

/// The parent in a line of /proc/N/stat: the second field after the name, which may itself hold `)`.
fn parent(stat: &str) -> Option<u32> {
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn shell(script: &str, limit: Duration) -> (Ending, Vec<String>) {
        let mut lines = Vec::new();
        let mut command = Command::new("sh");
        let ending = run(command.args(["-c", script]), limit, &mut |_, line| lines.push(line.to_owned()));
        (ending, lines)
    }

    #[test]
    fn lines_of_both_streams_and_the_status_arrive() {
        let (ending, lines) = shell("echo one; echo two >&2; exit 3", Duration::from_secs(60));
        assert!(matches!(ending, Ending::Exited(status) if status.code() == Some(3)), "{ending:?}");
        assert!(lines.contains(&"one".to_owned()) && lines.contains(&"two".to_owned()), "{lines:?}");
    }

    #[test]
    fn a_child_that_passes_its_limit_is_ended_with_all_it_started() {
        let script =
            "echo $$; sh -c 'echo $$; exec sleep 600' & setsid sh -c 'echo $$; exec sleep 600' & wait";
        let (ending, lines) = shell(script, Duration::from_secs(3));
        assert!(matches!(ending, Ending::TimedOut), "{ending:?}");
        assert_eq!(lines.len(), 3, "{lines:?}");
        for id in lines {
            assert!(ends(&id), "{id} still runs");
        }
    }

    /// Whether the process is gone, or waits only to be reaped, before long: a signal takes its moment.
    fn ends(id: &str) -> bool {
        let deadline = Instant::now() + Duration::from_secs(30);
        let is_over = || {
            let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
            stat.is_empty() || stat.rsplit_once(')').is_some_and(|(_, rest)| rest.starts_with(" Z"))
        };
        while !is_over() && Instant::now() < deadline {
            thread::yield_now();
        }
        is_over()
    }

    #[test]
    fn a_program_that_is_not_there_is_told_apart() {
        let ending = run(&mut Command::new("/nonexistent/program"), GRACE, &mut |_, _| {});
        assert!(matches!(ending, Ending::NotStarted(_)));
    }
}
