//! The thread that delivers the results of calls to the event loops that await them.
//!
//! The thread that drives the calls never takes the interpreter lock itself: while other Python code runs, that can
//! take milliseconds for each result, and no other call would make progress. The delivery thread takes the lock once
//! for all results that are ready.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use cognitoken::binding::Process;
use pyo3::prelude::*;
use pyo3::types::PyCFunction;

/// A result that is ready to be delivered.
pub(crate) trait Completion: Send {
    /// Delivers the result. The caller holds the interpreter lock.
    fn deliver(self: Box<Self>, py: Python<'_>);
}

pub(crate) struct DeliveryThread {
    completions: Sender<Box<dyn Completion>>,
}

impl DeliveryThread {
    /// Starts the thread. It stops before the interpreter does: with the stable ABI, a thread that attaches to a
    /// finalizing interpreter may crash the process.
    pub(crate) fn start(py: Python<'_>) -> PyResult<Self> {
        let (completions, received) = channel();
        let open = Arc::new(Mutex::new(true));
        let at_exit = Arc::clone(&open);
        let process = Process::current();
        let close =
            PyCFunction::new_closure(py, Some(c"close_delivery_thread"), None, move |arguments, _| {
                // A child process made by fork has no such thread, and the lock may have been held at the fork.
                if Process::current() == process {
                    // Without the interpreter lock, which a delivery in progress needs in order to finish.
                    arguments.py().detach(|| *at_exit.lock().unwrap_or_else(PoisonError::into_inner) = false);
                }
            })?;
        py.import("atexit")?.call_method1("register", (close,))?;
        std::thread::Builder::new()
            .name("cognitoken-delivery".to_owned())
            .spawn(move || run(&received, &open))?;
        Ok(Self { completions })
    }

    pub(crate) fn send(&self, completion: Box<dyn Completion>) {
        // Sending fails only while the interpreter exits, when nothing awaits the result.
        let _ = self.completions.send(completion);
    }
}

fn run(received: &Receiver<Box<dyn Completion>>, open: &Mutex<bool>) {
    while let Ok(first) = received.recv() {
        let open = open.lock().unwrap_or_else(PoisonError::into_inner);
        if !*open {
            return;
        }
        Python::try_attach(|py| {
            first.deliver(py);
            for completion in received.try_iter() {
                completion.deliver(py);
            }
        });
    }
}
