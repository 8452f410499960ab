//! Where clients keep their configurations.

use std::path::{Path, PathBuf};

use super::client::Client;

/// The operating system, as far as clients differ on it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum System {
    /// Linux and what resembles it.
    Linux,
    /// macOS.
    MacOs,
    /// Windows.
    Windows,
}

impl System {
    /// The one that this program runs on.
    pub const fn this() -> Self {
        if cfg!(windows) {
            Self::Windows
        } else if cfg!(target_os = "macos") {
            Self::MacOs
        } else {
            Self::Linux
        }
    }
}

/// The folders of a user on a system.
#[derive(Clone, Debug)]
pub struct Places {
    /// The system.
    pub system: System,
    /// The home folder.
    pub home: PathBuf,
    /// `XDG_CONFIG_HOME`, where it is set.
    pub config: Option<PathBuf>,
    /// `APPDATA`, where it is set.
    pub roaming: Option<PathBuf>,
    /// `CLAUDE_CONFIG_DIR`, where it is set.
    pub claude_code: Option<PathBuf>,
    /// `CODEX_HOME`, where it is set.
    pub codex: Option<PathBuf>,
    /// `GEMINI_CLI_HOME`, where it is set.
    pub gemini: Option<PathBuf>,
}

impl Places {
    /// The folders of a user who has set nothing.
    pub fn of(system: System, home: PathBuf) -> Self {
        Self {
            system,
            home,
            config: None,
            roaming: None,
            claude_code: None,
            codex: None,
            gemini: None,
        }
    }

    /// The configuration of `client` that counts for all of the user's work.
    pub fn file(&self, client: Client) -> PathBuf {
        let folder = self.folder(client);
        match client {
            Client::ClaudeDesktop => folder.join("claude_desktop_config.json"),
            // Beside the folder, unless that was moved.
            Client::ClaudeCode if self.claude_code.is_none() => self.home.join(".claude.json"),
            Client::ClaudeCode => folder.join(".claude.json"),
            Client::Cursor | Client::VsCode => folder.join("mcp.json"),
            Client::Windsurf => folder.join("mcp_config.json"),
            Client::Codex => folder.join("config.toml"),
            Client::Gemini | Client::Zed => folder.join("settings.json"),
        }
    }

    /// Whether `client` has been used here: it makes its folder when it first starts.
    pub fn has(&self, client: Client) -> bool {
        self.folder(client).is_dir() || self.file(client).exists()
    }

    /// The folder that `client` keeps for itself.
    fn folder(&self, client: Client) -> PathBuf {
        let home = |name: &str| self.home.join(name);
        match client {
            Client::ClaudeDesktop => self.programs().join("Claude"),
            Client::ClaudeCode => self.claude_code.clone().unwrap_or_else(|| home(".claude")),
            Client::Cursor => home(".cursor"),
            Client::Windsurf => home(".codeium").join("windsurf"),
            Client::VsCode => self.programs().join("Code").join("User"),
            Client::Codex => self.codex.clone().unwrap_or_else(|| home(".codex")),
            Client::Gemini => self.gemini.as_ref().unwrap_or(&self.home).join(".gemini"),
            Client::Zed => match self.system {
                System::Windows => self.programs().join("Zed"),
                // On macOS too.
                System::Linux | System::MacOs => self.xdg().join("zed"),
            },
        }
    }

    /// Where desktop programs keep their folders.
    fn programs(&self) -> PathBuf {
        match self.system {
            System::Linux => self.xdg(),
            System::MacOs => self.home.join("Library").join("Application Support"),
            System::Windows => self
                .roaming
                .clone()
                .unwrap_or_else(|| self.home.join("AppData").join("Roaming")),
        }
    }

    fn xdg(&self) -> PathBuf {
        // The specification says that a relative one does not count.
        let set = self.config.clone().filter(|path| Path::is_absolute(path));
        set.unwrap_or_else(|| self.home.join(".config"))
    }
}
