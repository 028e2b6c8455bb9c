//! Refusals of a server in words, and the operations that go on all the same.

use super::*;

/// The rights that the hint about missing rights names.
pub(super) const RIGHTS: &str =
    "~cognitoken:* +@read +@write +@scripting +select +role +asking +cluster|slots";

/// The error of whoever would write.
async fn refusal(store: &RedisStore) -> crate::error::Error {
    let error = store.lock(NAME, LIMIT).await.map(drop).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Store);
    assert!(error.hint().is_some_and(|hint| !hint.is_empty()));
    error
}

async fn with_a_value(server: &Server) {
    let mut lock = server.store().lock(NAME, LIMIT).await.unwrap();
    lock.write(b"value", LIMIT).await.unwrap();
    lock.release().await.unwrap();
}

#[tokio::test]
async fn a_replica_is_read_and_said_to_be_one() {
    let Some(primary) = Server::start().await else { return };
    with_a_value(&primary).await;
    let port = primary.port.to_string();
    let Some(replica) = Server::start_with(&["--replicaof", "127.0.0.1", &port]).await else { return };
    replica.until("INFO replication", "master_link_status:up").await;
    let store = replica.store();
    assert_eq!(store.read(NAME).await.unwrap().unwrap().as_slice(), b"value");
    assert!(store.read("client-other").await.unwrap().is_none());
    let error = refusal(&store).await;
    assert_eq!((error.code(), error.retryable()), ("StoreReadOnly", false));
    assert!(error.message().contains("replica") && error.hint().unwrap().contains("primary"), "{error}");
}

#[tokio::test]
async fn a_server_that_became_a_replica_is_left_for_the_one_that_answers_next() {
    let (Some(server), Some(other)) = (Server::start().await, Server::start().await) else { return };
    let store = server.store();
    with_a_value(&server).await;
    store.read(NAME).await.unwrap();
    server.tell::<()>(&format!("REPLICAOF 127.0.0.1 {}", other.port)).await.unwrap();
    assert_eq!(refusal(&store).await.code(), "StoreReadOnly");
    server.tell::<()>("REPLICAOF NO ONE").await.unwrap();
    store.lock(NAME, LIMIT).await.unwrap();
}

#[tokio::test]
async fn a_full_memory_is_read_and_said_to_be_full() {
    let Some(server) = Server::start().await else { return };
    with_a_value(&server).await;
    server.tell::<()>("CONFIG SET maxmemory 1").await.unwrap();
    let store = server.store();
    assert_eq!(store.read(NAME).await.unwrap().unwrap().as_slice(), b"value");
    let error = refusal(&store).await;
    assert_eq!((error.code(), error.retryable()), ("StoreFull", false));
    assert!(error.message().contains("maxmemory"), "{error}");
}

#[tokio::test]
async fn a_script_that_is_not_allowed_is_said_to_be_so() {
    let Some(server) = Server::start().await else { return };
    for rights in ["+@all -@scripting", "+@all -eval", "+@all -set", "+@read"] {
        server.tell::<()>(&format!("ACL SETUSER ada reset on >hunter2 ~* {rights}")).await.unwrap();
        let store = RedisStore::open(&format!("redis://ada:hunter2@127.0.0.1:{}", server.port)).unwrap();
        let error = refusal(&store).await;
        assert_eq!((error.code(), error.retryable()), ("StoreForbidden", false), "{rights}: {error}");
        assert!(error.message().contains("EVAL") && error.hint().unwrap().contains("ACL SETUSER"), "{error}");
        assert!(store.read(NAME).await.unwrap().is_none(), "{rights}");
    }
    let Some(server) = Server::start_with(&["--rename-command", "EVAL", ""]).await else { return };
    assert_eq!(refusal(&server.store()).await.code(), "StoreForbidden");
}

/// The rights that the hint names are enough.
#[tokio::test]
async fn the_rights_that_the_hint_names_are_enough() {
    let Some(server) = Server::start().await else { return };
    server.tell::<()>(&format!("ACL SETUSER ada reset on >hunter2 {RIGHTS}")).await.unwrap();
    let store = RedisStore::open(&format!("valkey://ada:hunter2@127.0.0.1:{}/2", server.port)).unwrap();
    let mut lock = store.lock(NAME, LIMIT).await.unwrap();
    lock.begin().await.unwrap();
    lock.write(b"value", LIMIT).await.unwrap();
    assert_eq!(store.names("").await.unwrap(), [NAME]);
    store.set_aside(NAME).await.unwrap();
    lock.clear_leftovers().await.unwrap();
    assert!(!lock.remove().await.unwrap());
    lock.release().await.unwrap();
    assert!(refusal_hint(&server).await.contains(RIGHTS));
}

async fn refusal_hint(server: &Server) -> String {
    server.tell::<()>("ACL SETUSER bob reset on >hunter2").await.unwrap();
    let store = RedisStore::open(&format!("redis://bob:hunter2@127.0.0.1:{}", server.port)).unwrap();
    refusal(&store).await.hint().unwrap().to_owned()
}

#[tokio::test]
async fn a_database_that_is_not_there_and_a_disk_that_is_full_are_said_to_be_so() {
    let Some(server) = Server::start().await else { return };
    let error = refusal(&RedisStore::open(&format!("{}99", server.url())).unwrap()).await;
    assert_eq!(error.code(), "NoSuchDatabase", "{error}");
    server.tell::<()>("CONFIG SET min-replicas-to-write 1").await.unwrap();
    let error = refusal(&server.store()).await;
    assert_eq!((error.code(), error.retryable()), ("StoreReadOnly", true), "{error}");
}

/// A server before redis 7 puts what a script met in the middle of its answer.
#[tokio::test]
async fn the_words_of_older_servers_are_understood() {
    let before = "ERR Error running script (call to f_0123): @user_script:1: @user_script: 1: ";
    for (words, code) in [
        ("-READONLY You can't write against a read only replica.", "StoreReadOnly"),
        ("-OOM command not allowed when used memory > 'maxmemory'.", "StoreFull"),
        ("-NOPERM this user has no permissions to run the 'set' command", "StoreForbidden"),
    ] {
        let store = told(move |word| match word {
            "EVAL" => format!("-{before}{words}\r\n"),
            _ => "-ERR unknown command\r\n".to_owned(),
        });
        assert_eq!(refusal(&store.await).await.code(), code);
    }
    let text = "-ERR something \x1b[31melse\r\n";
    let error = refusal(&told(move |_| text.to_owned()).await).await;
    assert_eq!(error.code(), "StoreUnreachable");
    assert!(error.message().contains("something [31melse"), "{error}");
}

#[tokio::test]
async fn a_certificate_that_is_not_trusted_is_said_to_be_so() {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("both.pem");
    std::fs::write(&file, format!("{}{}", made.cert.pem(), made.signing_key.serialize_pem())).unwrap();
    let (file, port) = (file.to_str().unwrap(), super::server::free_port());
    let arguments = [
        "--tls-port",
        &port.to_string(),
        "--tls-cert-file",
        file,
        "--tls-key-file",
        file,
        "--tls-ca-cert-file",
        file,
        "--tls-auth-clients",
        "no",
    ];
    let Some(server) = Server::start_with(&arguments).await else { return };
    let error = refusal(&RedisStore::open(&format!("rediss://127.0.0.1:{port}")).unwrap()).await;
    assert_eq!(error.code(), "StoreUnreachable");
    assert!(error.message().contains("not signed by any authority"), "{error}");
    assert!(error.hint().unwrap().contains("SSL_CERT_FILE"));
    drop(server);
}

#[cfg(unix)]
#[tokio::test]
async fn a_unix_socket_is_a_store_like_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("redis.sock");
    let socket = socket.to_str().unwrap();
    let arguments = ["--unixsocket", socket, "--requirepass", "hunter2"];
    let Some(server) = Server::start_with(&arguments).await else { return };
    for scheme in ["redis+unix", "valkey+unix", "unix"] {
        let store = RedisStore::open(&format!("{scheme}://{socket}?db=1&pass=hunter2")).unwrap();
        let mut lock = store.lock(NAME, LIMIT).await.unwrap();
        lock.write(scheme.as_bytes(), LIMIT).await.unwrap();
        lock.release().await.unwrap();
        assert_eq!(store.read(NAME).await.unwrap().unwrap().as_slice(), scheme.as_bytes());
        assert_eq!(store.place(), format!("{scheme}://{socket}"));
    }
    drop(server);
    let gone = RedisStore::open(&format!("unix://{socket}?pass=hunter2")).unwrap();
    let error = gone.read(NAME).await.unwrap_err();
    assert_eq!((error.code(), error.retryable()), ("StoreUnreachable", true));
    assert!(error.message().contains(socket) && !format!("{error:?}").contains("hunter2"), "{error:?}");
}
