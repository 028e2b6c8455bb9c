//! The form of a `.env` file that the documented `security.txt` has: `NAME="value"` lines.
//!
//! Not the crate `dotenvy`: it replaces `$name` inside a value, which turns a password into another one without a
//! word, and its error carries the line, password and all.

use crate::error::{Error, ErrorKind, Result};

/// The values that the text gives to the names that are wanted; the last line of a name wins, other lines are passed
/// over.
pub(super) fn parse(text: &str, is_wanted: impl Fn(&str) -> bool) -> Result<Vec<(String, String)>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut values = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let Some((name, rest)) = assignment(line).filter(|(name, _)| is_wanted(name)) else {
            continue;
        };
        let value = unquote(rest.trim()).ok_or_else(|| {
            let message = format!("line {} of .env: the value of {name} cannot be read", index + 1);
            Error::new(ErrorKind::Config, "DotEnvMalformed", message).with_hint(format!(
                "Write {name}=\"value\" on one line; inside double quotes write \\\" for a quote and \\\\ for a backslash."
            ))
        })?;
        values.push((name.to_owned(), value));
    }
    Ok(values)
}

fn assignment(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start();
    let line = line.strip_prefix("export ").unwrap_or(line);
    let (name, rest) = line.split_once('=')?;
    Some((name.trim(), rest))
}

/// `None` where a quote is not closed, or something other than a comment follows it.
fn unquote(text: &str) -> Option<String> {
    let Some(quote) = text.chars().next().filter(|first| matches!(first, '"' | '\'')) else {
        // Unquoted, a comment starts at a `#` after white space; a password may hold one inside.
        let end = text.find(" #").or_else(|| text.find("\t#")).unwrap_or(text.len());
        return Some(text[..end].trim_end().to_owned());
    };
    let mut value = String::new();
    let mut characters = text[1..].chars();
    loop {
        match characters.next()? {
            closing if closing == quote => break,
            '\\' if quote == '"' => match characters.next()? {
                escaped @ ('"' | '\\' | '$' | '`') => value.push(escaped),
                // As in a shell, a backslash before any other character stands for itself.
                other => value.extend(['\\', other]),
            },
            character => value.push(character),
        }
    }
    let rest = characters.as_str().trim_start();
    (rest.is_empty() || rest.starts_with('#')).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(line: &str) -> Option<String> {
        parse(line, |name| name == "COGNITO_PASSWORD").unwrap().pop().map(|(_, value)| value)
    }

    #[test]
    fn the_forms_that_people_write() {
        for (line, expected) in [
            (r#"COGNITO_PASSWORD="pass word""#, "pass word"),
            ("COGNITO_PASSWORD='pa$s\"word'", "pa$s\"word"),
            ("COGNITO_PASSWORD=plain#1", "plain#1"),
            ("COGNITO_PASSWORD=plain # a comment", "plain"),
            (r#"COGNITO_PASSWORD="pa#s" # a comment"#, "pa#s"),
            (r#"  export COGNITO_PASSWORD = "spaced" "#, "spaced"),
            (r#"COGNITO_PASSWORD="$HOME \$5 \"q\" \\ \n""#, r#"$HOME $5 "q" \ \n"#),
            ("\u{feff}COGNITO_PASSWORD=after-a-byte-order-mark\r\n", "after-a-byte-order-mark"),
            ("COGNITO_PASSWORD=first\nCOGNITO_PASSWORD=last", "last"),
            ("COGNITO_PASSWORD=a=b==", "a=b=="),
            ("COGNITO_PASSWORD=", ""),
        ] {
            assert_eq!(value(line).as_deref(), Some(expected), "{line}");
        }
    }

    #[test]
    fn lines_of_other_tools_are_none_of_our_business() {
        assert_eq!(value("# COGNITO_PASSWORD=x\nOTHER=\"unclosed\nwords\n=\n"), None);
    }

    #[test]
    fn a_line_of_ours_that_cannot_be_read_is_an_error_without_the_value() {
        for line in [r#"COGNITO_PASSWORD="hunter2"#, r#"COGNITO_PASSWORD="hunter2" hunter2"#] {
            let error = parse(line, |name| name == "COGNITO_PASSWORD").unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(error.message().contains("line 1"), "{error}");
            assert!(!format!("{error:?}").contains("hunter2"));
        }
    }
}
