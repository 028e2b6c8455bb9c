//! SECRET_HASH.

use cognitoken::known_answers::secret_hash;

use crate::Outcome;
use crate::vector::Vector;

pub(crate) fn run(vector: &Vector<'_>) -> Outcome {
    let [username, client_id, client_secret] =
        ["username", "client_id", "client_secret"].map(|name| vector.need_text(name));
    vector.compare_text("secret_hash", &secret_hash(username, client_id, client_secret));
    Outcome::Ran
}
