//! `unkey-mcp install`: what it writes into the configurations of clients, and what it leaves alone.

mod asking;
mod commands;
mod documented;
mod files;
mod kept;
mod places;

use std::path::PathBuf;

use serde_json::Value;
use tempfile::TempDir;
use unkey_mcp::install::{Client, Places, Syntax, System};

use crate::support::{Binary, Ended};

/// A user's home folder, which outlives the program.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// The same with a configuration of `client`.
    fn with(client: Client, text: &str) -> Self {
        let home = Self::new();
        home.write(client, text);
        home
    }

    fn places(&self) -> Places {
        Places::of(System::this(), self.0.path().to_owned())
    }

    fn file(&self, client: Client) -> PathBuf {
        self.places().file(client)
    }

    fn write(&self, client: Client, text: &str) {
        let file = self.file(client);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }

    fn text(&self, client: Client) -> String {
        std::fs::read_to_string(self.file(client)).unwrap()
    }

    fn value(&self, client: Client) -> Value {
        let text = self.text(client);
        match client.syntax() {
            Syntax::Toml => toml::from_str(&text).expect(&text),
            _ => serde_json::from_str(&text).expect(&text),
        }
    }

    /// The entry that `install` makes where nobody names it.
    fn entry(&self, client: Client) -> Value {
        self.value(client)[client.list()]["unkey"].clone()
    }

    fn binary(&self, arguments: &[&str]) -> Binary {
        let binary = Binary::new(arguments).env("HOME", self.0.path());
        binary.env("USERPROFILE", self.0.path())
    }

    async fn run(&self, arguments: &[&str]) -> Ended {
        self.binary(arguments).run("").await
    }

    /// Runs `install` with these arguments, which has to work.
    async fn install(&self, arguments: &[&str]) -> Ended {
        let ended = self.run(&[&["install", "--yes"], arguments].concat()).await;
        assert!(ended.status.success(), "{arguments:?}: {ended:?}");
        ended
    }
}
