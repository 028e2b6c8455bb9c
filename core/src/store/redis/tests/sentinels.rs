//! A server and its replica that sentinels watch.

use super::server::free_port;
use super::*;

const PASSWORD: &str = "hunter2";

/// A server with a password, its replica, and a sentinel that watches them.
struct Watched {
    primary: Server,
    replica: Server,
    sentinel: Server,
}

impl Watched {
    async fn start(sentinel_password: Option<&str>) -> Option<Self> {
        let secrets = ["--requirepass", PASSWORD, "--masterauth", PASSWORD];
        let primary = Server::start_with(&secrets).await?;
        let port = primary.port.to_string();
        let replica =
            Server::start_with(&[&secrets[..], &["--replicaof", "127.0.0.1", &port]].concat()).await?;
        let connected = RedisStore::open(&with_password(&replica)).unwrap();
        while !connected
            .connection
            .ask::<String>(cmd("INFO").arg("replication"))
            .await
            .unwrap()
            .contains("status:up")
        {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let folder = tempfile::tempdir().unwrap();
        let configuration = folder.path().join("sentinel.conf");
        let wanted =
            sentinel_password.map(|password| format!("requirepass {password}\n")).unwrap_or_default();
        let text = format!(
            "{wanted}sentinel monitor mymaster 127.0.0.1 {port} 1\nsentinel auth-pass mymaster {PASSWORD}\n\
             sentinel down-after-milliseconds mymaster 500\nsentinel failover-timeout mymaster 2000\n"
        );
        std::fs::write(&configuration, text).unwrap();
        let sentinel = Server::start_with(&[configuration.to_str().unwrap(), "--sentinel"]).await?;
        drop(folder);
        Some(Self { primary, replica, sentinel })
    }

    fn url(&self, master: &str) -> String {
        // The first is gone, and the next one is asked.
        format!(
            "redis+sentinel://:{PASSWORD}@127.0.0.1:{},127.0.0.1:{}/{master}",
            free_port(),
            self.sentinel.port
        )
    }
}

fn with_password(server: &Server) -> String {
    format!("redis://:{PASSWORD}@127.0.0.1:{}", server.port)
}

#[tokio::test]
async fn the_next_master_is_used_when_one_died() {
    let Some(mut watched) = Watched::start(None).await else { return };
    watched.sentinel.until("INFO sentinel", "slaves=1").await;
    let store = RedisStore::open(&watched.url("mymaster")).unwrap();
    let mut lock = store.lock(NAME, LIMIT).await.unwrap();
    lock.write(b"value", LIMIT).await.unwrap();
    lock.release().await.unwrap();
    let copy = RedisStore::open(&with_password(&watched.replica)).unwrap();
    while copy.read(NAME).await.unwrap().is_none() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    watched.primary.stop();
    let mut lock = loop {
        match store.lock(NAME, LIMIT).await {
            Ok(lock) => break lock,
            Err(error) => {
                assert!(error.retryable() || error.code() == "StoreReadOnly", "{error}");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    };
    assert_eq!(store.read(NAME).await.unwrap().unwrap().as_slice(), b"value");
    lock.write(b"again", LIMIT).await.unwrap();
    assert_eq!(copy.read(NAME).await.unwrap().unwrap().as_slice(), b"again");
    assert!(!format!("{} {store:?}", store.place()).contains(PASSWORD));
}

#[tokio::test]
async fn a_sentinel_that_wants_the_password_too_gets_it_and_an_unknown_master_is_named() {
    let Some(watched) = Watched::start(Some(PASSWORD)).await else { return };
    let store = RedisStore::open(&watched.url("mymaster")).unwrap();
    assert!(store.read(NAME).await.unwrap().is_none());

    let error = RedisStore::open(&watched.url("another")).unwrap().read(NAME).await.unwrap_err();
    assert_eq!((error.code(), error.retryable()), ("StoreUnreachable", true));
    assert!(
        error.message().contains("\"another\"") && error.hint().unwrap().contains("COGNITO_STORE"),
        "{error}"
    );
    let wrong = watched.url("mymaster").replace(PASSWORD, "wrong");
    let error = RedisStore::open(&wrong).unwrap().read(NAME).await.unwrap_err();
    assert_eq!(error.code(), "StoreRefused", "{error}");
}

#[tokio::test]
async fn a_sentinel_and_a_server_are_not_taken_for_each_other() {
    let Some(watched) = Watched::start(None).await else { return };
    let error = watched.sentinel.store().read(NAME).await.unwrap_err();
    assert_eq!(error.code(), "StoreRefused");
    assert!(
        error.message().contains("sentinel") && error.hint().unwrap().contains("redis+sentinel://"),
        "{error}"
    );

    let Some(server) = Server::start().await else { return };
    let url = format!("redis+sentinel://127.0.0.1:{}/mymaster", server.port);
    let error = RedisStore::open(&url).unwrap().read(NAME).await.unwrap_err();
    assert_eq!((error.code(), error.retryable()), ("StoreRefused", false), "{error}");
    assert!(error.message().contains("no sentinel"), "{error}");
}
