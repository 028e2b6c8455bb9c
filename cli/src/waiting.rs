//! Waits for the core's work on this thread, until it is done or Ctrl-C is pressed.

use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Waker};

use cognitoken_surface::{Engine, Host, Outcome, Work, cognito};

use crate::{Failure, output, wait_line};

#[cfg(windows)]
use tokio::signal::windows::CtrlC as Presses;

#[cfg(unix)]
use tokio::signal::unix::Signal as Presses;

/// The presses of Ctrl-C. They are kept between calls, so that none is missed.
static CTRL_C: Mutex<Option<Presses>> = Mutex::new(None);

/// The command as the engine's host.
struct Command;

impl Host for Command {
    type Interrupt = Failure;

    fn check_interrupt(&self) -> Result<(), Failure> {
        let mut presses = CTRL_C.lock().unwrap_or_else(PoisonError::into_inner);
        // The engine has just driven its runtime, which received the signal: nobody has to be woken.
        let mut look = Context::from_waker(Waker::noop());
        match presses.as_mut().is_some_and(|presses| presses.poll_recv(&mut look).is_ready()) {
            true => Err(Failure::Interrupted),
            false => Ok(()),
        }
    }

    fn show_wait(&self, words: Option<&str>) -> Result<(), Failure> {
        wait_line::show(words);
        Ok(())
    }
}

/// Drives a future until it finishes.
///
/// # Errors
/// [`Failure::Interrupted`] after Ctrl-C, once a refresh in progress is stored.
pub(crate) fn wait<T: Send>(future: impl Future<Output = T> + Send) -> Result<T, Failure> {
    let outcome = Engine::current()?.wait(&Command, async {
        hear();
        future.await
    });
    // A press of the last moment counts too, although the future is done.
    let outcome = outcome.and_then(|outcome| Command.check_interrupt().map(|()| outcome));
    for notice in cognito().take_notices() {
        output::note(&notice);
    }
    outcome
}

/// Waits for the work of a call, and prints its notices.
///
/// # Errors
/// [`Failure::Interrupted`] after Ctrl-C.
pub(crate) fn done(work: Work) -> Result<Outcome, Failure> {
    let reply = wait(work.reply())?;
    for notice in reply.notices {
        output::note(&notice.text);
    }
    Ok(reply.outcome)
}

/// Handles Ctrl-C instead of the system, which would end the process without restoring the terminal.
pub(crate) fn listen() -> Result<(), Failure> {
    wait(async {})
}

/// Waits until a refresh in progress is stored, or for Ctrl-C.
pub(crate) fn finish() {
    if !cognito().is_idle()
        && let Ok(engine) = Engine::current()
    {
        // The call that started the refresh failed: it goes on in the background.
        engine.release(&Command);
    }
    Engine::finish(&Command);
}

/// Starts to hear Ctrl-C, in the engine's runtime. If no handler can be set, the system's default remains.
fn hear() {
    let mut presses = CTRL_C.lock().unwrap_or_else(PoisonError::into_inner);
    if presses.is_none() {
        *presses = new_presses().ok();
    }
}

#[cfg(unix)]
fn new_presses() -> std::io::Result<Presses> {
    tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())
}

#[cfg(windows)]
fn new_presses() -> std::io::Result<Presses> {
    tokio::signal::windows::ctrl_c()
}
