//! The engine that runs the core's futures for every language: one runtime, driven by the thread that waits.

use std::future::{Future, pending};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use cognitoken::binding::{PerProcess, Waits};
use cognitoken::{Cognito, Error, ErrorKind, LONGEST_ANSWER, Result};
use tokio::runtime::{Builder, Runtime};
use tokio::task::{AbortHandle, yield_now};
use tokio::time::{Instant, timeout};

/// The interval of checks for interrupts, half the 0.1 s within which Ctrl-C takes effect.
const INTERRUPT_CHECK: Duration = Duration::from_millis(50);

/// The time that an interrupted call waits for a response that must not be lost, enough for an ordinary refresh.
const FINISHING: Duration = Duration::from_secs(1);

static ENGINE: PerProcess<Engine> = PerProcess::new();

/// Runs in each thread of the engine before anything else.
static AT_THREAD_START: OnceLock<fn()> = OnceLock::new();

/// The client object of the program, its forked children included: it keeps apart what is each one's own.
pub fn cognito() -> &'static Cognito {
    static COGNITO: LazyLock<Cognito> = LazyLock::new(Cognito::new);
    &COGNITO
}

/// The language that a call comes from, as the engine needs it.
pub trait Host {
    /// The language's own interrupt, such as Python's KeyboardInterrupt.
    type Interrupt;

    /// Runs work outside the interpreter, so that its other threads go on.
    fn outside<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        work()
    }

    /// Returns the interrupt that came since the last check.
    ///
    /// # Errors
    /// The interrupt.
    fn check_interrupt(&self) -> std::result::Result<(), Self::Interrupt>;

    /// Shows what this call has waited for since a second or longer; `None`: shows nothing any more. It is called in the
    /// thread that waits: again and again with the words, also if they have not changed, and at the end with `None`.
    ///
    /// # Errors
    /// An interrupt that came meanwhile.
    fn show_wait(&self, words: Option<&str>) -> std::result::Result<(), Self::Interrupt> {
        let _ = words;
        Ok(())
    }
}

/// The words that a host shows. They are gone when this is dropped.
struct Shown<'a, H: Host> {
    host: &'a H,
    is_shown: bool,
}

impl<H: Host> Shown<'_, H> {
    fn show(&mut self, words: Option<&str>) -> std::result::Result<(), H::Interrupt> {
        if words.is_some() || self.is_shown {
            self.is_shown = true;
            self.host.show_wait(words)?;
            self.is_shown = words.is_some();
        }
        Ok(())
    }
}

impl<H: Host> Drop for Shown<'_, H> {
    fn drop(&mut self) {
        // An interrupt has ended the call already, or the thread panics.
        let _ = self.show(None);
    }
}

/// The runtime and the threads for the calls of one process. A child made by `fork` has an engine of its own.
///
/// The runtime has no threads of its own: the waiting thread drives it, which costs nothing to start and saves two
/// context switches for each call. Only work in the background starts a thread: the driver.
pub struct Engine {
    runtime: Runtime,
    has_driver: Mutex<bool>,
    /// `true` if an interrupt ended a call: the end of the process does not wait long then.
    interrupted: AtomicBool,
}

impl Engine {
    /// Returns the engine of this process.
    ///
    /// # Errors
    /// If the system has no file descriptors for it.
    pub fn current() -> Result<&'static Self> {
        ENGINE.get_or_try_init(|_| {
            let mut builder = Builder::new_current_thread();
            if let Some(start) = AT_THREAD_START.get() {
                // The threads for what blocks, such as a look-up of a host's address.
                builder.on_thread_start(*start);
            }
            let runtime = builder.enable_all().build().map_err(|why| not_started(&why))?;
            Ok(Self { runtime, has_driver: Mutex::new(false), interrupted: AtomicBool::new(false) })
        })
    }

    /// Has a function called in each thread of the engine when it starts, such as one that blocks signals there. It has
    /// to be said before the first call.
    pub fn at_thread_start(start: fn()) {
        // The first caller is the only one: a process holds one language.
        let _ = AT_THREAD_START.set(start);
    }

    /// Starts a task in the background, driven by a thread of its own.
    ///
    /// # Errors
    /// If no thread can be started.
    pub fn spawn(&'static self, task: impl Future<Output = ()> + Send + 'static) -> Result<AbortHandle> {
        self.start_driver()?;
        Ok(self.runtime.spawn(task).abort_handle())
    }

    /// Waits for a future. An interrupt ends it, once a refresh in progress is stored, or after a second.
    ///
    /// # Errors
    /// The interrupt.
    pub fn wait<H: Host, F>(
        &'static self,
        host: &H,
        future: F,
    ) -> std::result::Result<F::Output, H::Interrupt>
    where
        F: Future<Output: Send> + Send,
    {
        host.outside(|| self.catch_up());
        let outcome = self.until_done(host, future);
        if outcome.is_err() {
            self.interrupted.store(true, Ordering::Relaxed);
            self.finish_within(host, FINISHING);
        }
        outcome
    }

    /// Lets the remains of a call that failed end: a request without a response is given up, and a refresh that must not
    /// be cut off goes on in the background.
    pub fn release<H: Host>(&'static self, host: &H) {
        host.outside(|| self.catch_up());
        self.go_on_alone();
    }

    /// Waits, at the end of the process, for requests in the background that must not be cut off. A further interrupt ends
    /// the wait. Without a driver, none is in the background: a thread that still waits for its call ends with the process.
    pub fn finish<H: Host>(host: &H) {
        if let Some(engine) = ENGINE.get().filter(|engine| *engine.has_driver()) {
            let interrupted = engine.interrupted.load(Ordering::Relaxed);
            engine.finish_within(host, if interrupted { FINISHING } else { LONGEST_ANSWER });
        }
    }

    fn finish_within<H: Host>(&'static self, host: &H, limit: Duration) {
        if !cognito().is_idle() {
            let idle = async {
                // The time is up, or nothing is under way any more.
                let _ = timeout(limit, cognito().idle()).await;
            };
            // A further interrupt ends the wait.
            let _ = self.until_done(host, idle);
        }
        self.go_on_alone();
    }

    /// Owns the future: if this returns without an outcome, the call has been dropped.
    fn until_done<H: Host, F>(&self, host: &H, future: F) -> std::result::Result<F::Output, H::Interrupt>
    where
        F: Future<Output: Send> + Send,
    {
        let outcome = Mutex::new(None);
        let keep = |value| *outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
        let waits = Waits::default();
        let mut work = pin!(waits.of(async { keep(future.await) }));
        let mut shown = Shown { host, is_shown: false };
        loop {
            host.outside(|| self.drive(work.as_mut()));
            if let Some(value) = outcome.lock().unwrap_or_else(PoisonError::into_inner).take() {
                return shown.show(None).map(|()| value);
            }
            host.check_interrupt()?;
            shown.show(waits.words(Instant::now()).as_deref())?;
        }
    }

    /// Drives the future until it is done or interrupts have to be checked, and returns whether it is done.
    fn drive(&self, future: Pin<&mut (dyn Future<Output = ()> + Send)>) -> bool {
        self.runtime.block_on(async { timeout(INTERRUPT_CHECK, future).await.is_ok() })
    }

    /// Finishes requests that must not be cut off in the driver, while the program continues.
    fn go_on_alone(&'static self) {
        if !cognito().is_idle() {
            // If no thread can be started, the next call drives them.
            let _ = self.start_driver();
        }
    }

    fn start_driver(&'static self) -> Result<()> {
        let mut has_driver = self.has_driver();
        if !*has_driver {
            let driver = thread::Builder::new().name("cognitoken-driver".to_owned());
            let drive = || {
                if let Some(start) = AT_THREAD_START.get() {
                    start();
                }
                self.runtime.block_on(pending::<()>());
            };
            driver.spawn(drive).map_err(|why| not_started(&why))?;
            *has_driver = true;
        }
        Ok(())
    }

    fn has_driver(&self) -> MutexGuard<'_, bool> {
        self.has_driver.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the tasks of the connections catch up on events since the runtime was last driven: a connection that the
    /// service closed must not be used again, and one that is no longer needed has to be closed.
    fn catch_up(&self) {
        self.runtime.block_on(async {
            // The first turn polls the system for events, the second one lets the tasks handle them.
            yield_now().await;
            yield_now().await;
        });
    }
}

fn not_started(why: &std::io::Error) -> Error {
    Error::new(
        ErrorKind::Local,
        "RuntimeFailed",
        format!("the runtime for network calls could not be started: {why}"),
    )
    .with_hint("The machine or the container is out of threads, memory or file descriptors.")
}
