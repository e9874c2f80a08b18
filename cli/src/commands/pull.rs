//! `schemactl pull`

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use schemactl_compat::default_engine;
use schemactl_workspace::{
    NewFile, Numbering, Pulled, Pulling, Remote, RemoteError, RemoteErrorKind, Workspace, pull_versions, write_atomic,
};

use crate::args::{Pull, PullNumbers};
use crate::console::Console;
use crate::context::{Context, semantics};
use crate::environment::{enter_environment, require_account};
use crate::exit::Exit;
use crate::problem::Problem;
use crate::remote::connect;
use crate::report::count;

pub(crate) fn run(args: &Pull, context: &Context) -> Result<Exit, Problem> {
    let mut workspace = Workspace::load_to_fill(&context.root()?)?;
    let aws = enter_environment(&mut workspace, &args.aws)?;
    let registry = args.registry.as_ref().unwrap_or(&workspace.manifest.registry.name);
    let (remote, patience) = connect(context, registry, &aws)?;
    require_account(&remote, &aws)?;
    let engine = default_engine(semantics(&workspace));
    let pulling = Pulling {
        registry,
        prefix: &args.prefix,
        numbering: match args.number {
            PullNumbers::ByChange => Numbering::ByChange(&engine),
            PullNumbers::Majors => Numbering::Majors,
        },
        newest_only: args.newest_only,
    };
    let pulled = pull_versions(&workspace, &pulling, &remote, &patience)?;
    let Some(pulled) = pulled else {
        return Err(missing(registry, &remote));
    };
    if !args.dry_run {
        create_schemas_folder(&workspace.root)?;
    }
    let mut text = format!("{}\n", remote.describe());
    let mut counts = Counts::default();
    for version in &pulled {
        let line = counts.count(version, &workspace.root, args.dry_run)?;
        writeln!(text, "  {line}").expect("writing to a string cannot fail");
    }
    let new = if args.dry_run { "new" } else { "written" };
    writeln!(
        text,
        "{} {new}, {} there already, {} different and kept, {} not usable",
        count(counts.new, "version"),
        counts.same,
        counts.different,
        counts.unusable
    )
    .expect("writing to a string cannot fail");
    context.console.result(&text);
    if counts.new > 0 && !args.dry_run {
        context.console.note(
            "next: schemactl check; where the newest version in the registry was written by others and is equal, \
             `schemactl push --adopt` takes it over without a write",
        );
    }
    Ok(counts.exit(&context.console))
}

/// Also without versions to write: a workspace without the folder cannot be checked.
fn create_schemas_folder(root: &Path) -> Result<(), Problem> {
    let path = root.join("schemas");
    fs::create_dir_all(&path).map_err(|error| Problem::File {
        path,
        what: "create",
        error,
    })
}

fn missing(registry: &str, remote: &dyn Remote) -> Problem {
    Problem::Remote(RemoteError {
        kind: RemoteErrorKind::NotFound,
        operation: "DescribeRegistry",
        subject: remote.describe(),
        message: format!("there is no registry {registry}"),
        retry_after: None,
    })
}

#[derive(Default)]
struct Counts {
    new: usize,
    same: usize,
    different: usize,
    unusable: usize,
}

impl Counts {
    /// What is left out is no success: whoever reads the exit code alone has to know that the workspace is not the registry.
    fn exit(&self, console: &Console) -> Exit {
        if self.unusable > 0 {
            console.note("what is left out stands above with its reason; the registry has it as it was");
        }
        if self.different > 0 {
            console.note(
                "the workspace is kept where it differs: `schemactl status` says which schema counts in the registry, and \
                 `schemactl push --repair` makes it the workspace's",
            );
            return Exit::Differs;
        }
        if self.unusable > 0 { Exit::Partly } else { Exit::Clean }
    }

    fn count(&mut self, pulled: &Pulled, root: &Path, dry_run: bool) -> Result<String, Problem> {
        Ok(match pulled {
            Pulled::New { event, version, files } => {
                self.new += 1;
                for file in files.iter().filter(|_| !dry_run) {
                    write_new(root, file)?;
                }
                format!("+ {event}@{version}")
            }
            Pulled::Same { event, version } => {
                self.same += 1;
                format!("= {event}@{version}")
            }
            Pulled::Different { event, version } => {
                self.different += 1;
                format!("! {event}@{version} is another schema in the workspace, which is kept")
            }
            Pulled::Unusable { schema, number, reason } => {
                self.unusable += 1;
                let reason = crate::console::printable(reason);
                format!("! version {number} of {schema} is left out: {reason}")
            }
        })
    }
}

/// Writes a file that is not there, inside the workspace: a link that leads out of it is not followed.
fn write_new(root: &Path, file: &NewFile) -> Result<(), Problem> {
    let path = root.join(&file.path);
    let write = || {
        let folder = path.parent().unwrap_or(root);
        fs::create_dir_all(folder)?;
        if !folder.canonicalize()?.starts_with(root.canonicalize()?) {
            let message = "the folder is a link that leads out of the workspace";
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, message));
        }
        if path.symlink_metadata().is_ok() {
            return Ok(false);
        }
        write_atomic(&path, file.text.as_bytes())
    };
    write().map(|_| ()).map_err(|error| Problem::File {
        path: path.clone(),
        what: "write",
        error,
    })
}
