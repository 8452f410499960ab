//! The flags of `completions` and `man`: what is made of the commands themselves.

use clap::{Args, Command};
use clap_complete::Shell;
use clap_mangen::Man;

use super::examples;
use super::invocation::Action;
use crate::error::StartError;
use crate::observe::shown;

#[derive(Args, Debug)]
#[command(after_help = examples::COMPLETIONS)]
pub(super) struct CompletionsFlags {
    /// The shell that reads the script
    #[arg(value_enum)]
    shell: Shell,
}

impl CompletionsFlags {
    pub(super) fn parse(&self, mut program: Command) -> Action {
        let name = program.get_name().to_owned();
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut program, name, &mut script);
        printed(&script)
    }
}

#[derive(Args, Debug)]
#[command(after_help = examples::MAN)]
pub(super) struct ManFlags {
    /// The command whose page is wanted, such as `root-key create` [default: the program's]
    command: Vec<String>,
}

impl ManFlags {
    pub(super) fn parse(&self, mut program: Command) -> Result<Action, StartError> {
        program.build();
        let mut command = &program;
        for name in &self.command {
            command = command.find_subcommand(name).ok_or_else(|| {
                let known = command.get_bin_name().unwrap_or_default();
                StartError::Usage(format!(
                    "COMMAND: there is no `{}` in `{known}`; `{known} --help` lists what there is",
                    shown::name(name)
                ))
            })?;
        }
        let mut page = Vec::new();
        Man::new(command.clone())
            .render(&mut page)
            .map_err(StartError::Output)?;
        Ok(printed(&page))
    }
}

/// Both crates write bytes, made of nothing but texts.
fn printed(text: &[u8]) -> Action {
    Action::Print(String::from_utf8_lossy(text).into_owned())
}
