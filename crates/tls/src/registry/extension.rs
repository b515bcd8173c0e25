// SPDX-License-Identifier: MIT OR Apache-2.0
//! Extension types of the hellos.

use super::named_u16;

/// An extension's type as it stands on the wire. [RFC 8446 §4.2]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ExtensionType(pub u16);

impl ExtensionType {
    pub(crate) const SERVER_NAME: Self = Self(0);
    pub(crate) const SUPPORTED_GROUPS: Self = Self(10);
    pub(crate) const SIGNATURE_ALGORITHMS: Self = Self(13);
    pub(crate) const ALPN: Self = Self(16);
    pub(crate) const PRE_SHARED_KEY: Self = Self(41);
    pub(crate) const SUPPORTED_VERSIONS: Self = Self(43);
    pub(crate) const KEY_SHARE: Self = Self(51);
}

named_u16!(ExtensionType, |number| Some(match number {
    0 => "server_name",
    1 => "max_fragment_length",
    5 => "status_request",
    10 => "supported_groups",
    11 => "ec_point_formats",
    13 => "signature_algorithms",
    14 => "use_srtp",
    15 => "heartbeat",
    16 => "application_layer_protocol_negotiation",
    17 => "status_request_v2",
    18 => "signed_certificate_timestamp",
    19 => "client_certificate_type",
    20 => "server_certificate_type",
    21 => "padding",
    22 => "encrypt_then_mac",
    23 => "extended_master_secret",
    27 => "compress_certificate",
    28 => "record_size_limit",
    34 => "delegated_credential",
    35 => "session_ticket",
    41 => "pre_shared_key",
    42 => "early_data",
    43 => "supported_versions",
    44 => "cookie",
    45 => "psk_key_exchange_modes",
    47 => "certificate_authorities",
    48 => "oid_filters",
    49 => "post_handshake_auth",
    50 => "signature_algorithms_cert",
    51 => "key_share",
    57 => "quic_transport_parameters",
    0xfe0d => "encrypted_client_hello",
    0xff01 => "renegotiation_info",
    _ => return None,
}));
