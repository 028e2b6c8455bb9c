//! The Rust half of the R package: takes values out of R, calls the core, puts the answer back.
//!
//! Every function that R calls takes one named list of values and returns `list(ok =, error =)`, see [`reply`]. What
//! users see of it is in the folder `R/`.

use extendr_api::prelude::*;

mod account;
mod arguments;
mod challenge;
mod device;
mod json;
mod jwt;
mod oauth;
mod reply;
mod runtime;
mod session;
mod sign_in;
mod tokens;

extendr_module! {
    mod cognitoken;
    use account;
    use challenge;
    use device;
    use jwt;
    use oauth;
    use session;
    use sign_in;
    use tokens;
}
