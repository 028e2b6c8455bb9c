//! The connection to the server: made when it is first needed, once more when it broke, anew in a forked child.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use redis::{Cmd, FromRedisValue, RedisResult, cmd};
use tokio::time::{Instant, timeout};

use super::address::Address;
use super::faults::{failed, is_gone, is_redirection, unlinked, unreachable};
use super::link::{Link, Node};
use crate::error::{Error, ErrorKind, Result};
use crate::per_process::PerProcess;

/// The time limit for reaching the server, and for its answer.
const LIMIT: Duration = Duration::from_secs(5);

/// The number of keys that one step of a search reads.
const SCAN_STEP: usize = 1000;

/// The largest number of steps of a search: a million keys.
const MOST_STEPS: usize = 1000;

/// The largest number of app clients on one server, and of sign-ins of one of them.
const MOST_CLIENTS: usize = 1000;
const MOST_NAMES: usize = 10_000;

/// A connection that is shared by everything that is cloned from it.
#[derive(Clone)]
pub(super) struct Connection {
    address: Address,
    slots: Arc<PerProcess<Slot>>,
}

/// The link of one process to the server.
#[derive(Default)]
struct Slot {
    /// Held for a moment only.
    made: std::sync::Mutex<Made>,
    /// Held by whoever makes a connection.
    making: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Made {
    link: Option<Link>,
    /// The number of the link, counted from 1.
    number: u64,
    failure: Option<(Instant, Error)>,
    /// `true` if a server turned out to be a node of a cluster without saying so.
    in_cluster: bool,
}

impl Slot {
    fn newer_than(&self, gone: u64) -> Option<(u64, Link)> {
        let made = self.made();
        made.link.clone().filter(|_| made.number > gone).map(|link| (made.number, link))
    }

    fn keep(&self, link: Link) -> u64 {
        let mut made = self.made();
        made.number += 1;
        made.link = Some(link);
        made.failure = None;
        made.number
    }

    fn note_failure(&self, error: Error) {
        self.made().failure = Some((Instant::now(), error));
    }

    /// Returns the failure of another caller's attempt that ended after `since`.
    fn failure_since(&self, since: Instant) -> Option<Error> {
        let made = self.made();
        made.failure.as_ref().filter(|(ended, _)| *ended >= since).map(|(_, error)| error.clone())
    }

    fn made(&self) -> MutexGuard<'_, Made> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connection {
    pub(super) fn open(url: &str) -> Result<Self> {
        Ok(Self { address: Address::parse(url)?, slots: Arc::default() })
    }

    pub(super) fn place(&self) -> &str {
        &self.address.shown
    }

    /// Sends one command.
    pub(super) async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T> {
        self.run(|mut link| async move { command.query_async(&mut link).await }).await
    }

    /// The keys that fit a pattern, on all servers.
    pub(super) async fn keys(&self, pattern: &str) -> Result<Vec<String>> {
        let mut found = Vec::new();
        // Where the search goes on: the node, and how far it has come there.
        let mut left: Vec<(Node, u64)> = vec![(None, 0)];
        for _ in 0..MOST_STEPS {
            let Some((node, cursor)) = left.pop() else {
                // One that was moved about on the server while it was searched may have come twice.
                found.sort_unstable();
                found.dedup();
                return Ok(found);
            };
            let mut step = cmd("SCAN");
            step.arg(cursor).arg("MATCH").arg(pattern).arg("COUNT").arg(SCAN_STEP);
            let (step, node) = (&step, &node);
            for (node, next, keys) in self.run(|link| link.scan(node.clone(), step.clone())).await? {
                found.extend(keys);
                left.extend((next != 0).then_some((node, next)));
            }
            if found.len() > MOST_CLIENTS {
                return Err(self.too_much(&format!("holds sign-ins of more than {MOST_CLIENTS} app clients")));
            }
        }
        Err(self.too_much(&format!("was not searched through within {MOST_STEPS} steps")))
    }

    /// The members of a set.
    pub(super) async fn members(&self, set: &str) -> Result<Vec<String>> {
        let members: Vec<String> = self.ask(cmd("SMEMBERS").arg(set)).await?;
        if members.len() > MOST_NAMES {
            return Err(self.too_much(&format!("lists more than {MOST_NAMES} sign-ins of one app client")));
        }
        Ok(members)
    }

    /// Runs something on the link to the server. All that this store sends may be sent twice: where the link turns out
    /// to be gone, or to lead elsewhere, it is made anew, once. It may be dropped at any time.
    pub(super) async fn run<T, F>(&self, request: impl Fn(Link) -> F) -> Result<T>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let slot = self.slot();
        let found = slot.newer_than(0);
        let is_new = found.is_none();
        let (number, link) = match found {
            Some(found) => found,
            None => self.connect(slot, 0).await?,
        };
        match request(link).await {
            Err(fault) if is_redirection(&fault) => slot.made().in_cluster = true,
            Err(fault) if is_gone(&fault) && !is_new => {}
            outcome => return outcome.map_err(|fault| failed(self.place(), &fault)),
        }
        let (_, link) = self.connect(slot, number).await?;
        request(link).await.map_err(|fault| failed(self.place(), &fault))
    }

    /// A link that is newer than the one that is gone. One task makes it, and the others wait for it, or for its failure.
    async fn connect(&self, slot: &Slot, gone: u64) -> Result<(u64, Link)> {
        let since = Instant::now();
        let Ok(_making) = timeout(LIMIT, slot.making.lock()).await else {
            return Err(self.no_answer());
        };
        if let Some(found) = slot.newer_than(gone) {
            return Ok(found);
        }
        if let Some(error) = slot.failure_since(since) {
            return Err(error);
        }
        let in_cluster = slot.made().in_cluster;
        let made = match timeout(LIMIT, Link::make(&self.address.servers, in_cluster, LIMIT)).await {
            Ok(made) => made.map_err(|why| unlinked(self.place(), &why)),
            Err(_) => Err(self.no_answer()),
        };
        match made {
            Ok(link) => Ok((slot.keep(link.clone()), link)),
            Err(error) => {
                slot.note_failure(error.clone());
                Err(error)
            }
        }
    }

    fn no_answer(&self) -> Error {
        unreachable(self.place(), &format!("it did not answer within {} s", LIMIT.as_secs()))
    }

    fn slot(&self) -> &Slot {
        // A child must not speak on its parent's socket, nor wait for a lock that its parent's thread held.
        self.slots.own()
    }

    fn too_much(&self, complaint: &str) -> Error {
        let message = format!("the store {} {complaint}", self.place());
        Error::new(ErrorKind::Store, "StoreTooLarge", message).with_hint(
            "Give the app client (COGNITO_CLIENT_ID) and the region, or keep tokens in a redis database of their own.",
        )
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Connection").field(&self.place()).finish()
    }
}
