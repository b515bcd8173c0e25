// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a root may speak for, as it is asked for.

use authority::Constraints;

use crate::failure::Failure;

#[derive(Debug, clap::Args)]
pub(super) struct PermittedArgs {
    /// Let it speak for this too: a domain with everything below it, an address, or a network such as 192.0.2.0/24
    #[arg(long, value_name = "DOMAIN|IP|NETWORK", conflicts_with = "unconstrained")]
    permit: Vec<String>,

    /// A name of this machine, to be spoken for; without it, its host name
    #[arg(long, value_name = "NAME", conflicts_with = "unconstrained")]
    host: Vec<String>,

    /// Let it speak for every name there is: a stolen key then speaks for every site to whoever trusts the root
    #[arg(long)]
    unconstrained: bool,

    /// Yes, without name constraints
    #[arg(long, requires = "unconstrained")]
    yes: bool,
}

impl PermittedArgs {
    /// The name by which this machine is known to others.
    pub(super) fn this_machine(&self) -> Option<String> {
        self.host.first().cloned().or_else(host_name)
    }

    /// The constraints that are asked for.
    pub(super) fn constraints(&self) -> Result<Constraints, Failure> {
        if self.unconstrained {
            if self.yes {
                return Ok(Constraints::unconstrained());
            }
            return Err(Failure::refused(
                "an authority without name constraints can speak for every site there is, to whoever trusts its root",
            )
            .hint("permit what you need: chancery ca init --permit DOMAIN; or insist: --unconstrained --yes"));
        }
        let named = self.host.iter().map(String::as_str).collect::<Vec<_>>();
        let own = host_name();
        let machine = if named.is_empty() { own.as_deref().into_iter().collect() } else { named };
        let refused = |error: authority::SubtreeProblem| {
            Failure::refused(format!("this cannot be permitted: {error}"))
                .hint("permit a domain or a network: --permit corp.example --permit 192.0.2.0/24")
        };
        let mut constraints = Constraints::private(&machine).map_err(refused)?;
        self.permit.iter().try_for_each(|text| constraints.permit(text)).map_err(refused)?;
        Ok(constraints)
    }
}

/// The host name, when it is a name that a certificate can carry.
fn host_name() -> Option<String> {
    let system = rustix::system::uname();
    let name = system.nodename().to_str().ok()?.trim_end_matches('.').to_owned();
    authority::Subtree::parse(&name).is_ok().then_some(name)
}
