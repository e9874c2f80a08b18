//! What a misspelt name was meant to be. In: a name, and those that there are; an error of clap. Out: advice, and the error with suggestions
//! that are close: those of clap can be any word with a few of the same letters.

use std::ffi::OsString;
use std::path::Path;

use clap::builder::PossibleValue;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgMatches, Command, ValueEnum};
use schemactl_model::{Version, find_alike};

use crate::printable::quote_word;

/// What other tools call a command, and our commands for the same.
const OTHER_NAMES: [(&str, &[&str]); 26] = [
    ("add", &["new"]),
    ("apply", &["push"]),
    ("breaking", &["check", "diff"]),
    ("codegen", &["generate"]),
    ("compare", &["diff"]),
    ("compat", &["check", "diff"]),
    ("compatibility", &["check", "diff"]),
    ("compile", &["generate"]),
    ("create", &["init", "new"]),
    ("delete", &["prune", "retire"]),
    ("download", &["pull"]),
    ("export", &["pull"]),
    ("fetch", &["pull"]),
    ("lint", &["check"]),
    ("list", &["status"]),
    ("ls", &["status"]),
    ("publish", &["push"]),
    ("register", &["push"]),
    ("remove", &["retire", "prune"]),
    ("rename", &["move"]),
    ("server", &["serve"]),
    ("start", &["serve"]),
    ("sync", &["push", "pull"]),
    ("test", &["check", "validate"]),
    ("upload", &["push"]),
    ("verify", &["check", "validate"]),
];

/// Names that a line of advice has room for.
const MOST_LISTED: usize = 8;

/// Returns names as a list, at most eight of them.
pub(crate) fn list_names<N: AsRef<str>>(names: &[N]) -> String {
    let shown: Vec<&str> = names.iter().take(MOST_LISTED).map(AsRef::as_ref).collect();
    let more = names.len() - shown.len();
    let more = if more == 0 {
        String::new()
    } else {
        format!(" and {more} more")
    };
    shown.join(", ") + &more
}

/// Returns advice for a name that is not known: the one that was probably meant, and those that there are. `what` is their noun in the plural.
pub(crate) fn advise_on_name(name: &str, what: &str, known: &[&str]) -> String {
    let all = list_names(known);
    match find_alike(name, known.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`? The {what} are {all}"),
        None => format!("the {what} are {all}"),
    }
}

/// Returns advice for a beginning that no name has: the name whose beginning was probably meant, and those that there are.
pub(crate) fn advise_on_prefix(prefix: &str, what: &str, known: &[&str]) -> String {
    let letters = prefix.chars().count();
    // A slip can be a letter too many or too few.
    let beginnings = known.iter().flat_map(|name| {
        let lengths = letters.saturating_sub(1)..=letters + 1;
        lengths.map(move |length| (name.chars().take(length).collect::<String>(), *name))
    });
    let beginnings: Vec<(String, &str)> = beginnings.collect();
    let meant = find_alike(prefix, beginnings.iter().map(|(beginning, _)| beginning.as_str()));
    let named = meant.and_then(|meant| beginnings.iter().find(|(beginning, _)| beginning == meant));
    match named {
        Some((_, name)) => format!("did you mean `{name}`? The {what} are {}", list_names(known)),
        None => advise_on_name(prefix, what, known),
    }
}

/// Returns the values that an option takes, and the one that was probably meant.
pub(crate) fn list_values<V: ValueEnum>(name: &str) -> String {
    let known = V::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    let known: Vec<PossibleValue> = known.collect();
    let names: Vec<&str> = known.iter().map(PossibleValue::get_name).collect();
    let meant = append_meant(name, names.iter().copied());
    format!("expected one of {}{meant}", names.join(", "))
}

/// Returns the end of a message about a name that is not known: the one that was probably meant, if there is one.
fn append_meant<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> String {
    find_alike(name, known).map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"))
}

/// Replaces the suggestions of an error about a command, an option or a value by those that are close. `arguments` begins with the
/// program's name.
pub(crate) fn correct_suggestions(error: &mut clap::Error, mut command: Command, arguments: &[OsString]) {
    // Options of all commands are added to each of them here.
    command.build();
    let matches = command
        .clone()
        .ignore_errors(true)
        .try_get_matches_from(arguments)
        .unwrap_or_default();
    let reached = find_reached(&command, &matches);
    if let Some(tip) = explain_command(error, reached).or_else(|| explain_argument(error, reached)) {
        error.remove(ContextKind::SuggestedSubcommand);
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
        return;
    }
    let candidates: Vec<String> = reached.get_subcommands().map(|one| one.get_name().to_owned()).collect();
    correct(
        error,
        (ContextKind::InvalidSubcommand, ContextKind::SuggestedSubcommand),
        &candidates,
    );
    let options = reached.get_arguments().filter(|argument| !argument.is_hide_set());
    let options = options.filter_map(|argument| Some(format!("--{}", argument.get_long()?)));
    correct(
        error,
        (ContextKind::InvalidArg, ContextKind::SuggestedArg),
        &options.collect::<Vec<_>>(),
    );
    let values = match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(values)) => values.clone(),
        _ => Vec::new(),
    };
    correct(error, (ContextKind::InvalidValue, ContextKind::SuggestedValue), &values);
    name_variables(error, reached, arguments);
}

/// Names the variable of the environment that an error is about: who has set it has not written the option.
fn name_variables(error: &mut clap::Error, reached: &Command, arguments: &[OsString]) {
    let written = arguments.iter().filter_map(|argument| argument.to_str());
    let written: Vec<&str> = written.take_while(|argument| *argument != "--").collect();
    let is_written = |long: &str| {
        let option = |argument: &&str| argument.strip_prefix("--")?.strip_prefix(long).map(str::to_owned);
        written
            .iter()
            .filter_map(option)
            .any(|rest| rest.is_empty() || rest.starts_with('='))
    };
    let from_variable = reached.get_arguments().filter_map(|argument| {
        let variable = argument.get_env()?.to_str()?;
        let is_used = std::env::var_os(variable).is_some() && !is_written(argument.get_long()?);
        is_used.then(|| (argument.to_string(), variable.to_owned(), argument.is_global_set()))
    });
    let from_variable: Vec<_> = from_variable.collect();
    match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(wrong)) => {
            let found = from_variable.iter().find(|(option, ..)| option == wrong);
            if let Some((option, variable, _)) = found {
                let named = ContextValue::String(format!("{variable} ({option})"));
                error.insert(ContextKind::InvalidArg, named);
            }
        }
        // What is missing is so because of another one.
        Some(ContextValue::Strings(_)) => {
            let own = from_variable.iter().filter(|(_, _, is_global)| !is_global);
            let tips = own.map(|(option, variable, _)| format!("{variable} is set, which is {option}").into());
            let tips: Vec<_> = tips.collect();
            if !tips.is_empty() {
                error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tips));
            }
        }
        _ => {}
    }
}

/// Returns our command for one that has another name elsewhere.
fn explain_command(error: &clap::Error, reached: &Command) -> Option<String> {
    let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidSubcommand) else {
        return None;
    };
    let (_, meant) = OTHER_NAMES
        .iter()
        .find(|(other, _)| other.eq_ignore_ascii_case(typed))?;
    let described = meant.iter().filter_map(|name| {
        let about = reached.find_subcommand(name)?.get_about()?;
        Some(format!("`{name}` ({about})"))
    });
    let described: Vec<String> = described.collect();
    (!described.is_empty()).then(|| format!("did you mean {}?", described.join(" or ")))
}

/// Returns what to write in place of a folder or an event where a command takes neither, or of a path where it takes an event.
fn explain_argument(error: &clap::Error, reached: &Command) -> Option<String> {
    let string = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    if error.kind() == ErrorKind::ValueValidation {
        let event = find_event_in_path(string(ContextKind::InvalidValue)?)?;
        return Some(format!(
            "events are named without their folder; did you mean `{event}`?"
        ));
    }
    if error.kind() == ErrorKind::MissingRequiredArgument
        && let Some(ContextValue::Strings(missing)) = error.get(ContextKind::InvalidArg)
        && missing.iter().any(|name| name.contains("FINGERPRINT"))
    {
        return Some("`schemactl check` prints the fingerprints, and `--all` accepts all errors".to_owned());
    }
    let typed = string(ContextKind::InvalidArg).filter(|typed| !typed.starts_with('-'))?;
    if error.kind() != ErrorKind::UnknownArgument || reached.get_positionals().next().is_some() {
        return None;
    }
    let command = reached.get_name();
    if reached.get_arguments().any(clap::Arg::is_required_set) {
        // It is about what its options name, as `pattern check --batch`.
        return None;
    }
    Some(if Path::new(typed).is_dir() {
        advise_on_folder(typed)
    } else {
        let has_option = |name: &str| {
            reached
                .get_arguments()
                .any(|argument| argument.get_long() == Some(name))
        };
        if has_option("event") {
            format!("`{command}` is about the whole workspace; `--event {typed}` limits it to an event")
        } else if has_option("owner") {
            format!(
                "`{command}` is about the whole workspace, and takes no events; `--owner NAME` reports only the events of an owner"
            )
        } else {
            format!("`{command}` is about the whole workspace, and takes no events")
        }
    })
}

/// Returns how a workspace is named, for a folder that stands where none is expected.
pub(crate) fn advise_on_folder(folder: &str) -> String {
    let option = quote_word(folder);
    format!("`{folder}` is a folder: run the command in the workspace, or name it with `--workspace {option}`")
}

/// Returns the event, and the version if it is in there, of a path such as `schemas/com.myapp/OrderPlaced/1.0.json`.
fn find_event_in_path(path: &str) -> Option<String> {
    let mut parts = path.split(['/', '\\']).skip_while(|part| *part != "schemas").skip(1);
    let (namespace, name) = (parts.next()?, parts.next().filter(|name| !name.is_empty())?);
    let version = parts.next().and_then(|file| file.strip_suffix(".json"));
    let version = version.filter(|version| version.parse::<Version>().is_ok());
    let version = version.map_or_else(String::new, |version| format!("@{version}"));
    Some(format!("{namespace}/{name}{version}"))
}

/// The command whose arguments are wrong.
fn find_reached<'c>(command: &'c Command, matches: &ArgMatches) -> &'c Command {
    let Some((name, below)) = matches.subcommand() else {
        return command;
    };
    match command.find_subcommand(name) {
        // `help COMMAND` names a command of the program.
        Some(reached) if name != "help" => find_reached(reached, below),
        _ => command,
    }
}

fn correct(error: &mut clap::Error, (wrong, suggested): (ContextKind, ContextKind), candidates: &[String]) {
    error.remove(suggested);
    let Some(ContextValue::String(wrong)) = error.get(wrong) else {
        return;
    };
    // A known option may have a wrong value.
    if candidates.contains(wrong) {
        return;
    }
    // The dashes of an option are no letters of its name.
    let bare = |text: &str| text.trim_start_matches('-').to_owned();
    let names: Vec<String> = candidates.iter().map(|name| bare(name)).collect();
    let meant = find_alike(&bare(wrong), names.iter().map(String::as_str));
    let Some(meant) = meant.and_then(|meant| candidates.iter().find(|name| bare(name) == meant)) else {
        return;
    };
    let meant = match suggested {
        // clap lists the commands that are meant.
        ContextKind::SuggestedSubcommand => ContextValue::Strings(vec![meant.clone()]),
        _ => ContextValue::String(meant.clone()),
    };
    error.insert(suggested, meant);
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn other_names_are_sorted_and_mean_commands() {
        let command = crate::args::Args::command();
        assert!(OTHER_NAMES.is_sorted_by(|(one, _), (other, _)| one < other));
        for (other, meant) in OTHER_NAMES {
            assert!(command.find_subcommand(other).is_none(), "{other} is a command");
            for name in meant {
                assert!(command.find_subcommand(name).is_some(), "{name}");
            }
        }
    }

    #[test]
    fn an_event_is_found_in_its_path() {
        for (path, event) in [
            ("schemas/a.b/Order", Some("a.b/Order")),
            ("./x/schemas/a.b/Order/", Some("a.b/Order")),
            ("schemas\\a.b\\Order\\1.0.json", Some("a.b/Order@1.0")),
            ("schemas/a.b/Order/event.toml", Some("a.b/Order")),
            ("schemas/a.b/", None),
            ("a.b/Order/x", None),
        ] {
            assert_eq!(find_event_in_path(path).as_deref(), event, "{path}");
        }
    }

    #[test]
    fn a_long_list_is_cut() {
        assert_eq!(list_names(&["a", "b"]), "a, b");
        let many: Vec<String> = (1..=10).map(|number| number.to_string()).collect();
        assert_eq!(list_names(&many), "1, 2, 3, 4, 5, 6, 7, 8 and 2 more");
    }
}
