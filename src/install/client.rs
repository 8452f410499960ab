//! The clients whose configurations are known, and in what they differ.

use clap::ValueEnum;

/// A program that speaks MCP and is told about servers in a file.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, ValueEnum)]
pub enum Client {
    /// Claude Desktop
    ClaudeDesktop,
    /// Claude Code, for every folder
    ClaudeCode,
    /// Cursor
    Cursor,
    /// Windsurf
    Windsurf,
    /// VS Code, for every workspace
    #[value(name = "vscode")]
    VsCode,
    /// Codex CLI
    Codex,
    /// Gemini CLI
    Gemini,
    /// Zed
    Zed,
}

/// What a configuration is written in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Syntax {
    /// JSON, which has no comments.
    Json,
    /// JSON with comments, and commas after the last item.
    Jsonc,
    /// TOML.
    Toml,
}

impl Client {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 8] = [
        Self::ClaudeDesktop,
        Self::ClaudeCode,
        Self::Cursor,
        Self::Windsurf,
        Self::VsCode,
        Self::Codex,
        Self::Gemini,
        Self::Zed,
    ];

    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClaudeDesktop => "Claude Desktop",
            Self::ClaudeCode => "Claude Code",
            Self::Cursor => "Cursor",
            Self::Windsurf => "Windsurf",
            Self::VsCode => "VS Code",
            Self::Codex => "Codex",
            Self::Gemini => "Gemini CLI",
            Self::Zed => "Zed",
        }
    }

    /// What the command line calls it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::ClaudeDesktop => "claude-desktop",
            Self::ClaudeCode => "claude-code",
            Self::Cursor => "cursor",
            Self::Windsurf => "windsurf",
            Self::VsCode => "vscode",
            Self::Codex => "codex",
            Self::Gemini => "gemini",
            Self::Zed => "zed",
        }
    }

    /// The field of its configuration that holds the servers.
    pub const fn list(self) -> &'static str {
        match self {
            Self::ClaudeDesktop
            | Self::ClaudeCode
            | Self::Cursor
            | Self::Windsurf
            | Self::Gemini => "mcpServers",
            Self::VsCode => "servers",
            Self::Codex => "mcp_servers",
            Self::Zed => "context_servers",
        }
    }

    /// The field that holds the address of a server over HTTP.
    pub const fn address_field(self) -> &'static str {
        match self {
            Self::Windsurf => "serverUrl",
            _ => "url",
        }
    }

    /// What its configuration is written in.
    pub const fn syntax(self) -> Syntax {
        match self {
            Self::ClaudeDesktop | Self::ClaudeCode => Syntax::Json,
            Self::Codex => Syntax::Toml,
            _ => Syntax::Jsonc,
        }
    }

    /// How its configuration says that the client is to fill the root key in: from the environment
    /// that it was started with, or VS Code from what it asks for once. Nothing where it knows no way.
    pub const fn placeholder(self) -> Option<&'static str> {
        match self {
            // An unset variable is then an empty one, and does not stand before other places.
            Self::ClaudeCode => Some("${UNKEY_ROOT_KEY:-}"),
            Self::Cursor | Self::Windsurf => Some("${env:UNKEY_ROOT_KEY}"),
            Self::VsCode => Some("${input:unkey-root-key}"),
            Self::Codex => Some("UNKEY_ROOT_KEY"),
            Self::Gemini => Some("$UNKEY_ROOT_KEY"),
            Self::ClaudeDesktop | Self::Zed => None,
        }
    }

    /// Whether it fills variables in wherever they stand in an entry, its command too.
    pub const fn fills_variables_in(self) -> bool {
        matches!(
            self,
            Self::ClaudeCode | Self::Cursor | Self::Windsurf | Self::VsCode | Self::Gemini
        )
    }

    /// Whether it takes the root key from the environment that it was started with.
    pub const fn reads_environment(self) -> bool {
        self.placeholder().is_some() && !matches!(self, Self::VsCode)
    }

    /// What has to be done for it to read its configuration.
    pub const fn reload(self) -> &'static str {
        match self {
            Self::ClaudeDesktop => "Quit Claude Desktop and start it again",
            Self::ClaudeCode => "Start a new session; `claude mcp list` connects and says so",
            Self::Cursor => "Restart Cursor, or switch the server on under Settings, MCP",
            Self::Windsurf => "Restart Windsurf, or refresh its list of MCP servers",
            Self::VsCode => "Run *MCP: List Servers* and start it",
            Self::Codex => "Start a new session; `/mcp` lists the tools",
            Self::Gemini => "Start a new session; `gemini mcp list` connects and says so",
            Self::Zed => "Zed reads its settings when they change",
        }
    }
}
