// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests and answers of HTTP/1.1 on a connection that lasts. No more of HTTP than the servers here speak.

use std::io::{Read, Write};

/// A connection, plain or not, and room for an answer.
pub(crate) struct Exchange<S> {
    stream: S,
    buffer: Vec<u8>,
}

impl<S: Read + Write> Exchange<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self { stream, buffer: vec![0; 64 << 10] }
    }

    /// Sends a message and waits for the whole answer, which must be a success; its body.
    pub(crate) fn ask(&mut self, message: &[u8]) -> Result<&[u8], String> {
        self.stream
            .write_all(message)
            .and_then(|()| self.stream.flush())
            .map_err(|error| error.to_string())?;
        let mut have = 0;
        loop {
            let room = self.buffer.get_mut(have..).unwrap_or_default();
            let read = self.stream.read(room).map_err(|error| error.to_string())?;
            have += read;
            if read == 0 {
                return Err("the server closed the connection".to_owned());
            }
            if let Some(body) = body(self.buffer.get(..have).unwrap_or_default())? {
                return Ok(self.buffer.get(body..have).unwrap_or_default());
            }
        }
    }
}

/// Where the body of an answer begins, once it is all there.
fn body(answer: &[u8]) -> Result<Option<usize>, String> {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let head = String::from_utf8_lossy(answer.get(..end).unwrap_or_default()).to_ascii_lowercase();
    if !head.starts_with("http/1.1 2") {
        return Err(String::from_utf8_lossy(answer).into_owned());
    }
    let body = end + 4;
    if head.contains("transfer-encoding: chunked") {
        return Ok(answer.ends_with(b"\r\n0\r\n\r\n").then_some(body));
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
    let length = length.ok_or("an answer without a length")?;
    Ok((answer.len() >= body + length).then_some(body))
}

/// A request with a body.
pub(crate) fn post(host: &str, path: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head =
        format!("POST {path} HTTP/1.1\r\nHost: {host}\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}
