//! Tests of the lock: what is written reads back, lines of two branches, records.

use super::*;
use schemactl_convert::digest_value;
use schemactl_model::Value;

fn digest() -> Digest {
    digest_value(&Value::from(&true.into()))
}

fn identity() -> Identity {
    Identity {
        source: "a\"\\\u{7f}".to_owned(),
        detail_type: "C\nD".to_owned(),
        version_field: "version".to_owned(),
    }
}

#[test]
fn what_is_written_reads_back() {
    let mut lock = Lock::default();
    lock.record(
        &"a.b/C".parse().unwrap(),
        &Version::new(1, 10),
        digest(),
        Some(&identity()),
    );
    lock.record(&"a.b/C".parse().unwrap(), &Version::new(1, 9), digest(), None);
    lock.record(&"a.b/D".parse().unwrap(), &Version::new(1, 0), digest(), None);
    lock.adopt(&"a.b/D".parse().unwrap(), &Version::new(1, 0));
    assert_eq!(Lock::parse(&Source::new(FILE, lock.to_text())).unwrap(), lock);
    assert!(lock.to_text().find("1.9").unwrap() < lock.to_text().find("1.10").unwrap());
}

#[test]
fn the_first_format_is_read_and_rewritten() {
    let first = format!("version = 1\n[released.\"a.b/C\"]\n\"1.0\" = \"{}\"\n", digest());
    let mut lock = Lock::parse(&Source::new(FILE, first)).unwrap();
    assert!(lock.is_old());
    lock.complete(|_| Some(identity()));
    let second = Lock::parse(&Source::new(FILE, lock.to_text())).unwrap();
    assert!(!second.is_old());
    let released = second.released(&"a.b/C".parse().unwrap()).unwrap();
    assert_eq!(released.identity, Some(identity()));
    assert_eq!(released.versions.len(), 1);
}

#[test]
fn lines_of_two_branches_are_one_event_if_they_agree() {
    let line = |version: &str, digest: &Digest| {
        format!("{{ event = \"a/B\", versions = {{ \"1.0\" = \"{digest}\", \"{version}\" = \"{digest}\" }} }},\n")
    };
    let read = |lines: &str| Lock::parse(&Source::new(FILE, format!("version = 2\nreleased = [\n{lines}]\n")));
    let other = digest_value(&Value::from(&false.into()));
    let merged = read(&(line("1.1", &digest()) + &line("2.0", &digest()))).unwrap();
    assert_eq!(merged.iter().count(), 3);
    let error = read(&(line("1.1", &digest()) + &line("2.0", &other))).unwrap_err();
    assert!(
        error.to_string().starts_with("schemactl.lock:4:1: two lines release"),
        "{error}"
    );
}

fn record(step: LifeStep) -> LifeRecord {
    let day = "2026-12-01".parse().unwrap();
    LifeRecord::new(
        "a/B".parse().unwrap(),
        step,
        day,
        "Ann \"A\"".to_owned(),
        "why\nnot".to_owned(),
    )
}

fn read(lines: &[String]) -> Result<Lock, LoadError> {
    let lines = lines.join(",\n");
    Lock::parse(&Source::new(FILE, format!("version = 2\nreleased = [\n{lines}\n]\n")))
}

#[test]
fn records_are_written_and_read_back() {
    let event: EventName = "a/B".parse().unwrap();
    let mut lock = Lock::default();
    lock.record(&event, &Version::new(1, 0), digest(), Some(&identity()));
    let versions = BTreeMap::from([(Version::new(1, 0), digest())]);
    lock.add_record(record(LifeStep::Retired {
        versions: versions.clone(),
    }));
    lock.add_record(record(LifeStep::Moved {
        to: "a/C".parse().unwrap(),
        keep: false,
        before: identity(),
        after: identity(),
        versions,
    }));
    let other = digest_value(&Value::from(&false.into()));
    lock.add_record(record(LifeStep::Hotfix {
        version: Version::new(1, 0),
        before: digest(),
        after: other.clone(),
    }));
    assert_eq!(lock.digest(&event, &Version::new(1, 0)), Some(&other), "locked again");
    assert_eq!(Lock::parse(&Source::new(FILE, lock.to_text())).unwrap(), lock);
    assert!(lock.records().all(LifeRecord::is_sealed));
    assert!(lock.is_retired(&event) && !lock.is_retired(&"a/C".parse().unwrap()));
}

#[test]
fn a_hotfix_says_which_of_two_lines_is_newer() {
    let other = digest_value(&Value::from(&false.into()));
    let line = |digest: &Digest| format!("{{ event = \"a/B\", versions = {{ \"1.0\" = \"{digest}\" }} }}");
    let hotfix = |before: &Digest, after: &Digest| {
        let step = LifeStep::Hotfix {
            version: Version::new(1, 0),
            before: before.clone(),
            after: after.clone(),
        };
        record(step).to_line()
    };
    let there = hotfix(&digest(), &other);
    for lines in [
        [line(&digest()), line(&other), there.clone()],
        [there.clone(), line(&other), line(&digest())],
    ] {
        let lock = read(&lines).unwrap();
        assert_eq!(lock.digest(&"a/B".parse().unwrap(), &Version::new(1, 0)), Some(&other));
    }
    let back = hotfix(&other, &digest());
    let both = read(&[line(&digest()), line(&other), there, back]);
    assert!(both.is_err(), "nobody can tell which was last");
}

#[test]
fn the_copy_of_a_record_is_not_sealed() {
    let step = LifeStep::Retired {
        versions: BTreeMap::from([(Version::new(1, 0), digest())]),
    };
    let copy = record(step).to_line().replace("a/B", "a/C");
    let lock = read(&[copy]).unwrap();
    assert!(!lock.records().any(LifeRecord::is_sealed));
}

#[test]
fn a_damaged_lock_says_where() {
    for (text, part) in [
        ("version = 3", "version 3"),
        (
            "version = 1\n[released.\"a/B\"]\n\"1.0\" = \"md5:1\"",
            "schemactl.lock:3:",
        ),
        ("version = 1\n[released.\"a/B\"]\n\"one\" = \"x\"", "not a version"),
        ("version = 1\n[released.\"../B\"]\n", "not an event name"),
        (
            "version = 2\nreleased = [\n{ event = \"../B\", versions = {} },\n]",
            "schemactl.lock:3:1: ",
        ),
        (
            "version = 2\nreleased = [\n{ event = \"a/B\", source = \"a\", versions = {} },\n]",
            "stand together",
        ),
        (
            "version = 2\nreleased = [\n{ event = \"a/B\", versions = { \"1.0\" = \"md5:1\" } },\n]",
            "schemactl.lock:3:1: ",
        ),
        (
            "version = 2\nreleased = [\n{ event = \"a/B\", retired = { \"1.0\" = \"x\" } },\n]",
            "schemactl.lock:3:1: a digest starts",
        ),
        (
            "version = 2\nreleased = [\n{ event = \"a/B\", retired = {}, reason = \"r\" },\n]",
            "a record has `date`, `author`, `reason` and `seal`",
        ),
        (
            "version = 2\nreleased = [\n{ event = \"a/B\", retired = {}, versions = {} },\n]",
            "a line has one of",
        ),
    ] {
        let error = Lock::parse(&Source::new(FILE, text)).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}
