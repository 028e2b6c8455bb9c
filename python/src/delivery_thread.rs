//! The thread that brings results to the event loops that await them, and lines of the log to their logger.
//!
//! The thread that drives the calls never takes the interpreter lock itself: while other Python code runs, that can
//! take milliseconds for each result, and no other call would make progress. The delivery thread takes the lock once
//! for everything that is ready.

use std::cell::Cell;
use std::sync::mpsc::{Receiver, Sender, channel};

use cognitoken::binding::PerProcess;
use pyo3::prelude::*;

use crate::{gate, log};

/// Something to do with the interpreter lock.
pub(crate) type Delivery = Box<dyn FnOnce(Python<'_>) + Send>;

/// A child process made by fork has a thread of its own.
static OWN: PerProcess<DeliveryThread> = PerProcess::new();

thread_local! {
    static IS_DELIVERY_THREAD: Cell<bool> = const { Cell::new(false) };
}

/// The sender to a delivery thread, which ends with its last sender.
#[derive(Clone)]
pub(crate) struct DeliveryThread(Sender<Delivery>);

impl DeliveryThread {
    /// Returns the thread of this process, started if it does not run yet. A handler of the log that runs in it and makes
    /// asyncio calls would wait for itself: such calls get a thread of their own.
    pub(crate) fn own() -> PyResult<Self> {
        match IS_DELIVERY_THREAD.get() {
            true => Self::start(),
            false => OWN.get_or_try_init(|_| Self::start()).cloned(),
        }
    }

    /// Returns the thread of this process if it runs.
    pub(crate) fn running() -> Option<&'static Self> {
        OWN.get()
    }

    fn start() -> PyResult<Self> {
        let (deliveries, received) = channel();
        std::thread::Builder::new().name("cognitoken-delivery".to_owned()).spawn(move || run(&received))?;
        Ok(Self(deliveries))
    }

    pub(crate) fn send(&self, delivery: Delivery) {
        // Sending fails only while the interpreter exits, when nothing awaits the result.
        let _ = self.0.send(delivery);
    }
}

fn run(received: &Receiver<Delivery>) {
    IS_DELIVERY_THREAD.set(true);
    while let Ok(first) = received.recv() {
        let delivered = gate::attach(|py| {
            // The lines of a call come before its result.
            log::emit_or_report(py);
            first(py);
            received.try_iter().for_each(|delivery| delivery(py));
        });
        if delivered.is_none() {
            return;
        }
    }
}
