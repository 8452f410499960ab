//! What a client has to start: this very program, by a path that stays.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::places::System;

/// The name under which the program is packed.
const PACKAGE: &str = "unkey-mcp";

/// A command and its first arguments.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Program {
    /// The command.
    pub command: String,
    /// What stands before the program's own arguments.
    pub args: Vec<String>,
    /// What the user should know about it.
    pub remark: Option<&'static str>,
}

/// How to start the program at `executable`. `search` are the folders of `PATH`, and `temporary` is the
/// system's folder for temporary files.
pub fn program(system: System, executable: &Path, search: &[PathBuf], temporary: &Path) -> Program {
    if is_cached(executable) {
        return through_npx(system);
    }
    let (command, args) = (stable(executable, search), Vec::new());
    let is_build = executable.iter().any(|part| part == "target");
    let remark = if executable.starts_with(temporary) {
        Some("the program lies in a temporary folder: install it elsewhere, and run this again")
    } else if is_build {
        Some("the program lies where cargo builds it: `cargo clean` takes it away")
    } else {
        None
    };
    Program {
        command: command.to_string_lossy().into_owned(),
        args,
        remark,
    }
}

/// Packages that were fetched for a single run are deleted at some time.
fn is_cached(executable: &Path) -> bool {
    executable.iter().any(|part| {
        let part = part.to_string_lossy();
        part == "_npx" || part == "dlx" || part.starts_with("dlx-") || part.starts_with("bunx-")
    })
}

fn through_npx(system: System) -> Program {
    let npx = ["npx", "-y", PACKAGE];
    // On Windows npx is a script, which most clients do not start themselves.
    let shell: &[&str] = if system == System::Windows {
        &["cmd", "/c"]
    } else {
        &[]
    };
    let mut words = shell.iter().chain(&npx).map(|word| (*word).to_owned());
    Program {
        command: words.next().unwrap_or_default(),
        args: words.collect(),
        remark: Some(
            "the program runs from a cache that npm empties: the client will start it through npx. \
             `npm install -g unkey-mcp`, and this again, writes its path instead",
        ),
    }
}

/// The path of the program that an update leaves in place: a link to it on `PATH`, as package managers
/// make one to the folder of a version, or else its own.
fn stable(executable: &Path, search: &[PathBuf]) -> PathBuf {
    let name = executable.file_name().unwrap_or(OsStr::new(PACKAGE));
    let linked = search
        .iter()
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(name))
        .find(|path| path.canonicalize().is_ok_and(|real| real == executable));
    linked.unwrap_or_else(|| executable.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn started(system: System, executable: &str) -> Program {
        program(system, Path::new(executable), &[], Path::new("/tmp"))
    }

    #[test]
    fn a_program_that_stays_is_started_by_its_path() {
        let program = started(System::Linux, "/usr/local/bin/unkey-mcp");
        assert_eq!(program.command, "/usr/local/bin/unkey-mcp");
        assert_eq!((program.args, program.remark), (Vec::new(), None));
    }

    #[test]
    fn a_program_in_a_cache_is_started_through_npx() {
        for path in [
            "/home/ada/.npm/_npx/8f3a/node_modules/@unkey-mcp/linux-x64/unkey-mcp",
            "/home/ada/.cache/pnpm/dlx-1234/node_modules/unkey-mcp/unkey-mcp",
            "/tmp/bunx-1000-unkey-mcp@latest/unkey-mcp",
        ] {
            let program = started(System::Linux, path);
            assert_eq!(program.command, "npx", "{path}");
            assert_eq!(program.args, ["-y", "unkey-mcp"]);
            assert!(program.remark.unwrap().contains("npm install -g"));
        }
        let program = started(System::Windows, "C:/Users/ada/_npx/1/unkey-mcp.exe");
        assert_eq!(program.command, "cmd");
        assert_eq!(program.args, ["/c", "npx", "-y", "unkey-mcp"]);
    }

    #[test]
    fn a_program_that_will_go_away_is_told() {
        assert!(started(System::Linux, "/tmp/x/unkey-mcp").remark.is_some());
        let built = started(System::Linux, "/src/target/release/unkey-mcp");
        assert!(built.remark.unwrap().contains("cargo"));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_on_the_path_is_taken_for_the_version_that_it_leads_to() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().canonicalize().unwrap();
        let real = folder.join("Cellar").join("0.1.0").join("unkey-mcp");
        let links = folder.join("bin");
        std::fs::create_dir_all(real.parent().unwrap()).unwrap();
        std::fs::create_dir_all(&links).unwrap();
        std::fs::write(&real, "").unwrap();
        let link = links.join("unkey-mcp");
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let search = [PathBuf::from("bin"), folder.join("nowhere"), links];
        let nowhere = Path::new("/nowhere");
        let found = program(System::Linux, &real, &search, nowhere);
        assert_eq!(found.command, link.to_string_lossy());
    }
}
