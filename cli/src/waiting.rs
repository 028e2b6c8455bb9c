//! Futures, driven to their end on this thread, or to Ctrl-C.

use std::future::{pending, ready};
use std::pin::Pin;
use std::sync::OnceLock;
use std::time::Duration;

use cognitoken::{Cognito, Error, ErrorKind, LONGEST_ANSWER};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::{Failure, output};

/// How long Ctrl-C waits for a refresh whose new refresh token is not stored yet: an ordinary one is done by then.
const FINISHING: Duration = Duration::from_secs(1);

/// One for the whole command: connections live as long as the runtime that they were made in.
static ENGINE: OnceLock<Engine> = OnceLock::new();

struct Engine {
    runtime: Runtime,
    cognito: Cognito,
    /// Kept between waits, so that no Ctrl-C is missed.
    interrupt: Mutex<Interrupt>,
}

type Interrupt = Pin<Box<dyn Future<Output = std::io::Result<()>> + Send>>;

/// Drives one future to its end.
///
/// # Errors
/// [`Failure::Interrupted`] after Ctrl-C, once what must not be lost is stored.
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

/// Waits until what must not be lost is stored, or for Ctrl-C.
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

/// Takes Ctrl-C over from the system, which would end the process and leave the terminal as a prompt had set it.
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
            // There is nothing to listen to: the system's own way stays.
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
        let message = format!("the network could not be set up: {why}");
        Error::new(ErrorKind::Network, "RuntimeFailed", message)
    })?;
    let engine = Engine { runtime, cognito: Cognito::new(), interrupt: Mutex::new(ctrl_c()) };
    Ok(ENGINE.get_or_init(|| engine))
}
