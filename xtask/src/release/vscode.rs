//! The extension of Visual Studio Code, which starts `schemactl lsp`. In: `packaging/vscode`, and a folder with the packages of its lock file. Out: a .vsix file
//! for every platform, with the version of the release and the packages that the extension needs at run time.

use std::process::Command;

use super::{Release, copy_file};
use crate::{ChoreResult, node, root, run};

/// Packs the extension with vsce, which leaves out what only packs it.
pub(super) fn pack_extension(release: &Release) -> ChoreResult {
    let source = "packaging/vscode";
    let folder = root().join("target/npm-vscode");
    node(source, &folder)?;
    for file in ["package.json", "extension.js", "README.md", ".vscodeignore"] {
        copy_file(&root().join(source).join(file), &folder.join(file))?;
    }
    for file in ["LICENSE-APACHE", "LICENSE-MIT"] {
        copy_file(&release.stage.join(file), &folder.join(file))?;
    }
    let file = release.folder.join(format!("schemactl-{}.vsix", release.version));
    run(Command::new(folder.join("node_modules/.bin/vsce"))
        .current_dir(&folder)
        .args([
            "package",
            &release.version,
            "--no-git-tag-version",
            "--no-update-package-json",
        ])
        .args(["--skip-license", "--out"])
        .arg(file))
}
