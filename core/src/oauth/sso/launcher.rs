//! Starting the programs that open a browser.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

/// The time that a started program is watched: one that finds no browser exits with a failure within this time. One that
/// goes on has opened a browser, or is the browser.
const WATCHED_FOR: Duration = Duration::from_millis(250);

/// Browsers that need a terminal, which is not free: the program that waits for the sign-in uses it.
const TEXT_BROWSERS: [&str; 9] =
    ["lynx", "links", "links2", "elinks", "w3m", "eww", "netrik", "retawq", "curl"];

/// Starts the first program that works, and returns whether there was one. Does not wait for the browser to be closed.
pub(super) fn launch(url: &str) -> bool {
    // Only Unix desktops use `BROWSER`.
    let unix_desktop = cfg!(all(unix, not(target_os = "macos")));
    let named = if unix_desktop { std::env::var("BROWSER").unwrap_or_default() } else { String::new() };
    let mut commands: Vec<Command> = named.split(':').filter_map(|entry| named_browser(entry, url)).collect();
    commands.extend(open::commands(url));
    if unix_desktop {
        commands.push(command("x-www-browser", &[url]));
    }
    commands.into_iter().any(|command| works(command, WATCHED_FOR))
}

/// The command of one entry of `BROWSER`. `%s` is replaced by the address, which is appended if there is no `%s`; `%c` is a
/// colon and `%%` a percent sign.
fn named_browser(entry: &str, url: &str) -> Option<Command> {
    let mut words = entry.split_ascii_whitespace();
    let program = expand(words.next()?, url).0;
    let is_text_browser =
        Path::new(&program).file_name().is_some_and(|name| TEXT_BROWSERS.iter().any(|known| name == *known));
    if is_text_browser {
        return None;
    }
    let (mut arguments, has_url): (Vec<String>, Vec<bool>) = words.map(|word| expand(word, url)).unzip();
    if !has_url.contains(&true) {
        arguments.push(url.to_owned());
    }
    Some(command(&program, &arguments))
}

/// Replaces the percent codes in a word of `BROWSER`. The second value is whether one of them was the address.
fn expand(word: &str, url: &str) -> (String, bool) {
    let (mut expanded, mut has_url) = (String::new(), false);
    let mut characters = word.chars();
    while let Some(character) = characters.next() {
        if character != '%' {
            expanded.push(character);
            continue;
        }
        match characters.next() {
            Some('s') => {
                expanded.push_str(url);
                has_url = true;
            }
            Some('c') => expanded.push(':'),
            Some('%') | None => expanded.push('%'),
            Some(other) => expanded.extend(['%', other]),
        }
    }
    (expanded, has_url)
}

fn command(program: &str, arguments: &[impl AsRef<OsStr>]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    command
}

/// Starts a program without our standard streams and secrets, and returns whether it opened a browser.
fn works(mut command: Command, watched_for: Duration) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if is_ours(&name) {
            command.env_remove(name);
        }
    }
    let Ok(child) = command.spawn() else { return false };
    match ended(child).recv_timeout(watched_for) {
        // On Windows the exit status says nothing about success.
        Ok(status) => cfg!(windows) || status.success(),
        Err(_) => true,
    }
}

/// Returns whether a variable belongs to this library. All of them are withheld, since several hold secrets.
fn is_ours(name: &OsStr) -> bool {
    const PREFIX: &[u8] = b"COGNITO_";
    name.as_encoded_bytes().get(..PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
}

/// Reports the child's exit status once it ends. A thread waits for it, or it would be left as a zombie.
fn ended(mut child: Child) -> Receiver<ExitStatus> {
    let (sender, receiver) = mpsc::channel();
    // If no thread can be started, the receiver just never gets a status.
    let _ = thread::Builder::new().name("cognitoken-browser".to_owned()).spawn(move || {
        if let Ok(status) = child.wait() {
            let _ = sender.send(status);
        }
    });
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://auth.example.com/oauth2/authorize?a=%2F&b=100%s";

    fn words(entry: &str) -> Option<Vec<String>> {
        let command = named_browser(entry, URL)?;
        let words = std::iter::once(command.get_program()).chain(command.get_args());
        Some(words.map(|word| word.to_str().unwrap().to_owned()).collect())
    }

    #[test]
    fn the_address_goes_where_the_entry_says_or_last() {
        for (entry, expected) in [
            ("firefox", vec!["firefox", URL]),
            (" /opt/a/browser --new-window ", vec!["/opt/a/browser", "--new-window", URL]),
            ("b --url=%s --after", vec!["b", &format!("--url={URL}"), "--after"]),
            ("b %c%%%x%", vec!["b", ":%%x%", URL]),
        ] {
            assert_eq!(words(entry).unwrap(), expected, "{entry}");
        }
    }

    #[test]
    fn an_empty_entry_and_a_browser_for_the_terminal_are_passed_over() {
        for entry in ["", " ", "lynx", "/usr/bin/w3m -X %s", "curl -s"] {
            assert_eq!(words(entry), None, "{entry}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_ends_without_success_has_not_opened_anything() {
        let shell = |script: &str| command("/bin/sh", &["-c", script]);
        const AN_HOUR: Duration = Duration::from_secs(60 * 60);
        assert!(!works(shell("exit 3"), AN_HOUR));
        assert!(works(shell("exit 0"), AN_HOUR));
        // It is still there when nobody watches it any longer.
        assert!(works(shell("sleep 1; exit 3"), Duration::ZERO));
        assert!(!works(command("/nowhere/browser", &[""]), AN_HOUR));
    }

    #[test]
    fn every_variable_of_this_library_is_ours() {
        for name in
            ["COGNITO_PASSWORD", "COGNITO_CLIENT_SECRET_FILE", "COGNITO_OF_NEXT_YEAR", "Cognito_Password"]
        {
            assert!(is_ours(OsStr::new(name)), "{name}");
        }
        for name in ["PATH", "APLOS_API_URL", "COGNITO", "MY_COGNITO_PASSWORD"] {
            assert!(!is_ours(OsStr::new(name)), "{name}");
        }
    }
}
