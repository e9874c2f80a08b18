//! Compares the matcher with recorded answers. In: a file of JSON lines `{"name", "pattern", "event", "matches", "invalid"}`,
//! `matches` being the answer and `invalid` the message if the pattern was refused. Out: how many agree, and each that does
//! not.
//!
//! `cargo run -p schemactl-pattern --example corpus -- cases.jsonl`
#![expect(clippy::print_stdout, reason = "it is what the example is for")]

use std::error::Error;
use std::process::ExitCode;

use schemactl_pattern::{Pattern, PatternError};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Case {
    name: String,
    pattern: Value,
    event: Value,
    matches: Option<bool>,
    invalid: Option<String>,
}

#[derive(Default)]
struct Score {
    agree: usize,
    other_words: usize,
    refused_there_only: usize,
    disagree: usize,
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: corpus CASES.jsonl")?;
    let mut score = Score::default();
    for line in std::fs::read_to_string(path)?.lines() {
        score.add(&serde_json::from_str(line)?);
    }
    println!(
        "{} agree ({} of them refused in other words), {} refused by the oracle only, {} disagree",
        score.agree, score.other_words, score.refused_there_only, score.disagree
    );
    Ok(if score.disagree == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

impl Score {
    fn add(&mut self, case: &Case) {
        let ours = Pattern::parse(&case.pattern.to_string()).map(|pattern| pattern.matches(&case.event));
        match (&ours, case.matches, &case.invalid) {
            (Ok(ours), Some(theirs), _) if *ours == theirs => self.agree += 1,
            (Err(error), None, Some(message)) => {
                self.agree += 1;
                self.other_words += usize::from(!same_words(case, error, message));
            }
            (Ok(ours), None, Some(message)) => {
                self.refused_there_only += 1;
                println!(
                    "{}: we say {ours}, the oracle refuses: {}",
                    case.name,
                    first_line(message)
                );
            }
            _ => {
                self.disagree += 1;
                println!(
                    "{}: we say {ours:?}, the oracle says {:?} {:?}",
                    case.name, case.matches, case.invalid
                );
            }
        }
    }
}

fn same_words(case: &Case, error: &PatternError, message: &str) -> bool {
    let same = error.reason() == first_line(message);
    if !same {
        println!(
            "{}: our words are «{}», the oracle's «{}»",
            case.name,
            error.reason(),
            first_line(message)
        );
    }
    same
}

/// The message without the position in the text that follows it.
fn first_line(message: &str) -> &str {
    message.lines().next().unwrap_or_default()
}
