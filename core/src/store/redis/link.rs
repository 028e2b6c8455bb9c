//! One way to the server: to one server, or to all nodes of a cluster.

use std::time::Duration;

use redis::aio::{ConnectionLike, MultiplexedConnection};
use redis::cluster::ClusterClientBuilder;
use redis::cluster_async::ClusterConnection;
use redis::cluster_routing::{MultipleNodeRoutingInfo, RoutingInfo, SingleNodeRoutingInfo};
use redis::sentinel::{Sentinel, SentinelNodeConnectionInfo};
use redis::{
    AsyncConnectionConfig, Client, Cmd, ConnectionInfo, ErrorKind as Fault, IntoConnectionInfo, Pipeline,
    RedisError, RedisFuture, RedisResult, Value, cmd, from_redis_value,
};

use super::address::Servers;
use super::faults::{Unlinked, is_refused};

/// The pause before a node of a cluster is asked again, in milliseconds: the shortest, and the longest. A
/// cluster that elects a new primary takes some seconds.
const PAUSES: (u64, u64) = (20, 500);
const RETRIES: u32 = 12;

#[derive(Clone)]
pub(super) enum Link {
    Server(MultiplexedConnection),
    Cluster(ClusterConnection),
}

/// The nodes of a cluster that have keys of their own, by host and port; none where one server has them all.
pub(super) type Node = Option<(String, u16)>;

impl Link {
    /// Connects within about `limit`. `in_cluster` says that the server is known to be a node of a cluster.
    pub(super) async fn make(servers: &Servers, in_cluster: bool, limit: Duration) -> Result<Self, Unlinked> {
        match servers {
            Servers::Named(infos) => to_first_that_answers(infos, in_cluster, limit).await,
            Servers::Watched { sentinels, master, server } => {
                let client = find_master(sentinels, master, server)
                    .await
                    .map_err(|fault| Unlinked::NoMaster(master.clone(), fault))?;
                Ok(Self::Server(connect(&client, limit).await?))
            }
        }
    }

    /// One step of a search, on one node or on all that have keys.
    pub(super) async fn scan(mut self, node: Node, step: Cmd) -> RedisResult<Vec<(Node, u64, Vec<String>)>> {
        let Self::Cluster(cluster) = &mut self else {
            let (next, keys) = step.query_async(&mut self).await?;
            return Ok(vec![(None, next, keys)]);
        };
        let Some((host, port)) = node.clone() else {
            let everywhere = RoutingInfo::MultiNode((MultipleNodeRoutingInfo::AllMasters, None));
            let answers: Vec<(String, Value)> =
                from_redis_value(cluster.route_command(step, everywhere).await?)?;
            let pages = answers.into_iter().map(|(node, answer)| {
                let (next, keys) = from_redis_value(answer)?;
                Ok((parse_node(&node), next, keys))
            });
            return pages.collect();
        };
        let there = RoutingInfo::SingleNode(SingleNodeRoutingInfo::ByAddress { host, port });
        let (next, keys) = from_redis_value(cluster.route_command(step, there).await?)?;
        Ok(vec![(node, next, keys)])
    }
}

async fn to_first_that_answers(
    infos: &[ConnectionInfo],
    in_cluster: bool,
    limit: Duration,
) -> Result<Link, Unlinked> {
    let limit = limit / u32::try_from(infos.len()).unwrap_or(u32::MAX).max(1);
    let mut outcome = Err(Unlinked::Fault(RedisError::from((Fault::Client, "no server is named"))));
    for info in infos {
        outcome = match Client::open(info.clone()).map_err(Unlinked::Fault) {
            Ok(client) => to_server(&client, infos, in_cluster, limit).await,
            Err(unlinked) => Err(unlinked),
        };
        match &outcome {
            Err(Unlinked::Fault(fault)) if !is_refused(fault) => {}
            _ => break,
        }
    }
    outcome
}

async fn to_server(
    client: &Client,
    infos: &[ConnectionInfo],
    in_cluster: bool,
    limit: Duration,
) -> Result<Link, Unlinked> {
    let mut connection = connect(client, limit).await?;
    match mode(&mut connection).await?.as_deref() {
        Some("sentinel") => Err(Unlinked::IsSentinel),
        Some("cluster") => to_cluster(infos, limit).await,
        _ if in_cluster => to_cluster(infos, limit).await,
        _ => Ok(Link::Server(connection)),
    }
}

async fn to_cluster(infos: &[ConnectionInfo], limit: Duration) -> Result<Link, Unlinked> {
    let client = ClusterClientBuilder::new(infos.iter().cloned())
        .connection_timeout(limit)
        .response_timeout(limit)
        .retries(RETRIES)
        .min_retry_wait(PAUSES.0)
        .max_retry_wait(PAUSES.1)
        .build()?;
    Ok(Link::Cluster(client.get_async_connection().await?))
}

async fn connect(client: &Client, limit: Duration) -> RedisResult<MultiplexedConnection> {
    let limits =
        AsyncConnectionConfig::new().set_connection_timeout(Some(limit)).set_response_timeout(Some(limit));
    client.get_multiplexed_async_connection_with_config(&limits).await
}

/// The mode that the server reports: `standalone`, `cluster` or `sentinel`. Servers before redis 6, and some proxies,
/// do not say.
async fn mode(connection: &mut MultiplexedConnection) -> RedisResult<Option<String>> {
    let answer: Value = match cmd("HELLO").query_async(connection).await {
        Err(fault) if fault.code().is_some() && !is_refused(&fault) => return Ok(None),
        answer => answer?,
    };
    let pairs: Vec<(String, Value)> = from_redis_value(answer).unwrap_or_default();
    let mode = pairs.into_iter().find(|(name, _)| name == "mode");
    Ok(mode.and_then(|(_, mode)| from_redis_value(mode).ok()))
}

/// Sentinels often ask for no password where their server does: the server's is given only to those that want one.
async fn find_master(
    sentinels: &[ConnectionInfo],
    master: &str,
    server: &SentinelNodeConnectionInfo,
) -> RedisResult<Client> {
    let anonymous = sentinels.iter().map(|sentinel| sentinel.addr().clone().into_connection_info());
    let mut watchers = Sentinel::build(anonymous.collect::<RedisResult<Vec<_>>>()?)?;
    match watchers.async_master_for(master, Some(server)).await {
        Err(fault) if is_refused(&fault) => {
            Sentinel::build(sentinels.to_vec())?.async_master_for(master, Some(server)).await
        }
        found => found,
    }
}

fn parse_node(address: &str) -> Node {
    let (host, port) = address.rsplit_once(':')?;
    Some((host.to_owned(), port.parse().ok()?))
}

impl ConnectionLike for Link {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        match self {
            Self::Server(connection) => connection.req_packed_command(command),
            Self::Cluster(connection) => connection.req_packed_command(command),
        }
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        pipeline: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        match self {
            Self::Server(connection) => connection.req_packed_commands(pipeline, offset, count),
            Self::Cluster(connection) => connection.req_packed_commands(pipeline, offset, count),
        }
    }

    fn get_db(&self) -> i64 {
        match self {
            Self::Server(connection) => connection.get_db(),
            Self::Cluster(connection) => connection.get_db(),
        }
    }
}
