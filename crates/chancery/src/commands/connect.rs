// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery connect`: the client's decision about a live server, the handshake told step by step.

mod target;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ::verify::{PeerName, Ruleset};
use explain::story::Outcome;
use explain::{Analogy, Asked, Story, Telling, TrustSource};
use keys::AwsLc;
use tls::{
    Exchange, ExchangeError, Expectation, Failure as TlsFailure, Handshake, ProbeSpec, Timeouts, probe,
};
use x509::Time;

use crate::anchors;
use crate::context::Context;
use crate::failure::{Failure, Verdict, shell};
use crate::public_suffixes::IcannDomains;
use crate::rules::Rules;
use crate::runtime;

pub(crate) use target::{HTTPS, Target};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The server: a name or an address, and its port (443 when left out); `[::1]:8443` for IPv6
    #[arg(value_name = "HOST[:PORT]", value_parser = Target::parse)]
    target: Target,

    /// Trust the roots in this file alone, not the system's and the data directory's; may be repeated
    #[arg(long, value_name = "FILE")]
    roots: Vec<PathBuf>,

    /// Ask for this name, and demand it of the certificate, instead of HOST
    #[arg(long, value_name = "NAME", value_parser = PeerName::parse)]
    name: Option<PeerName>,

    /// What to judge the certificate by; rfc5280 when left out
    #[arg(long, value_enum)]
    rules: Option<Rules>,

    /// Call this address instead of looking HOST up: an address or a name, with a port or without
    #[arg(long, value_name = "ADDR", value_parser = Target::parse)]
    connect: Option<Target>,

    /// How long to wait for each step
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    timeout: Duration,

    /// Tell the key agreement as the mixing of paint, too, in the colours of this connection
    #[arg(long)]
    paint: bool,

    /// The page to ask for once the server is trusted
    #[arg(long, value_name = "PATH", default_value = "/", value_parser = path)]
    http: String,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.filter(|span| !span.is_zero()).ok_or_else(|| "write it in seconds, such as 5 or 0.5".to_owned())
}

fn path(text: &str) -> Result<String, String> {
    let sound = text.starts_with('/') && text.bytes().all(|byte| byte.is_ascii_graphic());
    if sound {
        Ok(text.to_owned())
    } else {
        Err("a path begins with / and has no spaces: /index.html".to_owned())
    }
}

/// What came of the call.
struct Outcomes {
    handshake: Handshake,
    failure: Option<TlsFailure>,
    exchange: Option<Result<Exchange, ExchangeError>>,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    let name = args.peer_name()?;
    let gathered = anchors::gather(&args.roots, context)?;
    let now = context.clock.now();
    let mut expectation = Expectation::new(name, Arc::new(gathered.anchors().clone()), now);
    expectation.public_suffixes = Some(&IcannDomains);
    expectation.ruleset = args.rules.map(Ruleset::from).unwrap_or_default();
    let outcomes = runtime::start()?.block_on(args.call(expectation))?;
    let story = args.tell(&outcomes, &gathered, now);
    if story.ending.outcome == Outcome::NoHandshake {
        return Err(args.no_handshake(&story, context)?);
    }
    if context.ui.is_json() {
        context.ui.json(&story)?;
    } else {
        context.ui.text(&story.text(args.analogy()))?;
    }
    Ok(if story.ending.outcome == Outcome::Trusted { Verdict::Yes } else { Verdict::No })
}

impl Args {
    /// The name that the certificate must be for.
    fn peer_name(&self) -> Result<PeerName, Failure> {
        if let Some(name) = &self.name {
            return Ok(name.clone());
        }
        PeerName::parse(&self.target.host)
            .map_err(|error| Failure::could_not(format!("{} cannot be called", self.target)).because(&error))
    }

    const fn analogy(&self) -> Analogy {
        if self.paint { Analogy::Paint } else { Analogy::None }
    }

    async fn call(&self, expectation: Expectation) -> Result<Outcomes, Failure> {
        let addresses = self.addresses().await?;
        let mut spec = ProbeSpec::new(expectation);
        spec.timeouts = Timeouts { connect: self.timeout, handshake: self.timeout, exchange: self.timeout };
        Ok(match probe(&addresses, spec).await {
            Ok(probe) => {
                let exchange = probe.connection.ask(&self.http).await;
                Outcomes { handshake: probe.handshake, failure: None, exchange: Some(exchange) }
            }
            Err(error) => {
                Outcomes { handshake: *error.handshake, failure: Some(error.failure), exchange: None }
            }
        })
    }

    /// The addresses to call: those of `--connect`, else of the host.
    async fn addresses(&self) -> Result<Vec<SocketAddr>, Failure> {
        let called = self.connect.as_ref().unwrap_or(&self.target);
        let port = called.port.or(self.target.port).unwrap_or(target::HTTPS);
        let found =
            tokio::time::timeout(self.timeout, tokio::net::lookup_host((called.host.as_str(), port))).await;
        let unknown = |failure: Failure| {
            failure.hint(format!(
                "check the spelling, or say which address to call: {}{} --connect ADDRESS",
                self.command(),
                self.roots_given()
            ))
        };
        match found {
            Ok(Ok(addresses)) => Ok(addresses.collect()),
            Ok(Err(error)) => Err(unknown(
                Failure::could_not(format!("no address found for {}", called.host)).because(&error),
            )),
            Err(_) => Err(unknown(Failure::could_not(format!(
                "no address found for {} within {} s",
                called.host,
                self.timeout.as_secs_f64()
            )))),
        }
    }

    /// How to ask again.
    fn command(&self) -> String {
        let mut command = format!("chancery connect {}", explain::shell::quoted(&self.target.to_string()));
        if let Some(address) = &self.connect {
            let address = explain::shell::quoted(&address.to_string());
            command.push_str(&format!(" --connect {address}"));
        }
        if let Some(rules) = self.rules {
            command.push_str(&format!(" --rules {}", Ruleset::from(rules)));
        }
        command
    }

    /// The files with roots, as they were typed.
    fn roots_given(&self) -> String {
        self.roots.iter().map(|path| format!(" --roots {}", shell(path))).collect()
    }

    fn tell(&self, outcomes: &Outcomes, gathered: &::trust::Gathered, now: Time) -> Story {
        let name = self.name.as_ref().map(ToString::to_string);
        Story::of(&Telling {
            handshake: &outcomes.handshake,
            failure: outcomes.failure.as_ref(),
            exchange: outcomes.exchange.as_ref().map(Result::as_ref),
            anchors: gathered.anchors(),
            sources: &TrustSource::of(gathered),
            target: &self.target.to_string(),
            asked: Asked {
                command: &self.command(),
                name_option: "--name",
                name: name.as_deref(),
                roots: &self.roots_given(),
                at: false,
            },
            now,
            crypto: &AwsLc,
        })
    }

    /// The failure; before it, what there is to tell of a server that did answer.
    fn no_handshake(&self, story: &Story, context: &mut Context) -> Result<Failure, Failure> {
        if story.connection.address.is_some() && !context.ui.is_json() {
            context.ui.text(&story.steps_text(self.analogy()))?;
        }
        let failure = Failure::could_not(&story.ending.message);
        Ok(story.ending.hints.iter().fold(failure, |failure, hint| {
            failure.hint(match &hint.command {
                Some(command) => format!("{}: {command}", hint.text.trim_end_matches(':')),
                None => hint.text.clone(),
            })
        }))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::ffi::OsString;

    use super::*;

    #[test]
    fn every_command_in_a_hint_is_one_that_is_taken() {
        let mut count = 0;
        for provision in ::verify::rules::ALL {
            let Some(command) = explain::hint::advice(provision.rule.id).command else { continue };
            if !command.starts_with("chancery ") {
                continue;
            }
            let words = command.split(' ').map(|word| match word {
                "N" => "1",
                "NAME" => "a.internal",
                word => word,
            });
            let parsed = crate::args::parse(words.map(OsString::from));
            assert!(parsed.is_ok(), "{}: {command}: {}", provision.rule.id, parsed.unwrap_err());
            count += 1;
        }
        assert!(count > 40, "{count} hints with commands");
    }

    #[test]
    fn time_is_given_in_seconds_and_a_page_by_its_path() {
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        for refused in ["0", "-1", "x", "", "1e40", "nan"] {
            assert!(seconds(refused).is_err(), "{refused}");
        }
        assert_eq!(path("/a?b=c"), Ok("/a?b=c".to_owned()));
        for refused in ["", "a", "/a b", "/a\r\nb", "/ä"] {
            assert!(path(refused).is_err(), "{refused}");
        }
    }
}
