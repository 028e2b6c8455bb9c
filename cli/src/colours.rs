//! Output in colours where the terminal has them, in the styles of the help. Elsewhere anstream leaves the colours out; it
//! reads `NO_COLOR`, `CLICOLOR`, `CLICOLOR_FORCE` and `TERM`, for the help too.

use std::io::Write as _;

use anstream::AutoStream;
use anstream::stream::{AsLockedWrite, RawStream};
use clap::builder::styling::{Style, Styles};
use cognitoken::CheckState;
use cognitoken_surface::rows::{Line, Role};
use terminal_size::{Width, terminal_size_of};

const STYLES: Styles = Styles::styled();

/// The style of the word `error`.
pub(crate) const ERROR: &Style = STYLES.get_error();

/// The style of the word `hint`.
pub(crate) const HINT: &Style = STYLES.get_valid();

/// The style of the word `note`.
pub(crate) const NOTE: &Style = STYLES.get_invalid();

/// A word in a style.
pub(crate) fn styled(style: &Style, word: &str) -> String {
    format!("{style}{word}{style:#}")
}

/// Writes a text with its styles, in one piece.
///
/// # Errors
/// The error of the stream.
pub(crate) fn write<S: RawStream + AsLockedWrite>(stream: S, text: &str) -> std::io::Result<()> {
    let mut stream = AutoStream::auto(stream);
    stream.write_all(text.as_bytes())?;
    stream.flush()
}

/// The lines, each part in its style.
pub(crate) fn styled_lines(lines: Vec<Line>) -> String {
    let mut text = String::new();
    for line in lines {
        for span in line {
            match style(span.role) {
                Some(style) => text.push_str(&styled(style, &span.text)),
                None => text.push_str(&span.text),
            }
        }
        text.push('\n');
    }
    text
}

fn style(role: Role) -> Option<&'static Style> {
    match role {
        Role::Heading => Some(STYLES.get_header()),
        Role::Label => Some(STYLES.get_literal()),
        Role::State(CheckState::Bad) => Some(ERROR),
        Role::State(CheckState::Note) => Some(NOTE),
        Role::State(_) => Some(STYLES.get_valid()),
        _ => None,
    }
}

/// The width of the terminal that standard output is, in characters. None if it is something else.
pub(crate) fn width_of_stdout() -> Option<usize> {
    terminal_size_of(std::io::stdout()).map(|(Width(width), _)| usize::from(width))
}

/// The width of the terminal that standard error is.
pub(crate) fn width_of_stderr() -> Option<usize> {
    terminal_size_of(std::io::stderr()).map(|(Width(width), _)| usize::from(width))
}
