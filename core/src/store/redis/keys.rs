//! The keys under which a redis server holds a value and all that belongs to it.
//!
//! All keys of one app client carry the same hash tag, so that a cluster keeps them together:
//! <https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/>.

/// The beginning of every key: the library, and the version of this layout of keys.
const ROOT: &str = "cognitoken:1";

/// The keys that belong to one name.
#[derive(Debug, Clone)]
pub(super) struct Keys {
    name: String,
}

impl Keys {
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.to_owned() }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn value(&self) -> String {
        self.key("value")
    }

    pub(super) fn lock(&self) -> String {
        self.key("lock")
    }

    /// The number of times that the value has been written. A holder who lost the lock is recognized by it.
    pub(super) fn writes(&self) -> String {
        self.key("writes")
    }

    /// The note that something has begun.
    pub(super) fn begun(&self) -> String {
        self.key("begun")
    }

    /// The set of the names of all values of the same client.
    pub(super) fn index(&self) -> String {
        index_of(self.client())
    }

    /// The value after it was set aside.
    pub(super) fn damaged(&self, moment: &str) -> String {
        self.key(&format!("damaged:{moment}"))
    }

    /// The set of the keys of all values of the same client that were set aside.
    pub(super) fn set_aside(&self) -> String {
        set_aside_of(self.client())
    }

    fn key(&self, what: &str) -> String {
        format!("{ROOT}:{{{}}}:{}:{what}", self.client(), self.name)
    }

    fn client(&self) -> &str {
        self.name.split('-').next().unwrap_or(&self.name)
    }
}

/// The set of the names of a client's values; `*` stands for all clients.
pub(super) fn index_of(client: &str) -> String {
    format!("{ROOT}:{{{client}}}:names")
}

/// The set of the keys of a client's values that were set aside; `*` stands for all clients.
pub(super) fn set_aside_of(client: &str) -> String {
    format!("{ROOT}:{{{client}}}:set-aside")
}

/// The name whose value is under a key from [`Keys::damaged`].
pub(super) fn name_of_damaged(key: &str) -> Option<&str> {
    let (name, _) = key.strip_prefix(ROOT)?.split_once("}:")?.1.split_once(":damaged:")?;
    Some(name)
}
