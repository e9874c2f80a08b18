//! Files as an editor names them. In: a `file:` URI, or a path. Out: the other.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use lsp_types::Uri;
use schemactl_model::percent_decode;

/// Returns the path of a `file:` URI on this machine; `None` for any other.
pub(crate) fn path_of_uri(uri: &Uri) -> Option<PathBuf> {
    let text = uri.as_str();
    let scheme = text.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("file:"))?;
    let rest = text[scheme.len()..].strip_prefix("//").unwrap_or(&text[scheme.len()..]);
    let path = rest.strip_prefix("localhost").unwrap_or(rest);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let decoded = percent_decode(path)?;
    let is_usable = decoded.starts_with('/') && !decoded.contains('\0');
    is_usable.then(|| PathBuf::from(without_root_of_drive(&decoded)))
}

/// `/C:/orders` is `C:/orders` where drives have letters.
fn without_root_of_drive(path: &str) -> &str {
    let is_drive = cfg!(windows) && path.get(2..3) == Some(":");
    if is_drive { &path[1..] } else { path }
}

/// Returns the URI of a path; `None` if it is not absolute.
pub(crate) fn uri_of_path(path: &Path) -> Option<Uri> {
    use std::fmt::Write as _;
    if !path.is_absolute() {
        return None;
    }
    let path = path.to_str()?;
    let mut uri = String::from("file://");
    if cfg!(windows) {
        uri.push('/');
    }
    for byte in path.bytes() {
        match byte {
            b'\\' if cfg!(windows) => uri.push('/'),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            other => write!(uri, "%{other:02X}").ok()?,
        }
    }
    Uri::from_str(&uri).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(uri: &str) -> Option<PathBuf> {
        path_of_uri(&Uri::from_str(uri).unwrap())
    }

    #[cfg(unix)]
    #[test]
    fn paths_survive_the_way_there_and_back() {
        for name in ["/a/b c.json", "/a/\u{e9}\u{1f600}%41.json", "/c:/a#b?c.json", "/"] {
            let uri = uri_of_path(Path::new(name)).unwrap();
            assert!(uri.as_str().is_ascii(), "{uri:?}");
            assert_eq!(path_of_uri(&uri), Some(PathBuf::from(name)), "{uri:?}");
        }
        assert_eq!(path("file:///c%3A/x"), Some(PathBuf::from("/c:/x")));
        assert_eq!(path("FILE://localhost/x"), Some(PathBuf::from("/x")));
    }

    #[test]
    fn what_is_no_file_has_no_path() {
        for uri in [
            "git:/a.json",
            "untitled:Untitled-1",
            "file://host/a",
            "file:///%ff",
            "file:///a%00",
            "x",
        ] {
            assert_eq!(path(uri), None, "{uri}");
        }
        assert!(uri_of_path(Path::new("a")).is_none());
    }
}
