//! `cargo xtask release`: makes everything that people install on this platform, in `target/release-files`, from one binary. In: the workspace
//! at a commit, and with `--tag` the tag that it is released under. Out: wheel, archive, npm packages, editor extension, on Linux a Debian package, and what
//! names their checksums: Homebrew formula, Dockerfile and `SHA256SUMS`. Each holds the notices of what is linked and a CycloneDX SBOM.
//!
//! maturin builds the binary and packs the wheel; the other packages take the binary from there. On Linux zig links it against an old glibc.
//! With `--debug` everything is packed around the debug build, without zig: how it is packed can be tested in seconds. With `--collect` nothing
//! is built: the last job of the release workflow writes formula, Dockerfile and checksums for the packages of all platforms, and adds the archives to
//! those that the GitHub Action installs. With `--crates` nothing is built either: the archive of the crates is all that is made.

mod archive;
mod checksums;
mod crates;
mod debian;
mod documents;
mod formula;
mod notices;
mod npm;
mod vscode;
mod wheel;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::files::{read_file, write_file};
use crate::{ChoreResult, cargo_command, output_of, python, root, run, say};

/// The oldest glibc that the binary runs on: Debian 10, Ubuntu 20.04, RHEL 8.
const GLIBC: &str = "2.28";

/// A platform that is released for.
struct Platform {
    /// The target of rustc.
    triple: &'static str,
    /// Operating system and processor, as Rust names them.
    rust: (&'static str, &'static str),
    /// The same, as npm names them.
    npm: (&'static str, &'static str),
    /// The processor, as Debian names it.
    debian: Option<&'static str>,
}

/// The runners of the release workflow are of these.
const PLATFORMS: [Platform; 5] = [
    Platform {
        triple: "x86_64-unknown-linux-gnu",
        rust: ("linux", "x86_64"),
        npm: ("linux", "x64"),
        debian: Some("amd64"),
    },
    Platform {
        triple: "aarch64-unknown-linux-gnu",
        rust: ("linux", "aarch64"),
        npm: ("linux", "arm64"),
        debian: Some("arm64"),
    },
    Platform {
        triple: "x86_64-apple-darwin",
        rust: ("macos", "x86_64"),
        npm: ("darwin", "x64"),
        debian: None,
    },
    Platform {
        triple: "aarch64-apple-darwin",
        rust: ("macos", "aarch64"),
        npm: ("darwin", "arm64"),
        debian: None,
    },
    Platform {
        triple: "x86_64-pc-windows-msvc",
        rust: ("windows", "x86_64"),
        npm: ("win32", "x64"),
        debian: None,
    },
];

/// A release that is being made.
struct Release {
    version: String,
    platform: &'static Platform,
    /// What links in the packages lead to: the tag, or without one the main branch.
    revision: String,
    /// The commit that is packed.
    commit: String,
    /// The debug build, which is there already.
    debug: bool,
    /// Where the packages are written.
    folder: PathBuf,
    /// What every package holds: binary, licences, notices, SBOM, man pages, completions.
    stage: PathBuf,
}

/// Makes the packages. `arguments`: `--debug`, `--collect`, `--crates`, and `--tag vVERSION`.
pub(crate) fn make_release(arguments: &[String]) -> ChoreResult {
    let has = |option: &str| arguments.iter().any(|argument| argument == option);
    let tag = arguments.iter().position(|argument| argument == "--tag");
    let platform = this_platform()?;
    let metadata = read_metadata(platform)?;
    let version = read_version(&metadata)?;
    if let Some(tag) = tag {
        check_tag(arguments.get(tag + 1).map_or("", String::as_str), &version)?;
    }
    // Not where CARGO_TARGET_DIR is: tests look for them beside the other things that the xtask makes.
    let folder = root().join(if has("--debug") {
        "target/release-files-debug"
    } else {
        "target/release-files"
    });
    let release = Release {
        revision: tag.map_or_else(|| "main".to_owned(), |_| format!("v{version}")),
        // Not in a copy without a repository, such as an archive of the sources.
        commit: git(&["rev-parse", "--short=12", "HEAD"]).unwrap_or_else(|_| "unknown".to_owned()),
        version,
        platform,
        debug: has("--debug"),
        stage: folder.join("stage"),
        folder,
    };
    if has("--crates") {
        fs::create_dir_all(&release.folder).map_err(|error| format!("{}: {error}", release.folder.display()))?;
        return crates::pack_crate_archive(&release);
    }
    if has("--collect") {
        checksums::pin_archives(&release)?;
    } else {
        python("requirements-release.txt", &root().join("target/venv-release"))?;
        clear_folder(&release.folder)?;
        make_packages(&release, &metadata)?;
    }
    formula::write_recipes(&release)?;
    write_checksums(&release.folder)?;
    say(&format!(
        "release {} is in {}",
        release.version,
        release.folder.display()
    ));
    Ok(())
}

fn make_packages(release: &Release, metadata: &Value) -> ChoreResult {
    clear_folder(&release.stage)?;
    write_file(&release.stage.join("THIRD-PARTY.md"), &notices::list_notices(metadata)?)?;
    for file in ["LICENSE-APACHE", "LICENSE-MIT"] {
        copy_file(&root().join(file), &release.stage.join(file))?;
    }
    documents::write_documents(release)?;
    wheel::build_wheel(release)?;
    write_generated(release)?;
    archive::pack_archive(release)?;
    if let Some(architecture) = release.platform.debian {
        debian::pack_debian(release, architecture)?;
    }
    npm::pack_npm(release)?;
    vscode::pack_extension(release)?;
    if release.platform.rust.0 != "windows" {
        crates::pack_crate_archive(release)?;
    }
    fs::remove_dir_all(&release.stage).map_err(|error| format!("{}: {error}", release.stage.display()))
}

impl Platform {
    fn is_linux(&self) -> bool {
        self.rust.0 == "linux"
    }
}

fn this_platform() -> Result<&'static Platform, String> {
    let own = (std::env::consts::OS, std::env::consts::ARCH);
    let known = PLATFORMS.iter().find(|platform| platform.rust == own);
    known.ok_or_else(|| format!("there are no releases for {} on {}", own.0, own.1))
}

impl Release {
    /// The binary that every package holds.
    fn binary(&self) -> PathBuf {
        self.stage.join(binary_name())
    }
}

fn binary_name() -> String {
    format!("schemactl{}", std::env::consts::EXE_SUFFIX)
}

fn read_metadata(platform: &Platform) -> Result<Value, String> {
    let arguments = [
        "metadata",
        "--format-version",
        "1",
        "--locked",
        "--filter-platform",
        platform.triple,
    ];
    let text = output_of(cargo_command(&arguments).current_dir(root()))?;
    serde_json::from_str(&text).map_err(|error| format!("cargo metadata: {error}"))
}

/// The version of the binary, which is that of all packages.
fn read_version(metadata: &Value) -> Result<String, String> {
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let mut own = packages.filter(|package| package["name"] == "schemactl" && package["source"].is_null());
    let version = own.next().and_then(|package| package["version"].as_str());
    version
        .map(str::to_owned)
        .ok_or("cargo metadata lists no package `schemactl`".to_owned())
}

/// A tag names the version, the commit that is checked out, and a section of the change log; nothing is changed since.
fn check_tag(tag: &str, version: &str) -> ChoreResult {
    if tag != format!("v{version}") {
        return Err(format!(
            "the tag is `{tag}`, and Cargo.toml has version {version}: expected `v{version}`"
        ));
    }
    let head = git(&["rev-parse", "HEAD"])?;
    if git(&["rev-parse", &format!("refs/tags/{tag}^{{commit}}")])? != head {
        return Err(format!(
            "the tag `{tag}` names another commit than HEAD: run `git checkout {tag}`"
        ));
    }
    if !git(&["status", "--porcelain"])?.is_empty() {
        return Err("the working tree has changes: commit them, or run `git stash`".to_owned());
    }
    let changes = read_file(&root().join("CHANGELOG.md"))?;
    if !changes.lines().any(|line| line.starts_with(&format!("## {version} "))) {
        return Err(format!(
            "CHANGELOG.md has no section `## {version} (DATE)`: rename `## Unreleased`"
        ));
    }
    Ok(())
}

/// Man pages and completions, which the binary writes.
fn write_generated(release: &Release) -> ChoreResult {
    let man = release.stage.join("man");
    clear_folder(&man)?;
    run(Command::new(release.binary()).args(["man", "--output"]).arg(&man))?;
    let completions = release.stage.join("completions");
    clear_folder(&completions)?;
    for (shell, file) in [
        ("bash", "schemactl.bash"),
        ("fish", "schemactl.fish"),
        ("zsh", "_schemactl"),
    ] {
        let script = output_of(Command::new(release.binary()).args(["completions", shell]))?;
        write_file(&completions.join(file), &script)?;
    }
    Ok(())
}

/// The checksum of each package, as `sha256sum --check` reads them.
fn write_checksums(folder: &Path) -> ChoreResult {
    let mut sums = String::new();
    for name in list_names(folder)? {
        if name != "SHA256SUMS" {
            writeln!(sums, "{}  {name}", checksum(&folder.join(&name))?).expect("writing to a string cannot fail");
        }
    }
    write_file(&folder.join("SHA256SUMS"), &sums)
}

fn checksum(file: &Path) -> Result<String, String> {
    let bytes = fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut text = String::new();
    for byte in Sha256::digest(&bytes) {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
    }
    Ok(text)
}

fn list_names(folder: &Path) -> Result<Vec<String>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        names.push(entry.map_err(failed)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn copy_file(from: &Path, to: &Path) -> ChoreResult {
    let copied = fs::copy(from, to);
    copied
        .map(|_| ())
        .map_err(|error| format!("{} to {}: {error}", from.display(), to.display()))
}

/// Copies a folder with what is wanted in it.
fn copy_folder(from: &Path, to: &Path, is_wanted: &dyn Fn(&Path) -> bool) -> ChoreResult {
    fs::create_dir_all(to).map_err(|error| format!("{}: {error}", to.display()))?;
    for name in list_names(from)? {
        let path = from.join(&name);
        if !is_wanted(&path) {
            continue;
        }
        if path.is_dir() {
            copy_folder(&path, &to.join(name), is_wanted)?;
        } else {
            copy_file(&path, &to.join(name))?;
        }
    }
    Ok(())
}

fn clear_folder(folder: &Path) -> ChoreResult {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(failed)?;
    }
    fs::create_dir_all(folder).map_err(failed)
}

fn git(arguments: &[&str]) -> Result<String, String> {
    let text = output_of(Command::new("git").args(arguments).current_dir(root()))?;
    Ok(text.trim().to_owned())
}
