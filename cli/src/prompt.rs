//! Prompts at the terminal. Ctrl-C ends a prompt and restores the terminal.

use std::io::{BufRead as _, Read as _, Write as _};

use cognitoken::{Error, ErrorKind};
use zeroize::Zeroizing;

use crate::wait_line::stderr;
use crate::waiting::{listen, wait};
use crate::{Failure, output};

/// The maximum length of an answer in bytes.
const CAP: u64 = 128 * 1024;

/// The number of attempts to type the same new password twice.
const MOST_ATTEMPTS: usize = 3;

/// Prompts with echo.
pub(crate) fn shown(question: &str) -> Result<String, Failure> {
    listen()?;
    let mut stderr = stderr();
    let _ = write!(stderr, "{question}: ");
    let _ = stderr.flush();
    drop(stderr);
    answer(|| {
        let mut line = String::new();
        match std::io::stdin().lock().take(CAP).read_line(&mut line)? {
            0 => Err(end_of_input()),
            _ => Ok(line.trim().to_owned()),
        }
    })
}

/// Prompts without echo.
#[cfg(unix)]
pub(crate) fn hidden(question: &str) -> Result<String, Failure> {
    // rpassword is not used, because it prints the prompt before it configures the terminal and loses a Ctrl-C in between.
    let failed = |why: std::io::Error| prompt_failed(&why);
    listen()?;
    let terminal = std::fs::File::options().read(true).write(true).open("/dev/tty").map_err(failed)?;
    let mut keyboard = terminal.try_clone().map_err(failed)?;
    let _quiet = unix::Quiet::of(&terminal).map_err(failed)?;
    write!(&terminal, "{question}: ").map_err(failed)?;
    answer(move || unix::typed_line(&mut keyboard))
}

/// Prompts without echo.
#[cfg(not(unix))]
pub(crate) fn hidden(question: &str) -> Result<String, Failure> {
    let question = format!("{question}: ");
    listen()?;
    answer(move || rpassword::prompt_password(question))
}

/// Prompts for a new password twice, without echo.
pub(crate) fn hidden_twice(question: &str) -> Result<String, Failure> {
    for _ in 0..MOST_ATTEMPTS {
        let first = Zeroizing::new(hidden(question)?);
        let second = Zeroizing::new(hidden("The same once more")?);
        if first == second {
            return Ok(first.to_string());
        }
        output::note("the two differ");
    }
    Err(Error::new(ErrorKind::Config, "PromptFailed", "the new password was not typed twice alike")
        .with_hint("Run the command again; nothing was changed.")
        .into())
}

/// Reads in a separate thread, so that Ctrl-C can end the prompt.
fn answer(read: impl FnOnce() -> std::io::Result<String> + Send + 'static) -> Result<String, Failure> {
    let read = wait(async { tokio::task::spawn_blocking(read).await.unwrap_or_else(|why| Err(why.into())) })?;
    read.map_err(|why| match why.kind() {
        std::io::ErrorKind::Interrupted => Failure::Interrupted,
        _ => prompt_failed(&why).into(),
    })
}

/// The failure of a question whose answer cannot come any more.
pub(crate) fn ended() -> Failure {
    prompt_failed(&end_of_input()).into()
}

fn end_of_input() -> std::io::Error {
    std::io::Error::new(std::io::ErrorKind::UnexpectedEof, "the input ended")
}

fn prompt_failed(why: &std::io::Error) -> Error {
    Error::new(ErrorKind::Config, "PromptFailed", format!("nobody could be asked for an answer: {why}"))
        .with_hint("Give the value in the environment or through standard input.")
}

#[cfg(unix)]
mod unix {
    use std::fs::File;
    use std::io::{Error, ErrorKind, Read as _, Result};

    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
    use zeroize::Zeroizing;

    /// The maximum length in bytes of a line from a terminal.
    const LONGEST_LINE: usize = 4096;

    /// A terminal without echo, which is restored on drop.
    pub(super) struct Quiet<'a> {
        terminal: &'a File,
        before: Termios,
    }

    impl<'a> Quiet<'a> {
        pub(super) fn of(terminal: &'a File) -> Result<Self> {
            let before = tcgetattr(terminal)?;
            let mut quiet = before.clone();
            quiet.local_modes -= LocalModes::ECHO;
            quiet.local_modes |= LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG;
            tcsetattr(terminal, OptionalActions::Now, &quiet)?;
            Ok(Self { terminal, before })
        }
    }

    impl Drop for Quiet<'_> {
        fn drop(&mut self) {
            // Nothing to restore if the terminal is gone.
            let _ = tcsetattr(self.terminal, OptionalActions::Now, &self.before);
        }
    }

    pub(super) fn typed_line(keyboard: &mut File) -> Result<String> {
        let mut typed = Zeroizing::new([0; LONGEST_LINE]);
        let mut length = 0;
        // Ctrl-D in the middle of a line hands over what was typed before it, and does not end the line.
        while !typed[..length].ends_with(b"\n") {
            if length == LONGEST_LINE {
                return Err(Error::new(ErrorKind::InvalidData, "the line is too long"));
            }
            match keyboard.read(&mut typed[length..]) {
                Ok(0) => return Err(super::end_of_input()),
                Ok(more) => length += more,
                Err(why) if why.kind() == ErrorKind::Interrupted => {}
                Err(why) => return Err(why),
            }
        }
        let line = str::from_utf8(&typed[..length]).map_err(|why| Error::new(ErrorKind::InvalidData, why))?;
        Ok(line.trim_end_matches(['\r', '\n']).to_owned())
    }
}
