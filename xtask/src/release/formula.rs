//! What is written from templates of `packaging`: the Homebrew formula and the Dockerfile of a release. Both name the version and the
//! checksums of the archives that are there.

use super::archive::find_archive;
use super::{PLATFORMS, Platform, Release};
use crate::files::{read_file, write_file};
use crate::{ChoreResult, root};

/// Where the files of a release can be downloaded.
const DOWNLOADS: &str = "https://github.com/schemactl/schemactl/releases/download";

/// Writes formula and Dockerfile.
pub(super) fn write_recipes(release: &Release) -> ChoreResult {
    let mut formula = read_file(&root().join("packaging/schemactl.rb.in"))?;
    let mut archives = String::new();
    for platform in &PLATFORMS {
        archives += &describe_archive(release, platform)?.unwrap_or_default();
    }
    formula = formula.replace("@ARCHIVES@\n", &archives);
    write_recipe(release, "schemactl.rb", &formula)?;
    let [linux, ..] = &PLATFORMS;
    let Some((archive, sum)) = find_archive(release, linux)? else {
        return Ok(());
    };
    let dockerfile = read_file(&root().join("packaging/Dockerfile.in"))?;
    let dockerfile = dockerfile.replace("@ARCHIVE@", &archive).replace("@SHA256@", &sum);
    write_recipe(release, "Dockerfile", &dockerfile)
}

fn write_recipe(release: &Release, name: &str, text: &str) -> ChoreResult {
    write_file(&release.folder.join(name), &text.replace("@VERSION@", &release.version))
}

/// The lines of the formula for a platform that Homebrew runs on, if its archive is there.
fn describe_archive(release: &Release, platform: &Platform) -> Result<Option<String>, String> {
    let (system, processor) = match platform.rust {
        ("linux", "x86_64") => ("on_linux", "on_intel"),
        ("linux", "aarch64") => ("on_linux", "on_arm"),
        ("macos", "x86_64") => ("on_macos", "on_intel"),
        ("macos", "aarch64") => ("on_macos", "on_arm"),
        _ => return Ok(None),
    };
    Ok(find_archive(release, platform)?.map(|(archive, sum)| format!(
        "  {system} do\n    {processor} do\n      url \"{DOWNLOADS}/v{}/{archive}\"\n      sha256 \"{sum}\"\n    end\n  end\n\n",
        release.version
    )))
}
