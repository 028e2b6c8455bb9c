//! Work on many items at once, on every core.

use std::iter;
use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// The number of tokens for which starting another thread takes as long as verifying them.
const ITEMS_OF_A_BLOCK: usize = 16;

/// Applies `work` to each item and returns the results in the order of the items. A thread takes the next block when it
/// has finished one: a core that is busy with something else delays one block, not a fixed share of all.
pub(super) fn on_every_core<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let blocks: Vec<&[T]> = items.chunks(ITEMS_OF_A_BLOCK).collect();
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
    let mut completed = thread::scope(|scope| {
        // If the system refuses another thread, those that have started do the work.
        let start = |_| thread::Builder::new().spawn_scoped(scope, take_blocks).ok();
        let started: Vec<_> = (0..others).map_while(start).collect();
        let mut completed = take_blocks();
        for thread in started {
            completed.extend(thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        completed
    });
    completed.sort_unstable_by_key(|(position, _)| *position);
    completed.into_iter().flat_map(|(_, results)| results).collect()
}
