//! A subscriber that keeps every span and every event of this process, of every crate and level.

use std::fmt::{Debug, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::thread::{self, ThreadId};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

static LINES: Mutex<Vec<(ThreadId, String)>> = Mutex::new(Vec::new());

/// Collects from here on, in all threads.
pub(crate) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing::subscriber::set_global_default(Collector::default()).unwrap());
}

/// Returns the lines collected so far, one for each span and each event: `LEVEL target name=value ...`.
pub(crate) fn lines() -> Vec<String> {
    locked().iter().map(|(_, line)| line.clone()).collect()
}

/// Those of this thread, which a test on a runtime of one thread has for itself.
pub(crate) fn own_lines() -> Vec<String> {
    let own = thread::current().id();
    locked().iter().filter(|(thread, _)| *thread == own).map(|(_, line)| line.clone()).collect()
}

fn push(line: Line) {
    locked().push((thread::current().id(), line.0));
}

fn locked() -> MutexGuard<'static, Vec<(ThreadId, String)>> {
    LINES.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Default)]
struct Collector {
    spans: AtomicU64,
}

impl Subscriber for Collector {
    fn enabled(&self, _metadata: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut line = Line::new("span", span.metadata());
        write!(line.0, " {}", span.metadata().name()).unwrap();
        span.record(&mut line);
        push(line);
        Id::from_u64(self.spans.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn record(&self, _span: &Id, values: &Record<'_>) {
        let mut line = Line("record".to_owned());
        values.record(&mut line);
        push(line);
    }

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line::new("event", event.metadata());
        event.record(&mut line);
        push(line);
    }

    fn enter(&self, _span: &Id) {}

    fn exit(&self, _span: &Id) {}
}

struct Line(String);

impl Line {
    fn new(what: &str, metadata: &Metadata<'_>) -> Self {
        Self(format!("{what} {} {}", metadata.level(), metadata.target()))
    }
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        write!(self.0, " {}={value}", field.name()).unwrap();
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }
}
