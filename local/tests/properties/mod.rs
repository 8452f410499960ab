//! What holds whatever is asked, in whatever order, by however many: with generated requests.
//!
//! `PROPTEST_CASES` sets how hard they try; the ordinary run makes an eighth of that many cases,
//! for each writes to a disk.

mod act;
mod model;
mod refills;
mod sequences;
mod threads;
mod windows;

use proptest::prelude::ProptestConfig;

fn config() -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig {
        cases: usual.cases.div_ceil(8),
        // A failure prints its shortest form, which belongs into a story.
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..usual
    }
}
