//! A plan's file: a line of JSON that says what it is, then a line for each piece of work. It is read
//! line by line, so that a plan for 200,000 keys needs no memory.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use unkey_tools::workflows::{KeyChange, Planned};

use super::item::Item;

/// The form of the file.
const VERSION: u32 = 1;

/// Bytes of a line at the most: a request to import keys has a tenth of it.
const LONGEST_LINE: u64 = 32 * 1_024 * 1_024;

/// Bytes of a file at the most: a template and a list make much of little.
const LARGEST: usize = 256 * 1_024 * 1_024;

/// Who may apply a plan: whoever made it, with the same root key, on the same Unkey.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Maker {
    /// The root key's fingerprint, from which nobody gets back to the key.
    pub root_key: String,
    /// The profile.
    pub profile: Option<String>,
    /// Which Unkey: its address, or the engine's file.
    pub backend: String,
}

/// The first line.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Header {
    /// The form of the file.
    pub version: u32,
    /// Names the plan.
    pub id: String,
    /// Who made it.
    pub maker: Maker,
    /// When it was made, Unix ms.
    pub made_at: i64,
    /// Until when it can be begun, Unix ms.
    pub expires_at: i64,
    /// The plan that this one takes back.
    pub undoes: Option<String>,
    /// What it would do.
    pub change: KeyChange,
    /// How many lines follow.
    pub items: u32,
    /// What whoever made it was told.
    pub answer: Planned,
}

/// A plan that is being written. Nobody sees it before it is whole.
#[derive(Debug)]
pub(crate) struct PlanWriter {
    part: PathBuf,
    lines: BufWriter<File>,
    items: u32,
    bytes: usize,
}

impl PlanWriter {
    /// Begins a file beside the one at `path`.
    ///
    /// # Errors
    /// What the operating system says.
    pub(super) fn begin(path: &Path) -> io::Result<Self> {
        let part = path.with_extension("items");
        Ok(Self {
            lines: BufWriter::new(new_file(&part)?),
            part,
            items: 0,
            bytes: 0,
        })
    }

    /// How many pieces of work there are.
    pub(crate) const fn items(&self) -> u32 {
        self.items
    }

    /// Adds a piece of work.
    ///
    /// # Errors
    /// What the operating system says, and where the file would be larger than a plan may be.
    pub(crate) fn push(&mut self, item: &Item) -> io::Result<()> {
        let mut line = serde_json::to_vec(item)?;
        line.push(b'\n');
        self.bytes += line.len();
        if self.bytes > LARGEST {
            return Err(io::Error::other(
                "a plan has at most 256 MiB; plan fewer keys at a time",
            ));
        }
        self.lines.write_all(&line)?;
        self.items += 1;
        Ok(())
    }

    /// Puts the header before the work, and the whole at `path`. It is on disk when this returns.
    ///
    /// # Errors
    /// What the operating system says; nothing is at `path` then.
    pub(super) fn finish(mut self, path: &Path, header: &Header) -> io::Result<()> {
        self.lines.flush()?;
        let whole = path.with_extension("new");
        let mut file = new_file(&whole)?;
        serde_json::to_writer(&mut file, header)?;
        file.write_all(b"\n")?;
        io::copy(&mut File::open(&self.part)?, &mut file)?;
        file.sync_all()?;
        fs::rename(&whole, path)?;
        sync_folder_of(path)
    }
}

impl Drop for PlanWriter {
    fn drop(&mut self) {
        // What is left behind is swept up with old plans.
        let _ = fs::remove_file(&self.part);
    }
}

/// A plan that was written.
#[derive(Debug)]
pub(crate) struct PlanFile {
    path: PathBuf,
    /// What it says of itself.
    pub header: Header,
}

impl PlanFile {
    /// Opens the file at `path`.
    ///
    /// # Errors
    /// What the operating system says, and where the file is no plan.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let mut lines = lines(path)?;
        let header: Header = match lines.next() {
            Some(line) => serde_json::from_str(&line?)?,
            None => return Err(io::ErrorKind::UnexpectedEof.into()),
        };
        if header.version != VERSION {
            let why = "another version of unkey-mcp wrote it";
            return Err(io::Error::new(io::ErrorKind::InvalidData, why));
        }
        Ok(Self {
            path: path.to_owned(),
            header,
        })
    }

    /// Its work, piece by piece, each with its number.
    ///
    /// # Errors
    /// What the operating system says, and where a line is none of a plan's.
    pub(crate) fn items(
        &self,
    ) -> io::Result<impl Iterator<Item = io::Result<(u32, Item)>> + use<>> {
        let work = lines(&self.path)?.skip(1);
        Ok((0..self.header.items).zip(work).map(|(number, line)| {
            let item = serde_json::from_str(&line?)?;
            Ok((number, item))
        }))
    }

    /// The journal's file.
    pub(crate) fn journal(&self) -> PathBuf {
        self.path.with_extension("journal")
    }
}

impl Header {
    /// The header of a plan of that form.
    pub(crate) fn new(
        id: String,
        maker: Maker,
        change: KeyChange,
        made_at: i64,
        expires_at: i64,
    ) -> Self {
        Self {
            version: VERSION,
            id,
            maker,
            made_at,
            expires_at,
            undoes: None,
            change: KeyChange {
                // It may be large, and stands in the lines that follow.
                data: None,
                owners: None,
                names: None,
                ..change
            },
            items: 0,
            answer: Planned::default(),
        }
    }
}

/// The lines of a file, none longer than is sensible.
fn lines(path: &Path) -> io::Result<impl Iterator<Item = io::Result<String>> + use<>> {
    let mut file = BufReader::new(File::open(path)?);
    Ok(std::iter::from_fn(move || {
        let mut line = Vec::new();
        match file
            .by_ref()
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut line)
        {
            Ok(0) => None,
            Ok(_) if line.pop() == Some(b'\n') => {
                let text = String::from_utf8(line);
                Some(text.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error)))
            }
            Ok(_) => Some(Err(io::ErrorKind::UnexpectedEof.into())),
            Err(error) => Some(Err(error)),
        }
    }))
}

/// A new, empty file for its owner's eyes only.
fn new_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    private(&mut options);
    options.open(path)
}

/// Makes what is created readable by its owner alone.
pub(crate) fn private(options: &mut OpenOptions) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    #[cfg(not(unix))]
    let _ = options;
}

/// Writes down that a file was put into its folder.
pub(crate) fn sync_folder_of(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
