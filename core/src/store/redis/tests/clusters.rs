//! A cluster of several servers, each with a part of the keys.

use super::server::free_port;
use super::*;

/// App clients whose keys rest on different nodes.
const CLIENTS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

struct Cluster {
    nodes: Vec<Server>,
}

impl Cluster {
    /// Three nodes that share all keys among them.
    async fn start(arguments: &[&str]) -> Option<Self> {
        let mut nodes = Vec::new();
        for _ in 0..3 {
            nodes.push(Self::node(arguments).await?);
        }
        for (node, slots) in nodes.iter().zip(["0 5460", "5461 10922", "10923 16383"]) {
            node.tell::<()>(&format!("CLUSTER ADDSLOTSRANGE {slots}")).await.unwrap();
        }
        let cluster = Self { nodes };
        cluster.meet(&cluster.nodes[1..]).await;
        for node in &cluster.nodes {
            node.until("CLUSTER INFO", "cluster_state:ok").await;
            node.until("CLUSTER INFO", "cluster_known_nodes:3").await;
        }
        Some(cluster)
    }

    async fn node(arguments: &[&str]) -> Option<Server> {
        let bus = free_port().to_string();
        let more = ["--cluster-enabled", "yes", "--cluster-node-timeout", "1000", "--cluster-port", &bus];
        Server::start_with(&[&more, arguments].concat()).await
    }

    async fn meet(&self, others: &[Server]) {
        for other in others {
            let bus: (String, u16) = other.tell("CONFIG GET cluster-port").await.unwrap();
            let meet = format!("CLUSTER MEET 127.0.0.1 {} {}", other.port, bus.1);
            self.nodes[0].tell::<()>(&meet).await.unwrap();
        }
    }

    /// The node that has this key, and one that has not.
    async fn owner(&self, key: &str) -> (&Server, &Server) {
        for (number, node) in self.nodes.iter().enumerate() {
            if node.tell::<i64>(&format!("EXISTS {key}")).await.is_ok() {
                return (node, &self.nodes[(number + 1) % 3]);
            }
        }
        panic!("no node has {key}");
    }
}

async fn write(store: &RedisStore, name: &str, value: &[u8]) {
    let mut lock = store.lock(name, LIMIT).await.unwrap();
    assert_eq!(lock.write(value, LIMIT).await.unwrap(), Written::Stored);
    lock.release().await.unwrap();
}

async fn holds_the_values_of_many_clients(store: &RedisStore) {
    let names = CLIENTS.map(|client| format!("{client}-user"));
    for name in &names {
        assert!(store.read(name).await.unwrap().is_none());
        write(store, name, name.as_bytes()).await;
        let held = store.lock(name, LIMIT).await.unwrap();
        assert_eq!(store.lock(name, SHORT).await.unwrap_err().code(), "LockTimeout");
        drop(held);
        assert_eq!(store.read(name).await.unwrap().unwrap().as_slice(), name.as_bytes());
    }
    assert_eq!(store.names("").await.unwrap(), names, "they are looked for on every node");
    assert_eq!(store.names("c-").await.unwrap(), ["c-user"]);
    store.set_aside("c-user").await.unwrap();
    assert_eq!(store.leftovers("").await.unwrap(), ["c-user"]);
    let mut lock = store.lock("c-user", LIMIT).await.unwrap();
    lock.clear_leftovers().await.unwrap();
    assert!(store.leftovers("").await.unwrap().is_empty() && !lock.remove().await.unwrap());
}

#[tokio::test]
async fn the_nodes_of_a_cluster_are_one_store_whichever_is_named() {
    let Some(cluster) = Cluster::start(&[]).await else { return };
    holds_the_values_of_many_clients(&cluster.nodes[1].store()).await;
    for node in &cluster.nodes {
        assert_eq!(node.store().names("").await.unwrap().len(), CLIENTS.len() - 1);
        assert!(node.tell::<i64>("DBSIZE").await.unwrap() > 0, "each has a part of them");
    }
    let [one, two, _] = &cluster.nodes[..] else { unreachable!() };
    let url = format!("valkey://127.0.0.1:{},127.0.0.1:{},127.0.0.1:{}", free_port(), one.port, two.port);
    let store = RedisStore::open(&url).unwrap();
    assert_eq!(store.read("a-user").await.unwrap().unwrap().as_slice(), b"a-user");
    assert_eq!(store.place(), url);
}

/// The rights that the hint names are enough for a cluster, too.
#[tokio::test]
async fn a_user_with_the_rights_that_the_hint_names_is_enough() {
    let Some(cluster) = Cluster::start(&[]).await else { return };
    for node in &cluster.nodes {
        node.tell::<()>(&format!("ACL SETUSER ada reset on >hunter2 {}", refusals::RIGHTS)).await.unwrap();
    }
    let url = format!("redis://ada:hunter2@127.0.0.1:{}", cluster.nodes[0].port);
    holds_the_values_of_many_clients(&RedisStore::open(&url).unwrap()).await;
    let database = RedisStore::open(&format!("{url}/3")).unwrap();
    assert_eq!(database.read(NAME).await.unwrap_err().code(), "NoSuchDatabase");
}

#[tokio::test]
async fn a_node_that_does_not_say_what_it_is_is_found_out_by_its_redirection() {
    let Some(cluster) = Cluster::start(&["--rename-command", "HELLO", ""]).await else { return };
    let store = cluster.nodes[0].store();
    for name in CLIENTS.map(|client| format!("{client}-user")) {
        write(&store, &name, b"value").await;
    }
    assert_eq!(store.names("").await.unwrap().len(), CLIENTS.len());
}

#[tokio::test]
async fn a_value_is_found_while_it_moves_and_once_it_has_moved() {
    let Some(cluster) = Cluster::start(&[]).await else { return };
    let store = cluster.nodes[0].store();
    write(&store, NAME, b"value").await;
    let key = Keys::new(NAME).value();
    let (from, to) = cluster.owner(&key).await;
    let slot: u16 = from.tell(&format!("CLUSTER KEYSLOT {key}")).await.unwrap();
    let ids: (String, String) =
        (from.tell("CLUSTER MYID").await.unwrap(), to.tell("CLUSTER MYID").await.unwrap());
    to.tell::<()>(&format!("CLUSTER SETSLOT {slot} IMPORTING {}", ids.0)).await.unwrap();
    from.tell::<()>(&format!("CLUSTER SETSLOT {slot} MIGRATING {}", ids.1)).await.unwrap();
    let keys: Vec<String> = from.tell(&format!("CLUSTER GETKEYSINSLOT {slot} 100")).await.unwrap();
    for key in &keys {
        from.tell::<String>(&format!("MIGRATE 127.0.0.1 {} {key} 0 5000", to.port)).await.unwrap();
    }
    assert_eq!(store.read(NAME).await.unwrap().unwrap().as_slice(), b"value", "ASK is followed");
    for node in [to, from] {
        node.tell::<()>(&format!("CLUSTER SETSLOT {slot} NODE {}", ids.1)).await.unwrap();
    }
    assert_eq!(store.read(NAME).await.unwrap().unwrap().as_slice(), b"value", "MOVED is followed");
    write(&store, NAME, b"again").await;
    assert_eq!(to.tell::<i64>(&format!("EXISTS {key}")).await.unwrap(), 1);
}

#[tokio::test]
async fn a_replica_takes_the_place_of_a_node_that_died() {
    let Some(mut cluster) = Cluster::start(&[]).await else { return };
    let store = cluster.nodes[0].store();
    write(&store, NAME, b"value").await;
    let port = cluster.owner(&Keys::new(NAME).value()).await.0.port;
    let at = cluster.nodes.iter().position(|node| node.port == port).unwrap();
    let id: String = cluster.nodes[at].tell("CLUSTER MYID").await.unwrap();

    let replica = Cluster::node(&[]).await.unwrap();
    cluster.meet(std::slice::from_ref(&replica)).await;
    replica.until("CLUSTER NODES", &id).await;
    replica.tell::<()>(&format!("CLUSTER REPLICATE {id}")).await.unwrap();
    replica.until("INFO replication", "master_link_status:up").await;
    for node in &cluster.nodes {
        node.until("CLUSTER INFO", "cluster_known_nodes:4").await;
    }
    cluster.nodes[at].stop();
    replica.until("INFO replication", "role:master").await;
    assert_eq!(store.read(NAME).await.unwrap().unwrap().as_slice(), b"value");
    write(&store, NAME, b"again").await;
}

#[tokio::test]
async fn a_cluster_without_all_of_its_nodes_is_said_to_be_down() {
    let Some(mut cluster) = Cluster::start(&[]).await else { return };
    let store = cluster.nodes[0].store();
    write(&store, NAME, b"value").await;
    for node in &mut cluster.nodes[1..] {
        node.stop();
    }
    cluster.nodes[0].until("CLUSTER INFO", "cluster_state:fail").await;
    let error = cluster.nodes[0].store().read("a-user").await.unwrap_err();
    assert_eq!((error.code(), error.retryable()), ("StoreUnreachable", true), "{error}");
    assert!(error.hint().is_some());
}
