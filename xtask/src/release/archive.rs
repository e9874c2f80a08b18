//! The archive for everybody without a package manager: one folder with binary, man pages, completions, licences, notices and SBOM. The same
//! files make the same bytes: names are sorted, and times and owners are left out.

use std::path::Path;
use std::process::Command;

use super::{Platform, Release, checksum};
use crate::{ChoreResult, root, run};

/// Packs the archive.
pub(super) fn pack_archive(release: &Release) -> ChoreResult {
    let name = archive_name(&release.version, release.platform.triple);
    pack_folder(&release.stage, &release.folder, &name)
}

/// Packs a folder as an archive of a name, in which it has that name too.
pub(super) fn pack_folder(stage: &Path, folder: &Path, name: &str) -> ChoreResult {
    // Python packs the same way on every platform, which `tar` does not.
    let python = root().join("target/venv-release/bin/python");
    let python = if python.is_file() { python } else { "python3".into() };
    run(Command::new(python)
        .args(["-c", PACK])
        .arg(stage)
        .arg(folder.join(format!("{name}.tar.gz")))
        .arg(name))
}

/// Returns the name of an archive, which is the folder in it too.
pub(super) fn archive_name(version: &str, triple: &str) -> String {
    format!("schemactl-{version}-{triple}")
}

/// Returns the file name and the checksum of a platform's archive. `None` if the release has none.
pub(super) fn find_archive(release: &Release, platform: &Platform) -> Result<Option<(String, String)>, String> {
    let archive = format!("{}.tar.gz", archive_name(&release.version, platform.triple));
    let path = release.folder.join(&archive);
    path.is_file().then(|| Ok((archive, checksum(&path)?))).transpose()
}

/// Packs a folder under another name.
const PACK: &str = r"
import gzip, pathlib, sys, tarfile
folder, archive, name = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
with open(archive, 'wb') as file, gzip.GzipFile('', 'wb', 9, file, 0) as packed, tarfile.open(fileobj=packed, mode='w') as opened:
    for path in sorted(folder.rglob('*')):
        member = opened.gettarinfo(path, f'{name}/{path.relative_to(folder).as_posix()}')
        member.mtime = member.uid = member.gid = 0
        member.uname = member.gname = ''
        member.mode = 0o755 if path.is_dir() or path.stem == 'schemactl' and path.suffix in ('', '.exe') else 0o644
        if path.is_dir():
            opened.addfile(member)
        else:
            with open(path, 'rb') as content:
                opened.addfile(member, content)
";
