// SPDX-License-Identifier: MIT OR Apache-2.0
//! Hellos made by hand, for the tests beside it.
#![allow(clippy::unwrap_used, reason = "tests")]

pub(super) fn u16s(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

pub(super) fn vec8(body: &[u8]) -> Vec<u8> {
    [&[u8::try_from(body.len()).unwrap()], body].concat()
}

pub(super) fn vec16(body: &[u8]) -> Vec<u8> {
    [&u16::try_from(body.len()).unwrap().to_be_bytes(), body].concat()
}

pub(super) fn vec24(body: &[u8]) -> Vec<u8> {
    [u32::try_from(body.len()).unwrap().to_be_bytes().get(1..).unwrap(), body].concat()
}

pub(super) fn message(message_type: u8, body: &[u8]) -> Vec<u8> {
    [vec![message_type], vec24(body)].concat()
}

pub(super) fn record(content_type: u8, fragment: &[u8]) -> Vec<u8> {
    [vec![content_type, 3, 3], vec16(fragment)].concat()
}

pub(super) fn extension(kind: u16, data: &[u8]) -> Vec<u8> {
    [u16s(&[kind]), vec16(data)].concat()
}

/// The body of a ClientHello with these extensions.
pub(super) fn client_hello(extensions: &[Vec<u8>]) -> Vec<u8> {
    [
        u16s(&[0x0303]),
        vec![0x11; 32],
        vec8(&[0x22; 32]),
        vec16(&u16s(&[0x1302, 0xc02b])),
        vec8(&[0]),
        vec16(&extensions.concat()),
    ]
    .concat()
}

/// The extensions of a client that offers TLS 1.3 and 1.2.
pub(super) fn client_extensions() -> Vec<Vec<u8>> {
    vec![
        extension(0, &vec16(&[vec![0], vec16(b"files.test")].concat())),
        extension(43, &vec8(&u16s(&[0x0304, 0x0303]))),
        extension(10, &vec16(&u16s(&[0x11ec, 0x001d]))),
        extension(13, &vec16(&u16s(&[0x0403, 0x0804]))),
        extension(16, &vec16(&[vec8(b"h2"), vec8(b"http/1.1")].concat())),
        extension(51, &vec16(&[u16s(&[0x001d]), vec16(&[0x33; 32])].concat())),
    ]
}

/// The body of a ServerHello that chooses `suite`.
pub(super) fn server_hello(random: [u8; 32], suite: u16, extensions: &[Vec<u8>]) -> Vec<u8> {
    [u16s(&[0x0303]), random.to_vec(), vec8(&[]), u16s(&[suite]), vec![0], vec16(&extensions.concat())]
        .concat()
}
