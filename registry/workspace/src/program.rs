//! The program that runs, as a part of what a cache is kept for. In: the file of the program. Out: a text that no other build of it has.

use std::time::SystemTime;
use std::{env, fs};

/// Returns a text that names this build of the running program: its path, its size, and when it was written. `None` if that cannot be
/// told.
// INVARIANT: what one build decided is nothing to another, which may decide otherwise. The path counts, since in a store of packages every
// file has the same time, and builds have paths of their own.
pub fn identify_program() -> Option<String> {
    let path = env::current_exe().ok()?;
    let file = fs::metadata(&path).ok()?;
    let written = file.modified().ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some(format!(
        "{} of {} bytes, written {}",
        path.display(),
        file.len(),
        written.as_nanos()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_named_by_its_file() {
        let name = identify_program().unwrap();
        let path = env::current_exe().unwrap();
        assert!(name.starts_with(&format!("{} of ", path.display())), "{name}");
        assert_eq!(identify_program(), Some(name));
    }
}
