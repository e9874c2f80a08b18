//! What people install, from the files that `cargo xtask release` makes: each package is installed and used by another user, without an
//! environment, a home, Rust, and, where the machine allows it, a network. In: the folder of `SCHEMACTL_PACKAGES`, or what `cargo xtask test` has packed around the debug
//! build. That the binary runs on an old glibc is asked where it was linked for one.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use schemactl_tests::{clean_command, names_in, read_folder, require_installed, root, stdout};

/// The user and the group that own nothing: `nobody` of Debian.
const NOBODY: u32 = 65534;
/// What `unshare` takes from a program.
const NETWORK: [&str; 1] = ["--net"];
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The newest glibc that a symbol of the released binary may ask for.
const GLIBC: (u32, u32) = (2, 28);
/// The most bytes of the released binary: 20 MiB.
const LARGEST: u64 = 20 * 1024 * 1024;

/// Where the packages are, and whether they are a release.
fn packages() -> (PathBuf, bool) {
    match std::env::var_os("SCHEMACTL_PACKAGES") {
        Some(folder) => (root().join(folder), true),
        None => (require_installed(root().join("target/release-files-debug")), false),
    }
}

fn package(start: &str, end: &str) -> PathBuf {
    let (folder, _) = packages();
    let names = names_in(&folder);
    let name = names.iter().find(|name| name.starts_with(start) && name.ends_with(end));
    folder.join(name.unwrap_or_else(|| panic!("no {start}…{end} in {names:?}")))
}

/// A folder that everybody may write.
fn open_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
    folder
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout.trim_ascii() == b"0"
}

/// Whether this machine lets a program be without a network: some containers do not.
fn can_cut_network() -> bool {
    let mut unshare = Command::new("unshare");
    unshare
        .args(NETWORK)
        .args((!is_root()).then_some("--map-root-user"))
        .arg("true");
    unshare.output().is_ok_and(|output| output.status.success())
}

/// A program as a stranger runs it: no network, an empty home, the PATH of Debian after `first`, and no right that root has.
fn as_stranger(folder: &Path, first: &Path, program: &Path) -> Command {
    let mut command = Command::new("env");
    if can_cut_network() {
        command = Command::new("unshare");
        command
            .args(NETWORK)
            .args((!is_root()).then_some("--map-root-user"))
            .args(["--", "env"]);
    }
    if is_root() {
        let ids = [format!("--reuid={NOBODY}"), format!("--regid={NOBODY}")];
        command.arg("setpriv").args(ids).args(["--clear-groups", "env"]);
    }
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", first.display());
    command.arg("-i").arg(format!("PATH={path}"));
    command.arg(format!("HOME={}", folder.join("home").display()));
    command.arg(program).current_dir(folder);
    command
}

/// What a newcomer does: a workspace, a check, an edit that breaks, the check that says so.
fn use_installed(folder: &Path, programs: &Path) {
    let run = |arguments: &[&str]| -> Output {
        let mut command = as_stranger(folder, programs, Path::new("schemactl"));
        command.args(arguments).output().unwrap()
    };
    assert_eq!(stdout(&run(&["--version"])), format!("schemactl {VERSION}\n"));
    stdout(&run(&["init", "shop"]));
    let check = || run(&["--workspace", "shop", "check", "--release"]);
    stdout(&check());
    let mut schemas = Vec::new();
    list_schemas(&folder.join("shop/schemas"), &mut schemas);
    let [schema] = &schemas[..] else { panic!("{schemas:?}") };
    let broken = fs::read_to_string(schema)
        .unwrap()
        .replacen("\"string\"", "\"integer\"", 1);
    fs::remove_file(schema).unwrap();
    fs::write(schema, broken).unwrap();
    let checked = check();
    let text = String::from_utf8_lossy(&checked.stdout);
    assert_eq!(checked.status.code(), Some(1), "{text}");
    assert!(text.contains("released-schema-changed"), "{text}");
}

fn list_schemas(folder: &Path, schemas: &mut Vec<PathBuf>) {
    for name in names_in(folder) {
        let path = folder.join(name);
        if path.is_dir() && !path.ends_with("examples") {
            list_schemas(&path, schemas);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            schemas.push(path);
        }
    }
}

/// A README whose links lead somewhere without any file beside it, as npm and PyPI show it.
fn assert_readme_leads_out(readme: &str) {
    let links: Vec<_> = readme.split("](").skip(1).collect();
    assert!(links.len() > 20, "{} links in {readme}", links.len());
    for link in links {
        assert!(
            link.starts_with("https://") || link.starts_with('#'),
            "{}",
            link.split(')').next().unwrap()
        );
    }
}

/// README.md and the pages beside it, whose links lead to files of the package or to another place.
fn assert_pages_lead_on(folder: &Path) {
    let readme = fs::read_to_string(folder.join("README.md")).unwrap();
    assert!(readme.contains("](docs/first-ten-minutes.md)"), "{readme}");
    let docs = read_folder(&folder.join("docs"));
    let pages = docs.keys().filter(|path| path.ends_with(".md"));
    let mut pages: Vec<_> = pages.map(|path| folder.join("docs").join(path)).collect();
    pages.push(folder.join("README.md"));
    assert!(pages.len() > 100, "{pages:?}");
    for page in &pages {
        for link in fs::read_to_string(page).unwrap().split("](").skip(1) {
            let target = link.split([')', '#']).next().unwrap();
            let is_file = page.parent().unwrap().join(target).exists();
            // A link may be code of an example, which has no extension.
            let is_path = Path::new(target).extension().is_some() && !target.contains("://");
            assert!(is_file || !is_path, "{}: {target}", page.display());
        }
    }
}

/// A change log that names the version of the package.
fn assert_version_in_changes(folder: &Path) {
    let changes = fs::read_to_string(folder.join("CHANGELOG.md")).unwrap();
    assert!(changes.contains(&format!("\n## {VERSION} (")), "{}", &changes[..200]);
}

/// Licences, notices and the SBOM stand in a folder, and name what is linked.
fn assert_documented(folder: &Path, sbom: &str) {
    let notices = fs::read_to_string(folder.join("THIRD-PARTY.md")).unwrap();
    for linked in ["| serde_json ", "| aws-sdk-schemas ", "Apache License"] {
        assert!(notices.contains(linked), "{linked}");
    }
    assert!(folder.join("LICENSE-MIT").is_file() && folder.join("LICENSE-APACHE").is_file());
    let sbom: serde_json::Value = serde_json::from_str(&fs::read_to_string(folder.join(sbom)).unwrap()).unwrap();
    assert_eq!(sbom["bomFormat"], "CycloneDX");
    let components = sbom["components"].as_array().unwrap();
    assert!(
        components
            .iter()
            .any(|component| component["name"] == "aws-sdk-schemas")
    );
}

#[test]
fn every_package_has_its_checksum_and_a_damaged_one_is_noticed() {
    let (folder, _) = packages();
    let sums = fs::read_to_string(folder.join("SHA256SUMS")).unwrap();
    let mut named: Vec<_> = sums.lines().filter_map(|line| line.split("  ").nth(1)).collect();
    named.push("SHA256SUMS");
    named.sort_unstable();
    assert_eq!(named, names_in(&folder));
    let copy = open_folder();
    for name in names_in(&folder) {
        fs::copy(folder.join(&name), copy.path().join(&name)).unwrap();
    }
    let verify = || {
        let mut verify = Command::new("sha256sum");
        let verify = verify
            .args(["--check", "--status", "SHA256SUMS"])
            .current_dir(copy.path());
        verify.status().unwrap().success()
    };
    assert!(verify());
    let archive = copy.path().join(package("schemactl-", ".tar.gz").file_name().unwrap());
    let mut bytes = fs::read(&archive).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&archive, bytes).unwrap();
    assert!(!verify());
}

#[test]
fn the_archive_is_unpacked_and_used() {
    let folder = open_folder();
    let archive = package("schemactl-", ".tar.gz");
    let tar = Path::new("/usr/bin/tar");
    stdout(
        &as_stranger(folder.path(), Path::new("/usr/bin"), tar)
            .arg("--extract")
            .arg("--file")
            .arg(readable(&archive, &folder))
            .output()
            .unwrap(),
    );
    let name = archive.file_name().unwrap().to_string_lossy().replace(".tar.gz", "");
    let unpacked = folder.path().join(name);
    use_installed(folder.path(), &unpacked);
    assert_documented(&unpacked, "sbom.cdx.json");
    assert_pages_lead_on(&unpacked);
    assert_version_in_changes(&unpacked);
    let pages = names_in(&unpacked.join("man"));
    for page in ["schemactl.1", "schemactl-check.1"] {
        assert!(pages.iter().any(|name| name == page), "{pages:?}");
    }
    assert_eq!(
        names_in(&unpacked.join("completions")),
        ["_schemactl", "schemactl.bash", "schemactl.fish"]
    );
}

/// A copy of a file where everybody may read it: the folder of the repository need not be one.
fn readable(file: &Path, folder: &tempfile::TempDir) -> PathBuf {
    let copy = folder.path().join(file.file_name().unwrap());
    fs::copy(file, &copy).unwrap();
    fs::set_permissions(&copy, fs::Permissions::from_mode(0o644)).unwrap();
    copy
}

#[test]
fn the_wheel_is_installed_and_used() {
    let folder = open_folder();
    let wheel = readable(&package("schemactl-", ".whl"), &folder);
    let programs = folder.path().join("environment/bin");
    let python = ["/usr/bin/python3", "/usr/local/bin/python3"]
        .map(Path::new)
        .into_iter()
        .find(|python| python.is_file());
    let python = python.expect("Python 3 is where Debian or its own installer puts it");
    let run = |program: &Path, arguments: &[&str]| {
        stdout(
            &as_stranger(folder.path(), &programs, program)
                .args(arguments)
                .output()
                .unwrap(),
        )
    };
    run(python, &["-m", "venv", "environment"]);
    let pip = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-index",
    ];
    run(
        &programs.join("python"),
        &[&pip[..], &[wheel.to_str().unwrap()]].concat(),
    );
    use_installed(folder.path(), &programs);
    let mut python = fs::read_dir(folder.path().join("environment/lib")).unwrap();
    let packages = python.next().unwrap().unwrap().path().join("site-packages");
    let information = packages.join(format!("schemactl-{VERSION}.dist-info"));
    assert_documented(&information.join("licenses"), "../sboms/schemactl.cyclonedx.json");
    assert_readme_leads_out(&fs::read_to_string(information.join("METADATA")).unwrap());
}

#[test]
fn the_debian_package_is_installed_and_used() {
    let folder = open_folder();
    let system = folder.path().join("system");
    let database = system.join("var/lib/dpkg");
    for name in ["info", "updates"] {
        fs::create_dir_all(database.join(name)).unwrap();
    }
    fs::write(database.join("status"), "").unwrap();
    let file = package("schemactl_", ".deb");
    // The empty system has no libc6 that it could depend on.
    let mut dpkg = clean_command(Path::new("dpkg"));
    dpkg.arg(format!("--root={}", system.display()))
        .args(["--force-depends", "--force-not-root", "--install"]);
    stdout(&dpkg.arg(&file).output().unwrap());
    use_installed(folder.path(), &system.join("usr/bin"));
    let documents = system.join("usr/share/doc/schemactl");
    assert_documented(&documents, "sbom.cdx.json");
    assert_pages_lead_on(&documents);
    assert_version_in_changes(&documents);
    assert!(system.join("usr/share/man/man1/schemactl-check.1").is_file());
    let mut control = clean_command(Path::new("dpkg-deb"));
    let control = stdout(&control.arg("--field").arg(&file).output().unwrap());
    assert!(control.contains(&format!("Version: {VERSION}\n")), "{control}");
}

#[test]
fn the_npm_package_is_installed_and_used() {
    let folder = open_folder();
    let own = readable(&package("schemactl-", &format!("{VERSION}.tgz")), &folder);
    let platform = readable(&package("schemactl-linux-x64-", ".tgz"), &folder);
    fs::create_dir(folder.path().join("home")).unwrap();
    fs::set_permissions(folder.path().join("home"), fs::Permissions::from_mode(0o777)).unwrap();
    let which = clean_command(Path::new("which")).arg("npm").output().unwrap();
    let npm = PathBuf::from(stdout(&which).trim());
    let node = npm.parent().unwrap().to_owned();
    let arguments = ["install", "--offline", "--no-audit", "--no-fund", "--silent"];
    let mut install = as_stranger(folder.path(), &node, &npm);
    stdout(&install.args(arguments).args([&own, &platform]).output().unwrap());
    let programs = folder.path().join("node_modules/.bin");
    use_installed(folder.path(), &programs);
    assert_documented(
        &folder.path().join("node_modules/@schemactl/linux-x64"),
        "sbom.cdx.json",
    );

    let readme = folder.path().join("node_modules/schemactl/README.md");
    assert_readme_leads_out(&fs::read_to_string(readme).unwrap());

    // Without the package of the platform it says what is missing.
    fs::remove_dir_all(folder.path().join("node_modules/@schemactl")).unwrap();
    let missing = as_stranger(folder.path(), &programs, Path::new("schemactl"))
        .output()
        .unwrap();
    assert_eq!(missing.status.code(), Some(2));
    let words = String::from_utf8_lossy(&missing.stderr);
    assert!(words.contains("@schemactl/linux-x64 is not installed"), "{words}");
}

/// A program that prints the signals it gets, and ends by one of them, or with 7 after SIGINT.
const SIGNALLED: &str = r#"#!/usr/bin/env node
let interrupts = 0;
process.on("SIGINT", () => { interrupts += 1; console.log("SIGINT"); });
process.on("SIGTERM", () => { console.log(`${interrupts} interrupts`); process.exit(7); });
setInterval(() => {}, 1000);
console.log("ready");
"#;

/// The wrapper of npm stands for its binary: each signal arrives once, whether it is sent to the wrapper or by a terminal to its group, and the
/// end is that of the binary.
#[test]
fn the_wrapper_of_npm_forwards_signals_and_ends_as_its_binary() {
    use std::io::{BufRead as _, BufReader};
    use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};

    let folder = tempfile::tempdir().unwrap();
    let platform = folder.path().join("node_modules/@schemactl/linux-x64");
    fs::create_dir_all(platform.join("bin")).unwrap();
    fs::write(platform.join("package.json"), "{}").unwrap();
    let program = platform.join("bin/schemactl");
    fs::write(&program, SIGNALLED).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let wrapper = folder.path().join("node_modules/schemactl.js");
    fs::copy(root().join("packaging/npm/schemactl.js"), &wrapper).unwrap();
    for (signals, to_group, code, signal) in [
        (&["INT", "TERM"][..], false, Some(7), None),
        (&["INT", "TERM"], true, Some(7), None),
        (&["HUP"], false, None, Some(1)),
    ] {
        let mut node = clean_command(Path::new("node"));
        let node = node.arg(&wrapper).process_group(0).stdout(std::process::Stdio::piped());
        let mut running = node.spawn().unwrap();
        let mut lines = BufReader::new(running.stdout.take().unwrap()).lines();
        assert_eq!(lines.next().unwrap().unwrap(), "ready");
        let target = if to_group {
            format!("-{}", running.id())
        } else {
            running.id().to_string()
        };
        let mut seen = Vec::new();
        for signal in signals {
            let mut kill = Command::new("kill");
            assert!(kill.args(["-s", signal, "--", &target]).status().unwrap().success());
            seen.extend(lines.next().map(Result::unwrap));
        }
        let status = running.wait().unwrap();
        assert_eq!((status.code(), status.signal()), (code, signal), "{signals:?} {seen:?}");
        let expected: &[&str] = if signals.len() == 2 {
            &["SIGINT", "1 interrupts"]
        } else {
            &[]
        };
        assert_eq!(seen, expected, "{signals:?}, to the group: {to_group}");
    }
}

/// Runs the extension without an editor, and returns what it did.
fn activate(extension: &Path, arguments: &[&str]) -> serde_json::Value {
    let mut node = clean_command(Path::new("node"));
    node.arg(root().join("tests/referees/vscode/activate.js"))
        .arg(extension)
        .args(arguments);
    serde_json::from_str(&stdout(&node.output().unwrap())).unwrap()
}

#[test]
fn the_extension_holds_what_it_needs_and_starts_the_program_of_its_settings() {
    let folder = open_folder();
    let mut unpack = clean_command(Path::new("python3"));
    unpack
        .args(["-m", "zipfile", "-e"])
        .args([&package("schemactl-", ".vsix"), folder.path()]);
    stdout(&unpack.output().unwrap());
    let catalogue = fs::read_to_string(folder.path().join("extension.vsixmanifest")).unwrap();
    assert!(catalogue.contains(&format!("Version=\"{VERSION}\"")), "{catalogue}");
    let extension = folder.path().join("extension");
    let manifest = fs::read_to_string(extension.join("package.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(manifest["version"], VERSION);
    let setting = &manifest["contributes"]["configuration"]["properties"]["schemactl.path"];
    assert_eq!(setting["default"], "schemactl");
    // A folder that somebody sends must not choose a program before it is trusted.
    let restricted = &manifest["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"];
    assert_eq!(*restricted, serde_json::json!(["schemactl.path"]));
    let mut files = names_in(&extension);
    files.retain(|name| name != "node_modules");
    let expected = [
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "extension.js",
        "package.json",
        "readme.md",
    ];
    assert_eq!(files, expected);
    let packages = names_in(&extension.join("node_modules"));
    let is_of_client = |name: &String| name.starts_with("vscode-") || name == "semver";
    assert!(packages.iter().all(is_of_client), "{packages:?}");

    let patterns = ["**/schemas/**/*.json", "**/{schemactl,event}.toml"];
    let seen = activate(&extension, &["/opt/schemactl"]);
    let started = serde_json::json!({"command": "/opt/schemactl", "args": ["lsp"], "patterns": patterns});
    // It starts again when the setting changes, and leaves nothing behind.
    assert_eq!(seen["started"], serde_json::json!([started, started]));
    assert_eq!(seen["stopped"], 2);
    assert_eq!(seen["errors"], serde_json::json!([]));
    let seen = activate(&extension, &["", "spawn schemactl ENOENT"]);
    let told = seen["errors"][0].as_str().unwrap();
    assert!(
        told.contains("cannot start `schemactl lsp`: spawn schemactl ENOENT"),
        "{told}"
    );
    assert!(told.contains("set `schemactl.path`"), "{told}");
}

#[test]
fn formula_and_dockerfile_name_the_archive_and_its_checksum() {
    let (folder, _) = packages();
    let archive = package("schemactl-", ".tar.gz");
    let sum = Command::new("sha256sum").arg(&archive).output().unwrap();
    let sum = stdout(&sum).split_whitespace().next().unwrap().to_owned();
    let name = archive.file_name().unwrap().to_string_lossy().into_owned();
    for recipe in ["schemactl.rb", "Dockerfile"] {
        let text = fs::read_to_string(folder.join(recipe)).unwrap();
        for part in [&*sum, &*name, VERSION] {
            assert!(text.contains(part), "{recipe}: {part}");
        }
        assert!(!text.contains('@'), "{recipe} has a placeholder left");
    }
}

#[test]
fn no_symbol_asks_for_a_newer_glibc() {
    let (_, is_release) = packages();
    if !is_release {
        return;
    }
    let folder = open_folder();
    let mut tar = Command::new("tar");
    tar.args(["--extract", "--strip-components=1", "--directory"])
        .arg(folder.path());
    stdout(
        &tar.arg("--file")
            .arg(package("schemactl-", ".tar.gz"))
            .output()
            .unwrap(),
    );
    let versions = Command::new("readelf")
        .args(["--version-info", "--wide"])
        .arg(folder.path().join("schemactl"))
        .output();
    let versions = stdout(&versions.unwrap());
    let needed: Vec<(u32, u32)> = versions.split("GLIBC_").skip(1).filter_map(parse_version).collect();
    assert!(!needed.is_empty(), "{versions}");
    assert!(needed.iter().all(|version| *version <= GLIBC), "{needed:?}");
    let size = fs::metadata(folder.path().join("schemactl")).unwrap().len();
    assert!(size <= LARGEST, "the binary has {size} bytes");
}

fn parse_version(text: &str) -> Option<(u32, u32)> {
    let end = text
        .find(|character: char| !character.is_ascii_digit() && character != '.')
        .unwrap_or(text.len());
    let (major, minor) = text[..end].split_once('.')?;
    Some((major.parse().ok()?, minor.split('.').next()?.parse().ok()?))
}
