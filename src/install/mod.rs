//! `unkey-mcp install`: tells clients about this server, in their own configurations.

mod client;
mod difference;
mod edit;
mod entry;
mod file;
mod jsonc;
mod keys;
mod links;
mod places;
mod program;
mod toml;

use serde_json::Value;

pub use self::client::{Client, Syntax};
pub use self::edit::Unfit;
pub use self::entry::{KeyPlace, Reach, Server, configuration};
pub use self::file::Problem;
pub(crate) use self::file::{Lying, shown_path};
pub use self::keys::KnownKeys;
pub use self::links::link;
pub use self::places::{Places, System};
pub use self::program::{Program, program};
use crate::error::StartError;
use crate::observe::{self, shown};
use crate::screen::Screen;

/// What `install` was asked to do.
#[derive(Debug)]
pub struct Settings {
    /// The clients.
    pub clients: Vec<Client>,
    /// What the server is called in their configurations.
    pub name: String,
    /// What is to become of it there.
    pub task: Task,
    /// How far to go.
    pub extent: Extent,
    /// Where configurations lie.
    pub places: Places,
}

/// What is to become of a server in a configuration.
#[derive(Debug)]
pub enum Task {
    /// It is to be there.
    Add {
        /// What the client starts.
        program: Program,
        /// The program's own arguments.
        args: Vec<String>,
        /// Where a root key may come from.
        keys: KnownKeys,
    },
    /// It is to be gone.
    Remove,
}

/// How far to go.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Extent {
    /// Print what belongs into the configuration, and look at none.
    Print,
    /// Show what would change.
    Show,
    /// Change what a person at the terminal agrees to.
    Ask,
    /// Change it.
    Write,
    /// Show it, and say that nobody could be asked.
    Refuse,
}

/// What a configuration would become.
struct Change {
    lying: Lying,
    after: String,
}

/// Why a configuration stays as it is.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    File(#[from] Problem),
    #[error("{0}; mend the file, and run this again")]
    Text(#[from] Unfit),
}

/// Does what `settings` say for each client, and returns whether all of it was done.
///
/// # Errors
/// [`StartError::Output`] where the terminal cannot be written.
pub fn run(settings: &Settings) -> Result<bool, StartError> {
    let mut screen = Screen::new();
    let mut all_done = true;
    for client in &settings.clients {
        all_done &= match settings.extent {
            Extent::Print => settings.print(*client, &mut screen)?,
            _ => settings.change(*client, &mut screen)?,
        };
    }
    if let Task::Add { program, .. } = &settings.task
        && let Some(remark) = program.remark
    {
        observe::tell(format!("Note: {remark}.\n"));
    }
    Ok(all_done)
}

impl Settings {
    /// Prints what belongs into the client's configuration, and says beside it where that is.
    fn print(&self, client: Client, screen: &mut Screen) -> Result<bool, StartError> {
        let Some(server) = self.server(client) else {
            return Ok(true);
        };
        match snippet(client, &self.name, &server) {
            Ok(text) => {
                observe::tell(format!("{}: {}\n", client.name(), self.place(client)));
                screen.say(text.trim_end())?;
                self.tell_of_key(client);
                Ok(true)
            }
            Err(error) => Err(StartError::NotDone(error.to_string())),
        }
    }

    /// Changes the client's configuration, as far as that is wanted.
    fn change(&self, client: Client, screen: &mut Screen) -> Result<bool, StartError> {
        screen.say(&format!("{}: {}", client.name(), self.place(client)))?;
        let change = match self.planned(client) {
            Ok(Some(change)) => change,
            Ok(None) => {
                screen.say(&match self.task {
                    Task::Add { .. } => {
                        format!("  `{}` is there already, as it should be.", self.name)
                    }
                    Task::Remove => format!("  There is no `{}` in it.", self.name),
                })?;
                return Ok(true);
            }
            Err(failure) => {
                screen.say(&format!("  Left as it is: {failure}."))?;
                return Ok(false);
            }
        };
        let before = change.lying.text.as_deref().unwrap_or_default();
        screen.say(difference::difference(before, &change.after).trim_end())?;
        let agreed = match self.extent {
            Extent::Write => true,
            Extent::Ask => screen.ask("  Write this?")?,
            Extent::Show | Extent::Print => {
                screen.say("  Nothing was changed: --dry-run.")?;
                return Ok(true);
            }
            Extent::Refuse => {
                screen.say("  Nothing was changed: nobody can be asked here. Add --yes.")?;
                return Ok(false);
            }
        };
        if !agreed {
            screen.say("  Nothing was changed.")?;
            return Ok(false);
        }
        self.write(client, &change, screen)
    }

    fn write(
        &self,
        client: Client,
        change: &Change,
        screen: &mut Screen,
    ) -> Result<bool, StartError> {
        let backup = match change.lying.replace(&change.after) {
            Ok(backup) => backup,
            Err(problem) => {
                screen.say(&format!("  Left as it is: {problem}."))?;
                return Ok(false);
            }
        };
        let kept = backup.map(|path| shown_path(&path, &self.places.home));
        let kept = kept.map(|path| format!(" What was there is kept in {path}."));
        let kept = kept.unwrap_or_default();
        screen.say(&format!("  Written.{kept} {}.", client.reload()))?;
        let has_key = |text: &str| shown::without_root_keys(text) != text;
        let before = change.lying.text.as_deref().unwrap_or_default();
        if has_key(before) && !has_key(&change.after) {
            screen.say(
                "  The root key that stood there in plain text is in that backup alone now: put it where \
                 it belongs, and delete the backup.",
            )?;
        }
        self.tell_of_key(client);
        Ok(true)
    }

    /// What the client's configuration would become; nothing where it would stay as it is.
    fn planned(&self, client: Client) -> Result<Option<Change>, Failure> {
        let lying = Lying::read(&self.places.file(client))?;
        let before = lying.text.as_deref().unwrap_or_default();
        let after = match self.server(client) {
            Some(server) => {
                let fields = entry::entry(client, &server);
                edit::put(client, before, &self.name, &fields)?
            }
            None => edit::take(client, before, &self.name)?,
        };
        if after == before {
            return Ok(None);
        }
        // Told before anybody is asked.
        if lying.is_read_only() {
            return Err(Problem::ReadOnly.into());
        }
        Ok(Some(Change { lying, after }))
    }

    /// The server as this client is to reach it; nothing where it is to be gone.
    fn server(&self, client: Client) -> Option<Server> {
        let Task::Add {
            program,
            args,
            keys,
        } = &self.task
        else {
            return None;
        };
        Some(Server {
            reach: Reach::Program {
                command: program.command.clone(),
                args: [program.args.as_slice(), args.as_slice()].concat(),
            },
            key: keys.for_client(client),
        })
    }

    /// Tells a person what is left to do about the root key.
    fn tell_of_key(&self, client: Client) {
        if let Task::Add { keys, .. } = &self.task
            && let Some(advice) = keys.advice(client)
        {
            observe::tell(format!("  {advice}\n"));
        }
    }

    fn place(&self, client: Client) -> String {
        shown_path(&self.places.file(client), &self.places.home)
    }
}

/// What belongs into the configuration of `client`, with nothing else in it.
///
/// # Errors
/// [`Unfit`], where the client's form has no place for the server.
pub fn snippet(client: Client, name: &str, server: &Server) -> Result<String, Unfit> {
    edit::put(client, "", name, &entry::entry(client, server))
}

/// The clients that are to be told where nobody named any: those that have been used here.
pub fn found(places: &Places) -> Vec<Client> {
    let all = Client::ALL.into_iter();
    all.filter(|client| places.has(*client)).collect()
}

/// What a configuration holds.
///
/// # Errors
/// [`Unfit`], where it is not what its client reads.
pub(crate) fn read(text: &str, syntax: Syntax) -> Result<Value, Unfit> {
    match syntax {
        Syntax::Toml => toml::read(text),
        _ => jsonc::read(text, syntax),
    }
}

/// Whether the object at `path` names the field `name` more than once. TOML refuses that.
pub(crate) fn repeated(text: &str, syntax: Syntax, path: &[&str], name: &str) -> bool {
    syntax != Syntax::Toml && jsonc::count(text, syntax, path, name) > 1
}
