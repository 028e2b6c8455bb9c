//! Repetition of a file operation that fails while another program has the file open.
//!
//! Windows lets nobody replace, remove or open a file that another program, such as a virus scanner, opened without
//! sharing it, or whose removal waits for the last reader.

use std::io::{Error, Result};
use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};

/// The error codes of Windows for such a file: access denied, sharing violation, lock violation, delete pending.
const IN_USE: [i32; 4] = [5, 32, 33, 303];

/// Nobody who reads a whole entry at once has it open for this long altogether.
const PAUSES: ExponentialBuilder = ExponentialBuilder::new()
    .with_min_delay(Duration::from_millis(1))
    .with_max_delay(Duration::from_millis(50))
    .with_total_delay(Some(Duration::from_secs(1)))
    .without_max_times()
    .with_jitter();

/// Repeats an operation for about a second while the file is in use. Returns the last error.
pub(super) fn retry_while_in_use<T>(operation: impl FnMut() -> Result<T>) -> Result<T> {
    retry(operation, std::thread::sleep)
}

fn retry<T>(mut operation: impl FnMut() -> Result<T>, pause: impl Fn(Duration)) -> Result<T> {
    let mut pauses = PAUSES.build();
    loop {
        let fault = match operation() {
            Err(fault) if is_in_use(&fault) => fault,
            outcome => return outcome,
        };
        match pauses.next() {
            Some(length) => pause(length),
            None => return Err(fault),
        }
    }
}

fn is_in_use(fault: &Error) -> bool {
    fault.raw_os_error().is_some_and(|code| IN_USE.contains(&code))
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};

    use super::*;

    /// The outcome of an operation that fails this often with this code, the number of attempts, and the pauses.
    fn attempts(failures: usize, code: i32) -> (Result<()>, usize, Vec<Duration>) {
        let (made, pauses) = (Cell::new(0), RefCell::new(Vec::new()));
        let persist = || {
            made.set(made.get() + 1);
            if made.get() > failures { Ok(()) } else { Err(Error::from_raw_os_error(code)) }
        };
        let outcome = retry(persist, |pause| pauses.borrow_mut().push(pause));
        (outcome, made.get(), pauses.into_inner())
    }

    #[test]
    fn an_operation_is_repeated_while_the_file_is_in_use() {
        for code in IN_USE {
            let (outcome, made, pauses) = attempts(3, code);
            outcome.unwrap();
            assert_eq!((made, pauses.len()), (4, 3), "{code}");
        }
    }

    #[test]
    fn repetition_ends_after_about_a_second_with_the_error() {
        let (outcome, made, pauses) = attempts(usize::MAX, 32);
        assert_eq!(outcome.unwrap_err().raw_os_error(), Some(32));
        assert_eq!(made, pauses.len() + 1);
        let waited: Duration = pauses.iter().sum();
        assert!((Duration::from_millis(800)..Duration::from_millis(1200)).contains(&waited), "{waited:?}");
        assert_ne!(pauses, attempts(usize::MAX, 32).2, "two processes do not meet again and again");
    }

    #[test]
    fn any_other_error_is_returned_at_once() {
        // No space left on the disk, in Windows' numbers.
        let (outcome, made, _) = attempts(usize::MAX, 112);
        assert_eq!((outcome.unwrap_err().raw_os_error(), made), (Some(112), 1));
    }
}
