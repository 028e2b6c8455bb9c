//! The engine that runs the core's futures for R: a future runs on a thread of its own while R's main thread waits,
//! and answers interrupts while it waits.

use std::ffi::{c_int, c_void};
use std::future::Future;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use cognitoken::binding::Process;
use cognitoken::{Cognito, Error, ErrorKind, LONGEST_ANSWER};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::AbortHandle;

use crate::reply::Failure;

/// The longest time that an interrupt goes unnoticed.
const INTERRUPT_POLL: Duration = Duration::from_millis(50);

/// The time limit for the end of some work: it is a matter of microseconds, unless the machine stands still.
const END_LIMIT: Duration = Duration::from_secs(5);

/// Runs what `call` makes of the cognito, and waits for it.
///
/// Only R's main thread comes here: R calls compiled code on no other.
pub(crate) fn wait<T, Work>(call: impl FnOnce(Cognito) -> Work) -> Result<T, Failure>
where
    T: Send + 'static,
    Work: Future<Output = cognitoken::Result<T>> + Send + 'static,
{
    start(call)?.wait()
}

/// Runs what `call` makes of the cognito, while R does something else.
pub(crate) fn start<T, Work>(call: impl FnOnce(Cognito) -> Work) -> Result<Running<T>, Failure>
where
    T: Send + 'static,
    Work: Future<Output = cognitoken::Result<T>> + Send + 'static,
{
    let runtime = current_runtime()?;
    let work = call(cognito().clone());
    let (sender, receiver) = sync_channel(1);
    let task = runtime.spawn(async move {
        // Nobody listens any more after an interrupt, and then the answer is of no use.
        let _ = sender.send(work.await);
    });
    Ok(Running { task: task.abort_handle(), receiver })
}

/// Work that is under way. Dropping it ends it.
pub(crate) struct Running<T> {
    task: AbortHandle,
    receiver: Receiver<cognitoken::Result<T>>,
}

impl<T> Running<T> {
    /// Waits for the outcome, which can be had once. An interrupt ends the work.
    pub(crate) fn wait(&self) -> Result<T, Failure> {
        loop {
            match self.receiver.recv_timeout(INTERRUPT_POLL) {
                Ok(outcome) => return outcome.map_err(Failure::from),
                Err(RecvTimeoutError::Timeout) if interrupted() => {
                    self.task.abort();
                    return Err(Failure::Interrupted);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(Failure::defect()),
            }
        }
    }

    /// Returns whether the outcome is there.
    pub(crate) fn is_finished(&self) -> bool {
        self.task.is_finished()
    }

    /// Ends the work, and returns when everything that it held is let go of.
    pub(crate) fn end(&self) {
        self.task.abort();
        while self.receiver.recv_timeout(END_LIMIT).is_ok() {}
    }
}

impl<T> Drop for Running<T> {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Waits, at the end of R, for what must not be cut off: a refresh whose new refresh token is not stored yet. An
/// interrupt ends the waiting.
pub(crate) fn settle() {
    let started = Instant::now();
    while !cognito().is_idle() && started.elapsed() < LONGEST_ANSWER && !interrupted() {
        thread::sleep(INTERRUPT_POLL);
    }
}

/// Returns the notices for a person since the last call.
pub(crate) fn take_notices() -> Vec<String> {
    cognito().take_notices()
}

/// Adds to what a person should hear of.
pub(crate) fn add_notices(notices: Vec<String>) {
    cognito().add_notices(notices);
}

/// The client object of the program, its forked children included: it keeps apart what is each one's own.
pub(crate) fn cognito() -> &'static Cognito {
    static COGNITO: LazyLock<Cognito> = LazyLock::new(Cognito::new);
    &COGNITO
}

/// Has forks counted, of which the process's number alone does not always tell: a child in a PID namespace of its own
/// has number 1, as its parent may have. R calls it when it loads the library.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn cognitoken_count_forks() {
    #[cfg(unix)]
    {
        extern "C" fn after_fork() {
            cognitoken::binding::after_fork();
        }
        // SAFETY: the function adds to an atomic number, which is allowed in a child made by fork. The system forgets
        // it when the library is unloaded. Where there is no memory for it, the process's number decides alone.
        unsafe { libc::pthread_atfork(None, None, Some(after_fork)) };
    }
}

struct Engine {
    process: Process,
    runtime: Runtime,
}

static ENGINE: Mutex<Option<Engine>> = Mutex::new(None);

fn current_runtime() -> Result<Handle, Failure> {
    let mut engine = ENGINE.lock().unwrap_or_else(PoisonError::into_inner);
    let process = Process::current();
    if engine.as_ref().is_none_or(|engine| engine.process != process) {
        // After a fork (`parallel::mclapply`) the runtime's threads exist in the parent only, and its connections are
        // shared with the parent: dropping it would wait for the former and shut the latter down.
        std::mem::forget(engine.take());
        *engine = Some(Engine { process, runtime: start_runtime()? });
    }
    match engine.as_ref() {
        Some(engine) => Ok(engine.runtime.handle().clone()),
        None => Err(Failure::defect()),
    }
}

fn start_runtime() -> Result<Runtime, Failure> {
    // R makes one call at a time: one thread drives it.
    Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("cognitoken")
        .on_thread_start(leave_signals_to_r)
        .enable_all()
        .build()
        .map_err(|reason| {
            let message = format!("no thread could be started: {reason}");
            Error::new(ErrorKind::Local, "ThreadFailure", message)
                .with_hint("The machine or the container is out of threads or memory.")
                .into()
        })
}

/// Blocks every signal in the calling thread: R's signal handlers call into R, which only R's own thread may do.
#[cfg(unix)]
fn leave_signals_to_r() {
    let mut every_signal = std::mem::MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: sigfillset fills the set before pthread_sigmask reads it; the mask is that of the calling thread alone.
    unsafe {
        libc::sigfillset(every_signal.as_mut_ptr());
        libc::pthread_sigmask(libc::SIG_SETMASK, every_signal.as_ptr(), std::ptr::null_mut());
    }
}

/// Windows has no signal masks: it calls the handler of a Ctrl-C in a thread of its own.
#[cfg(not(unix))]
fn leave_signals_to_r() {}

unsafe extern "C-unwind" {
    fn R_CheckUserInterrupt();
    fn R_ToplevelExec(function: extern "C-unwind" fn(*mut c_void), data: *mut c_void) -> c_int;
}

/// Returns whether the user has interrupted. R counts the interrupt as handled: the caller signals it again.
fn interrupted() -> bool {
    extern "C-unwind" fn check(_: *mut c_void) {
        // SAFETY: on R's main thread. On an interrupt R jumps from here to R_ToplevelExec, over this frame alone, and
        // this frame owns nothing.
        unsafe { R_CheckUserInterrupt() }
    }
    // SAFETY: on R's main thread; `check` takes no data.
    unsafe { R_ToplevelExec(check, std::ptr::null_mut()) == 0 }
}
