// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why a listener could not be had.

use std::io;
use std::net::SocketAddr;

/// Why a listener could not be had. The address is in each variant, so that whoever reports it can say who
/// holds the port, or which one is free.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BindError {
    /// Another socket listens there.
    #[error("address {address} is already in use")]
    AddressInUse {
        /// The address that was asked for.
        address: SocketAddr,
    },
    /// Ports below 1024 belong to root on most systems.
    #[error("no permission to listen on {address}")]
    PermissionDenied {
        /// The address that was asked for.
        address: SocketAddr,
    },
    /// The address is of no interface of this machine.
    #[error("{address} is not an address of this machine")]
    NotOurAddress {
        /// The address that was asked for.
        address: SocketAddr,
    },
    /// The system refused for another reason.
    #[error("cannot listen on {address}")]
    Refused {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// A socket that was handed over is not one that listens.
    #[error("the socket that was handed over cannot be listened on")]
    Unusable {
        /// What the system said.
        source: io::Error,
    },
}

impl BindError {
    /// The variant for what the system said about `address`.
    pub(crate) fn new(address: SocketAddr, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::AddrInUse => Self::AddressInUse { address },
            io::ErrorKind::PermissionDenied => Self::PermissionDenied { address },
            io::ErrorKind::AddrNotAvailable => Self::NotOurAddress { address },
            _ => Self::Refused { address, source },
        }
    }
}
