//! The URL of a redis store: the servers, the way to find them, and the user.

use std::sync::Arc;

use redis::sentinel::SentinelNodeConnectionInfo;
use redis::{ConnectionInfo, IntoConnectionInfo as _, TlsMode};

use crate::address;
use crate::error::{Error, ErrorKind, Result};

/// The port of a sentinel where none is named.
const SENTINEL_PORT: u16 = 26_379;

const SENTINEL_SUFFIX: &str = "+sentinel";

/// The place of the server of a URL.
#[derive(Clone)]
pub(super) struct Address {
    pub(super) servers: Servers,
    /// The URL without user, password and query.
    pub(super) shown: Arc<str>,
}

#[derive(Clone)]
pub(super) enum Servers {
    /// One server, or some nodes of one cluster: the first that answers counts.
    Named(Vec<ConnectionInfo>),
    /// The server that sentinels call the master of this name.
    Watched { sentinels: Vec<ConnectionInfo>, master: String, server: SentinelNodeConnectionInfo },
}

impl Address {
    pub(super) fn parse(url: &str) -> Result<Self> {
        if cfg!(not(unix)) && url.split_once("://").is_some_and(|(scheme, _)| scheme.ends_with("unix")) {
            return Err(no_unix_sockets());
        }
        let servers = servers(url).ok_or_else(invalid)?;
        Ok(Self { servers, shown: address::shown(url).into() })
    }
}

fn servers(url: &str) -> Option<Servers> {
    let (scheme, rest) = url.split_once("://")?;
    if rest.contains('#') {
        return None;
    }
    if scheme.ends_with("unix") {
        return Some(Servers::Named(vec![url.into_connection_info().ok()?]));
    }
    let (authority, tail) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let (user, hosts) = match authority.rsplit_once('@') {
        Some((user, hosts)) => (format!("{user}@"), hosts),
        None => (String::new(), authority),
    };
    let hosts: Vec<&str> = hosts.split(',').map(str::trim).collect();
    match scheme.strip_suffix(SENTINEL_SUFFIX) {
        None => {
            let infos =
                hosts.iter().map(|host| format!("{scheme}://{user}{host}{tail}").into_connection_info());
            Some(Servers::Named(infos.collect::<Result<_, _>>().ok()?))
        }
        Some(scheme) => watched(scheme, &user, &hosts, tail),
    }
}

/// `tail` is `/<name of the master>`, with or without `/<database>`.
fn watched(scheme: &str, user: &str, hosts: &[&str], tail: &str) -> Option<Servers> {
    let (path, query) = tail.split_at(tail.find('?').unwrap_or(tail.len()));
    let path = path.trim_matches('/');
    let (master, database) = path.split_once('/').unwrap_or((path, ""));
    if master.is_empty() {
        return None;
    }
    let sentinel = |host: &&str| {
        let port = if has_port(host) { String::new() } else { format!(":{SENTINEL_PORT}") };
        format!("{scheme}://{user}{host}{port}").into_connection_info()
    };
    let sentinels = hosts.iter().map(sentinel).collect::<Result<_, _>>().ok()?;
    // The host stands for one that the sentinels will name.
    let named = format!("{scheme}://{user}host/{database}{query}").into_connection_info().ok()?;
    let mut server =
        SentinelNodeConnectionInfo::default().set_redis_connection_info(named.redis_settings().clone());
    if matches!(scheme, "rediss" | "valkeys") {
        server = server.set_tls_mode(TlsMode::Secure);
    }
    Some(Servers::Watched { sentinels, master: master.to_owned(), server })
}

fn has_port(host: &str) -> bool {
    host.rsplit_once(':').is_some_and(|(_, port)| !port.is_empty() && !port.ends_with(']'))
}

/// The URL is not shown: it may hold a password.
fn invalid() -> Error {
    Error::new(ErrorKind::Config, "InvalidStore", "the URL of the redis store is malformed").with_hint(
        "Give redis://<host>:<port>/<database> (rediss:// with TLS; several hosts of a cluster with commas between), \
         redis+sentinel://<host>:<port>/<name of the master>/<database> or redis+unix://<path of the socket> \
         (COGNITO_STORE).",
    )
}

fn no_unix_sockets() -> Error {
    Error::new(
        ErrorKind::Config,
        "InvalidStore",
        "a redis server at a Unix socket cannot be used on this system",
    )
    .with_hint("Give redis://<host>:<port>/<database> (COGNITO_STORE).")
}

#[cfg(test)]
mod tests {
    use redis::ConnectionAddr;

    use super::*;

    fn named(url: &str) -> Vec<ConnectionInfo> {
        match Address::parse(url).unwrap().servers {
            Servers::Named(infos) => infos,
            Servers::Watched { .. } => panic!("{url} names sentinels"),
        }
    }

    #[test]
    fn each_form_names_its_servers_and_is_shown_without_the_password() {
        for (url, shown, addresses) in [
            ("redis://host", "redis://host", &["host:6379"][..]),
            ("valkeys://:hunter2@host:1/2", "valkeys://(hidden)@host:1/2", &["host:1"]),
            (
                "redis://ada:hunter2@a:1,b:2,[::1]:3/",
                "redis://(hidden)@a:1,b:2,[::1]:3/",
                &["a:1", "b:2", "::1:3"],
            ),
        ] {
            assert_names(url, shown, addresses);
        }
        let encrypted = &named("valkeys://:hunter%232@host:1/2")[0];
        assert!(matches!(encrypted.addr(), ConnectionAddr::TcpTls { insecure: false, .. }));
        assert_eq!(encrypted.redis_settings().password(), Some("hunter#2"));
    }

    fn assert_names(url: &str, shown: &str, addresses: &[&str]) {
        assert_eq!(&*Address::parse(url).unwrap().shown, shown);
        let found: Vec<String> = named(url).iter().map(|info| info.addr().to_string()).collect();
        assert_eq!(found, addresses, "{url}");
    }

    #[cfg(unix)]
    #[test]
    fn a_socket_is_named_by_its_path() {
        let url = "redis+unix:///run/redis.sock?pass=hunter2&db=2";
        assert_names(url, "redis+unix:///run/redis.sock", &["/run/redis.sock"]);
        assert_names("unix:///run/redis.sock", "unix:///run/redis.sock", &["/run/redis.sock"]);
        let socket = &named(url)[0];
        assert_eq!((socket.redis_settings().db(), socket.redis_settings().password()), (2, Some("hunter2")));
    }

    #[cfg(not(unix))]
    #[test]
    fn a_socket_is_refused_in_words_where_the_system_has_none() {
        for url in ["redis+unix:///run/redis.sock?pass=hunter2", "unix:///run/redis.sock"] {
            let error = Address::parse(url).map(drop).unwrap_err();
            assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "InvalidStore"));
            assert!(error.message().contains("Unix socket") && !format!("{error:?}").contains("hunter2"));
        }
    }

    #[test]
    fn sentinels_are_asked_for_the_master_that_the_path_names() {
        let url = "rediss+sentinel://ada:hunter2@a,b:7,[::1]/mymaster/3";
        let Address { servers, shown } = Address::parse(url).unwrap();
        assert_eq!(&*shown, "rediss+sentinel://(hidden)@a,b:7,[::1]/mymaster/3");
        let Servers::Watched { sentinels, master, server } = servers else { panic!("{url}") };
        let hosts: Vec<String> = sentinels.iter().map(|info| info.addr().to_string()).collect();
        assert_eq!(
            (hosts, master.as_str()),
            (vec!["a:26379".into(), "b:7".into(), "::1:26379".into()], "mymaster")
        );
        let shown = format!("{server:?}");
        assert!(shown.contains("db: 3") && shown.contains("Secure") && !shown.contains("hunter2"), "{shown}");
    }

    #[test]
    fn what_names_no_server_is_refused_and_not_shown() {
        for url in [
            "redis://",
            "redis://[",
            "redis:host",
            "rediss://ada:hunter2@host:port",
            "redis://host/hunter2",
            "redis://a,,b",
            "rediss://host/#insecure",
            "redis+sentinel://:hunter2@host",
            "redis+sentinel:///master",
            "redis+unix://",
            "redis://0.0.0.0",
        ] {
            let error = Address::parse(url).map(drop).unwrap_err();
            assert_eq!((error.kind(), error.code()), (ErrorKind::Config, "InvalidStore"), "{url}");
            assert!(!format!("{error:?}").contains("hunter2"));
        }
    }
}
