//! Many tokens at once, on every core.

use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::thread;
use std::time::SystemTime;

use super::{Claims, Verifier};
use crate::error::Result;
use crate::http::Transport;

/// With fewer than these for each, starting another thread takes longer than verifying them.
const TOKENS_OF_A_THREAD: usize = 16;

impl Verifier {
    /// The answer of [`verify`](Self::verify) for each of these tokens, in their order; one that is refused is no
    /// matter to the others. All are verified at the same time: `now`, or that of the transport's clock.
    ///
    /// Uses every core, and the thread that waits for it as one of them; from a task that shares its thread with
    /// others, call it inside `spawn_blocking`.
    ///
    /// ```
    /// use cognitoken::{ErrorKind, Expected, TokenUse, Transport, Verifier, VerifierOptions};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> cognitoken::Result<()> {
    /// let client_id = Expected::Exactly(vec!["1example23456789".to_owned()]);
    /// let verifier = Verifier::new(VerifierOptions {
    ///     user_pool_id: Some("us-east-1_AbCdEfGhI".to_owned()),
    ///     ..VerifierOptions::new(client_id, Expected::Exactly(TokenUse::Id))
    /// })?;
    /// let answers = verifier.verify_many(&Transport::new(), &["not a token", ""], None).await;
    /// assert!(answers.iter().all(|answer| answer.as_ref().unwrap_err().kind() == ErrorKind::TokenInvalid));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn verify_many<T: AsRef<str> + Sync>(
        &self,
        transport: &Transport,
        tokens: &[T],
        now: Option<SystemTime>,
    ) -> Vec<Result<Claims>> {
        let now = now.unwrap_or_else(|| transport.clock().now());
        let mut answers = self.verify_many_with_known_keys(tokens, now);
        let Some(first) = answers.iter().position(Option::is_none) else {
            return answers.into_iter().flatten().collect();
        };
        // What the first one fetches, the others need too.
        answers[first] = Some(self.verify(transport, tokens[first].as_ref(), Some(now)).await);
        let waiting: Vec<usize> = (0..tokens.len()).filter(|&at| answers[at].is_none()).collect();
        let again = on_every_core(&waiting, |&at| self.verify_with_known_keys(tokens[at].as_ref(), now));
        for (at, answer) in waiting.into_iter().zip(again) {
            answers[at] = answer;
        }
        let mut all = Vec::with_capacity(tokens.len());
        for (answer, token) in answers.into_iter().zip(tokens) {
            all.push(match answer {
                Some(answer) => answer,
                None => self.verify(transport, token.as_ref(), Some(now)).await,
            });
        }
        all
    }

    /// The answers of [`verify_many`](Self::verify_many) without waiting for anything; `None` for each token whose key
    /// has to be fetched first.
    pub fn verify_many_with_known_keys<T: AsRef<str> + Sync>(
        &self,
        tokens: &[T],
        now: SystemTime,
    ) -> Vec<Option<Result<Claims>>> {
        on_every_core(tokens, |token| self.verify_with_known_keys(token.as_ref(), now))
    }
}

/// What `work` makes of each item, in their order.
fn on_every_core<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let threads = cores.min(items.len().div_ceil(TOKENS_OF_A_THREAD)).max(1);
    let share = items.len().div_ceil(threads).max(1);
    let each = |items: &[T]| items.iter().map(&work).collect::<Vec<R>>();
    thread::scope(|scope| {
        let mut shares = items.chunks(share);
        let own = shares.next().unwrap_or_default();
        let others: Vec<_> = shares
            .map(|share| {
                let started = thread::Builder::new().spawn_scoped(scope, || each(share));
                (share, started)
            })
            .collect();
        let mut made = each(own);
        for (share, started) in others {
            made.extend(match started {
                Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
                // The system gives no more threads: this one does their work.
                Err(_) => each(share),
            });
        }
        made
    })
}
