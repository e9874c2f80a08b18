//! The Debian package. In: the staged files. Out: a .deb, packed by dpkg-deb.

use std::fs;
use std::process::Command;

use super::{GLIBC, Release, clear_folder, copy_file, copy_folder, list_names};
use crate::files::write_file;
use crate::{ChoreResult, output_of, run};

/// Packs the package. It needs glibc, git for `--against`, and the certificates that calls to AWS are verified with.
pub(super) fn pack_debian(release: &Release, architecture: &str) -> ChoreResult {
    let tree = release.folder.join("debian");
    let place = |from: &str, to: &str| {
        let to = tree.join(to);
        let folder = to.parent().expect("a file is in a folder");
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        copy_file(&release.stage.join(from), &to)
    };
    clear_folder(&tree)?;
    place("schemactl", "usr/bin/schemactl")?;
    for file in [
        "README.md",
        "CHANGELOG.md",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "THIRD-PARTY.md",
        "sbom.cdx.json",
    ] {
        place(file, &format!("usr/share/doc/schemactl/{file}"))?;
    }
    let pages = tree.join("usr/share/doc/schemactl/docs");
    copy_folder(&release.stage.join("docs"), &pages, &|_| true)?;
    for page in list_names(&release.stage.join("man"))? {
        place(&format!("man/{page}"), &format!("usr/share/man/man1/{page}"))?;
    }
    place(
        "completions/schemactl.bash",
        "usr/share/bash-completion/completions/schemactl",
    )?;
    place("completions/_schemactl", "usr/share/zsh/vendor-completions/_schemactl")?;
    place(
        "completions/schemactl.fish",
        "usr/share/fish/vendor_completions.d/schemactl.fish",
    )?;
    let size = output_of(Command::new("du").args(["--summarize", "--block-size=1024"]).arg(&tree))?;
    let size = size.split_whitespace().next().unwrap_or_default();
    let control = format!(
        "Package: schemactl\nVersion: {}\nArchitecture: {architecture}\nMaintainer: The schemactl authors <maintainers@schemactl.invalid>\n\
         Installed-Size: {size}\nDepends: libc6 (>= {GLIBC})\nRecommends: git, ca-certificates\nSection: devel\nPriority: optional\n\
         Homepage: https://github.com/schemactl/schemactl\nDescription: Versioned JSON Schemas for events on Amazon EventBridge\n\
         \x20Proves that a new version of an event schema is compatible, or shows the\n event that breaks; writes schemas to the EventBridge \
         Schema\n Registry; generates Rust types for events.\n",
        release.version
    );
    clear_folder(&tree.join("DEBIAN"))?;
    write_file(&tree.join("DEBIAN/control"), &control)?;
    let file = format!("schemactl_{}_{architecture}.deb", release.version);
    // Times would make every package another one.
    let mut pack = Command::new("dpkg-deb");
    if release.debug {
        // A debug build is three times as large, and is compressed to be unpacked once.
        pack.args(["-Zgzip", "-z1"]);
    }
    run(pack
        .args(["--root-owner-group", "--build"])
        .args([&tree, &release.folder.join(file)])
        .env("SOURCE_DATE_EPOCH", "0"))?;
    fs::remove_dir_all(&tree).map_err(|error| format!("{}: {error}", tree.display()))
}
