// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery verify`: what a client decides about certificates in files, and why.

mod policies;
mod revocation;

use std::path::{Path, PathBuf};

use ::verify::{CommonName, PeerName, Question, Ruleset, Trace, VerifiedPath, decide};
use clap::ValueEnum;
use explain::{Asked, Case, RuleList, TrustSource};
use keys::AwsLc;
use trust::Gathered;
use x509::Time;

use crate::context::Context;
use crate::failure::{Failure, Verdict, shell};
use crate::public_suffixes::IcannDomains;
use crate::rules::Rules;
use crate::{anchors, input};

use policies::PolicyArgs;
use revocation::RevocationArgs;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The certificate to judge, and what its server sends with it: leaf first, in one file or several
    #[arg(value_name = "CHAIN", required_unless_present = "list_rules", conflicts_with = "list_rules")]
    chain: Vec<PathBuf>,

    /// The name or address that the client asked for
    #[arg(long, value_name = "NAME", value_parser = PeerName::parse)]
    host: Option<PeerName>,

    /// Let the certificate's common name count as a host's name where it has no alternative names
    ///
    /// For old devices whose certificate cannot be made again. Nobody vouches for a common name: an authority
    /// checks alternative names, and may have let anything stand there. Clients ignore it (RFC 9525). The
    /// constraints of the authorities above hold for it.
    #[arg(long)]
    danger_common_name: bool,

    /// What to judge by; rfc5280 when left out
    #[arg(long, value_enum)]
    rules: Option<Rules>,

    /// List the rules with their clauses and what each ruleset makes of them, and judge nothing
    #[arg(long)]
    list_rules: bool,

    /// Tell the whole way to the answer: each certificate looked at, each rule applied, each turning back
    #[arg(long)]
    explain: bool,

    /// Trust the roots in this file alone, not the system's and the data directory's; may be repeated
    #[arg(long, value_name = "FILE")]
    roots: Vec<PathBuf>,

    /// Further certificates that may stand between the leaf and a root; they are not trusted
    #[arg(long, value_name = "FILE")]
    intermediates: Vec<PathBuf>,

    /// Judge as of this time instead of now: 2026-11-22, or 2026-11-22T10:00:00Z
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<Time>,

    /// What the certificate is to be used for
    #[arg(long, value_enum, default_value_t = Purpose::Server)]
    purpose: Purpose,

    /// The most intermediates that the path may have
    #[arg(long, value_name = "N")]
    max_path_len: Option<u32>,

    #[command(flatten, next_help_heading = "Revocation")]
    revocation: RevocationArgs,

    #[command(flatten, next_help_heading = "Certificate policies")]
    policies: PolicyArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Purpose {
    /// A server that proves itself to its clients
    Server,
    /// A client that proves itself to a server
    Client,
    /// A CA that signs certificates
    Issuer,
    /// Nothing in particular
    Any,
}

impl From<Purpose> for ::verify::Purpose {
    fn from(purpose: Purpose) -> Self {
        match purpose {
            Purpose::Server => Self::ServerAuth,
            Purpose::Client => Self::ClientAuth,
            Purpose::Issuer => Self::IssueCertificates,
            Purpose::Any => Self::Any,
        }
    }
}

fn time(text: &str) -> Result<Time, String> {
    Time::parse(text).ok_or_else(|| "write it as 2026-11-22 or 2026-11-22T10:00:00Z".to_owned())
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    if args.list_rules {
        return list_rules(args.rules, context);
    }
    if args.host.is_none() && args.purpose == Purpose::Server {
        return Err(Failure::could_not(
            "a client trusts a server's certificate for a name, and none was given",
        )
        .hint("say which name was asked for: --host NAME"));
    }
    let chain = each(&args.chain, input::certificates)?;
    let intermediates = each(&args.intermediates, input::certificates)?;
    let given = args.revocation.read()?;
    let policies = args.policies.read()?;
    let gathered = anchors::gather(&args.roots, context)?;

    let (chain, intermediates) = (borrowed(&chain), borrowed(&intermediates));
    let (lists, responses, policies) = (given.lists(), given.responses(), policies.identifiers());
    let mut question =
        Question::new(&chain, gathered.anchors(), args.at.unwrap_or_else(|| context.clock.now()));
    question.intermediates = &intermediates;
    question.purpose = args.purpose.into();
    question.name = args.host.as_ref();
    question.max_path_len = args.max_path_len;
    question.revocation = args.revocation.question(&lists, &responses);
    question.policies = args.policies.question(&policies);
    question.public_suffixes = Some(&IcannDomains);
    question.common_name = args.common_name();
    question.ruleset = args.rules.map(Ruleset::from).unwrap_or_default();
    let verdict = told(&question, &gathered, args);
    if context.ui.is_json() {
        context.ui.json(&verdict)?;
    } else if args.explain {
        context.ui.text(&verdict.explained_text())?;
    } else {
        context.ui.text(&verdict.text())?;
    }
    Ok(if verdict.trusted { Verdict::Yes } else { Verdict::No })
}

/// The rules themselves.
fn list_rules(rules: Option<Rules>, context: &mut Context) -> Result<Verdict, Failure> {
    let list = RuleList::of(rules.map(Ruleset::from));
    if context.ui.is_json() {
        context.ui.json(&list)?;
    } else {
        context.ui.text(&list.text())?;
    }
    Ok(Verdict::Yes)
}

/// Decides, and tells the decision.
fn told(question: &Question<'_>, gathered: &Gathered, args: &Args) -> explain::Verdict {
    let mut trace = Trace::new();
    let decision = decide(question, &AwsLc, &mut trace);
    let path: Vec<&[u8]> = match &decision {
        Ok(path) => path.certificates().map(|certificate| certificate.der()).collect(),
        Err(_) => Vec::new(),
    };
    let sources = TrustSource::of(gathered);
    let host = question.name.map(ToString::to_string);
    explain::Verdict::of(&Case {
        chain: question.chain,
        intermediates: question.intermediates,
        anchors: question.anchors,
        sources: &sources,
        at: question.at,
        name: question.name,
        purpose: question.purpose,
        revocation: question.revocation,
        ruleset: question.ruleset,
        policies: decision.as_ref().ok().map(VerifiedPath::policies).filter(|_| args.policies.asks()),
        outcome: decision.as_ref().map(|_| path.as_slice()),
        trace: &trace,
        asked: Asked {
            command: &args.command(),
            name_option: "--host",
            name: host.as_deref(),
            roots: &words("--roots", &args.roots),
            at: args.at.is_some(),
        },
        crypto: &AwsLc,
    })
}

impl Args {
    /// Whether a common name counts.
    const fn common_name(&self) -> CommonName {
        if self.danger_common_name { CommonName::DangerMatched } else { CommonName::Ignored }
    }

    /// How to ask the same again, but for the name and the roots.
    fn command(&self) -> String {
        let mut command = "chancery verify".to_owned();
        for path in &self.chain {
            command.push(' ');
            command.push_str(&shell(path));
        }
        command.push_str(&words("--intermediates", &self.intermediates));
        if let Some(at) = self.at {
            command.push_str(&format!(" --at {at}"));
        }
        if let Some(purpose) = self.purpose.to_possible_value().filter(|_| self.purpose != Purpose::Server) {
            command.push_str(&format!(" --purpose {}", purpose.get_name()));
        }
        if let Some(most) = self.max_path_len {
            command.push_str(&format!(" --max-path-len {most}"));
        }
        if self.danger_common_name {
            command.push_str(" --danger-common-name");
        }
        command.push_str(&self.revocation.words());
        command.push_str(&self.policies.words());
        if let Some(rules) = self.rules {
            command.push_str(&format!(" --rules {}", Ruleset::from(rules)));
        }
        command
    }
}

/// What several files hold, in their order.
fn each(
    paths: &[PathBuf],
    read: fn(&Path) -> Result<Vec<Vec<u8>>, Failure>,
) -> Result<Vec<Vec<u8>>, Failure> {
    Ok(paths.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?.concat())
}

/// An option given once for each file, as it was typed.
fn words(option: &str, paths: &[PathBuf]) -> String {
    paths.iter().map(|path| format!(" {option} {}", shell(path))).collect()
}

fn borrowed(ders: &[Vec<u8>]) -> Vec<&[u8]> {
    ders.iter().map(Vec::as_slice).collect()
}
