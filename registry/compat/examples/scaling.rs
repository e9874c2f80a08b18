//! How the time and memory of a whole comparison grow with the size of its schemas: `cargo run --release -p schemactl-compat
//! --example scaling -- [FAMILY] [SIZE]`. In: nothing, the name of a family, or one of its sizes. Out: for each family and policy
//! the seconds and the memory at its largest size, and the exponent that the time grew with on the last doublings; for one size, the
//! seconds and megabytes of that comparison alone.
//!
//! A comparison is what `schemactl diff OLD NEW` makes of two files: reading, faults, verdicts, the explanation, and the literal
//! verdicts where a policy is not literal. Each runs in a process of its own, so that its memory is known.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::fs;
use std::process::Command;

use schemactl_compat::{
    ComparisonSettings, ContainmentEngine, Examples, Policy, Schema, compare, directions, explain, find_schema_faults,
};
use schemactl_model::{Dialect, Source, VersionField, parse};

/// The texts of two schemas of a size.
type MakeTexts = fn(usize) -> (String, String);

/// What is compared, at which size in the end, and the most seconds that it may take there.
struct Family {
    name: &'static str,
    make: MakeTexts,
    largest: usize,
    seconds: f64,
}

/// Doublings below the largest size.
const DOUBLINGS: u32 = 3;
/// Times at the smallest size that are too short to tell a growth from noise.
const SHORT: f64 = 0.03;
/// Megabytes that any comparison may hold.
const MOST_MEGABYTES: u64 = 300;

const FAMILIES: [Family; 20] = [
    family("listed integers and a range", integers_and_range, 100_000, 2.0),
    family("listed objects, one more", objects_one_more, 100_000, 3.0),
    family("listed objects, all others", objects_all_others, 100_000, 3.0),
    family("listed arrays, one more", arrays_one_more, 100_000, 3.0),
    family(
        "listed texts and a union of constants",
        texts_and_constants,
        10_000,
        1.0,
    ),
    family("constants below a property, one more", constants_below, 10_000, 1.0),
    family("properties, one changed", properties_one_changed, 10_000, 0.5),
    family("properties, all changed", properties_all_changed, 300, 1.0),
    family("required properties, all of another type", properties_apart, 300, 1.0),
    family("required properties, all renamed", properties_renamed, 300, 1.0),
    family("tagged branches, one widened", tagged_one_widened, 3_000, 3.0),
    family("tagged branches of items, one widened", tagged_items, 3_000, 3.0),
    family("branches without a tag, one widened", untagged_one_widened, 3_000, 3.0),
    family("overlapping patterns, all wider", overlapping_patterns, 40, 2.0),
    family("references to one definition, changed", references_to_one, 5_000, 1.0),
    family("required names, one fewer", required_one_fewer, 5_000, 1.0),
    family("dependent names, one fewer", dependent_one_fewer, 2_000, 1.0),
    family("conjuncts, one changed", conjuncts_one_changed, 2_000, 1.0),
    family("positions, one changed", positions_one_changed, 2_000, 1.0),
    family("long texts, one more", long_texts, 1_000_000, 1.0),
];

const fn family(name: &'static str, make: MakeTexts, largest: usize, seconds: f64) -> Family {
    Family {
        name,
        make,
        largest,
        seconds,
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let wanted = arguments.first().map_or("", String::as_str);
    let families = FAMILIES.iter().filter(|family| family.name.contains(wanted));
    if let [_, size, policy] = arguments.as_slice() {
        for family in families {
            measure(family, size.parse().unwrap(), policy.parse().unwrap());
        }
        return;
    }
    println!("| family | policy | size | seconds | of | MB | exponent |\n|---|---|---|---|---|---|---|");
    for family in families {
        for policy in [Policy::OpenStrict, Policy::TolerantReader] {
            print_row(family, policy);
        }
    }
}

/// Runs the sizes of a family, and prints the largest one.
fn print_row(family: &Family, policy: Policy) {
    let sizes = (0..=DOUBLINGS).rev().map(|halvings| family.largest >> halvings);
    let runs: Vec<(usize, f64, u64)> = sizes.map(|size| run_alone(family, size, policy)).collect();
    let (size, seconds, megabytes) = runs[runs.len() - 1];
    let (first_size, first_seconds, _) = runs[0];
    #[allow(clippy::cast_precision_loss)]
    let exponent = (seconds / first_seconds).ln() / (size as f64 / first_size as f64).ln();
    let exponent = if first_seconds < SHORT {
        "too short".to_owned()
    } else {
        format!("{exponent:.1}")
    };
    let fails = seconds > family.seconds || megabytes > MOST_MEGABYTES;
    println!(
        "| {} | {policy} | {size} | {seconds:.2} | {:.1} | {megabytes} | {exponent}{} |",
        family.name,
        family.seconds,
        if fails { " FAILS" } else { "" }
    );
}

fn run_alone(family: &Family, size: usize, policy: Policy) -> (usize, f64, u64) {
    let child = Command::new(std::env::current_exe().unwrap())
        .args([family.name, &size.to_string(), &policy.to_string()])
        .output()
        .unwrap();
    let text = String::from_utf8(child.stdout).unwrap();
    let mut words = text.split_whitespace();
    (
        size,
        words.next().unwrap().parse().unwrap(),
        words.next().unwrap().parse().unwrap(),
    )
}

/// Compares the schemas of one size, and prints seconds, megabytes and verdicts.
fn measure(family: &Family, size: usize, policy: Policy) {
    let (old, new) = (family.make)(size);
    let before = cpu_seconds();
    let (old, new) = (
        parse(&Source::new("old", old)).unwrap(),
        parse(&Source::new("new", new)).unwrap(),
    );
    let (old, new) = (
        Schema::new(&old, Dialect::Draft202012),
        Schema::new(&new, Dialect::Draft202012),
    );
    for schema in [&old, &new] {
        assert!(find_schema_faults(schema.root, schema.dialect).is_empty());
    }
    let engine = ContainmentEngine::default();
    let settings = ComparisonSettings {
        policy,
        version_field: Some(&VersionField::default()),
    };
    let compared = compare(&engine, (&old, &new), settings);
    let verdicts = (&compared.backward, &compared.forward);
    let explanation = explain(&engine, (&old, &new), settings, verdicts, Examples::default());
    if policy != Policy::OpenStrict {
        let strict = ComparisonSettings {
            policy: Policy::OpenStrict,
            ..settings
        };
        directions(&engine, (&old, &new), strict);
    }
    println!(
        "{:.3} {} {} {} {}",
        cpu_seconds() - before,
        peak_megabytes(),
        verdicts.0.name(),
        verdicts.1.name(),
        explanation.changes.len()
    );
}

fn joined(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect::<Vec<_>>().join(",")
}

fn list(count: usize, one: impl Fn(usize) -> String) -> String {
    format!(r#"{{"enum":[{}]}}"#, joined(count, one))
}

fn integers_and_range(size: usize) -> (String, String) {
    let range = format!(r#"{{"type":"integer","minimum":0,"maximum":{}}}"#, size - 1);
    (list(size, |index| index.to_string()), range)
}

fn listed_object(index: usize, prefix: &str) -> String {
    format!(r#"{{"id":{index},"name":"{prefix}{index}"}}"#)
}

fn objects_one_more(size: usize) -> (String, String) {
    let one = |index| listed_object(index, "n");
    (list(size, one), list(size + 1, one))
}

fn objects_all_others(size: usize) -> (String, String) {
    (
        list(size, |index| listed_object(index, "n")),
        list(size, |index| listed_object(index, "m")),
    )
}

fn arrays_one_more(size: usize) -> (String, String) {
    let one = |index| format!(r#"[{index},"x{index}"]"#);
    (list(size, one), list(size + 1, one))
}

fn constants(size: usize) -> String {
    format!(
        r#"{{"oneOf":[{}]}}"#,
        joined(size, |index| format!(r#"{{"const":"v{index}"}}"#))
    )
}

fn texts_and_constants(size: usize) -> (String, String) {
    (list(size, |index| format!("\"v{index}\"")), constants(size))
}

fn constants_below(size: usize) -> (String, String) {
    let below = |size| format!(r#"{{"properties":{{"a":{}}}}}"#, constants(size));
    (below(size), below(size + 1))
}

/// Properties of which every other one is required, some of them with a null.
fn properties(size: usize, is_changed: impl Fn(usize) -> bool) -> String {
    let property = |index| {
        let types = if is_changed(index) {
            r#"["string","null"]"#
        } else {
            r#""string""#
        };
        format!(r#""f{index}":{{"type":{types}}}"#)
    };
    format!(
        r#"{{"type":"object","properties":{{{}}},"required":[{}]}}"#,
        joined(size, property),
        joined(size / 2, |index| format!("\"f{}\"", 2 * index))
    )
}

fn properties_one_changed(size: usize) -> (String, String) {
    (properties(size, |_| false), properties(size, |index| index == size / 2))
}

fn properties_all_changed(size: usize) -> (String, String) {
    (properties(size, |_| false), properties(size, |_| true))
}

fn all_required(size: usize, prefix: &str, kind: &str, more: &str) -> String {
    format!(
        r#"{{"type":"object","properties":{{{}}},"required":[{}]{more}}}"#,
        joined(size, |index| format!(r#""{prefix}{index}":{{"type":"{kind}"}}"#)),
        joined(size, |index| format!("\"{prefix}{index}\""))
    )
}

fn properties_apart(size: usize) -> (String, String) {
    (
        all_required(size, "f", "string", ""),
        all_required(size, "f", "integer", ""),
    )
}

fn properties_renamed(size: usize) -> (String, String) {
    let closed = r#","additionalProperties":false"#;
    (
        all_required(size, "f", "string", ""),
        all_required(size, "g", "string", closed),
    )
}

/// Branches of a union, one of them with a null; each with a tag, or with a property of its own that it requires.
fn branches(size: usize, widened: Option<usize>, has_tag: bool) -> String {
    let branch = |index| {
        let types = if Some(index) == widened {
            r#"["string","null"]"#
        } else {
            r#""string""#
        };
        let (tag, required) = if has_tag {
            (format!(r#""kind":{{"const":"k{index}"}},"#), "kind".to_owned())
        } else {
            (String::new(), format!("f{index}"))
        };
        format!(r#"{{"type":"object","properties":{{{tag}"f{index}":{{"type":{types}}}}},"required":["{required}"]}}"#)
    };
    format!(r#"{{"oneOf":[{}]}}"#, joined(size, branch))
}

fn tagged_one_widened(size: usize) -> (String, String) {
    (branches(size, None, true), branches(size, Some(7), true))
}

fn tagged_items(size: usize) -> (String, String) {
    let items = |inner: &str| format!(r#"{{"type":"array","items":{inner}}}"#);
    let (old, new) = tagged_one_widened(size);
    (items(&old), items(&new))
}

fn untagged_one_widened(size: usize) -> (String, String) {
    (branches(size, None, false), branches(size, Some(7), false))
}

fn overlapping_patterns(size: usize) -> (String, String) {
    let patterns = |longest: usize| {
        let member = |index: usize| {
            let name = "a".repeat(index + 1);
            format!(r#""{name}":{{"type":"string","maxLength":{}}}"#, longest + index)
        };
        format!(
            r#"{{"type":"object","patternProperties":{{{}}}}}"#,
            joined(size, member)
        )
    };
    (patterns(10), patterns(11))
}

fn references_to_one(size: usize) -> (String, String) {
    let referring = |types: &str| {
        let property = |index| format!(r##""p{index}":{{"$ref":"#/$defs/m"}}"##);
        format!(
            r#"{{"type":"object","properties":{{{}}},"$defs":{{"m":{{"type":"object","properties":{{"v":{{"type":{types}}}}}}}}}}}"#,
            joined(size, property)
        )
    };
    (referring(r#""string""#), referring(r#"["string","null"]"#))
}

fn required_one_fewer(size: usize) -> (String, String) {
    let names = |size| {
        format!(
            r#"{{"type":"object","required":[{}]}}"#,
            joined(size, |index| format!("\"f{index}\""))
        )
    };
    (names(size), names(size - 1))
}

fn dependent_one_fewer(size: usize) -> (String, String) {
    let names = |size| {
        let dependent = |index| format!(r#""a{index}":["b{index}"]"#);
        format!(
            r#"{{"type":"object","dependentRequired":{{{}}}}}"#,
            joined(size, dependent)
        )
    };
    (names(size), names(size - 1))
}

fn conjuncts_one_changed(size: usize) -> (String, String) {
    let all = |changed: &str| {
        let conjunct = |index| {
            let types = if index == 3 { changed } else { r#""string""# };
            format!(r#"{{"properties":{{"p{index}":{{"type":{types}}}}}}}"#)
        };
        format!(r#"{{"allOf":[{}]}}"#, joined(size, conjunct))
    };
    (all(r#""string""#), all(r#"["string","null"]"#))
}

fn positions_one_changed(size: usize) -> (String, String) {
    let all = |last: &str| {
        let position = |index| {
            let types = if index + 1 == size { last } else { r#""string""# };
            format!(r#"{{"type":{types}}}"#)
        };
        format!(r#"{{"type":"array","prefixItems":[{}]}}"#, joined(size, position))
    };
    (all(r#""string""#), all(r#"["string","null"]"#))
}

fn long_texts(size: usize) -> (String, String) {
    let text = |end: &str| format!("\"{}{end}\"", "x".repeat(size));
    (
        format!(r#"{{"enum":[{},{}]}}"#, text("a"), text("b")),
        format!(r#"{{"enum":[{},{},{}]}}"#, text("a"), text("b"), text("c")),
    )
}

/// Seconds that the process has computed for: other work on the machine does not count. Zero where that is not known.
fn cpu_seconds() -> f64 {
    /// Of the clock of `/proc`, on every architecture.
    const TICKS_A_SECOND: f64 = 100.0;
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // After the name of the program, which may hold anything: the state, ten numbers, then the ticks of the process.
    let ticks = stat
        .rsplit_once(')')
        .and_then(|(_, rest)| rest.split_whitespace().nth(11)?.parse::<f64>().ok());
    ticks.unwrap_or(0.0) / TICKS_A_SECOND
}

/// The most memory that the process held; zero where that is not known.
fn peak_megabytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) >> 10
}
