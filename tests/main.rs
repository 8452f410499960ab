//! The integration tests: one binary, one module for each part of the product.

#![cfg(test)]

mod api_diff;
mod arguments;
mod busy;
mod call;
mod catalogue;
#[cfg(target_os = "linux")]
mod choices;
mod completions;
mod confirm;
mod docs;
mod doctor;
mod dynamic;
mod effects;
mod eras;
mod errors;
mod files;
#[cfg(target_os = "linux")]
mod full_disk;
mod fuzz;
mod guides;
mod hints;
mod hostile;
mod http;
mod install;
mod listing;
mod local;
mod messages;
mod narrowing;
mod newcomer;
mod numbers;
mod observe;
mod older;
mod openapi;
mod operations;
mod operator;
mod pages;
#[cfg(feature = "planted-faults")]
mod panics;
mod portraits;
mod retries;
mod root_key;
mod secrets;
mod serving;
mod settings;
mod stdio;
#[cfg(unix)]
mod stopping;
#[cfg(unix)]
mod stuck;
mod summaries;
mod support;
mod tasks;
mod times;
mod tokens;
mod toolsets;
mod untrusted;
mod upstream;
mod waiting;
mod workflows;
