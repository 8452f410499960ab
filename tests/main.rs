//! What holds for the product as a whole. One binary, one module for each part of it.

// `cfg(test)` tells clippy that helpers beside the tests are test code too.
#[cfg(test)]
mod catalogue;
#[cfg(test)]
mod openapi;
