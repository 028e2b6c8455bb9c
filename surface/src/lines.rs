//! The lines of text of an object, for a terminal. The command colours their parts; Python and R show them plainly.

use std::time::SystemTime;

use cognitoken::CheckState;

use crate::output::Object;
use crate::sections::{Entry, sections};

/// A line, from left to right.
pub type Line = Vec<Span>;

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The part that it plays.
    pub role: Role,
    /// Its text, without characters that control a terminal.
    pub text: String,
}

/// The part that a text plays in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Role {
    /// The heading of a group.
    Heading,
    /// A label.
    Label,
    /// The state of a check.
    State(CheckState),
    /// Anything else.
    Text,
}

/// The longest label, in characters, that others are aligned with.
const LONGEST_LABEL: usize = 40;

/// The width of the column of texts, in characters, below which the texts go below their labels.
const NARROWEST_COLUMN: usize = 20;

/// The indentation of what goes below something.
const INDENT: usize = 2;

const SPACE: &str = "  ";

/// The width of the column of states: `good`.
const STATE: usize = 4;

/// The object as lines of text.
pub fn text(object: &Object, now: SystemTime) -> String {
    let line = |line: Line| line.into_iter().map(|span| span.text).collect::<String>();
    lines(object, now, None).into_iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The object as lines for a terminal of this width in characters: labels and texts are columns, and a text that does not
/// fit is wrapped within its column, or goes below its label. A longer word than there is room for is left to the terminal,
/// so that it can be copied whole.
pub fn lines(object: &Object, now: SystemTime, width: Option<usize>) -> Vec<Line> {
    let sections = sections(object, now);
    let entries = sections.iter().flat_map(|section| &section.entries);
    let lengths = entries.map(|entry| length(&entry.label)).filter(|length| *length <= LONGEST_LABEL);
    let labels = lengths.max().unwrap_or_default();
    let deepest = if sections.iter().any(|section| section.heading.is_some()) { INDENT } else { 0 };
    let mut lines = Vec::new();
    for section in sections {
        let indent = if section.heading.is_some() { INDENT } else { 0 };
        let labels = labels + deepest - indent;
        lines.extend(section.heading.map(|heading| vec![Span { role: Role::Heading, text: heading }]));
        for entry in section.entries {
            lines.extend(Layout::new(&entry, indent, labels, width).lines(entry));
        }
    }
    lines
}

/// The layout of one entry.
struct Layout {
    indent: usize,
    /// The width of the labels, if the text goes beside its label.
    labels: Option<usize>,
    /// The column at which the text begins.
    column: usize,
    width: Option<usize>,
}

impl Layout {
    fn new(entry: &Entry, indent: usize, labels: usize, width: Option<usize>) -> Self {
        let state = if entry.state.is_some() { STATE + SPACE.len() } else { 0 };
        let column = indent + state + labels + SPACE.len();
        let fits = width.is_none_or(|width| {
            let room = width.saturating_sub(column);
            room >= NARROWEST_COLUMN.max(longest_word(&entry.text))
                || column + length(&entry.text) <= width && entry.fix.is_none()
        });
        match fits && length(&entry.label) <= labels {
            true => Self { indent, labels: Some(labels), column, width },
            false => Self { indent, labels: None, column: indent + INDENT, width },
        }
    }

    fn lines(&self, entry: Entry) -> Vec<Line> {
        let Entry { label, state, text, fix } = entry;
        let mut first = Vec::new();
        if self.indent > 0 {
            first.push(plain(" ".repeat(self.indent)));
        }
        if let Some(state) = state {
            first.push(Span { role: Role::State(state), text: state.as_str().to_owned() });
            first.push(plain(" ".repeat(STATE.saturating_sub(length(state.as_str()))) + SPACE));
        }
        let padding = self.labels.map(|labels| labels.saturating_sub(length(&label)));
        first.push(Span { role: Role::Label, text: label });
        let mut lines = vec![first];
        self.add(&mut lines, padding, None, &text);
        if let Some(fix) = fix {
            self.add(&mut lines, None, Some("fix: "), &fix);
        }
        lines
    }

    /// Adds a text: beside the last line if there is a padding for it, else below.
    fn add(&self, lines: &mut Vec<Line>, padding: Option<usize>, label: Option<&str>, text: &str) {
        let before = label.map(length).unwrap_or_default();
        let room = self.width.map(|width| width.saturating_sub(self.column + before));
        for (index, part) in wrapped(text, room).into_iter().enumerate() {
            let is_first = index == 0;
            match padding.filter(|_| is_first).zip(lines.last_mut()) {
                Some((padding, line)) if !part.is_empty() => {
                    line.push(plain(" ".repeat(padding) + SPACE));
                    line.push(plain(part));
                }
                Some(_) => {}
                None => {
                    let label = label.filter(|_| is_first);
                    let indent = self.column + if label.is_some() { 0 } else { before };
                    let mut line = vec![plain(" ".repeat(indent))];
                    line.extend(label.map(|label| Span { role: Role::Label, text: label.to_owned() }));
                    line.push(plain(part));
                    lines.push(line);
                }
            }
        }
    }
}

fn plain(text: String) -> Span {
    Span { role: Role::Text, text }
}

fn length(text: &str) -> usize {
    text.chars().count()
}

fn longest_word(text: &str) -> usize {
    text.split(' ').map(length).max().unwrap_or_default()
}

/// The text in lines of at most this length, except for a word that is longer.
fn wrapped(text: &str, room: Option<usize>) -> Vec<String> {
    let Some(room) = room.filter(|room| length(text) > *room) else { return vec![text.to_owned()] };
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(line) if length(line) + 1 + length(word) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
