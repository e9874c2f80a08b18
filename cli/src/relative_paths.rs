//! Paths between folders of a repository, with forward slashes. In: two paths. Out: one as it is seen from the other. Nothing is opened.

use std::path::Path;

/// Returns the path of a folder as it is seen from another one; both are seen from the same place.
pub(crate) fn path_between(from: &Path, to: &Path) -> String {
    let shared = from
        .components()
        .zip(to.components())
        .take_while(|(one, other)| one == other)
        .count();
    let up = from.components().skip(shared).map(|_| "..".to_owned());
    let down = to
        .components()
        .skip(shared)
        .map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// Returns a path without steps that lead up again: `a/../b` is `b`.
pub(crate) fn normalize_path(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        if part == ".." && parts.last().is_some_and(|last| *last != "..") {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_between_folders_leads_from_one_to_the_other() {
        for (from, to, path) in [
            ("a", "b", "../b"),
            ("x/a", "x/b/c", "../b/c"),
            ("x/y/a", "b", "../../../b"),
        ] {
            let found = path_between(Path::new(from), Path::new(to));
            assert_eq!(found, path);
            assert_eq!(normalize_path(&format!("{from}/{found}")), to);
        }
    }
}
