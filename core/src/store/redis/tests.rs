//! Against a real redis-server; without one they are left out, but in CI.

mod clusters;
mod refusals;
mod sentinels;
mod server;

use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};

use super::*;
use crate::error::ErrorKind;
use crate::store::Written;

pub(crate) use server::Server;

const LIMIT: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(300);
const NAME: &str = "client-user";

#[tokio::test]
async fn what_the_holder_writes_is_read_listed_expired_and_removed() {
    let Some(server) = Server::start().await else { return };
    let store = server.store();
    assert!(store.read(NAME).await.unwrap().is_none());
    let mut lock = store.lock(NAME, LIMIT).await.unwrap();
    assert_eq!(lock.write(b"value", Duration::from_secs(60)).await.unwrap(), Written::Stored);
    assert_eq!(lock.write(b"again", Duration::from_secs(60)).await.unwrap(), Written::Stored);
    lock.release().await.unwrap();

    assert_eq!(store.read(NAME).await.unwrap().unwrap().as_slice(), b"again");
    assert_eq!(store.names("client-").await.unwrap(), [NAME]);
    assert_eq!(store.names("").await.unwrap(), [NAME]);
    assert!(store.names("other-").await.unwrap().is_empty());
    let left: i64 = store.connection.ask(cmd("PTTL").arg(Keys::new(NAME).value())).await.unwrap();
    assert!((1..=60_000).contains(&left), "{left}");

    let mut lock = store.lock(NAME, LIMIT).await.unwrap();
    assert!(lock.remove().await.unwrap());
    assert!(!lock.remove().await.unwrap());
    lock.release().await.unwrap();
    assert!(store.names("client-").await.unwrap().is_empty());
}

#[tokio::test]
async fn a_value_that_ran_out_leaves_the_list() {
    let Some(server) = Server::start().await else { return };
    let store = server.store();
    let mut lock = store.lock(NAME, LIMIT).await.unwrap();
    lock.write(b"value", Duration::from_millis(20)).await.unwrap();
    while store.read(NAME).await.unwrap().is_some() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(store.names("client-").await.unwrap().is_empty());
}

#[tokio::test]
async fn one_holds_the_lock_and_the_others_wait() {
    let Some(server) = Server::start().await else { return };
    let (store, other) = (server.store(), server.store());
    let mut held = store.lock(NAME, LIMIT).await.unwrap();
    let error = other.lock(NAME, SHORT).await.unwrap_err();
    assert_eq!((error.kind(), error.code(), error.retryable()), (ErrorKind::Store, "LockTimeout", true));
    let waiting = tokio::spawn(async move { other.lock(NAME, LIMIT).await.is_ok() });
    held.release().await.unwrap();
    assert!(waiting.await.unwrap());
    // Letting it fall does so too.
    drop(store.lock(NAME, LIMIT).await.unwrap());
    store.lock(NAME, LIMIT).await.unwrap();
}

#[tokio::test]
async fn a_lease_runs_out_with_its_holder_and_lasts_while_it_is_held() {
    let Some(server) = Server::start().await else { return };
    let store = server.store().with_lease(SHORT);
    let dead = store.lock(NAME, LIMIT).await.unwrap();
    // As a process that was killed: nothing is let go of.
    std::mem::forget(dead);
    let alive = store.lock(NAME, LIMIT).await.unwrap();
    tokio::select! {
        () = alive.hold() => unreachable!("holding never ends"),
        other = store.lock(NAME, SHORT * 4) => assert_eq!(other.unwrap_err().code(), "LockTimeout"),
    }
}

#[tokio::test]
async fn who_lost_the_lock_does_not_write_over_who_had_it_next() {
    let Some(server) = Server::start().await else { return };
    let store = server.store().with_lease(SHORT);
    let mut slow = store.lock(NAME, LIMIT).await.unwrap();
    let mut next = store.lock(NAME, LIMIT).await.unwrap();
    assert_eq!(next.write(b"next", LIMIT).await.unwrap(), Written::Stored);
    assert_eq!(slow.write(b"slow", LIMIT).await.unwrap(), Written::Superseded);
    assert!(!slow.remove().await.unwrap());
    assert_eq!(store.read(NAME).await.unwrap().unwrap().as_slice(), b"next");
}

/// The new refresh token of a holder that was stalled is the only one that is still good.
#[tokio::test]
async fn who_lost_the_lock_stores_where_nothing_is_stored() {
    let Some(server) = Server::start().await else { return };
    let store = server.store().with_lease(SHORT);
    let mut first = store.lock(NAME, LIMIT).await.unwrap();
    first.write(b"old", LIMIT).await.unwrap();
    first.release().await.unwrap();

    let mut slow = store.lock(NAME, LIMIT).await.unwrap();
    let mut next = store.lock(NAME, LIMIT).await.unwrap();
    assert!(next.remove().await.unwrap());
    next.release().await.unwrap();
    assert_eq!(slow.write(b"slow", LIMIT).await.unwrap(), Written::Stored);
    assert_eq!(slow.write(b"slower", LIMIT).await.unwrap(), Written::Stored, "it knows its own writes");
    assert_eq!(store.read(NAME).await.unwrap().unwrap().as_slice(), b"slower");
    assert_eq!(store.names("client-").await.unwrap(), [NAME]);
    // Whoever held the lock meanwhile is told by the count.
    assert_eq!(next.write(b"next", LIMIT).await.unwrap(), Written::Superseded);
}

#[tokio::test]
async fn what_was_begun_and_not_ended_is_told_to_the_next_holder() {
    let Some(server) = Server::start().await else { return };
    let store = server.store().with_lease(SHORT);
    let mut dying = store.lock(NAME, LIMIT).await.unwrap();
    assert!(!dying.was_left_unfinished());
    dying.begin().await.unwrap();
    std::mem::forget(dying);
    let mut next = store.lock(NAME, LIMIT).await.unwrap();
    assert!(next.was_left_unfinished());
    next.write(b"value", LIMIT).await.unwrap();
    next.release().await.unwrap();
    let mut last = store.lock(NAME, LIMIT).await.unwrap();
    assert!(!last.was_left_unfinished());
    last.begin().await.unwrap();
    last.end().await.unwrap();
    last.release().await.unwrap();
    assert!(!store.lock(NAME, LIMIT).await.unwrap().was_left_unfinished());
}

#[tokio::test]
async fn a_server_that_goes_and_comes_back_is_used_again() {
    let Some(mut server) = Server::start().await else { return };
    let store = server.store();
    store.read(NAME).await.unwrap();
    server.stop();
    let error = store.read(NAME).await.unwrap_err();
    assert_eq!((error.kind(), error.code(), error.retryable()), (ErrorKind::Store, "StoreUnreachable", true));
    server.start_again().await;
    assert!(store.read(NAME).await.unwrap().is_none());
}

#[tokio::test]
async fn what_cannot_be_understood_is_kept_aside() {
    let Some(server) = Server::start().await else { return };
    let store = server.store();
    let mut lock = store.lock(NAME, LIMIT).await.unwrap();
    lock.write(b"{", LIMIT).await.unwrap();
    let aside = store.set_aside(NAME).await.unwrap();
    assert!(store.read(NAME).await.unwrap().is_none() && store.names("").await.unwrap().is_empty());
    let key = aside.strip_prefix("the key ").unwrap();
    assert_eq!(store.connection.ask::<Vec<u8>>(cmd("GET").arg(key)).await.unwrap(), b"{");

    let mut other = store.lock("client-other", LIMIT).await.unwrap();
    other.write(b"{", LIMIT).await.unwrap();
    let others = store.set_aside("client-other").await.unwrap();
    for prefix in ["client-", ""] {
        assert_eq!(store.leftovers(prefix).await.unwrap(), ["client-other", NAME]);
    }
    lock.clear_leftovers().await.unwrap();
    assert_eq!(store.leftovers("").await.unwrap(), ["client-other"]);
    let left: Vec<String> = store.connection.ask(cmd("KEYS").arg("*:damaged:*")).await.unwrap();
    assert_eq!(left, [others.strip_prefix("the key ").unwrap()]);
    // There is nothing to move twice.
    store.set_aside(NAME).await.unwrap();
    assert_eq!(store.leftovers("").await.unwrap(), ["client-other"]);
}

/// A server that answers each command as it is told to.
async fn told(answer: impl Fn(&str) -> String + Send + 'static) -> RedisStore {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mut lines = BufReader::new(stream).lines();
            // Arrays of texts, each after its length: `*1`, `$4`, `PING`.
            while let Ok(Some(line)) = lines.next_line().await {
                let Some(length) = line.strip_prefix('*') else { continue };
                let mut words = Vec::new();
                for _ in 0..length.parse::<usize>().unwrap() {
                    lines.next_line().await.unwrap();
                    words.push(lines.next_line().await.unwrap().unwrap());
                }
                let answer = if words[0] == "CLIENT" { "+OK\r\n".to_owned() } else { answer(&words[0]) };
                lines.get_mut().write_all(answer.as_bytes()).await.unwrap();
            }
        }
    });
    RedisStore::open(&format!("redis://127.0.0.1:{port}/")).unwrap()
}

fn array(words: impl IntoIterator<Item = String>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("${}\r\n{word}\r\n", word.len())).collect();
    format!("*{}\r\n{}", words.len(), words.concat())
}

#[tokio::test]
async fn a_search_without_end_and_lists_without_end_are_given_up() {
    let endless = told(|_| "*2\r\n$1\r\n7\r\n*0\r\n".to_owned()).await;
    let clients = (0..=1000).map(|number| format!("cognitoken:1:{{{number}}}:names"));
    let clients = format!("*2\r\n$1\r\n7\r\n{}", array(clients));
    let many_clients = told(move |_| clients.clone()).await;
    let names = array((0..=10_000).map(|number| format!("client-{number}")));
    let many_names = told(move |_| names.clone()).await;
    for (store, prefix, because) in [
        (endless, "", "1000 steps"),
        (many_clients, "", "1000 app clients"),
        (many_names.clone(), "client-", "10000 sign-ins"),
    ] {
        let error = store.names(prefix).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.code(), error.retryable()),
            (ErrorKind::Store, "StoreTooLarge", false)
        );
        assert!(error.message().contains(because) && error.hint().is_some(), "{error}");
    }
    assert_eq!(many_names.leftovers("client-").await.unwrap_err().code(), "StoreTooLarge");
}

/// Whoever waits for a connection that somebody else makes waits for that attempt, and makes none of their own.
#[tokio::test]
async fn a_silent_server_is_tried_once_for_everybody_and_giving_up_lets_the_next_one_try() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let store = RedisStore::open(&format!("redis://{}/", listener.local_addr().unwrap())).unwrap();
    let (tried, _) = {
        let mut first = std::pin::pin!(store.read(NAME));
        tokio::select! {
            _ = &mut first => unreachable!("nobody answers"),
            tried = listener.accept() => tried.unwrap(),
        }
    };
    drop(tried);
    // The first call was dropped in the middle; the others begin anew.
    let calls: Vec<_> = (0..8)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.read(NAME).await.unwrap_err().code().to_owned() })
        })
        .collect();
    let (silent, _) = listener.accept().await.unwrap();
    drop((silent, listener));
    for call in calls {
        assert_eq!(call.await.unwrap(), "StoreUnreachable");
    }
}

#[tokio::test]
async fn a_password_in_the_url_is_never_shown() {
    let store = RedisStore::open("redis://ada:hunter2@127.0.0.1:1/0").unwrap();
    let error = store.read(NAME).await.unwrap_err();
    for shown in [store.place(), format!("{store:?}"), format!("{error:?}")] {
        assert!(!shown.contains("hunter2") && shown.contains("127.0.0.1"), "{shown}");
    }
    for url in ["redis://", "redis://[", "rediss://ada:hunter2@host:port"] {
        let error = RedisStore::open(url).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "InvalidStore"), "{url}");
        assert!(!format!("{error:?}").contains("hunter2"));
    }
}

#[tokio::test]
async fn a_server_that_wants_a_password_says_so() {
    let Some(server) = Server::start().await else { return };
    let store = server.store();
    store.connection.ask::<()>(cmd("CONFIG").arg("SET").arg("requirepass").arg("secret")).await.unwrap();
    let error = server.store().read(NAME).await.unwrap_err();
    assert_eq!((error.code(), error.retryable()), ("StoreRefused", false));
}
