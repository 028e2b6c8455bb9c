//! Processes of redis-server that end with their test.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use redis::{Client, FromRedisValue, RedisResult, cmd};

use crate::store::redis::RedisStore;

/// A server of this test's own; it ends with it.
pub(crate) struct Server {
    pub(super) port: u16,
    pub(super) folder: tempfile::TempDir,
    arguments: Vec<String>,
    process: Child,
}

impl Server {
    pub(crate) async fn start() -> Option<Self> {
        Self::start_with(&[]).await
    }

    /// With these arguments more. A file that is named first is its configuration.
    pub(super) async fn start_with(arguments: &[&str]) -> Option<Self> {
        if Command::new("redis-server").arg("--version").stdout(Stdio::null()).status().is_err() {
            assert!(std::env::var_os("CI").is_none(), "redis-server has to be here");
            return None;
        }
        let (port, folder) = (free_port(), tempfile::tempdir().unwrap());
        let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        let process = run(port, folder.path(), &arguments);
        let server = Self { port, folder, arguments, process };
        server.answers().await;
        Some(server)
    }

    async fn answers(&self) {
        while tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    pub(super) fn stop(&mut self) {
        let _ = self.process.kill();
        self.process.wait().unwrap();
    }

    pub(super) async fn start_again(&mut self) {
        self.process = run(self.port, self.folder.path(), &self.arguments);
        self.answers().await;
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    pub(super) fn store(&self) -> RedisStore {
        RedisStore::open(&self.url()).unwrap()
    }

    /// Sends a command, its words with blanks between them.
    pub(super) async fn tell<T: FromRedisValue>(&self, words: &str) -> RedisResult<T> {
        let mut words = words.split(' ');
        let mut command = cmd(words.next().unwrap());
        command.arg(words.collect::<Vec<_>>());
        let mut connection = Client::open(self.url())?.get_multiplexed_async_connection().await?;
        command.query_async(&mut connection).await
    }

    /// Waits until the answer to a command has these words in it.
    pub(super) async fn until(&self, command: &str, words: &str) {
        while !self.tell::<String>(command).await.is_ok_and(|answer| answer.contains(words)) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn run(port: u16, folder: &Path, arguments: &[String]) -> Child {
    let is_file = arguments.first().is_some_and(|argument| argument.starts_with('/'));
    let (files, arguments) = arguments.split_at(usize::from(is_file));
    let port = port.to_string();
    Command::new("redis-server")
        .args(files)
        .args(["--port", &port, "--bind", "127.0.0.1", "--save", "", "--dir"])
        .arg(folder)
        .args(arguments)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

pub(super) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
