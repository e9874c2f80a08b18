//! What a comparison found, a line each. In: an explanation. Out: a table of rule, place, direction and whom it breaks: what breaks
//! somebody first, then what is undecided, then what breaks nobody.

use schemactl_check::Rule;
use schemactl_compat::{Break, EventPath, Explained, Impact};

use super::{DiffSide, PairComparison};
use schemactl_model::spell_out_controls;

/// The columns.
const HEAD: [&str; 4] = ["rule", "place", "direction", "breaks"];
/// The place of what is about the whole event.
const WHOLE: &str = "(event)";

/// Renders the table; nothing without changes.
pub(super) fn render_table(old: &DiffSide, new: &DiffSide, found: &PairComparison<'_>) -> String {
    let names = (reader_name(old), reader_name(new));
    let explanation = &found.explanation;
    let mut rows: Vec<(usize, [String; 4])> = explanation.changes.iter().map(|one| row(one, &names)).collect();
    for (others, rule, direction, reader) in [
        (&explanation.backward, Rule::BackwardIncompatible, "backward", &names.1),
        (&explanation.forward, Rule::ForwardIncompatible, "forward", &names.0),
    ] {
        rows.extend(others.iter().map(|other| {
            let whom = format!("readers of {reader}");
            (0, [rule.id().to_owned(), place_of(other), direction.to_owned(), whom])
        }));
    }
    rows.sort_by_key(|(rank, _)| *rank);
    if rows.is_empty() {
        return String::new();
    }
    let rows: Vec<[String; 4]> = rows.into_iter().map(|(_, row)| row).collect();
    let widths: [usize; 3] = std::array::from_fn(|column| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([HEAD[column].len()]).max().unwrap_or_default()
    });
    let line = |cells: [&str; 4]| {
        let [rule, place, direction, breaks] = cells;
        let [first, second, third] = widths;
        format!("  {rule:<first$}  {place:<second$}  {direction:<third$}  {breaks}\n")
    };
    let body = rows
        .iter()
        .map(|row| line(std::array::from_fn(|column| row[column].as_str())));
    let text: String = std::iter::once(line(HEAD)).chain(body).collect();
    text + "\n"
}

/// What a change breaks, with its rank.
fn row(one: &Explained, (old, new): &(String, String)) -> (usize, [String; 4]) {
    let breaks = (one.backward.as_break().is_some(), one.forward.as_break().is_some());
    let is_undecided = |impact: &Impact| matches!(impact, Impact::Undecided(_));
    let (rank, direction, whom) = match breaks {
        (true, true) => (0, "both", format!("readers of {new}, readers of {old}")),
        (true, false) => (0, "backward", format!("readers of {new}")),
        (false, true) => (0, "forward", format!("readers of {old}")),
        (false, false) if is_undecided(&one.backward) || is_undecided(&one.forward) => (1, "", "undecided".to_owned()),
        (false, false) => (2, "", "nobody".to_owned()),
    };
    let path = if one.change.path.is_root() {
        WHOLE.to_owned()
    } else {
        one.change.path.to_string()
    };
    let place = match &one.change.renamed_from {
        Some(before) => format!("{before} → {path}"),
        None => path,
    };
    let rule = one.change.kind.id().to_owned();
    (
        rank,
        [
            rule,
            spell_out_controls(&place).into_owned(),
            direction.to_owned(),
            spell_out_controls(&whom).into_owned(),
        ],
    )
}

fn place_of(found: &Break) -> String {
    let place = found.place.as_ref().filter(|place| !place.tokens().is_empty());
    place.map_or_else(
        || WHOLE.to_owned(),
        |place| spell_out_controls(&EventPath::of_instance(&found.witness, place).to_string()).into_owned(),
    )
}

/// The version where there is one, as readers are called by it.
pub(super) fn reader_name(side: &DiffSide) -> String {
    side.version
        .as_ref()
        .map_or_else(|| side.title.clone(), ToString::to_string)
}
