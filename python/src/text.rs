//! Foreign text, made safe to show.

/// Replaces characters that are invisible and change how other characters are shown by spaces. They could control a
/// terminal, or make one name look like another.
pub(crate) fn readable(text: &str) -> String {
    text.chars().map(|character| if is_unseen(character) { ' ' } else { character }).collect()
}

/// Returns whether this is a control or format character: C0, C1, line ends, those of bidirectional text, zero width, tags.
fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{600}'..='\u{605}'
                | '\u{61c}'
                | '\u{6dd}'
                | '\u{70f}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}
