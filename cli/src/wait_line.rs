//! Standard error, where the line about a wait makes room for everything else.

use std::io::{IsTerminal as _, StderrLock, Write as _};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use cognitoken_surface::{WaitLine, columns_of_stderr, terminal_has_lines};

/// The line, which is only used by whoever has locked standard error.
static LINE: Mutex<WaitLine> = Mutex::new(WaitLine::new());

static IS_SHOWN: LazyLock<bool> = LazyLock::new(|| std::io::stderr().is_terminal() && terminal_has_lines());

/// Locks standard error for other output, and takes the line away.
pub(crate) fn stderr() -> StderrLock<'static> {
    let mut stderr = std::io::stderr().lock();
    write(&mut stderr, &line().erase());
    stderr
}

/// Shows what is waited for, if standard error is a terminal; `None` takes the line away.
pub(crate) fn show(words: Option<&str>) {
    if *IS_SHOWN {
        let mut stderr = std::io::stderr().lock();
        write(&mut stderr, &line().show(words, columns_of_stderr()));
    }
}

fn write(stderr: &mut StderrLock<'_>, text: &str) {
    if !text.is_empty() {
        // Nothing can be reported if standard error is closed.
        let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
    }
}

fn line() -> MutexGuard<'static, WaitLine> {
    LINE.lock().unwrap_or_else(PoisonError::into_inner)
}
