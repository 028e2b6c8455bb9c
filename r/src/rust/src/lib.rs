//! The Rust half of the R package: it takes values out of R, calls the surface that all languages share, and gives the
//! outcome back. The functions that R calls are in [`doors`]; what users see of them is in the folder `R/`.

mod doors;
mod host;
mod json;
mod objects;
mod parameters;
mod reply;
mod values;
mod vectors;
