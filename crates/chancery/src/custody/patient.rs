// SPDX-License-Identifier: MIT OR Apache-2.0
//! A signer that takes its time: whoever shares a thread with the caller does not wait for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use keys::{SignError, Signer, TlsScheme};
use tokio::runtime::{Handle, RuntimeFlavor};

/// How many signatures of a key may be waited for at once, each of them on a thread.
const LIMIT: usize = 64;

/// A key on a token, or an RSA key. While it signs, the runtime goes on with the other tasks of its thread elsewhere; one
/// signature more than [`LIMIT`] at a time is refused.
#[derive(Debug)]
pub(super) struct Patient {
    signer: Arc<dyn Signer>,
    waiting: AtomicUsize,
}

impl Patient {
    pub(super) fn new(signer: Arc<dyn Signer>) -> Self {
        Self { signer, waiting: AtomicUsize::new(0) }
    }

    fn wait_for(
        &self,
        work: impl FnOnce(&dyn Signer) -> Result<Vec<u8>, SignError>,
    ) -> Result<Vec<u8>, SignError> {
        let _seat = Seat::take(&self.waiting).ok_or(SignError::Busy { limit: LIMIT })?;
        let is_shared = |handle: Handle| handle.runtime_flavor() == RuntimeFlavor::MultiThread;
        match Handle::try_current().is_ok_and(is_shared) {
            true => tokio::task::block_in_place(|| work(&*self.signer)),
            false => work(&*self.signer),
        }
    }
}

impl Signer for Patient {
    fn public_key_info(&self) -> &[u8] {
        self.signer.public_key_info()
    }

    fn signature_algorithm(&self) -> &[u8] {
        self.signer.signature_algorithm()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        self.wait_for(|signer| signer.sign(message))
    }

    fn tls_schemes(&self) -> &[TlsScheme] {
        self.signer.tls_schemes()
    }

    fn sign_tls(&self, scheme: TlsScheme, message: &[u8]) -> Result<Vec<u8>, SignError> {
        self.wait_for(|signer| signer.sign_tls(scheme, message))
    }
}

/// One of those who may wait.
struct Seat<'a>(&'a AtomicUsize);

impl<'a> Seat<'a> {
    fn take(waiting: &'a AtomicUsize) -> Option<Self> {
        // Taken before it is looked at: two who come at once do not both take the last one.
        let seat = Self(waiting);
        (waiting.fetch_add(1, Ordering::AcqRel) < LIMIT).then_some(seat)
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::sync::mpsc::{Receiver, channel};

    use keys::{KeyKind, PrivateKey};
    use parking_lot::Mutex;

    use super::*;

    /// Signs once somebody says so.
    #[derive(Debug)]
    struct Slow(PrivateKey, Mutex<Receiver<()>>);

    impl Signer for Slow {
        fn public_key_info(&self) -> &[u8] {
            self.0.public_key_info()
        }

        fn signature_algorithm(&self) -> &[u8] {
            self.0.signature_algorithm()
        }

        fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
            self.1.lock().recv().unwrap();
            self.0.sign(message)
        }

        fn tls_schemes(&self) -> &[TlsScheme] {
            self.0.tls_schemes()
        }

        fn sign_tls(&self, scheme: TlsScheme, message: &[u8]) -> Result<Vec<u8>, SignError> {
            self.0.sign_tls(scheme, message)
        }
    }

    #[test]
    fn the_only_thread_goes_on_while_a_token_signs_and_more_than_enough_are_refused() {
        let (go, gone) = channel();
        let key = PrivateKey::generate(KeyKind::P256).unwrap();
        let signer = Arc::new(Patient::new(Arc::new(Slow(key, Mutex::new(gone)))));
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
        runtime.block_on(async {
            let signing: Vec<_> = (0..LIMIT)
                .map(|_| {
                    let signer = Arc::clone(&signer);
                    tokio::spawn(async move { signer.sign(b"slow") })
                })
                .collect();
            // Each of them holds a thread, and there is one for this task all the same.
            while signer.waiting.load(Ordering::Acquire) < LIMIT {
                tokio::spawn(tokio::task::yield_now()).await.unwrap();
            }
            let refused = tokio::spawn({
                let signer = Arc::clone(&signer);
                async move { signer.sign(b"one too many") }
            });
            assert!(refused.await.unwrap().unwrap_err().is_busy());
            (0..=LIMIT).for_each(|_| go.send(()).unwrap());
            for signed in signing {
                signed.await.unwrap().unwrap();
            }
        });
        // And where there is no runtime, it signs as any other.
        signer.sign(b"alone").unwrap();
        assert_eq!(signer.waiting.load(Ordering::Acquire), 0);
    }
}
