//! `schemactl pull`

use std::fs;
use std::io;
use std::path::Path;

use schemactl_check::{Finding, write_atomic};
use schemactl_compat::default_engine;
use schemactl_eventbridge::EventBridge;
use schemactl_model::{EventName, Version, spell_out_line};
use schemactl_push::{
    NewFile, Numbering, PastReason, Patience, PullRemark, Pulled, Pulling, Remote, RemoteError, RemoteErrorKind,
    list_schemas, pull_versions,
};
use schemactl_workspace::Workspace;

use crate::args::{PullArgs, PullNumbers};
use crate::checking::{Against, check_against};
use crate::console::Console;
use crate::context::{Context, semantics_of_workspace};
use crate::diagnostic::Diagnostic;
use crate::environment::{enter_and_name_environment, require_account};
use crate::exit::Exit;
use crate::git_files::write_git_files;
use crate::lost_files::{find_former_names, find_released_files};
use crate::lost_versions::VersionSet;
use crate::problem::Problem;
use crate::remote::{advise_on_registry, connect_registry};
use crate::report::drift::{advise_on_move, describe_end};
use crate::report::plan::describe_ignored;
use crate::report::text;
use crate::shared_registry::SharedRegistry;
use crate::suggestions::advise_on_prefix;
use crate::words::count_in_words;

pub(crate) fn run_pull(args: &PullArgs, context: &Context) -> Result<Exit, Problem> {
    let mut workspace = Workspace::load_to_fill(&context.root()?)?;
    let aws = enter_and_name_environment(&mut workspace, &args.aws, &context.console)?;
    let registry = args.registry.as_ref().unwrap_or(&workspace.manifest.registry.name);
    let (remote, patience) = connect_registry(context, registry, &aws)?;
    require_account(&remote, &aws)?;
    let engine = default_engine(semantics_of_workspace(&workspace));
    let shared = SharedRegistry::read(&workspace, registry, aws.environment.as_deref());
    let pulling = Pulling {
        registry,
        prefix: &args.prefix,
        former_names: &find_former_names(&workspace),
        find_owner: &|schema| shared.find_owner(schema).map(Path::to_owned),
        numbering: match args.number {
            PullNumbers::ByChange => Numbering::ByChange(&engine),
            PullNumbers::Majors => Numbering::Majors(&engine),
        },
        newest_only: args.newest_only,
    };
    let pulled = pull_versions(&workspace, &pulling, &remote, &patience)?;
    let Some(pulled) = pulled else {
        return Ok(tell_missing_registry(args, registry, &remote, &context.console));
    };
    if pulled.is_empty() && !args.prefix.is_empty() {
        return Err(no_schema_starts_with(&args.prefix, registry, (&remote, &patience))?);
    }
    if !args.dry_run {
        create_schemas_folder(&workspace.root)?;
    }
    let counts = write_pulled(
        &pulled,
        &workspace,
        (&remote.describe(), args.dry_run),
        &context.console,
    )?;
    // Also without new versions: what an earlier pull has left is as wrong as before.
    let soundness = if args.dry_run && counts.new > 0 {
        Soundness::Sound
    } else {
        tell_findings(context)
    };
    if !args.dry_run && counts.new > 0 && workspace.events.is_empty() {
        write_git_files(&workspace.root, &context.console)?;
    }
    if !args.dry_run {
        counts.tell_next(soundness, &context.console);
    }
    Ok(counts.exit(soundness, registry, &context.console))
}

/// Writes the versions, and prints a line for each: with `--quiet` those that are a reason for an exit code which is not 0.
fn write_pulled(
    pulled: &[Pulled],
    workspace: &Workspace,
    (remote, dry_run): (&str, bool),
    console: &Console,
) -> Result<Counts, Problem> {
    let mut counts = Counts {
        history: restore_lost(workspace, pulled, dry_run)?,
        ..Counts::default()
    };
    let (mut text, mut reasons) = (format!("{remote}\n"), String::new());
    for version in pulled {
        let before = counts.left_out();
        let line = format!("  {}\n", counts.count(version, &workspace.root, dry_run)?);
        if counts.left_out() > before {
            reasons += &line;
        }
        text += &line;
    }
    text += &counts.summarize(dry_run);
    if dry_run {
        console.result(&text);
    } else {
        console.tell_done(&text);
        if console.is_quiet() {
            console.result(&reasons);
        }
    }
    Ok(counts)
}

/// Writes the files of lost versions as the history of the repository has them, and returns which versions these are.
fn restore_lost(workspace: &Workspace, pulled: &[Pulled], dry_run: bool) -> Result<VersionSet, Problem> {
    let lost = pulled.iter().filter_map(|pulled| match pulled {
        Pulled::Lost { event, version, .. } => Some((event.clone(), version.clone())),
        _ => None,
    });
    let (files, found) = find_released_files(workspace, &lost.collect());
    for (path, bytes) in files.written.files().filter(|_| !dry_run) {
        write_bytes(&workspace.root, Path::new(path), bytes)?;
    }
    Ok(found)
}

/// Says that a registry does not exist, and which do: a pull from one that is only to be created would bring nothing.
fn tell_missing_registry(args: &PullArgs, registry: &str, remote: &EventBridge, console: &Console) -> Exit {
    let place = match (&args.registry, &args.aws.environment) {
        (Some(_), _) => "after --registry".to_owned(),
        (None, Some(name)) => format!("of [env.{name}] in schemactl.toml"),
        (None, None) => "in schemactl.toml".to_owned(),
    };
    let help = match advise_on_registry(registry, remote) {
        Some(known) => format!("{known}; correct the name {place}, or choose another region or profile"),
        None => format!("correct the name {place}; `aws schemas list-registries` lists the registries that exist"),
    };
    console.diagnostic(&Diagnostic::error(missing(registry, remote).to_string()).help(help));
    Exit::Remote
}

/// A filter that nothing matches is a mistyped name, as that of an event is elsewhere: what was to be pulled is not there.
fn no_schema_starts_with(
    prefix: &str,
    registry: &str,
    (remote, patience): (&dyn Remote, &Patience),
) -> Result<Problem, RemoteError> {
    let listed = list_schemas(remote, patience)?;
    let names: Vec<&str> = listed.iter().map(|schema| schema.name.as_str()).collect();
    let help = if names.is_empty() {
        "the registry has no schema: correct its name with --registry or --env, or in schemactl.toml".to_owned()
    } else {
        advise_on_prefix(prefix, "schemas", &names)
    };
    Ok(Problem::usage(
        format!("no schema of the registry `{registry}` has a name that starts with `{prefix}`"),
        help,
    ))
}

/// What `check` finds in a workspace after a pull.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Soundness {
    Sound,
    /// Errors of which a waiver can accept some.
    Acceptable,
    Unsound,
}

/// Says what `check` finds in the workspace as it is now.
fn tell_findings(context: &Context) -> Soundness {
    let workspace = match context.workspace() {
        Ok(workspace) => workspace,
        Err(problem) => {
            for diagnostic in problem.diagnostics() {
                context.console.diagnostic(&diagnostic);
            }
            return Soundness::Unsound;
        }
    };
    let (report, checked) = check_against(&workspace, &Against::default(), context);
    if checked.is_some() {
        return Soundness::Sound;
    }
    let detail = context.console.detail_of_reports();
    context.console.result(&text::render_text(&report, detail));
    if report
        .findings
        .iter()
        .filter(|finding| finding.is_open_error())
        .any(Finding::can_be_waived)
    {
        Soundness::Acceptable
    } else {
        Soundness::Unsound
    }
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

fn missing(registry: &str, remote: &dyn Remote) -> RemoteError {
    RemoteError {
        kind: RemoteErrorKind::NotFound,
        operation: "DescribeRegistry",
        subject: remote.describe(),
        message: format!("registry {registry} does not exist"),
        retry_after: None,
    }
}

#[derive(Default)]
struct Counts {
    /// Released versions that came back from the history of the repository.
    history: VersionSet,
    new: usize,
    same: usize,
    different: usize,
    /// Versions that stand below released ones.
    superseded: usize,
    unusable: usize,
    /// The first schema whose reference leads nowhere in its document, and the registry's number of the version.
    stranded: Option<(String, String)>,
    /// Whether a schema has versions of its own, and not those that the workspace has released.
    has_other_history: bool,
    /// Names that nothing in the registry tells for certain.
    uncertain: usize,
    /// New versions that schemactl wrote.
    stamped: usize,
    /// Versions that schemactl did not write, and that a push can take over.
    adoptable: usize,
}

impl Counts {
    /// How much of the registry the workspace does not have as it is there: each is a reason for an exit code that is not 0.
    fn left_out(&self) -> usize {
        self.different + self.unusable + self.uncertain
    }

    fn summarize(&self, dry_run: bool) -> String {
        let new = if dry_run { "new" } else { "written" };
        let superseded = if self.superseded == 0 {
            String::new()
        } else {
            format!(", {} superseded", self.superseded)
        };
        format!(
            "{} {new}, {} there already, {} different and kept, {} not usable{superseded}\n",
            count_in_words(self.new, "version"),
            self.same,
            self.different,
            self.unusable
        )
    }

    /// What is left out is no success: whoever reads the exit code alone has to know that the workspace is not the registry, or that it
    /// cannot be pushed yet.
    fn exit(&self, soundness: Soundness, registry: &str, console: &Console) -> Exit {
        if self.unusable > 0 {
            console.note("omitted versions are listed above with the reason; the registry is unchanged");
        }
        if self.has_other_history {
            console.note(
                "a schema with another history stays as it is: `schemactl status` compares it with the workspace. `schemactl push --repair` registers \
                 the versions of the workspace above what others wrote; `schemactl pull --newest-only SCHEMA` numbers its newest version after those of \
                 the workspace",
            );
        }
        if let Some((schema, number)) = &self.stranded {
            console.note(&format!(
                "a reference to another document, or to nothing in its own, is not followed. Save the document, such as with `aws schemas describe-schema \
                 --registry-name {registry} --schema-name {schema} --schema-version {number} --query Content --output text`; put what the \
                 reference names into its `definitions` (`components/schemas` in OpenAPI), and refer to that; then register it with `aws schemas \
                 update-schema`, and `schemactl pull --newest-only {schema}` reads it"
            ));
        }
        if self.different > 0 {
            console.note(
                "files of the workspace that differ were kept: `schemactl status` shows the versions in conflict, and \
                 `schemactl push --repair` registers the schema of the workspace",
            );
            return Exit::Differs;
        }
        let is_whole = self.unusable == 0 && self.uncertain == 0 && soundness == Soundness::Sound;
        if is_whole { Exit::Clean } else { Exit::Partly }
    }

    /// Says what to do with what was pulled.
    fn tell_next(&self, soundness: Soundness, console: &Console) {
        let is_sound = soundness == Soundness::Sound;
        if !is_sound {
            let accepted = if soundness == Soundness::Acceptable {
                ", or accept what can be with `schemactl accept --all --reason TEXT`"
            } else {
                ""
            };
            console.note(&format!(
                "`schemactl check` reports the errors above, and a push requires a check without errors: correct them{accepted}; an event that must \
                 stay as it is in the registry can be left out: remove its folder, and list its schema under `ignore` in schemactl.toml"
            ));
        }
        if soundness == Soundness::Acceptable && self.stamped > 0 {
            console.note(
                "waivers are not in the registry: the workspace that registered these versions may accept the errors above in its event.toml; copy \
                 its `[[waiver]]` tables, if it still exists",
            );
        }
        if self.adoptable > 0 {
            let then = if is_sound { "" } else { "then " };
            console.note(&format!(
                "{then}`schemactl push --adopt` adopts versions that others registered, without writing them again: {}",
                count_in_words(self.adoptable, "version")
            ));
        } else if is_sound && self.new > 0 {
            console.note("next: `schemactl status` compares the workspace with its registry");
        }
    }

    fn count(&mut self, pulled: &Pulled, root: &Path, dry_run: bool) -> Result<String, Problem> {
        Ok(match pulled {
            Pulled::New {
                event,
                version,
                files,
                again,
                is_stamped,
                is_adoptable,
            } => {
                self.new += 1;
                self.stamped += usize::from(*is_stamped);
                self.adoptable += usize::from(*is_adoptable);
                write_files(root, files, dry_run)?;
                format!("+ {event}@{version}{}", describe_return(again.as_ref()))
            }
            Pulled::Same {
                event,
                version,
                is_adoptable,
            } => {
                self.same += 1;
                self.adoptable += usize::from(*is_adoptable);
                format!("= {event}@{version}")
            }
            Pulled::Different { event, version } => {
                self.different += 1;
                format!("! {event}@{version} is another schema in the workspace, which is kept")
            }
            Pulled::Lost { event, version, files } => {
                return self.count_lost((event, version), files.as_deref(), root, dry_run);
            }
            Pulled::Ended { event, version, how } => {
                format!("- {event}@{version} {} and is left out", describe_end(*how))
            }
            Pulled::Past {
                schema,
                numbers,
                event,
                why,
            } => self.count_past(schema, numbers, event, why),
            Pulled::Unusable { schema, number, reason } => {
                self.unusable += 1;
                self.has_other_history |= reason.is_other_history;
                if reason.is_reference && self.stranded.is_none() {
                    self.stranded = Some((schema.clone(), number.clone()));
                }
                let reason = schemactl_model::spell_out_controls(&reason.text);
                format!("! version {number} of {schema} is left out: {reason}")
            }
            Pulled::Elsewhere { .. } | Pulled::OfOther { .. } => describe_left_out(pulled),
            Pulled::Ignored { schemas } => describe_ignored(*schemas),
            Pulled::Remark { event, remark } => self.count_remark(event, remark),
        })
    }

    /// Versions of which nothing is made, in one line.
    fn count_past(&mut self, schema: &str, numbers: &[String], event: &EventName, why: &PastReason) -> String {
        let (versions, are, they_stand) = if numbers.len() == 1 {
            ("version", "is", "it stands")
        } else {
            ("versions", "are", "they stand")
        };
        let why = match why {
            PastReason::OlderThan(version) => {
                self.superseded += numbers.len();
                format!("{they_stand} below {event}@{version}, which is released")
            }
            PastReason::Replaced(version) => {
                self.superseded += numbers.len();
                format!("{event}@{version} of the workspace is registered above")
            }
            PastReason::Over(how) => format!("{event} {}", describe_end(*how)),
        };
        format!("- {versions} {} of {schema} {are} left out: {why}", numbers.join(", "))
    }

    /// A released version whose file is lost: it comes back as it was released, or not at all.
    fn count_lost(
        &mut self,
        (event, version): (&EventName, &Version),
        files: Option<&[NewFile]>,
        root: &Path,
        dry_run: bool,
    ) -> Result<String, Problem> {
        if self.history.contains(&(event.clone(), version.clone())) {
            self.new += 1;
            return Ok(format!("+ {event}@{version}, as the history of the repository has it"));
        }
        let Some(files) = files else {
            self.unusable += 1;
            return Ok(format!(
                "! {event}@{version} is left out: it was released as another document than the registered form. Restore the original, such as \
                 with `git checkout REVISION -- schemas/{event}/{version}.json`: no commit of this checkout has it as schemactl.lock says"
            ));
        };
        self.new += 1;
        write_files(root, files, dry_run)?;
        Ok(format!("+ {event}@{version}"))
    }

    fn count_remark(&mut self, event: &EventName, remark: &PullRemark) -> String {
        match remark {
            PullRemark::Guessed {
                members,
                is_discovered: true,
            } => {
                let named = members
                    .iter()
                    .map(|(member, text)| format!("{member} `{}`", spell_out_line(text)));
                format!(
                    "? {event} has {} from the name of its schema, in which EventBridge writes no spaces and punctuation: if that is wrong, edit \
                     schemas/{event}/event.toml before your first push of a version; after that, `schemactl move {event} {} --detail-type TYPE --reason …` records it",
                    named.collect::<Vec<_>>().join(" and "),
                    event.name(),
                )
            }
            PullRemark::Guessed { members, .. } => {
                self.uncertain += 1;
                let joined = |parts: Vec<String>| parts.join(" and ");
                let names = joined(members.iter().map(|(member, _)| format!("the {member}")).collect());
                let texts = members.iter().map(|(_, text)| format!("`{}`", spell_out_line(text)));
                format!(
                    "? nothing in the registry names {names} of {event}; schemas/{event}/event.toml has its name, {}: correct that if it is \
                     published with another one",
                    joined(texts.collect())
                )
            }
            PullRemark::OtherNamed {
                member,
                kept,
                other,
                is_released,
            } => {
                self.uncertain += 1;
                describe_other_name(event, member, (kept, other), *is_released)
            }
            PullRemark::OtherVersions { version, field, others } => {
                self.uncertain += 1;
                let list: Vec<_> = others.iter().map(ToString::to_string).collect();
                format!(
                    "? {event}@{version} lets events say {} in `{}`, of which the registry has no schema of its own: if such events are \
                     published, copy schemas/{event}/{version}.json to {}.json",
                    list.join(", "),
                    spell_out_line(field),
                    list.join(".json, ")
                )
            }
            PullRemark::OtherCase { schema } => format!(
                "  schema {schema} differs from another one in upper and lower case alone, and is {event} here, with `registered-as`: if nothing publishes it, remove \
                 schemas/{event}, and add \"{schema}\" to `ignore` in schemactl.toml"
            ),
            PullRemark::OtherSchema { schema, registered_as } => {
                format!("  a push registers {event} as schema {registered_as}, and leaves schema {schema} as it is")
            }
        }
    }
}

/// Returns that versions of the registry name another source or detail-type than event.toml, and where that is corrected.
fn describe_other_name(event: &EventName, member: &str, (kept, other): (&str, &str), is_released: bool) -> String {
    let correction = if is_released {
        format!(
            "it is released; if consumers match the other one, {} records that",
            advise_on_move(event, member, other)
        )
    } else {
        "correct it there if that is wrong".to_owned()
    };
    format!(
        "? versions in the registry name the {member} `{}` of {event}, and schemas/{event}/event.toml has `{}`: {correction}",
        spell_out_line(other),
        spell_out_line(kept)
    )
}

/// Returns why a schema is nothing of this workspace.
fn describe_left_out(pulled: &Pulled) -> String {
    match pulled {
        Pulled::Elsewhere { schema, event } => {
            format!("- {schema} is left out: `environments` in schemas/{event}/event.toml does not name this registry")
        }
        Pulled::OfOther { schema, folder } => {
            format!(
                "- {schema} is left out: the workspace {} registers it",
                folder.display()
            )
        }
        _ => String::new(),
    }
}

/// Returns that a registry went back to an earlier schema, if it did.
fn describe_return(again: Option<&(Version, String)>) -> String {
    again.map_or_else(String::new, |(again, number)| {
        format!(" is the schema of {again} again: the registry's version {number} went back to it")
    })
}

/// Writes files that are not there, unless nothing is to be written.
fn write_files(root: &Path, files: &[NewFile], dry_run: bool) -> Result<(), Problem> {
    let mut files = files.iter().filter(|_| !dry_run);
    files.try_for_each(|file| write_bytes(root, &file.path, file.text.as_bytes()))
}

/// Writes a file that is not there, inside the workspace: a link that leads out of it is not followed.
fn write_bytes(root: &Path, path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    let path = root.join(path);
    let write = || {
        let folder = path.parent().unwrap_or(root);
        fs::create_dir_all(folder)?;
        if !folder.canonicalize()?.starts_with(root.canonicalize()?) {
            let message = "the folder is a link to a place outside the workspace";
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, message));
        }
        if path.symlink_metadata().is_ok() {
            return Ok(false);
        }
        write_atomic(&path, bytes)
    };
    write().map(|_| ()).map_err(|error| Problem::File {
        path: path.clone(),
        what: "write",
        error,
    })
}
