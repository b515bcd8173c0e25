// SPDX-License-Identifier: MIT OR Apache-2.0
//! kill −9 at random moments, and power that goes: what was printed is in the record, no serial number twice, the database opens, the
//! journal's chain holds.
//!
//! `CHANCERY_CRASH_ROUNDS` sets how often, `CHANCERY_CRASH_SEED` repeats a run (its moments, not its scheduling).

mod power;

use std::collections::HashSet;
use std::fs;
use std::hash::{BuildHasher as _, RandomState};
use std::io::{Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::home::Home;
use crate::support::office::{audited, founded, listed, request, serial, sign};
use crate::support::run;

/// How many signers there are at the same time.
const SIGNERS: u64 = 2;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{variable}={text}")))
}

/// Tells something even when the test passes: the harness keeps what `eprintln!` says to itself.
fn say(line: &str) {
    std::io::stderr().write_all(format!("{line}\n").as_bytes()).unwrap();
}

/// Random moments that a seed repeats: xorshift64*.
struct Moments(u64);

impl Moments {
    /// Moments of a run; the seed is printed.
    fn new(what: &str) -> Self {
        let seed = number("CHANCERY_CRASH_SEED").unwrap_or_else(|| RandomState::new().hash_one(what)) | 1;
        say(&format!("{what}: CHANCERY_CRASH_SEED={seed}"));
        Self(seed)
    }

    fn draw(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32
    }

    /// A number below this one, of 32 bits at most.
    fn number(&mut self, below: u64) -> u64 {
        self.draw() % below
    }

    fn below(&mut self, longest: Duration) -> Duration {
        let drawn = self.draw();
        Duration::from_nanos(u64::try_from(longest.as_nanos()).unwrap() / 1000 * (drawn % 1000))
    }
}

/// How a child ended, and what it had printed.
struct Ended {
    killed: bool,
    out: Vec<u8>,
}

/// Runs the command, and kills it after `moment` unless it has ended by then.
fn run_until(command: &mut Command, moment: Duration) -> Ended {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child: Child = command.spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let (sender, ended) = channel();
    let reader = thread::spawn(move || {
        let mut out = Vec::new();
        stdout.read_to_end(&mut out).unwrap();
        // Nobody listens any more when it was killed.
        let _ = sender.send(());
        out
    });
    let killed = ended.recv_timeout(moment) == Err(RecvTimeoutError::Timeout);
    if killed {
        // SIGKILL; a child that has just ended does not mind.
        child.kill().unwrap();
    }
    child.wait().unwrap();
    Ended { killed, out: reader.join().unwrap() }
}

/// How long the command takes here when nobody disturbs it, with some room.
fn undisturbed(mut command: impl FnMut() -> Command) -> Duration {
    let longest = (0..5).map(|_| {
        let start = Instant::now();
        run(&mut command()).expect_code(0);
        start.elapsed()
    });
    longest.max().unwrap() * 5 / 4
}

/// Whether `cert revoke` said that it has done so.
fn was_revoked(out: &[u8]) -> bool {
    out.starts_with("✓ revoked, and recorded\n".as_bytes())
}

/// What was said to be revoked is.
fn all_are_revoked(home: &Home, serials: &[String]) {
    let listed = listed(home);
    for serial in serials {
        let row = listed.iter().find(|row| row["serial"] == **serial).expect("a row");
        assert_eq!(row["status"], "revoked", "{serial}");
    }
}

/// What came of one signer.
#[derive(Default)]
struct Fate {
    /// The serial numbers that came out, on standard output or in a file.
    printed: Vec<String>,
    /// Those that were said to be revoked.
    revoked: Vec<String>,
    /// How often it ran.
    runs: u64,
}

/// Signs, and dies `kills` times. What is the latest moment to be killed at follows how long signing takes here and
/// now, so that two runs of three do not live to their end.
fn sign_and_die(home: &Home, signer: u64, kills: u64, mut longest: Duration, mut moments: Moments) -> Fate {
    let mut fate = Fate::default();
    let mut tried = Vec::new();
    let mut killed = 0;
    while killed < kills {
        let run = fate.runs;
        fate.runs += 1;
        let file = format!("leaf-{signer}-{run}.pem");
        let into_file = run % 2 == 1;
        // Every third revokes what was printed last.
        if run % 3 == 2
            && let Some(serial) = fate.printed.last().cloned().filter(|serial| !tried.contains(serial))
        {
            let ended = run_until(&mut home.chancery(["cert", "revoke", &serial]), moments.below(longest));
            killed += u64::from(ended.killed);
            assert!(
                ended.killed || was_revoked(&ended.out),
                "run {run}: it ended by itself and revoked nothing"
            );
            fate.revoked.extend(was_revoked(&ended.out).then(|| serial.clone()));
            tried.push(serial);
            continue;
        }
        let words: &[&str] = if into_file { &["sign", "csr", "--out", &file] } else { &["sign", "csr"] };
        let ended = run_until(&mut home.chancery(words), moments.below(longest));
        killed += u64::from(ended.killed);
        longest = if ended.killed { longest * 65 / 64 } else { longest * 31 / 32 };
        let pem = if into_file { fs::read(home.path(&file)).unwrap_or_default() } else { ended.out };
        match serial(&pem) {
            Some(serial) => fate.printed.push(serial),
            None => {
                assert!(ended.killed, "run {run}: it ended by itself and gave nothing");
                assert!(!into_file || pem.is_empty(), "run {run}: a file in part");
            }
        }
    }
    fate
}

#[test]
fn whatever_was_printed_before_a_kill_is_in_the_record() {
    let kills = number("CHANCERY_CRASH_ROUNDS").unwrap_or(1000);
    let home = founded([]);
    home.write("csr", request(&["db.internal", "10.0.0.7"]));
    let longest = undisturbed(|| home.chancery(["sign", "csr"])) * 2;
    let before = audited(&home).len();
    let seed = Moments::new("sign").0;
    let fates: Vec<Fate> = thread::scope(|scope| {
        let signers: Vec<_> = (0..SIGNERS)
            .map(|signer| {
                let (home, moments) = (&home, Moments(seed.wrapping_add(signer * 2)));
                scope.spawn(move || sign_and_die(home, signer, kills.div_ceil(SIGNERS), longest, moments))
            })
            .collect();
        signers.into_iter().map(|signer| signer.join().unwrap()).collect()
    });
    let runs: u64 = fates.iter().map(|fate| fate.runs).sum();
    let revoked: Vec<String> = fates.iter().flat_map(|fate| fate.revoked.clone()).collect();
    let printed: Vec<String> = fates.into_iter().flat_map(|fate| fate.printed).collect();

    let recorded = audited(&home);
    let distinct: HashSet<&String> = recorded.iter().collect();
    assert_eq!(distinct.len(), recorded.len(), "a serial number stands twice");
    let lost: Vec<&String> = printed.iter().filter(|serial| !distinct.contains(serial)).collect();
    assert!(lost.is_empty(), "{} of {} were printed and are not in the record", lost.len(), printed.len());
    assert_eq!(listed(&home).len() + 2, recorded.len(), "list and journal agree");
    all_are_revoked(&home, &revoked);
    run(&mut home.chancery(["ca", "audit"])).expect_code(0);
    let issued = recorded.len() - before;
    let (said, taken) = (printed.len(), revoked.len());
    say(&format!("sign: {runs} runs, {kills} kills, {said} printed, {issued} recorded, {taken} revoked"));
    assert!(kills < 100 || !printed.is_empty(), "nothing was ever printed: the kills come too early");
    sign(&home, request(&["after.internal"]), &["--out", "after.pem"]).expect_code(0);
}

#[test]
fn a_founding_that_was_killed_is_whole_or_can_be_done_again() {
    let rounds = number("CHANCERY_CRASH_ROUNDS").unwrap_or(1000).div_ceil(10);
    let homes: Vec<Home> = (0..5).map(|_| Home::empty()).collect();
    let mut unused = homes.iter();
    let longest = undisturbed(|| unused.next().unwrap().chancery(["ca", "init"]));
    let mut moments = Moments::new("ca init");
    let (mut whole, mut again) = (0, 0);
    for round in 0..rounds {
        let home = Home::empty();
        run_until(&mut home.chancery(["ca", "init"]), moments.below(longest));
        let second = run(&mut home.chancery(["ca", "init"]));
        match second.code {
            Some(0) => again += 1,
            Some(1) => whole += 1,
            _ => panic!("round {round}: {}\n{}", second.out, second.err),
        }
        sign(&home, request(&["db.internal"]), &["--out", "leaf.pem"]).expect_code(0);
        let root = fs::read(home.data_dir().join("root.pem")).unwrap();
        assert_eq!(serial(&root), audited(&home).into_iter().next(), "root.pem is the record's root");
    }
    say(&format!("ca init: {rounds} kills, {whole} were whole, {again} done again"));
}
