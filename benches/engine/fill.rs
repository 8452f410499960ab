//! A database with many keys, made in little time: they are imported, by their hashes.

use std::io;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use unkey_local::{Engine, Location, MigrationAlgorithm, Options, Request};

use crate::workload::key;

/// How many keys are imported at once.
const BATCH: usize = 2_000;

/// Makes the database at `file` with `keys` keys, and returns its root key.
pub(crate) fn fill(file: &Path, keys: usize) -> io::Result<String> {
    let options = Options::new(Location::File(file.to_owned()));
    let engine = Engine::open(options).map_err(io::Error::other)?;
    let migration = engine
        .create_migration(MigrationAlgorithm::Sha256)
        .map_err(io::Error::other)?;
    let api = ask(&engine, "apis.createApi", &json!({"name": "bench"}))?;
    let api = api.pointer("/data/apiId").cloned().unwrap_or_default();
    for first in (0..keys).step_by(BATCH) {
        let batch: Vec<Value> = (first..keys.min(first + BATCH)).map(imported).collect();
        let body = json!({"migrationId": migration, "apiId": api, "keys": batch});
        ask(&engine, "keys.migrateKeys", &body)?;
    }
    let root_key = engine.root_key().reveal().to_owned();
    engine.close();
    Ok(root_key)
}

/// Every other key has credits, more than can be spent.
fn imported(number: usize) -> Value {
    let hash = STANDARD.encode(Sha256::digest(key(number)));
    if number.is_multiple_of(2) {
        json!({"hash": hash})
    } else {
        json!({"hash": hash, "credits": {"remaining": 1_000_000_000_000_i64}})
    }
}

fn ask(engine: &Engine, endpoint: &str, body: &Value) -> io::Result<Value> {
    let answer = engine.ask(Request {
        endpoint: endpoint.to_owned(),
        authorization: Some(format!("Bearer {}", engine.root_key().reveal())),
        content_type: Some("application/json".to_owned()),
        body: body.to_string().into_bytes(),
        caller_ip: None,
        is_recorded: true,
        abandoned: std::sync::Arc::default(),
    });
    let text = String::from_utf8_lossy(&answer.body);
    if answer.status != 200 {
        return Err(io::Error::other(format!("{endpoint}: {text}")));
    }
    serde_json::from_str(&text).map_err(io::Error::other)
}
