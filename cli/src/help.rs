//! The help text of the whole command.

use cognitoken::binding::variables;

/// The longest line.
const WIDTH: usize = 110;

const END: &str = "\
Exit codes: 0 success, 1 failure, 2 wrong usage or configuration, 3 challenge pending,
4 not authorized or not signed in, 5 network error, 130 interrupted by Ctrl-C

Example that hides the token from other users and sends nothing if there is no token:
  headers=$(cognitoken headers) && printf '%s\\n' \"$headers\" | curl --header @- https://api.example.com/";

/// The text after the verbs.
pub(crate) fn after_help() -> String {
    let names: Vec<&str> = variables().into_iter().map(|(name, _)| name).collect();
    let listed = in_lines(&format!("{}.", names.join(", ")));
    format!(
        "Values that are not given are read from the environment, from a .env file in the working directory, or from a\n\
         profile, which `cognitoken login` keeps at a terminal:\n\
         {listed}\n\
         The variables whose names end in _FILE name a file with the secret, and are never read from .env.\n\n{END}"
    )
}

/// The words in lines of limited length.
fn in_lines(words: &str) -> String {
    let mut lines = vec![String::new()];
    for word in words.split(' ') {
        let length = lines.last().map_or(0, String::len);
        if length + word.len() + 1 > WIDTH {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(if line.is_empty() { "  " } else { " " });
            line.push_str(word);
        }
    }
    lines.join("\n")
}
