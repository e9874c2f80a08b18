//! Whether a build script would write again what it wrote. In: a workspace's files and the file that was generated. Out: yes, if
//! every byte of both is the one that was seen. A build script runs unoptimised, where comparing bytes costs next to nothing
//! and reading schemas does not.

use std::path::{Path, PathBuf};
use std::{fs, io};

use schemactl_workspace::{LOCK_FILE, identify_program};

/// The files of a workspace that generating reads.
const FILES: [&str; 2] = ["schemactl.toml", LOCK_FILE];
/// The folder of its schemas.
const FOLDER: &str = "schemas";

/// What a generated file was made from.
#[derive(Debug)]
pub(crate) struct Inputs {
    bytes: Vec<u8>,
    record: PathBuf,
    output: PathBuf,
}

impl Inputs {
    /// Reads what `output` is made from. `how`: what else it depends on. `None` if that cannot be told, as with links: then
    /// it is made.
    pub(crate) fn read(root: &Path, how: &str, output: &Path) -> Option<Self> {
        let mut bytes = Vec::new();
        // Another build script may generate otherwise.
        add(&mut bytes, how, identify_program()?.as_bytes());
        for name in FILES {
            let path = root.join(name);
            if path.symlink_metadata().is_ok() {
                file(&mut bytes, &path).ok()?;
            }
        }
        folder(&mut bytes, &root.join(FOLDER)).ok()?;
        // Without its length, what is there after the last file was deleted begins what was there before.
        let length = bytes.len().to_string();
        Some(Self {
            bytes: [length.as_bytes(), b" ", &bytes].concat(),
            record: output.with_extension("inputs"),
            output: output.to_owned(),
        })
    }

    /// Returns the note that was left with the output, if it was made from exactly this and is as it was.
    pub(crate) fn note(&self) -> Option<String> {
        let record = fs::read(&self.record).ok()?;
        let rest = record.strip_prefix(self.bytes.as_slice())?;
        let output = fs::read(&self.output).ok()?;
        let note = rest.strip_suffix(output.as_slice())?;
        String::from_utf8(note.to_vec()).ok()
    }

    /// Notes what the output was made from. That it cannot be noted costs time later, and nothing else.
    pub(crate) fn keep(self, output: &str, note: &str) {
        let mut record = self.bytes;
        record.extend_from_slice(note.as_bytes());
        record.extend_from_slice(output.as_bytes());
        let _ = fs::write(&self.record, record);
    }
}

/// With their lengths, no name and no file can pass for the end of another.
fn add(bytes: &mut Vec<u8>, name: &str, content: &[u8]) {
    bytes.extend_from_slice(format!("{} {} ", name.len(), content.len()).as_bytes());
    bytes.extend_from_slice(name.as_bytes());
    bytes.extend_from_slice(content);
}

fn file(bytes: &mut Vec<u8>, path: &Path) -> io::Result<()> {
    if !path.symlink_metadata()?.is_file() {
        return Err(io::ErrorKind::Unsupported.into());
    }
    add(bytes, &path.to_string_lossy(), &fs::read(path)?);
    Ok(())
}

fn folder(bytes: &mut Vec<u8>, path: &Path) -> io::Result<()> {
    let mut entries: Vec<_> = fs::read_dir(path)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    add(bytes, &path.to_string_lossy(), &[]);
    for entry in entries {
        if entry.file_type()?.is_dir() {
            folder(bytes, &entry.path())?;
        } else {
            file(bytes, &entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("schemas/n/E")).unwrap();
        fs::write(folder.path().join("schemactl.toml"), "a").unwrap();
        fs::write(folder.path().join("schemas/n/E/1.0.json"), "b").unwrap();
        let output = folder.path().join("events.rs");
        fs::write(&output, "made").unwrap();
        (folder, output)
    }

    fn note(root: &Path, how: &str, output: &Path) -> Option<String> {
        Inputs::read(root, how, output)?.note()
    }

    #[test]
    fn what_was_made_is_known_until_anything_changes() {
        let changes = [
            ("schemas/n/E/1.0.json", Some("c")),
            ("schemas/n/E/1.0.json", None),
            ("schemas/n/E/1.1.json", Some("")),
            ("schemas/n/F/1.0.json", Some("")),
            ("schemactl.toml", Some("c")),
            ("schemactl.toml", None),
            ("schemactl.lock", Some("")),
            ("events.rs", Some("Made")),
            ("events.rs", None),
        ];
        for (file, text) in changes {
            let (folder, output) = workspace();
            let root = folder.path();
            assert_eq!(note(root, "how", &output), None, "nothing was noted yet");
            Inputs::read(root, "how", &output).unwrap().keep("made", "the note");
            assert_eq!(note(root, "how", &output).as_deref(), Some("the note"));
            assert_eq!(note(root, "otherwise", &output), None);
            fs::create_dir_all(root.join(file).parent().unwrap()).unwrap();
            match text {
                Some(text) => fs::write(root.join(file), text).unwrap(),
                None => fs::remove_file(root.join(file)).unwrap(),
            }
            assert_eq!(note(root, "how", &output), None, "{file} {text:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn behind_a_link_nothing_is_known() {
        let (folder, output) = workspace();
        std::os::unix::fs::symlink("1.0.json", folder.path().join("schemas/n/E/2.0.json")).unwrap();
        assert!(Inputs::read(folder.path(), "how", &output).is_none());
    }
}
