// SPDX-License-Identifier: MIT OR Apache-2.0
//! How long, how much, how many.

use std::time::Duration;

/// What one listener grants its callers.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Limits {
    /// From the accepted connection to the finished TLS handshake.
    pub handshake: Duration,
    /// From the first byte of an HTTP/1.1 request to the end of its head.
    pub head: Duration,
    /// How long a connection may be open with no request in flight.
    pub idle: Duration,
    /// How long a request may be in flight while not a byte moves either way.
    pub stall: Duration,
    /// From the head of a request to the head of its response, the request's body included. None by
    /// default: an upload takes as long as it takes, and `stall` ends one that has stopped.
    pub request: Option<Duration>,
    /// How long connections may go on after the shutdown signal before they are cut.
    pub grace: Duration,
    /// Connections at one time. When they are all taken, the idle ones make way and the next caller waits.
    pub connections: usize,
    /// Bytes of a request's head.
    pub head_size: u32,
    /// What HTTP/2 adds.
    pub http2: Http2Limits,
}

/// What a listener grants each HTTP/2 connection.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Http2Limits {
    /// Streams open at one time.
    pub concurrent_streams: u32,
    /// Streams that the caller has reset before we saw them (rapid reset, CVE-2023-44487): past this many
    /// the connection ends.
    pub pending_reset_streams: usize,
    /// Streams that we have reset because the caller broke a rule: past this many the connection ends.
    pub error_reset_streams: usize,
    /// Bytes that may be under way to us on one stream.
    pub stream_window: u32,
    /// Bytes that may be under way to us on all streams.
    pub connection_window: u32,
    /// Bytes that wait in memory on one stream for the caller to read.
    pub send_buffer: usize,
    /// Bytes that wait in memory on all streams of a connection: past this a stream that has some waits.
    pub buffered: usize,
    /// Bytes that wait in memory on all connections of the listener: past this each has one stream's at a time.
    pub buffered_by_all: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            stall: Duration::from_secs(60),
            request: None,
            grace: Duration::from_secs(10),
            connections: 1000,
            head_size: 32 * 1024,
            http2: Http2Limits::default(),
        }
    }
}

impl Default for Http2Limits {
    fn default() -> Self {
        Self {
            concurrent_streams: 100,
            pending_reset_streams: 20,
            error_reset_streams: 100,
            stream_window: 1024 * 1024,
            connection_window: 4 * 1024 * 1024,
            send_buffer: 512 * 1024,
            buffered: 1024 * 1024,
            buffered_by_all: 64 * 1024 * 1024,
        }
    }
}
