//! A terminal that a command runs in, and somebody who types there.

use std::io::{Read as _, Write as _};
use std::process::{Child, Command, Stdio};

use crate::shell::Shell;

pub(crate) const CTRL_C: &str = "\u{3}";

/// The end of input.
pub(crate) const CTRL_D: &str = "\u{4}";

/// The columns of a terminal that has not been told how many it has.
pub(crate) const COLUMNS: u16 = 80;

/// A command whose standard input, output and error are a terminal (`script` of util-linux), and somebody who types.
pub(crate) struct Terminal {
    child: Child,
    pub(crate) shown: String,
}

impl Terminal {
    /// Runs a line of shell script in which `cognitoken` is the command. There is no password in the environment.
    pub(crate) fn open(shell: &Shell, line: &str) -> Self {
        let ours = shell.command(&[]);
        let program = std::path::Path::new(env!("CARGO_BIN_EXE_cognitoken")).parent().unwrap();
        let mut command = Command::new("script");
        command.args(["--quiet", "--return", "--command", line, "/dev/null"]).env_clear();
        command.envs(ours.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let path = std::env::join_paths(
            [program.to_owned()].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
        );
        command
            .env("PATH", path.unwrap())
            .env("SHELL", "/bin/sh")
            .env("TERM", "xterm")
            .env_remove("COGNITO_PASSWORD");
        command.current_dir(shell.home.path()).stdin(Stdio::piped()).stdout(Stdio::piped());
        Self { child: command.spawn().unwrap(), shown: String::new() }
    }

    /// Waits until this is on the screen.
    pub(crate) fn expect(&mut self, text: &str) {
        while !self.shown.contains(text) {
            let mut part = [0; 4096];
            let length = self.child.stdout.as_mut().unwrap().read(&mut part).unwrap();
            assert_ne!(length, 0, "{text} was never shown, but this was: {}", self.shown);
            self.shown.push_str(&String::from_utf8_lossy(&part[..length]));
        }
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.child.stdin.as_mut().unwrap().write_all(keys.as_bytes()).unwrap();
    }

    /// Forgets what was on the screen, so that the next text to be expected is a later one.
    pub(crate) fn forget(&mut self) {
        self.shown.clear();
    }

    /// The exit code, and all that was shown.
    pub(crate) fn end(mut self) -> (i32, String) {
        // Whoever still asks hears that nobody types any more.
        drop(self.child.stdin.take());
        self.child.stdout.as_mut().unwrap().read_to_string(&mut self.shown).unwrap();
        (self.child.wait().unwrap().code().unwrap(), self.shown)
    }
}

/// The lines that a terminal of this width shows at the end, without trailing space.
pub(crate) fn screen(shown: &str, columns: u16) -> Vec<String> {
    let mut parser = vt100::Parser::new(500.try_into().unwrap(), columns.try_into().unwrap(), 0);
    parser.process(shown.as_bytes());
    let rows = parser.screen().rows(0, columns).map(|row| row.trim_end().to_owned());
    let mut rows: Vec<String> = rows.collect();
    while rows.last().is_some_and(String::is_empty) {
        rows.pop();
    }
    rows
}
