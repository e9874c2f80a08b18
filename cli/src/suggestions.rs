//! What a misspelt name was meant to be. In: a name, and those that there are; an error of clap. Out: advice, and the error with suggestions
//! that are close: those of clap can be any word with a few of the same letters.

use std::ffi::OsString;

use clap::builder::PossibleValue;
use clap::error::{ContextKind, ContextValue};
use clap::{ArgMatches, Command, ValueEnum};
use schemactl_model::find_alike;

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
    use super::*;

    #[test]
    fn a_long_list_is_cut() {
        assert_eq!(list_names(&["a", "b"]), "a, b");
        let many: Vec<String> = (1..=10).map(|number| number.to_string()).collect();
        assert_eq!(list_names(&many), "1, 2, 3, 4, 5, 6, 7, 8 and 2 more");
    }
}
