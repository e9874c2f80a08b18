//! `schemactl merge-lock`: what `merge=union` does, where a merge was made by a program that does not know it. In: schemactl.lock with the markers of an
//! unfinished merge. Out: the lock with the lines of both sides, joined where they agree.

use std::fs;

use schemactl_check::{keep_line_ends, write_atomic};
use schemactl_model::Source;
use schemactl_workspace::{LOCK_FILE, Lock};

use crate::args::MergeLockArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::problem::Problem;

/// What to do about lines that contradict each other.
const CONTRADICTION: &str = "two branches released different schemas under one number: `schemactl check --against` shows which line to keep, and \
                             `schemactl bump --against main` gives the other schema the next number";

pub(crate) fn run_merge_lock(args: &MergeLockArgs, context: &Context) -> Result<Exit, Problem> {
    let path = context.root()?.join(LOCK_FILE);
    let text = fs::read_to_string(&path).map_err(|error| Problem::File {
        path: path.clone(),
        what: "read",
        error,
    })?;
    let Some(union) = unite_sides(&text) else {
        // Who runs it has seen that something is wrong with the file: a merge that left no markers may have kept the lines of both.
        let is_contradictory =
            Lock::parse(&Source::new(LOCK_FILE, text.as_str())).is_ok_and(|lock| !lock.conflicts().is_empty());
        if is_contradictory {
            context
                .console
                .tell_done("schemactl.lock has no conflict markers, and lines that contradict each other\n");
            context.console.note(CONTRADICTION);
            return Ok(Exit::Clean);
        }
        context
            .console
            .tell_done("schemactl.lock has no conflict markers: nothing to merge\n");
        return Ok(Exit::Clean);
    };
    let lock = Lock::parse(&Source::new(LOCK_FILE, union.as_str())).map_err(|error| vec![error])?;
    // Lines that contradict each other both stay: `check` shows them, and which of them the main branch has.
    let is_sound = lock.conflicts().is_empty();
    let merged = if is_sound { lock.to_text() } else { union };
    if args.dry_run {
        context.console.result(&merged);
        context.console.note("nothing was written");
    } else {
        write_atomic(&path, keep_line_ends(&text, &merged).as_bytes()).map_err(|error| Problem::File {
            path: path.clone(),
            what: "write",
            error,
        })?;
        context.console.tell_done("schemactl.lock: the lines of both sides\n");
        context
            .console
            .note("next: git add schemactl.lock, then schemactl check --against");
    }
    if !is_sound {
        context.console.note(CONTRADICTION);
    }
    Ok(Exit::Clean)
}

/// A part of a text with the markers of a merge.
#[derive(Clone, Copy, PartialEq, Eq)]
enum MarkedPart {
    Common,
    Ours,
    /// What both began with, which git shows where `merge.conflictStyle` is `diff3` or `zdiff3`.
    Before,
    Theirs,
}

/// Returns a text with the lines of both sides of each conflict, each once. `None` for a text without a conflict.
fn unite_sides(text: &str) -> Option<String> {
    let mut part = MarkedPart::Common;
    let mut has_markers = false;
    let mut ours: Vec<&str> = Vec::new();
    let mut united = String::new();
    for line in text.split_inclusive('\n') {
        let is_marker = |start: &str| line.trim_end() == start || line.starts_with(&format!("{start} "));
        part = match part {
            MarkedPart::Common if is_marker("<<<<<<<") => {
                has_markers = true;
                ours.clear();
                MarkedPart::Ours
            }
            MarkedPart::Ours if is_marker("|||||||") => MarkedPart::Before,
            MarkedPart::Ours | MarkedPart::Before if is_marker("=======") => MarkedPart::Theirs,
            MarkedPart::Theirs if is_marker(">>>>>>>") => MarkedPart::Common,
            MarkedPart::Before => continue,
            part => {
                // Both sides may have added the same line.
                if part != MarkedPart::Theirs || !ours.contains(&line) {
                    united.push_str(line);
                }
                if part == MarkedPart::Ours {
                    ours.push(line);
                }
                continue;
            }
        };
    }
    (has_markers && part == MarkedPart::Common).then_some(united)
}

#[cfg(test)]
mod tests {
    use super::unite_sides;

    #[test]
    fn lines_of_both_sides_stay_once() {
        for (text, united) in [
            (
                "a\n<<<<<<< HEAD\nb\nc\n=======\nb\nd\n>>>>>>> main\ne\n",
                Some("a\nb\nc\nd\ne\n"),
            ),
            (
                "<<<<<<< HEAD\nb\n||||||| 1a2b\nx\n=======\nd\n>>>>>>> main\n",
                Some("b\nd\n"),
            ),
            (
                "<<<<<<< ours\r\nb\r\n=======\r\nd\r\n>>>>>>> main\r\n",
                Some("b\r\nd\r\n"),
            ),
            (
                "<<<<<<< HEAD\n=======\nd\n>>>>>>> main\n<<<<<<< HEAD\nd\n=======\n>>>>>>> main\n",
                Some("d\nd\n"),
            ),
            ("a\n", None),
            ("<<<<<<< HEAD\na\n", None),
            ("<<<<<<< HEAD\na\n=======\nb\n", None),
        ] {
            assert_eq!(unite_sides(text).as_deref(), united, "{text}");
        }
    }
}
