// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who asks.

use std::fmt;
use std::str::FromStr;

use crate::error::PatternProblem;
use crate::token::TokenId;

/// A way by which requests come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Path {
    /// `chancery sign`.
    CommandLine,
    /// A server of our own asks for its certificate: `chancery up`, `chancery ca serve --api`.
    OwnServer,
    /// A program shows a token: `POST /api/v1/certificates`.
    Api,
}

impl Path {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::CommandLine, Self::OwnServer, Self::Api];

    /// Its name, as rules name it: `cli`, `up`, `api`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CommandLine => "cli",
            Self::OwnServer => "up",
            Self::Api => "api",
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Who asks for a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requester {
    /// Somebody at the command line.
    CommandLine,
    /// A server of our own.
    OwnServer,
    /// A program with this token.
    Program {
        /// Which.
        id: TokenId,
        /// What it is for.
        label: String,
    },
}

impl Requester {
    /// By which way.
    #[must_use]
    pub const fn path(&self) -> Path {
        match self {
            Self::CommandLine => Path::CommandLine,
            Self::OwnServer => Path::OwnServer,
            Self::Program { .. } => Path::Api,
        }
    }
}

/// `the command line`, `a server of our own`, `token 0505050505050505 (deploy)`.
impl fmt::Display for Requester {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CommandLine => f.write_str("the command line"),
            Self::OwnServer => f.write_str("a server of our own"),
            Self::Program { id, label } => write!(f, "token {id} ({label})"),
        }
    }
}

/// Those whom a rule is about: `cli`, `up`, `api`, or `token:` and the label or the identifier of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// Whoever comes by this way.
    By(Path),
    /// Programs with a token of this label.
    Label(String),
    /// The program with this token.
    Token(TokenId),
}

impl Who {
    /// Whether it is about them.
    #[must_use]
    pub fn is(&self, requester: &Requester) -> bool {
        match (self, requester) {
            (Self::By(path), requester) => *path == requester.path(),
            (Self::Label(own), Requester::Program { label, .. }) => own == label,
            (Self::Token(own), Requester::Program { id, .. }) => own == id,
            (Self::Label(_) | Self::Token(_), Requester::CommandLine | Requester::OwnServer) => false,
        }
    }

    /// By which way they come.
    #[must_use]
    pub const fn path(&self) -> Path {
        match self {
            Self::By(path) => *path,
            Self::Label(_) | Self::Token(_) => Path::Api,
        }
    }
}

impl FromStr for Who {
    type Err = PatternProblem;

    fn from_str(text: &str) -> Result<Self, PatternProblem> {
        if let Some(token) = text.strip_prefix("token:").filter(|token| !token.is_empty()) {
            return Ok(TokenId::parse(token).map_or_else(|| Self::Label(token.to_owned()), Self::Token));
        }
        let path = Path::ALL.into_iter().find(|path| path.name() == text);
        path.map(Self::By).ok_or_else(|| PatternProblem::Who { found: text.to_owned() })
    }
}

/// As it is written.
impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::By(path) => write!(f, "{path}"),
            Self::Label(label) => write!(f, "token:{label}"),
            Self::Token(id) => write!(f, "token:{id}"),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn those_who_ask_are_told_apart() {
        let id = TokenId::from_octets([5; 8]);
        let deploy = Requester::Program { id, label: "deploy".to_owned() };
        let check = |who: &str, requester: &Requester, expect: bool| {
            let read: Who = who.parse().unwrap();
            assert_eq!(read.to_string(), who);
            assert_eq!(read.is(requester), expect, "{who} {requester}");
        };
        check("cli", &Requester::CommandLine, true);
        check("cli", &deploy, false);
        check("up", &Requester::OwnServer, true);
        check("api", &deploy, true);
        check("api", &Requester::OwnServer, false);
        check("token:deploy", &deploy, true);
        check("token:other", &deploy, false);
        check("token:0505050505050505", &deploy, true);
        check("token:0505050505050506", &deploy, false);
        check("token:deploy", &Requester::CommandLine, false);
    }

    #[test]
    fn nobody_else_asks() {
        for text in ["", "CLI", "acme", "token:", "token", "everybody"] {
            let refused = text.parse::<Who>().unwrap_err();
            assert!(refused.to_string().contains("cli, up, api"), "{refused}");
        }
    }
}
