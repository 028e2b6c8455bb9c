//! The core's log, on its way to the log of a language.

use std::cell::Cell;
use std::fmt::{self, Write as _};
use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::SystemTime;

use cognitoken::binding::{LOG_LEVELS, PerProcess, log_level, printable};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber, subscriber};

/// The levels, in the order of their names in the core.
const LEVELS: [Level; LOG_LEVELS.len()] = [Level::Warn, Level::Info, Level::Debug, Level::Trace];

/// The levels of the log, from the most important to the smallest detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// A notice that a person should see.
    Warn,
    /// The outcome of a sign-in, a refresh or a sign-out.
    Info,
    /// Each request and each decision.
    Debug,
    /// Details.
    Trace,
}

impl Level {
    /// The level that `-v`, given this many times, and R's `cognitoken.verbosity` select.
    pub fn of_verbosity(verbosity: u8) -> Self {
        match verbosity {
            0 => Self::Warn,
            1 => Self::Info,
            _ => Self::Debug,
        }
    }

    /// `warn`, `info`, `debug` or `trace`.
    pub fn as_str(self) -> &'static str {
        LOG_LEVELS[self as usize]
    }

    fn filter(self) -> LevelFilter {
        match self {
            Self::Warn => LevelFilter::WARN,
            Self::Info => LevelFilter::INFO,
            Self::Debug => LevelFilter::DEBUG,
            Self::Trace => LevelFilter::TRACE,
        }
    }
}

impl std::str::FromStr for Level {
    type Err = cognitoken::Error;

    fn from_str(name: &str) -> cognitoken::Result<Self> {
        Ok(LEVELS[log_level(name)?])
    }
}

/// A line of the log. No secret is in it.
#[derive(Debug, Clone)]
pub struct Line {
    /// The level.
    pub level: Level,
    /// The part of the core that wrote it: `cognitoken::http`.
    pub target: &'static str,
    /// The text, in one line and safe to show.
    pub text: String,
    /// The time.
    pub time: SystemTime,
}

/// The most lines that wait for a language to take them; the oldest are dropped first.
const MOST_LINES: usize = 10_000;

/// The number of the level filter of `tracing`: 0 is off.
static FILTER: AtomicUsize = AtomicUsize::new(0);

/// A thread that a forked child does not have may hold the lock of its parent's queue.
static LINES: PerProcess<Mutex<Vec<Line>>> = PerProcess::new();

type Written = Option<fn()>;

/// Called, in the thread that wrote a line, after the line is in the queue.
static WRITTEN: PerProcess<Mutex<Written>> = PerProcess::new();

/// Sets the level from which lines are kept; `None` switches the log off, which costs an atomic load for each line that is
/// not written.
pub fn set_level(level: Option<Level>) {
    let number = level.map_or(0, |level| level as usize + 1);
    if FILTER.swap(number, Ordering::Relaxed) == number {
        return;
    }
    static INSTALLED: OnceLock<()> = OnceLock::new();
    INSTALLED.get_or_init(|| {
        // A subscriber of the program that this library is a part of stays in its place.
        let _ = subscriber::set_global_default(Lines);
    });
    tracing::callsite::rebuild_interest_cache();
}

/// Has a function called whenever a line is in the queue, by the thread that wrote the line. It replaces the function of an
/// earlier call: the command of the Python wheel writes the log in place of Python. A forked child has none at first.
pub fn on_line(written: fn()) {
    *WRITTEN.own().lock().unwrap_or_else(PoisonError::into_inner) = Some(written);
}

thread_local! {
    /// `true` while the lines of this thread are dropped.
    static SILENT: Cell<bool> = const { Cell::new(false) };
}

/// Drops the lines that this thread writes meanwhile: those about the calls of a handler of lines, which would never come to
/// an end.
pub fn without_lines<T>(work: impl FnOnce() -> T) -> T {
    let before = SILENT.replace(true);
    let value = work();
    SILENT.set(before);
    value
}

/// Runs a future whose lines are dropped, see [`without_lines`].
pub async fn silenced<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    poll_fn(|context| without_lines(|| future.as_mut().poll(context))).await
}

/// Takes the lines that are in the queue.
pub fn take_lines() -> Vec<Line> {
    std::mem::take(&mut *lines())
}

fn lines() -> std::sync::MutexGuard<'static, Vec<Line>> {
    LINES.own().lock().unwrap_or_else(PoisonError::into_inner)
}

fn filter() -> LevelFilter {
    let number = FILTER.load(Ordering::Relaxed);
    number.checked_sub(1).and_then(|index| LEVELS.get(index)).map_or(LevelFilter::OFF, |level| level.filter())
}

/// The subscriber that puts events of the core into the queue. Spans are left out.
struct Lines;

impl Subscriber for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        is_own(metadata.target()) && *metadata.level() <= filter()
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(filter())
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        if SILENT.get() {
            return;
        }
        let metadata = event.metadata();
        let mut text = Text::default();
        event.record(&mut text);
        let level = match *metadata.level() {
            tracing::Level::ERROR | tracing::Level::WARN => Level::Warn,
            tracing::Level::INFO => Level::Info,
            tracing::Level::DEBUG => Level::Debug,
            tracing::Level::TRACE => Level::Trace,
        };
        let line = Line { level, target: metadata.target(), text: text.line(), time: SystemTime::now() };
        let mut lines = lines();
        if lines.len() >= MOST_LINES {
            lines.remove(0);
        }
        lines.push(line);
        drop(lines);
        let written = *WRITTEN.own().lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(written) = written {
            written();
        }
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Returns whether the core wrote it, and not one of the libraries that it uses.
fn is_own(target: &str) -> bool {
    target == "cognitoken" || target.starts_with("cognitoken::")
}

/// The message of an event, and its fields as `name=value`.
#[derive(Default)]
struct Text {
    message: String,
    fields: String,
}

impl Text {
    fn line(self) -> String {
        printable(&format!("{}{}", self.message, self.fields))
    }
}

impl Visit for Text {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing to a string does not fail.
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        };
    }
}
