// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca init`.

use authority::Constraints;
use serde::Serialize;

use super::told::{self, ConstraintsDocument, IssuerDocument};
use crate::base_url::{self, UrlArg};
use crate::context::Context;
use crate::data_dir::{DataDir, FoundSpec, Founded};
use crate::failure::{Failure, Verdict, shell};
use crate::passphrase::NewPassphraseArgs;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The organisation in the authority's name
    #[arg(long, value_name = "ORG")]
    name: Option<String>,

    /// Let it speak for this too: a domain with everything below it, an address, or a network such as 192.0.2.0/24
    #[arg(long, value_name = "DOMAIN|IP|NETWORK", conflicts_with = "unconstrained")]
    permit: Vec<String>,

    /// A name of this machine, to be spoken for; without it, its host name
    #[arg(long, value_name = "NAME", conflicts_with = "unconstrained")]
    host: Vec<String>,

    #[arg(
        long,
        value_name = "URL",
        help = "Where clients will find CRLs, OCSP and issuers: a base such as http://ca.internal:8480, or none",
        long_help = "Where clients will find CRLs, OCSP and issuers: a base such as http://ca.internal:8480, or none\n\n\
                     It goes into every certificate that is issued, and \"chancery ca serve\" publishes there. \
                     Without it, port 8480 of this machine's name."
    )]
    url: Option<UrlArg>,

    /// Let it speak for every name there is: a stolen key then speaks for every site to whoever trusts the root
    #[arg(long)]
    unconstrained: bool,

    /// Yes, without name constraints
    #[arg(long, requires = "unconstrained")]
    yes: bool,

    #[command(flatten)]
    passphrase: NewPassphraseArgs,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    data_dir: String,
    root_pem: String,
    keys_encrypted: bool,
    root: IssuerDocument,
    intermediate: IssuerDocument,
    constraints: ConstraintsDocument,
    /// Where it publishes.
    url: Option<String>,
}

pub(crate) fn run(args: Args, context: &mut Context) -> Result<Verdict, Failure> {
    let constraints = constraints(&args)?;
    let directory = DataDir::of(context)?;
    let passphrase = args.passphrase.obtain("the authority's keys", context)?;
    let now = context.clock.now();
    let told = ConstraintsDocument::of(&constraints);
    let base_url = match args.url {
        Some(url) => url.base(),
        None => base_url::of_this_machine(args.host.first().or(host_name().as_ref()).map(String::as_str)),
    };
    let spec = FoundSpec { organization: args.name, constraints, base_url };
    let founded = directory.found(spec, passphrase.as_ref(), now)?;
    let document = document(&directory, &founded, told, passphrase.is_some())?;
    if context.ui.is_json() {
        context.ui.json(&document)?;
    } else {
        tell(&document, &founded, &directory, context)?;
    }
    Ok(Verdict::Yes)
}

fn constraints(args: &Args) -> Result<Constraints, Failure> {
    if args.unconstrained {
        if args.yes {
            return Ok(Constraints::unconstrained());
        }
        return Err(Failure::refused(
            "an authority without name constraints can speak for every site there is, to whoever trusts its root",
        )
        .hint("permit what you need: chancery ca init --permit DOMAIN; or insist: --unconstrained --yes"));
    }
    let named = args.host.iter().map(String::as_str).collect::<Vec<_>>();
    let own = host_name();
    let machine = if named.is_empty() { own.as_deref().into_iter().collect() } else { named };
    let refused = |error: authority::SubtreeProblem| {
        Failure::refused(format!("this cannot be permitted: {error}"))
            .hint("chancery ca init --permit corp.example --permit 192.0.2.0/24")
    };
    let mut constraints = Constraints::private(&machine).map_err(refused)?;
    args.permit.iter().try_for_each(|text| constraints.permit(text)).map_err(refused)?;
    Ok(constraints)
}

/// The host name, when it is a name that a certificate can carry.
fn host_name() -> Option<String> {
    let system = rustix::system::uname();
    let name = system.nodename().to_str().ok()?.trim_end_matches('.').to_owned();
    authority::Subtree::parse(&name).is_ok().then_some(name)
}

fn document(
    directory: &DataDir,
    founded: &Founded,
    constraints: ConstraintsDocument,
    keys_encrypted: bool,
) -> Result<Document, Failure> {
    let keys = founded.authority.issuers().iter().map(|record| directory.path().join(&record.added.key));
    let mut keys = keys.map(|path| path.display().to_string());
    let (root_key, intermediate_key) = (keys.next().unwrap_or_default(), keys.next().unwrap_or_default());
    Ok(Document {
        data_dir: directory.path().display().to_string(),
        root_pem: directory.root_pem().display().to_string(),
        keys_encrypted,
        root: IssuerDocument::of(founded.root.chain(), &root_key)?,
        intermediate: IssuerDocument::of(founded.intermediate.chain(), &intermediate_key)?,
        constraints,
        url: founded.authority.base_url().map(ToString::to_string),
    })
}

fn tell(
    document: &Document,
    founded: &Founded,
    directory: &DataDir,
    context: &mut Context,
) -> Result<(), Failure> {
    let ui = &mut context.ui;
    ui.tick("made a root, which signs itself: P-384")?;
    ui.rows(&document.root.rows())?;
    ui.tick("made an intermediate, signed by the root: P-256; it signs from now on")?;
    ui.rows(&document.intermediate.rows())?;
    ui.heading("It may speak for")?;
    ui.rows(&document.constraints.rows())?;
    ui.heading("Publishes at")?;
    ui.rows(&told::published_rows(founded.authority.base_url()))?;
    ui.heading("Kept in")?;
    let protection = if document.keys_encrypted {
        "encrypted, mode 0600"
    } else {
        "not encrypted: mode 0600 alone protects them (--ask-passphrase or --passphrase-file encrypts)"
    };
    ui.rows(&[
        ("directory", document.data_dir.clone()),
        ("root", format!("{}: give this to whoever is to trust it", document.root_pem)),
        ("keys", protection.to_owned()),
    ])?;
    ui.next(&format!("chancery trust install {}", shell(&directory.root_pem())))
}
