//! Drives futures on this thread until they finish or Ctrl-C is pressed.

use std::future::{pending, ready};
use std::pin::Pin;
use std::sync::OnceLock;
use std::time::Duration;

use cognitoken::{Cognito, Error, ErrorKind, LONGEST_ANSWER};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::{Failure, output};

/// The time that Ctrl-C waits for a refresh whose new refresh token is not stored yet, enough for an ordinary refresh.
const FINISHING: Duration = Duration::from_secs(1);

/// The engine of the command. There is one, because connections live as long as the runtime that created them.
static ENGINE: OnceLock<Engine> = OnceLock::new();

struct Engine {
    runtime: Runtime,
    cognito: Cognito,
    /// Kept between calls, so that no Ctrl-C is missed.
    interrupt: Mutex<Interrupt>,
}

type Interrupt = Pin<Box<dyn Future<Output = std::io::Result<()>> + Send>>;

/// Drives a future until it finishes.
///
/// # Errors
/// [`Failure::Interrupted`] after Ctrl-C, once a refresh in progress is stored.
pub(crate) fn wait<T>(future: impl Future<Output = T>) -> Result<T, Failure> {
    let engine = engine()?;
    engine.runtime.block_on(async {
        let outcome = tokio::select! {
            outcome = future => Ok(outcome),
            () = engine.interrupted() => Err(Failure::Interrupted),
        };
        if outcome.is_err() {
            let _ = timeout(FINISHING, engine.cognito.idle()).await;
        }
        for notice in engine.cognito.take_notices() {
            output::note(&notice);
        }
        outcome
    })
}

/// Waits until a refresh in progress is stored, or for Ctrl-C.
pub(crate) fn finish() {
    let Some(engine) = ENGINE.get().filter(|engine| !engine.cognito.is_idle()) else { return };
    engine.runtime.block_on(async {
        tokio::select! {
            _ = timeout(LONGEST_ANSWER, engine.cognito.idle()) => {}
            () = engine.interrupted() => {}
        }
    });
}

/// The client object of the whole command.
pub(crate) fn cognito() -> Result<Cognito, Failure> {
    Ok(engine()?.cognito.clone())
}

/// Handles Ctrl-C instead of the system, which would end the process without restoring the terminal.
pub(crate) fn listen() -> Result<(), Failure> {
    let engine = engine()?;
    let heard = engine.runtime.block_on(async {
        tokio::select! {
            biased;
            () = engine.interrupted() => true,
            () = ready(()) => false,
        }
    });
    if heard { Err(Failure::Interrupted) } else { Ok(()) }
}

impl Engine {
    async fn interrupted(&self) {
        let mut interrupt = self.interrupt.lock().await;
        let heard = interrupt.as_mut().await;
        *interrupt = ctrl_c();
        if heard.is_err() {
            // Without a handler, the system's default remains.
            pending::<()>().await;
        }
    }
}

fn ctrl_c() -> Interrupt {
    Box::pin(tokio::signal::ctrl_c())
}

fn engine() -> Result<&'static Engine, Failure> {
    if let Some(engine) = ENGINE.get() {
        return Ok(engine);
    }
    let runtime = Builder::new_current_thread().enable_all().build().map_err(|why| {
        let message = format!("the runtime for network calls could not be started: {why}");
        Error::new(ErrorKind::Local, "RuntimeFailed", message)
    })?;
    let engine = Engine { runtime, cognito: Cognito::new(), interrupt: Mutex::new(ctrl_c()) };
    Ok(ENGINE.get_or_init(|| engine))
}
