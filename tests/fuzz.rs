//! The fuzz targets over the inputs that are kept for them, on stable Rust.

use std::fs;
use std::path::Path;

#[path = "../fuzz/lib.rs"]
#[expect(unreachable_pub, reason = "it is a crate of its own for libFuzzer")]
mod targets;

/// Runs `target` over each of its seeds.
fn over_seeds(name: &str, target: impl Fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/seeds")
        .join(name);
    let seeds: Vec<_> = fs::read_dir(folder).unwrap().collect();
    assert!(!seeds.is_empty(), "{name} has no seeds");
    for seed in seeds {
        target(&fs::read(seed.unwrap().path()).unwrap());
    }
}

#[test]
fn arguments_are_prepared_or_told_apart() {
    over_seeds("arguments", targets::arguments);
}

#[test]
fn permission_queries_are_answered_or_refused() {
    over_seeds("permission_query", targets::permission_query);
}

#[test]
fn secrets_are_found_in_what_stands_around_them() {
    over_seeds("secret", targets::secret);
}

#[test]
fn the_files_of_secrets_are_used_or_refused() {
    over_seeds("secret_file", targets::secret_file);
}

#[test]
fn questions_are_answered_or_refused() {
    over_seeds("sql", targets::sql);
}

#[test]
fn lines_are_told_once() {
    over_seeds("lines", targets::lines);
}

#[test]
fn messages_are_carried_out_or_answered() {
    over_seeds("message", targets::message);
}
