//! The APIs that one root key's calls have met. Unkey lists none, so a client's process on `stdio`
//! remembers them, in a file of the data folder that is named after the root key's hash.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tracing::debug;
use unkey_tools::Entry;
use unkey_workflows::Api;

use crate::root_key::RootKey;

/// How many APIs are remembered: what comes later is not.
const MOST: usize = 1_000;

/// No API's id or name is longer.
const LONGEST: usize = 256;

/// What a call says of an API, before it is sent.
#[derive(Debug)]
pub struct Asked {
    entry: &'static Entry,
    api_id: Option<String>,
    name: Option<String>,
}

impl Asked {
    /// What `body` says.
    pub fn new(entry: &'static Entry, body: &Value) -> Self {
        Self {
            entry,
            api_id: text(body, "/apiId"),
            name: text(body, "/name"),
        }
    }
}

/// The APIs that were met.
#[derive(Debug)]
pub struct Remembered {
    file: Option<PathBuf>,
    // Never held across an await.
    apis: Mutex<Option<BTreeMap<String, Option<String>>>>,
}

impl Remembered {
    /// What was met with `root_key` at `api_url`, kept in `folder`, or for this process alone. It is read when it is
    /// asked for.
    pub fn new(folder: Option<&Path>, api_url: &str, root_key: &RootKey) -> Self {
        Self {
            file: folder.map(|folder| folder.join(name(api_url, root_key))),
            apis: Mutex::new(None),
        }
    }

    /// Those that are known.
    pub fn apis(&self) -> Vec<Api> {
        let mut apis = self.lock();
        let apis = apis.get_or_insert_with(|| self.read());
        let apis = apis.iter().map(|(id, name)| Api {
            id: id.clone(),
            name: name.clone(),
            key_space: None,
        });
        apis.collect()
    }

    /// Notes what a call that succeeded says of an API.
    pub fn note(&self, asked: Asked, envelope: &Value) {
        let answered = |place| text(envelope, place);
        let (id, name) = match asked.entry.name {
            "apis_create_api" => (answered("/data/apiId"), asked.name),
            "apis_get_api" => (asked.api_id, answered("/data/name")),
            _ => (asked.api_id, None),
        };
        let Some(id) = id.filter(|id| is_id(id)) else {
            return;
        };
        let mut kept = self.lock();
        let apis = kept.get_or_insert_with(|| self.read());
        let is_news = if asked.entry.name == "apis_delete_api" {
            apis.remove(&id).is_some()
        } else if apis.len() >= MOST && !apis.contains_key(&id) {
            false
        } else {
            let before = apis.get(&id).cloned();
            let name = name.or_else(|| before.clone().flatten());
            apis.insert(id, name.clone());
            before != Some(name)
        };
        if is_news && let Err(error) = self.write(apis) {
            // It is a convenience: no call fails for it.
            debug!(%error, "the APIs that were met are not kept");
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<BTreeMap<String, Option<String>>>> {
        self.apis.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the file holds; nothing where it holds anything else.
    fn read(&self) -> BTreeMap<String, Option<String>> {
        let Some(file) = &self.file else {
            return BTreeMap::new();
        };
        let read = fs::File::open(file).and_then(|file| {
            let mut text = String::new();
            file.take(1 << 20).read_to_string(&mut text)?;
            Ok(text)
        });
        let apis: BTreeMap<String, Option<String>> = read
            .ok()
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default();
        let valid = apis.into_iter().filter(|(id, _)| is_id(id)).take(MOST);
        valid.collect()
    }

    /// Writes the file anew: whoever reads it finds all of it or what was there before.
    fn write(&self, apis: &BTreeMap<String, Option<String>>) -> io::Result<()> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        let folder = file.parent().ok_or(io::ErrorKind::NotFound)?;
        private_folder(folder)?;
        let mut whole = tempfile::Builder::new()
            .prefix(".apis")
            .tempfile_in(folder)?;
        whole.write_all(&serde_json::to_vec(apis)?)?;
        whole.persist(file).map_err(|error| error.error)?;
        Ok(())
    }
}

#[cfg(unix)]
fn private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

#[cfg(not(unix))]
fn private_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// The file's name: neither the root key nor the address can be read from it.
fn name(api_url: &str, root_key: &RootKey) -> String {
    let hash = Sha256::new()
        .chain_update(api_url)
        .chain_update([0])
        .chain_update(root_key.reveal())
        .finalize();
    let mut name = String::new();
    for byte in hash.iter().take(16) {
        // Writing to a string does not fail.
        let _ = write!(name, "{byte:02x}");
    }
    name + ".json"
}

fn text(value: &Value, place: &str) -> Option<String> {
    let text = value.pointer(place).and_then(Value::as_str);
    text.filter(|text| text.len() <= LONGEST).map(str::to_owned)
}

/// Whether `text` has the form of an id.
fn is_id(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (8..=255).contains(&text.len()) && text.bytes().all(is_part)
}
