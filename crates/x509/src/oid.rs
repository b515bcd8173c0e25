// SPDX-License-Identifier: MIT OR Apache-2.0
//! Object identifiers, and those that X.509 uses by name.

use std::fmt;

/// An OBJECT IDENTIFIER, kept as its content octets (X.690 §8.19).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Oid<'a>(&'a [u8]);

impl<'a> Oid<'a> {
    /// How many content octets are read at most: known identifiers have about ten, those made of a
    /// UUID about twenty, and whatever is read may be shown.
    pub const LIMIT: usize = 128;

    /// The identifier with these content octets; `None` when they are empty, cut off, padded, more
    /// than [`Oid::LIMIT`], or hold an arc over 128 bits, which are those of a UUID (X.667 §7).
    #[must_use]
    pub fn from_content(content: &'a [u8]) -> Option<Self> {
        // Those of attributes and of most extensions: three arcs of one octet each.
        if let [..0x80, ..0x80, ..0x80] = content {
            return Some(Self(content));
        }
        let (last, _) = content.split_last()?;
        if last & 0x80 != 0 || content.len() > Self::LIMIT {
            return None;
        }
        // X.690 §8.19.2: the leading octet of an arc is never 80. 18 octets hold 126 bits.
        if content.len() <= 18 && !has_octet_80(content) {
            return Some(Self(content));
        }
        let (mut length, mut leading) = (0_u8, 0_u8);
        for &octet in content {
            if length == 0 {
                leading = octet;
            }
            length = length.saturating_add(1);
            if leading == 0x80 || length > 19 || (length == 19 && leading > 0x83) {
                return None;
            }
            if octet & 0x80 == 0 {
                length = 0;
            }
        }
        Some(Self(content))
    }

    /// The identifier with these content octets, which were checked before.
    pub(crate) const fn again(content: &'a [u8]) -> Self {
        Self(content)
    }

    /// The identifier with these content octets, which the caller wrote by hand.
    const fn known(content: &'static [u8]) -> Oid<'static> {
        Oid(content)
    }

    /// The content octets.
    #[must_use]
    pub const fn content(self) -> &'a [u8] {
        self.0
    }

    /// The arcs, the first two apart.
    pub fn arcs(self) -> impl Iterator<Item = u128> + 'a {
        let mut first = true;
        let mut sum = 0_u128;
        self.0
            .iter()
            .flat_map(move |&octet| {
                sum = (sum << 7) | u128::from(octet & 0x7f);
                if octet & 0x80 != 0 {
                    return [None, None];
                }
                let arc = std::mem::take(&mut sum);
                if !std::mem::take(&mut first) {
                    return [Some(arc), None];
                }
                let root = (arc / 40).min(2);
                [Some(root), Some(arc.wrapping_sub(root.wrapping_mul(40)))]
            })
            .flatten()
    }

    /// The name by which people know it, where it has one.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        NAMES.iter().find(|(oid, _)| *oid == self).map(|(_, name)| *name)
    }
}

impl Oid<'static> {
    /// Writes the content octets of the identifier with these arcs, such as `1.3.6.1`; `None` when
    /// the text is not dotted decimal or its first two arcs do not exist.
    #[must_use]
    pub fn parse_content(dotted: &str) -> Option<Vec<u8>> {
        let mut arcs = dotted.split('.').map(|arc| {
            let canonical =
                arc.bytes().all(|byte| byte.is_ascii_digit()) && (arc == "0" || !arc.starts_with('0'));
            if canonical { arc.parse::<u128>().ok() } else { None }
        });
        let (first, second) = (arcs.next()??, arcs.next()??);
        if first > 2 || (first < 2 && second > 39) {
            return None;
        }
        let mut content = Vec::new();
        push_arc(&mut content, first.checked_mul(40)?.checked_add(second)?);
        for arc in arcs {
            push_arc(&mut content, arc?);
        }
        Oid::from_content(&content).is_some().then_some(content)
    }
}

fn push_arc(content: &mut Vec<u8>, arc: u128) {
    let groups = arc.checked_ilog2().map_or(1, |bits| (bits / 7).saturating_add(1));
    for group in (0..groups).rev() {
        let [low, ..] = ((arc >> group.saturating_mul(7)) & 0x7f).to_le_bytes();
        content.push(if group == 0 { low } else { low | 0x80 });
    }
}

impl fmt::Display for Oid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, arc) in self.arcs().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            write!(f, "{arc}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Oid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Oid({self})")
    }
}

macro_rules! known {
    ($($(#[$doc:meta])* $constant:ident = $content:expr, $name:expr;)*) => {
        $($(#[$doc])* pub const $constant: Oid<'static> = Oid::known(&$content);)*
        const NAMES: &[(Oid<'static>, &str)] = &[$(($constant, $name)),*];
    };
}

known! {
    // Attribute types (X.520; RFC 4519; RFC 2985; RFC 2247).
    /// commonName, 2.5.4.3.
    COMMON_NAME = [0x55, 4, 3], "CN";
    /// surname, 2.5.4.4.
    SURNAME = [0x55, 4, 4], "SN";
    /// serialNumber, 2.5.4.5.
    SERIAL_NUMBER = [0x55, 4, 5], "serialNumber";
    /// countryName, 2.5.4.6.
    COUNTRY = [0x55, 4, 6], "C";
    /// localityName, 2.5.4.7.
    LOCALITY = [0x55, 4, 7], "L";
    /// stateOrProvinceName, 2.5.4.8.
    STATE = [0x55, 4, 8], "ST";
    /// streetAddress, 2.5.4.9.
    STREET = [0x55, 4, 9], "STREET";
    /// organizationName, 2.5.4.10.
    ORGANIZATION = [0x55, 4, 10], "O";
    /// organizationalUnitName, 2.5.4.11.
    ORGANIZATIONAL_UNIT = [0x55, 4, 11], "OU";
    /// title, 2.5.4.12.
    TITLE = [0x55, 4, 12], "title";
    /// postalCode, 2.5.4.17.
    POSTAL_CODE = [0x55, 4, 17], "postalCode";
    /// name, 2.5.4.41.
    NAME = [0x55, 4, 41], "name";
    /// givenName, 2.5.4.42.
    GIVEN_NAME = [0x55, 4, 42], "GN";
    /// initials, 2.5.4.43.
    INITIALS = [0x55, 4, 43], "initials";
    /// generationQualifier, 2.5.4.44.
    GENERATION_QUALIFIER = [0x55, 4, 44], "generationQualifier";
    /// dnQualifier, 2.5.4.46.
    DN_QUALIFIER = [0x55, 4, 46], "dnQualifier";
    /// pseudonym, 2.5.4.65.
    PSEUDONYM = [0x55, 4, 65], "pseudonym";
    /// organizationIdentifier, 2.5.4.97.
    ORGANIZATION_IDENTIFIER = [0x55, 4, 97], "organizationIdentifier";
    /// domainComponent, 0.9.2342.19200300.100.1.25.
    DOMAIN_COMPONENT = [0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 25], "DC";
    /// uid, 0.9.2342.19200300.100.1.1.
    USER_ID = [0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 1], "UID";
    /// emailAddress, 1.2.840.113549.1.9.1.
    EMAIL_ADDRESS = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1], "emailAddress";

    // Extensions (RFC 5280 §4.2).
    /// subjectDirectoryAttributes, 2.5.29.9.
    SUBJECT_DIRECTORY_ATTRIBUTES = [0x55, 0x1d, 9], "subjectDirectoryAttributes";
    /// subjectKeyIdentifier, 2.5.29.14.
    SUBJECT_KEY_IDENTIFIER = [0x55, 0x1d, 14], "subjectKeyIdentifier";
    /// keyUsage, 2.5.29.15.
    KEY_USAGE = [0x55, 0x1d, 15], "keyUsage";
    /// subjectAltName, 2.5.29.17.
    SUBJECT_ALT_NAME = [0x55, 0x1d, 17], "subjectAltName";
    /// issuerAltName, 2.5.29.18.
    ISSUER_ALT_NAME = [0x55, 0x1d, 18], "issuerAltName";
    /// basicConstraints, 2.5.29.19.
    BASIC_CONSTRAINTS = [0x55, 0x1d, 19], "basicConstraints";
    /// nameConstraints, 2.5.29.30.
    NAME_CONSTRAINTS = [0x55, 0x1d, 30], "nameConstraints";
    /// cRLNumber, 2.5.29.20.
    CRL_NUMBER = [0x55, 0x1d, 20], "cRLNumber";
    /// reasonCode, 2.5.29.21.
    REASON_CODE = [0x55, 0x1d, 21], "reasonCode";
    /// invalidityDate, 2.5.29.24.
    INVALIDITY_DATE = [0x55, 0x1d, 24], "invalidityDate";
    /// deltaCRLIndicator, 2.5.29.27.
    DELTA_CRL_INDICATOR = [0x55, 0x1d, 27], "deltaCRLIndicator";
    /// issuingDistributionPoint, 2.5.29.28.
    ISSUING_DISTRIBUTION_POINT = [0x55, 0x1d, 28], "issuingDistributionPoint";
    /// certificateIssuer, 2.5.29.29.
    CERTIFICATE_ISSUER = [0x55, 0x1d, 29], "certificateIssuer";
    /// cRLDistributionPoints, 2.5.29.31.
    CRL_DISTRIBUTION_POINTS = [0x55, 0x1d, 31], "cRLDistributionPoints";
    /// certificatePolicies, 2.5.29.32.
    CERTIFICATE_POLICIES = [0x55, 0x1d, 32], "certificatePolicies";
    /// policyMappings, 2.5.29.33.
    POLICY_MAPPINGS = [0x55, 0x1d, 33], "policyMappings";
    /// authorityKeyIdentifier, 2.5.29.35.
    AUTHORITY_KEY_IDENTIFIER = [0x55, 0x1d, 35], "authorityKeyIdentifier";
    /// policyConstraints, 2.5.29.36.
    POLICY_CONSTRAINTS = [0x55, 0x1d, 36], "policyConstraints";
    /// extKeyUsage, 2.5.29.37.
    EXTENDED_KEY_USAGE = [0x55, 0x1d, 37], "extKeyUsage";
    /// inhibitAnyPolicy, 2.5.29.54.
    INHIBIT_ANY_POLICY = [0x55, 0x1d, 54], "inhibitAnyPolicy";
    /// freshestCRL, 2.5.29.46.
    FRESHEST_CRL = [0x55, 0x1d, 46], "freshestCRL";
    /// authorityInfoAccess, 1.3.6.1.5.5.7.1.1.
    AUTHORITY_INFO_ACCESS = [0x2b, 6, 1, 5, 5, 7, 1, 1], "authorityInfoAccess";
    /// subjectInfoAccess, 1.3.6.1.5.5.7.1.11.
    SUBJECT_INFO_ACCESS = [0x2b, 6, 1, 5, 5, 7, 1, 11], "subjectInfoAccess";
    /// TLS feature, 1.3.6.1.5.5.7.1.24 (RFC 7633).
    TLS_FEATURE = [0x2b, 6, 1, 5, 5, 7, 1, 24], "tlsFeature";
    /// Signed certificate timestamps, 1.3.6.1.4.1.11129.2.4.2 (RFC 6962).
    SIGNED_CERTIFICATE_TIMESTAMPS = [0x2b, 6, 1, 4, 1, 0xd6, 0x79, 2, 4, 2], "signedCertificateTimestamps";
    /// Precertificate poison, 1.3.6.1.4.1.11129.2.4.3 (RFC 6962).
    PRECERTIFICATE_POISON = [0x2b, 6, 1, 4, 1, 0xd6, 0x79, 2, 4, 3], "precertificatePoison";

    // Extended key usages (RFC 5280 §4.2.1.12).
    /// anyExtendedKeyUsage, 2.5.29.37.0.
    ANY_EXTENDED_KEY_USAGE = [0x55, 0x1d, 37, 0], "anyExtendedKeyUsage";
    /// id-kp-serverAuth, 1.3.6.1.5.5.7.3.1.
    SERVER_AUTH = [0x2b, 6, 1, 5, 5, 7, 3, 1], "serverAuth";
    /// id-kp-clientAuth, 1.3.6.1.5.5.7.3.2.
    CLIENT_AUTH = [0x2b, 6, 1, 5, 5, 7, 3, 2], "clientAuth";
    /// id-kp-codeSigning, 1.3.6.1.5.5.7.3.3.
    CODE_SIGNING = [0x2b, 6, 1, 5, 5, 7, 3, 3], "codeSigning";
    /// id-kp-emailProtection, 1.3.6.1.5.5.7.3.4.
    EMAIL_PROTECTION = [0x2b, 6, 1, 5, 5, 7, 3, 4], "emailProtection";
    /// id-kp-timeStamping, 1.3.6.1.5.5.7.3.8.
    TIME_STAMPING = [0x2b, 6, 1, 5, 5, 7, 3, 8], "timeStamping";
    /// id-kp-OCSPSigning, 1.3.6.1.5.5.7.3.9.
    OCSP_SIGNING = [0x2b, 6, 1, 5, 5, 7, 3, 9], "OCSPSigning";

    // Private: below the arc in which Microsoft lets anybody make one of a UUID, whose parts are small enough for every
    // reader; those below 2.25 (ITU-T X.667) are not.
    /// journalHead, 1.2.840.113556.1.8000.2554.18640.35730.51386.20049.35451.10040108.2222323
    /// (UUID 48d08b92-c8ba-4e51-8a7b-99332c21e8f3).
    JOURNAL_HEAD = [
        0x2a, 0x86, 0x48, 0x86, 0xf7, 0x14, 0x01, 0xbe, 0x40, 0x93, 0x7a, 0x81, 0x91, 0x50, 0x82, 0x97, 0x12, 0x83, 0x91, 0x3a, 0x81, 0x9c, 0x51, 0x82, 0x94, 0x7b, 0x84, 0xe4, 0xe6, 0x2c, 0x81, 0x87, 0xd1, 0x73,
    ], "journalHead";

    // OCSP (RFC 6960 §4.2.1, §4.2.2.2.1, §4.4).
    /// id-pkix-ocsp-basic, 1.3.6.1.5.5.7.48.1.1.
    OCSP_BASIC = [0x2b, 6, 1, 5, 5, 7, 48, 1, 1], "ocsp-basic";
    /// id-pkix-ocsp-nonce, 1.3.6.1.5.5.7.48.1.2.
    OCSP_NONCE = [0x2b, 6, 1, 5, 5, 7, 48, 1, 2], "ocsp-nonce";
    /// id-pkix-ocsp-crl, 1.3.6.1.5.5.7.48.1.3.
    OCSP_CRL = [0x2b, 6, 1, 5, 5, 7, 48, 1, 3], "ocsp-crl";
    /// id-pkix-ocsp-response, 1.3.6.1.5.5.7.48.1.4.
    OCSP_ACCEPTABLE_RESPONSES = [0x2b, 6, 1, 5, 5, 7, 48, 1, 4], "ocsp-response";
    /// id-pkix-ocsp-nocheck, 1.3.6.1.5.5.7.48.1.5.
    OCSP_NO_CHECK = [0x2b, 6, 1, 5, 5, 7, 48, 1, 5], "ocsp-nocheck";
    /// id-pkix-ocsp-archive-cutoff, 1.3.6.1.5.5.7.48.1.6.
    OCSP_ARCHIVE_CUTOFF = [0x2b, 6, 1, 5, 5, 7, 48, 1, 6], "ocsp-archive-cutoff";
    /// id-pkix-ocsp-service-locator, 1.3.6.1.5.5.7.48.1.7.
    OCSP_SERVICE_LOCATOR = [0x2b, 6, 1, 5, 5, 7, 48, 1, 7], "ocsp-service-locator";
    /// id-pkix-ocsp-pref-sig-algs, 1.3.6.1.5.5.7.48.1.8.
    OCSP_PREFERRED_SIGNATURE_ALGORITHMS = [0x2b, 6, 1, 5, 5, 7, 48, 1, 8], "ocsp-pref-sig-algs";
    /// id-pkix-ocsp-extended-revoke, 1.3.6.1.5.5.7.48.1.9.
    OCSP_EXTENDED_REVOKE = [0x2b, 6, 1, 5, 5, 7, 48, 1, 9], "ocsp-extended-revoke";

    /// Precertificate signing, 1.3.6.1.4.1.11129.2.4.4 (RFC 6962 §3.1).
    PRECERTIFICATE_SIGNING = [0x2b, 6, 1, 4, 1, 0xd6, 0x79, 2, 4, 4], "precertificateSigning";

    // Access methods and policies.
    /// id-ad-ocsp, 1.3.6.1.5.5.7.48.1.
    OCSP = [0x2b, 6, 1, 5, 5, 7, 48, 1], "OCSP";
    /// id-ad-caIssuers, 1.3.6.1.5.5.7.48.2.
    CA_ISSUERS = [0x2b, 6, 1, 5, 5, 7, 48, 2], "caIssuers";
    /// anyPolicy, 2.5.29.32.0.
    ANY_POLICY = [0x55, 0x1d, 32, 0], "anyPolicy";
    /// extensionRequest, 1.2.840.113549.1.9.14 (RFC 2985).
    EXTENSION_REQUEST = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 14], "extensionRequest";
    /// challengePassword, 1.2.840.113549.1.9.7 (RFC 2985).
    CHALLENGE_PASSWORD = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 7], "challengePassword";
    /// id-on-SmtpUTF8Mailbox, 1.3.6.1.5.5.7.8.9 (RFC 9598).
    SMTP_UTF8_MAILBOX = [0x2b, 6, 1, 5, 5, 7, 8, 9], "SmtpUTF8Mailbox";

    // Keys (RFC 3279, 5480, 8410, 4055, 9881).
    /// rsaEncryption, 1.2.840.113549.1.1.1.
    RSA_ENCRYPTION = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1], "rsaEncryption";
    /// id-ecPublicKey, 1.2.840.10045.2.1.
    EC_PUBLIC_KEY = [0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1], "ecPublicKey";
    /// secp256r1, 1.2.840.10045.3.1.7.
    SECP256R1 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7], "P-256";
    /// secp384r1, 1.3.132.0.34.
    SECP384R1 = [0x2b, 0x81, 4, 0, 34], "P-384";
    /// secp521r1, 1.3.132.0.35.
    SECP521R1 = [0x2b, 0x81, 4, 0, 35], "P-521";
    /// id-Ed25519, 1.3.101.112.
    ED25519 = [0x2b, 0x65, 0x70], "Ed25519";
    /// id-Ed448, 1.3.101.113.
    ED448 = [0x2b, 0x65, 0x71], "Ed448";
    /// id-X25519, 1.3.101.110.
    X25519 = [0x2b, 0x65, 0x6e], "X25519";
    /// id-dsa, 1.2.840.10040.4.1.
    DSA = [0x2a, 0x86, 0x48, 0xce, 0x38, 4, 1], "DSA";
    /// id-ml-dsa-44, 2.16.840.1.101.3.4.3.17.
    ML_DSA_44 = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 17], "ML-DSA-44";
    /// id-ml-dsa-65, 2.16.840.1.101.3.4.3.18.
    ML_DSA_65 = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 18], "ML-DSA-65";
    /// id-ml-dsa-87, 2.16.840.1.101.3.4.3.19.
    ML_DSA_87 = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 19], "ML-DSA-87";

    // Signatures (RFC 3279, 4055, 5758).
    /// md5WithRSAEncryption, 1.2.840.113549.1.1.4.
    MD5_WITH_RSA = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 4], "md5WithRSAEncryption";
    /// sha1WithRSAEncryption, 1.2.840.113549.1.1.5.
    SHA1_WITH_RSA = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 5], "sha1WithRSAEncryption";
    /// id-RSASSA-PSS, 1.2.840.113549.1.1.10.
    RSASSA_PSS = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10], "RSASSA-PSS";
    /// id-mgf1, 1.2.840.113549.1.1.8.
    MGF1 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 8], "MGF1";
    /// sha256WithRSAEncryption, 1.2.840.113549.1.1.11.
    SHA256_WITH_RSA = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11], "sha256WithRSAEncryption";
    /// sha384WithRSAEncryption, 1.2.840.113549.1.1.12.
    SHA384_WITH_RSA = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 12], "sha384WithRSAEncryption";
    /// sha512WithRSAEncryption, 1.2.840.113549.1.1.13.
    SHA512_WITH_RSA = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 13], "sha512WithRSAEncryption";
    /// ecdsa-with-SHA1, 1.2.840.10045.4.1.
    ECDSA_WITH_SHA1 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1], "ecdsa-with-SHA1";
    /// ecdsa-with-SHA256, 1.2.840.10045.4.3.2.
    ECDSA_WITH_SHA256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2], "ecdsa-with-SHA256";
    /// ecdsa-with-SHA384, 1.2.840.10045.4.3.3.
    ECDSA_WITH_SHA384 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3], "ecdsa-with-SHA384";
    /// ecdsa-with-SHA512, 1.2.840.10045.4.3.4.
    ECDSA_WITH_SHA512 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 4], "ecdsa-with-SHA512";

    // Encryption under a passphrase (RFC 8018, RFC 7914), and the schemes of old that are only named.
    /// id-PBES2, 1.2.840.113549.1.5.13.
    PBES2 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 13], "PBES2";
    /// id-PBKDF2, 1.2.840.113549.1.5.12.
    PBKDF2 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 12], "PBKDF2";
    /// id-scrypt, 1.3.6.1.4.1.11591.4.11.
    SCRYPT = [0x2b, 6, 1, 4, 1, 0xda, 0x47, 4, 11], "scrypt";
    /// id-hmacWithSHA1, 1.2.840.113549.2.7.
    HMAC_WITH_SHA1 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 7], "hmacWithSHA1";
    /// id-hmacWithSHA256, 1.2.840.113549.2.9.
    HMAC_WITH_SHA256 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 9], "hmacWithSHA256";
    /// id-hmacWithSHA384, 1.2.840.113549.2.10.
    HMAC_WITH_SHA384 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 10], "hmacWithSHA384";
    /// id-hmacWithSHA512, 1.2.840.113549.2.11.
    HMAC_WITH_SHA512 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 11], "hmacWithSHA512";
    /// aes128-CBC-PAD, 2.16.840.1.101.3.4.1.2.
    AES_128_CBC = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 2], "AES-128-CBC";
    /// aes192-CBC-PAD, 2.16.840.1.101.3.4.1.22.
    AES_192_CBC = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 22], "AES-192-CBC";
    /// aes256-CBC-PAD, 2.16.840.1.101.3.4.1.42.
    AES_256_CBC = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 42], "AES-256-CBC";
    /// des-EDE3-CBC, 1.2.840.113549.3.7.
    DES_EDE3_CBC = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 3, 7], "DES-EDE3-CBC";
    /// pbeWithMD5AndDES-CBC, 1.2.840.113549.1.5.3.
    PBE_WITH_MD5_AND_DES = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 3], "PBES1 with MD5 and DES";
    /// pbeWithSHA1AndDES-CBC, 1.2.840.113549.1.5.10.
    PBE_WITH_SHA1_AND_DES = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 10], "PBES1 with SHA-1 and DES";
    /// pbeWithSHAAnd3-KeyTripleDES-CBC, 1.2.840.113549.1.12.1.3 (RFC 7292).
    PBE_WITH_SHA1_AND_DES_EDE3 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 1, 3], "PKCS#12 PBE with SHA-1 and 3DES";
    /// pbeWithSHAAnd40BitRC2-CBC, 1.2.840.113549.1.12.1.6 (RFC 7292).
    PBE_WITH_SHA1_AND_RC2_40 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 1, 6], "PKCS#12 PBE with SHA-1 and RC2-40";

    // Digests.
    /// id-sha1, 1.3.14.3.2.26.
    SHA1 = [0x2b, 14, 3, 2, 26], "SHA-1";
    /// id-sha256, 2.16.840.1.101.3.4.2.1.
    SHA256 = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1], "SHA-256";
    /// id-sha384, 2.16.840.1.101.3.4.2.2.
    SHA384 = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2], "SHA-384";
    /// id-sha512, 2.16.840.1.101.3.4.2.3.
    SHA512 = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3], "SHA-512";
}

/// Whether an octet is 80, asked of eight at once in contents of 8 to 16.
fn has_octet_80(content: &[u8]) -> bool {
    const ONES: u64 = u64::MAX / 0xff;
    const HIGH: u64 = ONES * 0x80;
    let in_eight = |octets: &[u8; 8]| {
        // Whether a word has an octet of zero: none but those borrows into its high bit.
        let word = u64::from_ne_bytes(*octets) ^ HIGH;
        word.wrapping_sub(ONES) & !word & HIGH != 0
    };
    match (content.first_chunk(), content.last_chunk()) {
        (Some(first), Some(last)) if content.len() <= 16 => in_eight(first) || in_eight(last),
        _ => content.contains(&0x80),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn dotted_text_and_content_agree() {
        let check = |dotted: &str, oid: Oid<'static>| {
            assert_eq!(oid.to_string(), dotted);
            assert_eq!(Oid::parse_content(dotted).unwrap(), oid.content());
        };
        check("2.5.4.3", COMMON_NAME);
        check("1.2.840.113549.1.1.11", SHA256_WITH_RSA);
        check("0.9.2342.19200300.100.1.25", DOMAIN_COMPONENT);
        check("1.3.6.1.4.1.11129.2.4.2", SIGNED_CERTIFICATE_TIMESTAMPS);
        check("2.16.840.1.101.3.4.3.19", ML_DSA_87);
        check("1.3.132.0.35", SECP521R1);
        check("2.5.29.32.0", ANY_POLICY);
        check("1.3.6.1.4.1.11591.4.11", SCRYPT);
        check("1.2.840.113549.1.5.13", PBES2);
        check("2.16.840.1.101.3.4.1.42", AES_256_CBC);
        check("1.3.6.1.5.5.7.48.1.5", OCSP_NO_CHECK);
    }

    #[test]
    fn every_known_identifier_is_well_formed_and_named_once() {
        for (index, (oid, name)) in NAMES.iter().enumerate() {
            assert_eq!(Oid::from_content(oid.content()), Some(*oid), "{name}");
            assert!(NAMES.iter().skip(index + 1).all(|(other, _)| other != oid), "{name}");
        }
    }

    #[test]
    fn malformed_content_and_text_are_refused() {
        for content in [
            &[][..],
            &[0x80, 0x01],
            &[0x2a, 0x80, 0x01],
            &[0x2a, 0x86],
            &[0xff; 9],
            &[&[0x2a, 0x84][..], &[0x80; 17], &[0x00]].concat(),
            &[&[0x2a, 0x81][..], &[0x80; 18], &[0x00]].concat(),
            &[0x2a; Oid::LIMIT + 1],
        ] {
            assert_eq!(Oid::from_content(content), None, "{content:02x?}");
        }
        for text in [
            "",
            "1",
            "3.1",
            "1.40",
            "1.02",
            "1..2",
            "1.2.x",
            "1.+2",
            "2.25.340282366920938463463374607431768211456",
        ] {
            assert_eq!(Oid::parse_content(text), None, "{text}");
        }
    }

    #[test]
    fn an_octet_is_sought_in_contents_of_any_length() {
        for (length, place) in (0..=18).flat_map(|length| (0..length).map(move |place| (length, place))) {
            for around in [0x00, 0x01, 0x7f, 0x81, 0xff] {
                let mut content = vec![around; length];
                assert!(!has_octet_80(&content), "{content:02x?}");
                content.splice(place..=place, [0x80]);
                assert!(has_octet_80(&content), "{content:02x?}");
            }
        }
    }

    #[test]
    fn an_arc_made_of_a_uuid_is_read_and_shown() {
        for dotted in
            ["2.25.329800735698586629295641978511506172918", "2.25.340282366920938463463374607431768211455"]
        {
            let content = Oid::parse_content(dotted).unwrap();
            assert_eq!(Oid::from_content(&content).unwrap().to_string(), dotted);
        }
        assert!(Oid::from_content(&[0x2a; Oid::LIMIT]).is_some());
    }

    #[test]
    fn arcs_above_two_have_no_upper_bound_of_39() {
        assert_eq!(Oid::from_content(&[0x88, 0x37]).unwrap().to_string(), "2.999");
    }
}
