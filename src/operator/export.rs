//! `export`: the keys as requests to `keys.migrateKeys`, and what stays behind.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use unkey_local::{Engine, Export, ExportError, Exported, MigrationAlgorithm, Summary};

use crate::error::StartError;

/// Writes the keys to the folder, or to stdout, and what became of them to stderr.
pub(super) fn write(
    engine: &Engine,
    export: &Export,
    folder: Option<&Path>,
) -> Result<(), StartError> {
    let mut log = io::stderr();
    let mut sink = match folder {
        None => Sink::Lines(BufWriter::new(Box::new(io::stdout().lock()))),
        Some(folder) => Sink::files(folder)?,
    };
    let exported = engine.export(export, |exported| match exported {
        Exported::Body(body) => sink.write(body),
        Exported::LeftOut { key_id, why } => writeln!(log, "left out {key_id}: it has {why}"),
    });
    let summary = exported
        .and_then(|summary| {
            sink.finish()?;
            Ok(summary)
        })
        .map_err(|error| match error {
            ExportError::NoSuchApi(_) => StartError::NotDone(error.to_string()),
            _ => StartError::NotDone(format!(
                "the export failed: {error}; what was written is not all, so delete it before you \
                 export again"
            )),
        })?;
    // The export is there; a log that nobody reads does not undo it.
    let _ = log.write_all(report(&summary, export.algorithm).as_bytes());
    Ok(())
}

/// Where requests go.
enum Sink {
    /// One line for each.
    Lines(BufWriter<Box<dyn Write>>),
    /// One file for each.
    Files {
        folder: PathBuf,
        /// How many there are.
        written: u64,
    },
}

impl Sink {
    /// Files in a folder that holds nothing else: what an earlier export left there would be
    /// imported with this one.
    fn files(folder: &Path) -> Result<Self, StartError> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        let empty = builder
            .create(folder)
            .and_then(|()| Ok(fs::read_dir(folder)?.next().is_none()));
        match empty {
            Ok(true) => Ok(Self::Files {
                folder: folder.to_owned(),
                written: 0,
            }),
            Ok(false) => Err(StartError::NotDone(format!(
                "{} is not empty; name a new folder with --output",
                folder.display()
            ))),
            Err(error) => Err(StartError::NotDone(format!(
                "the folder {} cannot be used: {error}; name another with --output",
                folder.display()
            ))),
        }
    }

    fn write(&mut self, body: &[u8]) -> io::Result<()> {
        match self {
            Self::Lines(lines) => {
                lines.write_all(body)?;
                lines.write_all(b"\n")
            }
            Self::Files { folder, written } => {
                *written += 1;
                write_file(&folder.join(format!("keys-{written:06}.json")), body)
            }
        }
    }

    fn finish(&mut self) -> io::Result<()> {
        match self {
            Self::Lines(lines) => lines.flush(),
            Self::Files { .. } => Ok(()),
        }
    }
}

/// Writes a file that is for its owner's eyes only: it holds names, data and hashes.
fn write_file(path: &Path, body: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .and_then(|mut file| file.write_all(body))
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))
}

/// What was exported and what was not, for a person.
fn report(summary: &Summary, algorithm: MigrationAlgorithm) -> String {
    let keys: i64 = summary.apis.iter().map(|api| api.keys).sum();
    let mut lines = vec![format!(
        "exported {keys} keys in {} requests",
        summary.bodies
    )];
    for api in &summary.apis {
        let (id, name, keys) = (&api.id, &api.name, api.keys);
        lines.push(if *id == api.target {
            format!("  {id} ({name}): {keys} keys, under this id; --api {id}=api_… writes another")
        } else {
            format!("  {id} ({name}) as {}: {keys} keys", api.target)
        });
    }
    if summary.left_out > 0 {
        lines.push(format!(
            "left out {} keys, named above, that keys.migrateKeys would refuse",
            summary.left_out
        ));
    }
    if summary.hashed_otherwise > 0 {
        let other = match algorithm {
            MigrationAlgorithm::Sha256 => "prefixed-api-key",
            MigrationAlgorithm::PrefixedApiKey => "sha256",
        };
        lines.push(format!(
            "left {} keys that are hashed otherwise; for them use --algorithm {other} and a \
             migration of that kind",
            summary.hashed_otherwise
        ));
    }
    lines.push("what keys.migrateKeys does not carry:".to_owned());
    let behind = summary.left_behind;
    let counted = [
        (
            behind.identities,
            "identities' metadata and shared limits (their external ids go with the keys)",
        ),
        (
            behind.role_permissions,
            "permissions granted by roles (roles go by name and are made empty where missing)",
        ),
        (behind.overrides, "rate-limit overrides"),
        (behind.recoverable_keys, "recoverable plain texts"),
    ];
    for (count, what) in counted.into_iter().filter(|(count, _)| *count > 0) {
        lines.push(format!("  {count} {what}"));
    }
    lines.push("  past usage, ids and times of keys, and the `start` that lists show".to_owned());
    lines.push(String::new());
    lines.join("\n")
}
