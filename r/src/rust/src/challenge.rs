//! A question of the service's, as it hangs on a condition.

use cognitoken::Challenge;
use extendr_api::prelude::*;

use crate::arguments::Arguments;
use crate::json;
use crate::reply::{Failure, reply};

#[extendr]
fn challenge_field(values: Robj) -> Robj {
    reply(|| {
        let values = Arguments::new(&values)?;
        let challenge: Challenge = values.object("challenge", "the field `challenge` of a condition")?;
        let name = values.text("name")?.unwrap_or_default();
        match name.as_str() {
            "name" => Ok(json::without_nul(challenge.name()).into()),
            "parameters" => json::object_to_r(
                &challenge
                    .parameters()
                    .iter()
                    .map(|(name, value)| (name.clone(), value.as_str().into()))
                    .collect(),
            ),
            _ => Err(Failure::argument(
                "a challenge has a `name` and `parameters`, and nothing else".to_owned(),
            )),
        }
    })
}

extendr_module! {
    mod challenge;
    fn challenge_field;
}
