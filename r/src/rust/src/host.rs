//! R as the host of the engine: its main thread waits and answers interrupts; no other thread may call into R.

use std::cell::RefCell;
use std::ffi::{CString, c_char, c_int, c_void};

use cognitoken_surface::{Engine, Host, WaitLine, columns_of_stderr};

/// The interrupt of a user. R counts it as handled: the R half signals it again.
pub(crate) struct Interrupted;

/// The main thread of R, which alone calls compiled code.
pub(crate) struct MainThread {
    /// The width of the console that shows what is waited for, 0 for none.
    columns: usize,
    line: RefCell<WaitLine>,
}

impl MainThread {
    /// The main thread, whose console shows in this many columns what is waited for; 0 for none.
    pub(crate) fn at_console(columns: usize) -> Self {
        Self { columns, line: RefCell::default() }
    }
}

impl Host for MainThread {
    type Interrupt = Interrupted;

    fn check_interrupt(&self) -> Result<(), Interrupted> {
        // SAFETY: on R's main thread; `check` takes no data.
        match unsafe { R_ToplevelExec(check_user_interrupt, std::ptr::null_mut()) } {
            0 => Err(Interrupted),
            _ => Ok(()),
        }
    }

    fn show_wait(&self, words: Option<&str>) -> Result<(), Interrupted> {
        if self.columns > 0 {
            let columns = self.columns.min(columns_of_stderr());
            write_to_console(&self.line.borrow_mut().show(words, columns));
        }
        Ok(())
    }
}

/// Writes to the console as a message, but not by a condition: a handler of conditions could jump from here.
fn write_to_console(text: &str) {
    // Nothing of the core's that is shown has a NUL in it.
    let Ok(text) = CString::new(text) else { return };
    if !text.is_empty() {
        // SAFETY: on R's main thread. The format takes one string, which ends with a NUL.
        unsafe {
            REprintf(c"%s".as_ptr(), text.as_ptr());
            R_FlushConsole();
        }
    }
}

unsafe extern "C-unwind" {
    fn R_CheckUserInterrupt();
    fn R_FlushConsole();
    fn R_ToplevelExec(function: extern "C-unwind" fn(*mut c_void), data: *mut c_void) -> c_int;
    fn REprintf(format: *const c_char, ...);
}

extern "C-unwind" fn check_user_interrupt(_: *mut c_void) {
    // SAFETY: on R's main thread. On an interrupt R jumps from here to R_ToplevelExec, over this frame alone, and this
    // frame owns nothing.
    unsafe { R_CheckUserInterrupt() }
}

/// Prepares the engine. R calls it when it loads the library.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn cognitoken_prepare_engine() {
    Engine::at_thread_start(leave_signals_to_r);
    count_forks();
}

/// Has forks counted, of which the process's number alone does not always tell: a child in a PID namespace of its own
/// has number 1, as its parent may have.
#[cfg(unix)]
fn count_forks() {
    extern "C" fn after_fork() {
        cognitoken::binding::after_fork();
    }
    // SAFETY: the function adds to an atomic number, which is allowed in a child made by fork. The system forgets it
    // when the library is unloaded. Where there is no memory for it, the process's number decides alone.
    unsafe { libc::pthread_atfork(None, None, Some(after_fork)) };
}

#[cfg(not(unix))]
fn count_forks() {}

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
