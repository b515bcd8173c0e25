// SPDX-License-Identifier: MIT OR Apache-2.0
//! The CRLs of one issuer, from one to the next.

use std::sync::Arc;

use api::Board;
use authority::{Issuer, IssuerId, Record, Sharding, wait};
use keys::AwsLc;
use status::{Crl, Publisher, is_behind};

use super::{Trouble, crl_lifetime};
use crate::clock::Clock;
use crate::failure::Failure;

/// What is told of CRLs that were made ahead, and lack somebody.
const BEHIND: &str = "the CRLs that were made ahead lack somebody who was taken back since: bring the key back and take it away again (chancery ca root online)";

/// An issuer's CRLs, and what went wrong with the last one.
#[derive(Debug)]
pub(super) struct Desk {
    publisher: Publisher,
    trouble: Trouble,
    /// What was made ahead lacks somebody.
    lacking: Trouble,
}

impl Desk {
    /// The desk of an issuer that has not published anything.
    pub(super) fn of(issuer: &Arc<Issuer>, shardings: &[Sharding]) -> Self {
        let publisher = Publisher::new(Arc::clone(issuer), crl_lifetime(issuer)).in_shards(shardings);
        Self { publisher, trouble: Trouble::default(), lacking: Trouble::default() }
    }

    /// Whose it is.
    pub(super) fn issuer(&self) -> &Issuer {
        self.publisher.issuer()
    }

    /// Whether nothing is wrong with its CRLs.
    pub(super) const fn is_fine(&self) -> bool {
        !self.trouble.is_there() && !self.lacking.is_there()
    }

    /// Posts what stands, on a board that has nothing of it yet.
    pub(super) fn post_again(&self, board: &Board) {
        let Some(crl) = self.publisher.current() else { return };
        board.post(self.issuer().id(), crl);
        board.post_shards(self.issuer().id(), self.publisher.shards());
    }

    /// Says when CRLs that were made ahead lack somebody.
    fn look_behind(&mut self, record: &dyn Record, clock: &Clock) {
        let issuer = self.publisher.issuer();
        let behind =
            issuer.is_absent() && wait(is_behind(issuer.id(), clock.now(), record)).is_ok_and(|it| it);
        if !behind {
            self.lacking.over();
        } else if let Some(reason) = self.lacking.note(&Failure::could_not(BEHIND)) {
            tracing::error!(issuer = issuer.name(), reason, "a CRL lacks somebody");
        }
    }

    /// Posts the next CRL when it is time for one. What fails is tried again at the next look, and told once, and
    /// again when it goes on or becomes something else.
    pub(super) fn publish(
        &mut self,
        board: &Board,
        record: &dyn Record,
        clock: &Clock,
    ) -> Option<(IssuerId, Arc<Crl>)> {
        let posted = self.post(board, record, clock);
        self.look_behind(record, clock);
        posted
    }

    fn post(&mut self, board: &Board, record: &dyn Record, clock: &Clock) -> Option<(IssuerId, Arc<Crl>)> {
        let published = wait(self.publisher.publish(clock.now(), record, &AwsLc));
        let issuer = self.publisher.issuer();
        match published {
            Ok(crl) => {
                self.trouble.over();
                let crl = crl?;
                board.post(issuer.id(), &crl);
                board.post_shards(issuer.id(), self.publisher.shards());
                let Crl { number, entries, next_update, .. } = *crl;
                tracing::info!(issuer = issuer.name(), number, revoked = entries, next = %next_update, "published a CRL");
                Some((issuer.id(), crl))
            }
            Err(error) => {
                if let Some(reason) = self.trouble.note(&Failure::from_error(&error)) {
                    tracing::error!(
                        issuer = issuer.name(),
                        reason,
                        "no CRL could be made: the last one stands"
                    );
                }
                None
            }
        }
    }
}
