//! An answer depends on its question alone: not on what was asked before, not on the thread, not on the load of the machine, and on the
//! budget only in that a small one answers less.

#![allow(clippy::unwrap_used)]

use std::fmt::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use schemactl_compat::{
    ComparisonSettings, ContainmentEngine, Engine, Policy, Questions, Schema, Verdict, ask_questions, directions,
    with_comparer,
};
use schemactl_model::{Dialect, Source, Value, VersionField, parse};

mod common;

use common::hard::hard_pairs;
use common::random::Random;

/// Enough for most of the pairs; where it is spent is a part of the answer.
const STEPS: u64 = 5_000;

fn engine() -> ContainmentEngine {
    ContainmentEngine::default().within(STEPS)
}

/// A pair of schemas with its name.
#[derive(Clone)]
struct AskedPair {
    id: String,
    old: Value,
    new: Value,
}

fn pair(id: &str, old: &str, new: &str) -> AskedPair {
    let read = |text: &str| parse(&Source::new("test", text)).unwrap();
    AskedPair {
        id: id.to_owned(),
        old: read(old),
        new: read(new),
    }
}

/// Schemas that take a prover's time, and that share parts with each other.
fn pairs() -> Vec<AskedPair> {
    let joined = |count: usize, one: &dyn Fn(usize) -> String| (0..count).map(one).collect::<Vec<_>>().join(",");
    let tagged = |changed: usize| {
        let branch = |index: usize| {
            let field = if index == changed { "integer" } else { "string" };
            format!(
                r#"{{"type":"object","properties":{{"kind":{{"const":"k{index}"}},"v{index}":{{"type":"{field}"}}}},"required":["kind"]}}"#
            )
        };
        format!(r#"{{"oneOf":[{}]}}"#, joined(40, &branch))
    };
    let overlapping = |count: usize| {
        let branch = |index: usize| format!(r#"{{"minProperties":{index},"maxProperties":{}}}"#, index + 30);
        format!(r#"{{"type":"object","oneOf":[{}]}}"#, joined(count, &branch))
    };
    let choices = |leaf: &str| {
        let branch = |index: usize| format!(r#"{{"properties":{{"a{index}":{leaf}}},"required":["a{index}"]}}"#);
        format!(
            r#"{{"type":"object","allOf":[{{"anyOf":[{}]}},{{"anyOf":[{}]}}]}}"#,
            joined(6, &branch),
            joined(9, &branch)
        )
    };
    let patterns = |longest: usize| {
        let member = |index: usize| {
            let letter = char::from(b'a' + u8::try_from(index % 7).unwrap());
            format!(
                r#""^{letter}[0-9]{{{index}}}":{{"type":"string","maxLength":{}}}"#,
                longest + index
            )
        };
        format!(r#"{{"type":"object","patternProperties":{{{}}}}}"#, joined(12, &member))
    };
    let list = |from: usize, to: usize| {
        let values = joined(to, &|index| {
            if index < from {
                "0".to_owned()
            } else {
                format!("\"v{index}\"")
            }
        });
        format!(r#"{{"type":"object","properties":{{"status":{{"enum":[{values}]}},"kind":{{"const":"k3"}}}}}}"#)
    };
    let tree = |leaf: &str| format!(r##"{{"properties":{{"l":{{"$ref":"#"}},"r":{{"$ref":"#"}},"v":{leaf}}}}}"##);
    let string = r#"{"type":"string"}"#;
    vec![
        pair("tagged", &tagged(99), &tagged(7)),
        pair("tagged-elsewhere", &tagged(3), &tagged(7)),
        pair("overlapping", &overlapping(14), &overlapping(15)),
        pair("overlapping-more", &overlapping(25), &overlapping(26)),
        pair("choices", &choices(string), &choices(r#"{"type":["string","null"]}"#)),
        pair(
            "choices-apart",
            &choices(r#"{"enum":["a","b",1]}"#),
            &choices(r#"{"enum":["b","c",1]}"#),
        ),
        pair("patterns", &patterns(5), &patterns(6)),
        pair(
            "patterns-mixed",
            &patterns(5),
            &patterns(5).replace("11\":{\"type\":\"string\"", "11\":{\"type\":\"null\""),
        ),
        pair("list", &list(0, 60), &list(5, 60)),
        pair("trees", &tree(string), &tree(r#"{"type":"string","maxLength":3}"#)),
        pair(
            "trees-and-lists",
            &tree(r#"{"enum":["b","a",null]}"#),
            &tree(r#"{"enum":["a"]}"#),
        ),
        pair("different", &tagged(7), &list(0, 60)),
        pair(
            "nested",
            &format!(r#"{{"items":{}}}"#, choices(string)),
            &format!(r#"{{"items":{}}}"#, tagged(7)),
        ),
    ]
}

fn schema(root: &Value) -> Schema<'_> {
    Schema::new(root, Dialect::Draft202012)
}

/// The answers to a pair in one line.
fn line(engine: &dyn Engine, pair: &AskedPair) -> String {
    let settings = ComparisonSettings::without_version(Policy::OpenStrict);
    let (backward, forward) = directions(engine, (&schema(&pair.old), &schema(&pair.new)), settings);
    format!("{} {backward:?} {forward:?}", pair.id)
}

/// The lines of pairs that are asked in an order, sorted.
fn lines(pairs: &[AskedPair]) -> Vec<String> {
    let engine = engine();
    let mut lines: Vec<_> = pairs.iter().map(|pair| line(&engine, pair)).collect();
    lines.sort();
    lines
}

/// Answers of a thread that has asked nothing before.
fn lines_of_thread(pairs: Vec<AskedPair>) -> thread::JoinHandle<Vec<String>> {
    thread::Builder::new()
        .stack_size(512 << 10)
        .spawn(move || lines(&pairs))
        .unwrap()
}

#[test]
fn no_answer_depends_on_the_pairs_before_it() {
    let pairs = pairs();
    let expected = lines(&pairs);
    let alone: Vec<String> = pairs
        .iter()
        .map(|pair| lines_of_thread(vec![pair.clone()]).join().unwrap().remove(0))
        .collect();
    let mut sorted = alone;
    sorted.sort();
    assert_eq!(sorted, expected);
    let mut random = Random::new(8);
    for _ in 0..2 {
        let mut shuffled = pairs.clone();
        for at in (1..shuffled.len()).rev() {
            shuffled.swap(at, random.below(at + 1));
        }
        assert_eq!(lines(&shuffled), expected);
    }
}

#[test]
fn no_answer_depends_on_the_threads() {
    let pairs = pairs();
    let expected = lines(&pairs);
    let threads: Vec<_> = (0..16).map(|_| lines_of_thread(pairs.clone())).collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), expected);
    }
}

/// The versions of one event, each compared with each, against the same pair alone.
#[test]
fn no_comparison_depends_on_the_versions_before_it() {
    let pairs = pairs();
    let versions: Vec<&Value> = pairs.iter().take(9).flat_map(|pair| [&pair.new, &pair.old]).collect();
    let engine = engine();
    let settings = ComparisonSettings {
        policy: Policy::ProducerDeclared,
        version_field: Some(&VersionField::default()),
    };
    with_comparer(&engine, settings, |together| {
        let prepared: Vec<_> = versions.iter().map(|root| together.prepare(&schema(root))).collect();
        for (old, new) in [(0, 1), (3, 2), (16, 17), (5, 8), (8, 5), (0, 1), (11, 10)] {
            let among_others = together.compare(&prepared[old], &prepared[new]);
            let alone = with_comparer(&engine, settings, |alone| {
                let (left, right) = (schema(versions[old]), schema(versions[new]));
                alone.compare(&alone.prepare(&left), &alone.prepare(&right))
            });
            assert_eq!(alone, among_others, "{old} {new}");
        }
    });
}

/// What is kept is the same before every question, whatever the one before made of it.
#[test]
fn no_question_depends_on_the_one_before_it() {
    let engine = engine();
    for pair in pairs() {
        ask_questions(&engine, |questions| {
            let (old, new) = (questions.keep(&schema(&pair.old)), questions.keep(&schema(&pair.new)));
            let first = questions.between(new, old);
            questions.between(old, new);
            questions.contains(&schema(&pair.new), &schema(&pair.old));
            assert_eq!(questions.between(new, old), first, "{}", pair.id);
            assert_eq!(
                questions.contains(&schema(&pair.old), &schema(&pair.new)),
                engine.contains(&schema(&pair.old), &schema(&pair.new))
            );
        });
    }
}

/// What a question made of its parts would be numbered before them in the next one, and be tried first.
#[test]
fn no_question_leaves_nodes_behind() {
    let read = |text: &str| parse(&Source::new("test", text)).unwrap();
    let both = read(r#"{"properties":{"a":{"type":"string"},"b":{"type":"string"}}}"#);
    let (second, anything) = (read(r#"{"properties":{"b":{"type":"string"}}}"#), read("{}"));
    let engine = engine();
    let ask = |with_history: bool| {
        ask_questions(&engine, |questions| {
            let kept = [&both, &second, &anything].map(|root| questions.keep(&schema(root)));
            if with_history {
                questions.between(kept[2], kept[1]);
            }
            questions.between(kept[2], kept[0])
        })
    };
    assert_eq!(ask(true), ask(false));
}

/// The first alternative takes the rest of the budget and is empty; the second was not looked at.
#[test]
fn a_budget_that_ends_in_a_union_proves_nothing() {
    let read = |text: &str| parse(&Source::new("test", text)).unwrap();
    let ranges = r#"{"type":"integer","anyOf":[{"minimum":0,"maximum":50},{"minimum":100,"maximum":150}]}"#;
    let listed: Vec<String> = (0..=50).chain(100..150).map(|value| value.to_string()).collect();
    let (ranges, list) = (read(ranges), read(&format!(r#"{{"enum":[{}]}}"#, listed.join(","))));
    for steps in 1..100 {
        let engine = ContainmentEngine::default().within(steps);
        let verdict = engine.contains(&schema(&ranges), &schema(&list));
        assert!(!verdict.is_compatible(), "within {steps}");
    }
}

#[test]
fn a_small_budget_answers_less_and_nothing_else() {
    for pair in pairs() {
        for (sub, sup) in [(&pair.old, &pair.new), (&pair.new, &pair.old)] {
            let answer = |steps| {
                ContainmentEngine::default()
                    .within(steps)
                    .contains(&schema(sub), &schema(sup))
            };
            let whole = answer(STEPS);
            for steps in (0..24).map(|power| 1_u64 << power).take_while(|steps| *steps < STEPS) {
                let small = answer(steps);
                let spent = matches!(&small, Verdict::Undecided { reason } if reason.contains(&format!("more than {steps} steps")));
                assert!(
                    spent || small == whole,
                    "{} within {steps}: {small:?}, not {whole:?}",
                    pair.id
                );
            }
        }
    }
}

/// Pairs of which any budget ends some: half of it answers less, twice of it answers more, and neither answers otherwise.
#[test]
fn half_and_twice_the_budget_differ_by_what_they_spend() {
    /// Small enough for a debug build; `examples/budgets.rs` counts at the real one.
    const SMALL: u64 = 400;
    let is_spent =
        |verdict: &Verdict| matches!(verdict, Verdict::Undecided { reason } if reason.contains(" needs more than "));
    let mut spent = [0; 3];
    for hard in hard_pairs().iter().step_by(3) {
        let pair = pair(&hard.id, &hard.old, &hard.new);
        let answers = [SMALL / 2, SMALL, 2 * SMALL].map(|steps| {
            let engine = ContainmentEngine::default().within(steps);
            engine.contains(&schema(&pair.old), &schema(&pair.new))
        });
        for (count, answer) in spent.iter_mut().zip(&answers) {
            *count += usize::from(is_spent(answer));
        }
        for (smaller, larger) in [(0, 1), (1, 2)] {
            assert!(
                is_spent(&answers[smaller]) || answers[smaller] == answers[larger],
                "{}: {answers:?}",
                pair.id
            );
        }
    }
    assert!(spent[0] > spent[1] && spent[1] > spent[2] && spent[2] > 0, "{spent:?}");
}

/// Steps that `size` branches, values or patterns may take, in either direction.
#[test]
fn steps_grow_with_the_size_and_no_faster() {
    let joined = |count: usize, one: &dyn Fn(usize) -> String| (0..count).map(one).collect::<Vec<_>>().join(",");
    let tagged = |size: usize, types: &str| {
        let branch = |index: usize| {
            format!(
                r#"{{"type":"object","properties":{{"kind":{{"const":"k{index}"}},"v":{{"type":{types}}}}},"required":["kind"]}}"#
            )
        };
        format!(r#"{{"oneOf":[{}]}}"#, joined(size, &branch))
    };
    let patterns = |size: usize, longest: usize| {
        let member = |index: usize| format!(r#""{}":{{"maxLength":{}}}"#, "a".repeat(index + 1), longest + index);
        format!(
            r#"{{"type":"object","patternProperties":{{{}}}}}"#,
            joined(size, &member)
        )
    };
    let list = |size: usize| format!(r#"{{"enum":[{}]}}"#, joined(size, &|index| index.to_string()));
    let range = |size: usize| format!(r#"{{"type":"integer","minimum":0,"maximum":{}}}"#, size - 1);
    let constants = |size: usize| {
        let constant = |index: usize| format!(r#"{{"const":{index}}}"#);
        format!(r#"{{"oneOf":[{}]}}"#, joined(size, &constant))
    };
    let (string, wider) = ("\"string\"", "[\"string\",\"null\"]");
    for (size, steps, old, new) in [
        (300, 10 * 300, tagged(300, string), tagged(300, wider)),
        (40, 4 * 40 * 40, patterns(40, 10), patterns(40, 11)),
        (5000, 5000, list(5000), range(5000)),
        (5000, 50, list(5000), constants(5000)),
    ] {
        let (old, new) = (
            parse(&Source::new("old", &*old)).unwrap(),
            parse(&Source::new("new", &*new)).unwrap(),
        );
        let engine = ContainmentEngine::default().within(steps);
        for (sub, sup) in [(&old, &new), (&new, &old)] {
            let verdict = engine.contains(&schema(sub), &schema(sup));
            assert_ne!(verdict.name(), "undecided", "{size} within {steps}: {verdict:?}");
        }
    }
}

#[test]
fn a_comparison_has_one_budget() {
    let pairs = pairs();
    let engine = engine();
    let ask = |questions: &mut dyn Questions<'_>| {
        let found = pairs
            .iter()
            .map(|pair| questions.contains(&schema(&pair.old), &schema(&pair.new)));
        found
            .filter(|verdict| matches!(verdict, Verdict::Undecided { .. }))
            .count()
    };
    let free = ask_questions(&engine, |questions| ask(questions));
    ask_questions(&engine, |limited| {
        limited.limit(100);
        assert!(ask(limited) > free);
        limited.limit(u64::MAX);
        assert_eq!(ask(limited), free);
    });
}

/// Started by the test below, as a process of its own.
#[test]
#[ignore = "the child of a_loaded_machine_gives_the_same_answers"]
fn print_answers() {
    let mut text = String::new();
    for line in lines(&pairs()) {
        writeln!(text, "answer {line}").unwrap();
    }
    #[allow(clippy::print_stdout)]
    {
        println!("\n{text}");
    }
}

/// A process with the least share of a processor that others keep busy.
#[cfg(target_os = "linux")]
#[test]
fn a_loaded_machine_gives_the_same_answers() {
    static DONE: AtomicBool = AtomicBool::new(false);
    let busy: Vec<_> = (0..2)
        .map(|_| {
            thread::spawn(|| {
                while !DONE.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            })
        })
        .collect();
    let child = std::process::Command::new("nice")
        .args(["-n", "19"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "print_answers", "--ignored", "--nocapture"])
        .output()
        .unwrap();
    DONE.store(true, Ordering::Relaxed);
    for thread in busy {
        thread.join().unwrap();
    }
    let printed = String::from_utf8(child.stdout).unwrap();
    let answers: Vec<&str> = printed
        .lines()
        .filter_map(|line| line.strip_prefix("answer "))
        .collect();
    assert_eq!(answers, lines(&pairs()));
}
