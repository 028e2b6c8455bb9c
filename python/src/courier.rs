//! The one thread that brings what a call gave to the event loop that awaits it.
//!
//! The driver itself never asks for the interpreter: while Python computes, that can take milliseconds for every
//! result, in which no other call would get on. The courier takes along all results that wait when its turn comes.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use cognitoken::Process;
use pyo3::prelude::*;
use pyo3::types::PyCFunction;

/// A result on its way into the event loop.
pub(crate) trait Parcel: Send {
    /// Hands it over; the interpreter is held.
    fn deliver(self: Box<Self>, py: Python<'_>);
}

pub(crate) struct Courier {
    parcels: Sender<Box<dyn Parcel>>,
}

impl Courier {
    /// Starts the thread. It ends before the interpreter does: a thread that asks for a finalizing interpreter
    /// through the stable ABI may crash the process.
    pub(crate) fn start(py: Python<'_>) -> PyResult<Self> {
        let (parcels, received) = channel();
        let open = Arc::new(Mutex::new(true));
        let at_exit = Arc::clone(&open);
        let process = Process::current();
        let close = PyCFunction::new_closure(py, Some(c"close_courier"), None, move |arguments, _| {
            // In a child made by fork the thread is gone, and may have left the lock closed.
            if Process::current() == process {
                // Outside the interpreter: a delivery under way needs it to come to its end.
                arguments.py().detach(|| *at_exit.lock().unwrap_or_else(PoisonError::into_inner) = false);
            }
        })?;
        py.import("atexit")?.call_method1("register", (close,))?;
        std::thread::Builder::new()
            .name("cognitoken-courier".to_owned())
            .spawn(move || carry(&received, &open))?;
        Ok(Self { parcels })
    }

    pub(crate) fn send(&self, parcel: Box<dyn Parcel>) {
        // The courier is gone only when the interpreter is leaving: then nobody waits for the parcel.
        let _ = self.parcels.send(parcel);
    }
}

fn carry(received: &Receiver<Box<dyn Parcel>>, open: &Mutex<bool>) {
    while let Ok(first) = received.recv() {
        let open = open.lock().unwrap_or_else(PoisonError::into_inner);
        if !*open {
            return;
        }
        Python::try_attach(|py| {
            first.deliver(py);
            for parcel in received.try_iter() {
                parcel.deliver(py);
            }
        });
    }
}
