// SPDX-License-Identifier: MIT OR Apache-2.0
//! Somebody at a terminal: what is asked, what is typed, and who wants out. A pseudo-terminal of Python's is one.

use std::process::Command;

use crate::support::home::Home;
use crate::support::office::founded;
use crate::support::peer::peer;
use crate::support::running::Running;
use crate::support::{Outcome, run};

/// Runs a program at a terminal: types the second of each pair once the first was said. Prints what it said, whether the
/// terminal shows what is typed afterwards, and ends as it did.
const TERMINAL: &str = r#"
import fcntl, os, sys, termios, threading
program, talk = sys.argv[1].split("\x1f"), [pair.split("\x1f") for pair in sys.argv[2:]]
master, slave = os.openpty()
child = os.fork()
if child == 0:
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for stream in (0, 1, 2):
        os.dup2(slave, stream)
    os.execv(program[0], program)
def watch():
    # Ends the reading once the child is gone: the terminal itself stays open.
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    os.write(slave, b"\x04gone\n")
threading.Thread(target=watch).start()
said, at = b"", 0
while not said.endswith(b"\x04gone\r\n"):
    said += os.read(master, 4096)
    if talk and talk[0][0].encode() in said[at:]:
        at = len(said)
        os.write(master, talk.pop(0)[1].encode())
echo = termios.tcgetattr(slave)[3] & (termios.ECHO | termios.ICANON | termios.ISIG)
status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
print(said.decode(errors="replace"))
print("whole" if echo == (termios.ECHO | termios.ICANON | termios.ISIG) else "broken", "terminal")
sys.exit(status if status >= 0 else 128 - status)
"#;

/// What a verb says to somebody who types so; `None` without Python.
fn at_a_terminal(home: &Home, arguments: &[&str], talk: &[(&str, &str)]) -> Option<Outcome> {
    let verb: Command = home.chancery(arguments);
    let program = std::iter::once(verb.get_program()).chain(verb.get_args());
    let program: Vec<&str> = program.map(|word| word.to_str().unwrap()).collect();
    let mut python = peer("python3")?;
    python.args(["-c", TERMINAL, &program.join("\x1f")]);
    python.args(talk.iter().map(|(heard, typed)| format!("{heard}\x1f{typed}")));
    python.envs(verb.get_envs().filter_map(|(name, value)| Some((name, value?))));
    Some(run(python.current_dir(home.path(""))))
}

#[test]
fn who_wants_out_at_a_prompt_has_the_terminal_back_as_it_was() {
    let home = Home::empty();
    std::fs::create_dir(home.path("site")).unwrap();
    let question = "New passphrase of";
    for verb in
        [&["ca", "init", "--ask-passphrase"][..], &["up", "site", "--listen", "0", "--ask-passphrase"]]
    {
        for talk in [&[(question, "half\x03")][..], &[(question, "whole\n"), ("The same again", "\x03")]] {
            let Some(said) = at_a_terminal(&home, verb, talk) else { return };
            let said = said.expect_code(2).out;
            assert!(said.contains("whole terminal"), "{said}");
            assert!(said.contains("interrupted: no passphrase was given"), "{said}");
            assert!(!said.contains("half"), "{said}");
            assert!(!home.data_dir().exists(), "{verb:?}");
        }
    }
}

#[test]
fn what_is_typed_is_not_shown_and_opens_what_is_made_while_a_server_runs() {
    let home = Home::empty();
    let typed = [("New passphrase of", "correxx\x7f\x7fct horse\n"), ("The same again", "correct horse\n")];
    let Some(said) = at_a_terminal(&home, &["ca", "init", "--url", "none", "--ask-passphrase"], &typed)
    else {
        return;
    };
    let said = said.expect_code(0).out;
    assert!(said.contains("whole terminal") && !said.contains("horse"), "{said}");
    home.write("secret", "correct horse\n");
    run(Command::new("chmod").args(["600"]).arg(home.path("secret"))).expect_code(0);
    let new = ["ca", "issuer", "new", "--passphrase-file", "secret"];
    run(&mut home.chancery(new)).expect_code(0);

    // The passphrase was typed at the start, and nobody is asked again: Ctrl-C once the new issuer is there.
    let serve = ["ca", "serve", "--http", "127.0.0.1:0"];
    let talk = [("Passphrase of", "correct horse\n"), ("the issuers are as the record has them now", "\x03")];
    std::thread::scope(|scope| {
        let server = scope.spawn(|| at_a_terminal(&home, &serve, &talk).unwrap().expect_code(0).out);
        // Issuers are made until one of them is seen: when the server began is not known here.
        while !server.is_finished() {
            run(&mut home.chancery(new)).expect_code(0);
        }
        let said = server.join().unwrap();
        assert!(said.contains("now=taken up") && said.contains("whole terminal"), "{said}");
    });
}

#[test]
fn a_key_that_is_taken_away_is_in_one_place_whoever_interrupts() {
    let home = founded(["--url", "none"]);
    home.write("secret", "correct horse\n");
    run(Command::new("chmod").args(["600"]).arg(home.path("secret"))).expect_code(0);
    let keys = || std::fs::read_dir(home.data_dir().join("keys")).unwrap().count();
    let (before, copy) = (keys(), home.path("safe.pem"));
    let take = ["ca", "root", "offline", "--out", "safe.pem", "--new-passphrase-file", "secret"];
    let offline = Running::start(&mut home.chancery(take));
    // The copy is there, and has yet to be read back, which takes a while.
    while !copy.exists() {
        std::thread::yield_now();
    }
    offline.signal("INT");
    let (status, lines) = offline.finish();
    match status.code() {
        Some(2) => {
            assert!(lines.iter().any(|line| line.contains("interrupted (SIGINT)")), "{lines:#?}");
            assert_eq!((copy.exists(), keys()), (false, before), "it stayed where it was");
        }
        // On a machine that stood still meanwhile it was too late to interrupt.
        Some(0) => assert_eq!((copy.exists(), keys()), (true, before - 1), "it was taken away"),
        code => panic!("{code:?}: {lines:#?}"),
    }
    run(&mut home.chancery(["ca", "audit"])).expect_code(0);
}
