//! The line of a terminal that says what a call waits for.

use std::env;

use terminal_size::{Width, terminal_size_of};

/// The number of columns of a terminal that does not tell how many it has.
const USUAL_COLUMNS: usize = 80;

/// The columns that are left free: for the `^C` that a terminal shows, and the last one, in which some terminals wrap.
const ECHO_COLUMNS: usize = 3;

/// The mark of words that were cut. ASCII, for terminals of any encoding.
const CUT: &str = "...";

/// The text on the last line of a terminal, which is written over and taken away again.
///
/// It moves the cursor with carriage returns and spaces alone, which consoles know that know no escape codes.
#[derive(Debug, Default)]
pub struct WaitLine {
    words: String,
    /// The columns of the terminal that shows them.
    terminal_columns: usize,
}

impl WaitLine {
    /// Creates a line on which nothing is shown.
    pub const fn new() -> Self {
        Self { words: String::new(), terminal_columns: 0 }
    }

    /// Returns the text to write so that the terminal shows these words, in fewer columns than it has, or nothing any
    /// more. It is empty if nothing changes.
    pub fn show(&mut self, words: Option<&str>, terminal_columns: usize) -> String {
        let words =
            words.map(|words| cut(words, terminal_columns.saturating_sub(ECHO_COLUMNS))).unwrap_or_default();
        if words == self.words {
            return String::new();
        }
        let mut text = self.erase();
        text.push_str(&words);
        *self = Self { words, terminal_columns };
        text
    }

    /// Returns the text to write so that the terminal shows nothing any more.
    pub fn erase(&mut self) -> String {
        let before = std::mem::take(self);
        if before.words.is_empty() {
            return String::new();
        }
        // To the end of the line, where the echo of keys may stand. In the last column some terminals wrap.
        format!("\r{}\r", " ".repeat(before.terminal_columns.saturating_sub(1)))
    }
}

/// Returns whether terminals of this process can go back to the beginning of a line.
pub fn terminal_has_lines() -> bool {
    cfg!(windows) || env::var_os("TERM").is_some_and(|name| !name.is_empty() && name != "dumb")
}

/// The number of columns of the terminal that standard error is.
pub fn columns_of_stderr() -> usize {
    terminal_size_of(std::io::stderr()).map_or(USUAL_COLUMNS, |(Width(columns), _)| usize::from(columns))
}

fn cut(words: &str, most_columns: usize) -> String {
    if columns(words) <= most_columns {
        return words.to_owned();
    }
    let room = most_columns.saturating_sub(CUT.len());
    let mut kept = String::new();
    for character in words.chars() {
        if columns(&kept) + width(character) > room {
            break;
        }
        kept.push(character);
    }
    format!("{kept}{}", &CUT[..CUT.len().min(most_columns)])
}

fn columns(words: &str) -> usize {
    words.chars().map(width).sum()
}

/// The most columns that a character takes: no terminal gives one beyond ASCII more than two.
fn width(character: char) -> usize {
    if character.is_ascii() { 1 } else { 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_written_once_and_over_the_words_before() {
        let mut line = WaitLine::new();
        assert_eq!(line.show(Some("waiting 10 s"), 16), "waiting 10 s");
        assert_eq!(line.show(Some("waiting 10 s"), 16), "");
        assert_eq!(line.show(Some("waiting 9 s"), 16), "\r               \rwaiting 9 s");
        assert_eq!(line.show(None, 16), "\r               \r");
        assert_eq!(line.show(None, 16), "");
        assert_eq!(line.erase(), "");
    }

    #[test]
    fn a_line_that_was_taken_away_is_written_anew() {
        let mut line = WaitLine::new();
        line.show(Some("waiting"), 12);
        assert_eq!(line.erase(), "\r           \r");
        assert_eq!(line.show(Some("waiting"), 12), "waiting");
    }

    #[test]
    fn words_stay_on_one_line_of_any_terminal() {
        let shown = |words: &str, columns| WaitLine::new().show(Some(words), columns);
        assert_eq!(shown("waiting for example.org", 26), "waiting for example.org");
        assert_eq!(shown("waiting for example.org", 25), "waiting for example...");
        assert_eq!(shown("waiting for example.org", 20), "waiting for ex...");
        assert_eq!(shown("waiting for file:/日本/tokens", 24), "waiting for file:/...");
        assert_eq!(shown("waiting for file:/日本/tokens", 26), "waiting for file:/日...");
        for columns in 0..8 {
            assert!(shown("waiting for example.org", columns).len() <= columns.saturating_sub(3));
        }
    }
}
