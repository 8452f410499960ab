//! What the benchmarks share.

pub(crate) mod connection;
pub(crate) mod served;
pub(crate) mod stub;
pub(crate) mod times;
