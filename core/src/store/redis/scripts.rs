//! The scripts that the server runs in one step.

use redis::{Cmd, cmd};

/// A script; its keys are all of one app client, so that one node of a cluster has them.
pub(super) struct Script(&'static str);

impl Script {
    /// The command that runs it. The script itself is sent: a server that has just taken over does not know it yet, and
    /// each node of a cluster would have to be told.
    pub(super) fn on<const N: usize>(&self, keys: [&str; N]) -> Cmd {
        let mut command = cmd("EVAL");
        command.arg(self.0).arg(N).arg(&keys);
        command
    }
}

/// Takes the lock where it is free, or already ours: the answer to the same command may have been lost. Gives whether it
/// did, how often the value was written, and whether the holder before left something unfinished.
pub(super) static TAKE: Script = Script(
    r"if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) or redis.call('GET', KEYS[1]) == ARGV[1] then
        return {1, tonumber(redis.call('GET', KEYS[2]) or '0'), redis.call('EXISTS', KEYS[3])}
      end
      return {0, 0, 0}",
);

/// Lends the lock for longer, where it is still ours.
pub(super) static RENEW: Script = Script(
    r"if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
      return 0",
);

pub(super) static RELEASE: Script = Script(
    r"if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
      return 0",
);

/// Writes the value, but where one is stored that somebody wrote since the lock was taken. Gives how often the value was
/// written by now, or 0. Where nothing is stored, nothing is lost: what was there was removed or ran out, and a new
/// refresh token that is not stored is lost for good. The count outlives the value, or a lock of long ago could take
/// its absence for the beginning.
pub(super) static WRITE: Script = Script(
    r"local writes = tonumber(redis.call('GET', KEYS[2]) or '0')
      if writes ~= tonumber(ARGV[1]) and redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
      redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
      writes = redis.call('INCR', KEYS[2])
      redis.call('PEXPIRE', KEYS[2], ARGV[3] + 86400000)
      redis.call('DEL', KEYS[3])
      redis.call('SADD', KEYS[4], ARGV[4])
      if redis.call('PTTL', KEYS[4]) < tonumber(ARGV[3]) then redis.call('PEXPIRE', KEYS[4], ARGV[3]) end
      return writes",
);

/// Removes the value where nobody has written since the lock was taken. Gives whether there was one, or -1.
pub(super) static REMOVE: Script = Script(
    r"if tonumber(redis.call('GET', KEYS[2]) or '0') ~= tonumber(ARGV[1]) then return -1 end
      redis.call('INCR', KEYS[2])
      redis.call('PEXPIRE', KEYS[2], 86400000)
      redis.call('DEL', KEYS[3])
      redis.call('SREM', KEYS[4], ARGV[2])
      return redis.call('DEL', KEYS[1])",
);

/// Takes the value out of the way, and notes where it is now: it can be found again without a search, which would look
/// at every key of the server. The note outlives every value: none is kept for more than a year.
pub(super) static SET_ASIDE: Script = Script(
    r"redis.call('SREM', KEYS[3], ARGV[1])
      if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
      redis.call('RENAME', KEYS[1], KEYS[2])
      redis.call('SADD', KEYS[4], KEYS[2])
      redis.call('PEXPIRE', KEYS[4], 31622400000)
      return 1",
);
