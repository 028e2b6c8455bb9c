//! Many tokens at once, on every core.

use std::iter;
use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::SystemTime;

use super::{Claims, Verifier};
use crate::error::Result;
use crate::http::Transport;

/// With fewer than these, starting another thread takes longer than verifying them.
const TOKENS_OF_A_BLOCK: usize = 16;

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
    /// has to be fetched first, or anew because of its age.
    pub fn verify_many_with_known_keys<T: AsRef<str> + Sync>(
        &self,
        tokens: &[T],
        now: SystemTime,
    ) -> Vec<Option<Result<Claims>>> {
        on_every_core(tokens, |token| self.verify_with_known_keys(token.as_ref(), now))
    }
}

/// What `work` makes of each item, in their order. Each thread takes the next block when it is done with one: a core that
/// somebody else keeps busy holds up one block, not a share of the whole.
fn on_every_core<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let blocks: Vec<&[T]> = items.chunks(TOKENS_OF_A_BLOCK).collect();
    let next = AtomicUsize::new(0);
    let take_blocks = || {
        let taken = iter::from_fn(|| {
            let position = next.fetch_add(1, Ordering::Relaxed);
            blocks.get(position).map(|block| (position, block.iter().map(&work).collect::<Vec<R>>()))
        });
        taken.collect::<Vec<_>>()
    };
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let others = cores.min(blocks.len()).saturating_sub(1);
    let mut answered = thread::scope(|scope| {
        // Where the system gives no more threads, those that are there do the work.
        let start = |_| thread::Builder::new().spawn_scoped(scope, take_blocks).ok();
        let started: Vec<_> = (0..others).map_while(start).collect();
        let mut answered = take_blocks();
        for thread in started {
            answered.extend(thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        answered
    });
    answered.sort_unstable_by_key(|(position, _)| *position);
    answered.into_iter().flat_map(|(_, answers)| answers).collect()
}
