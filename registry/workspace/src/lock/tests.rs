//! Tests of the lock: what is written reads back, lines of two branches, records.

use super::*;
use crate::digest::{digest_text, digest_value};
use schemactl_model::{Kind, Value};

fn digest() -> Digest {
    digest_value(&Value::computed(Kind::Bool(true)))
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
    assert_eq!(Lock::parse(&Source::new(LOCK_FILE, lock.to_text())).unwrap(), lock);
    assert!(lock.to_text().find("1.9").unwrap() < lock.to_text().find("1.10").unwrap());
}

#[test]
fn the_first_format_is_read_and_rewritten() {
    let first = format!("version = 1\n[released.\"a.b/C\"]\n\"1.0\" = \"{}\"\n", digest());
    let mut lock = Lock::parse(&Source::new(LOCK_FILE, first)).unwrap();
    assert!(lock.is_old());
    lock.complete(|_| Some(identity()));
    let second = Lock::parse(&Source::new(LOCK_FILE, lock.to_text())).unwrap();
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
    let read = |lines: &str| {
        Lock::parse(&Source::new(
            LOCK_FILE,
            format!("version = 2\nreleased = [\n{lines}]\n"),
        ))
    };
    let other = digest_value(&Value::computed(Kind::Bool(false)));
    let merged = read(&(line("1.1", &digest()) + &line("2.0", &digest()))).unwrap();
    assert_eq!(merged.iter().count(), 3);
    let disputed = read(&(line("1.1", &digest()) + &line("2.0", &other))).unwrap();
    let [conflict] = disputed.conflicts() else {
        panic!("{:?}", disputed.conflicts())
    };
    let LockClaims::Digests(version, claims) = &conflict.claims else {
        panic!("{conflict:?}")
    };
    assert_eq!((version, claims.len()), (&Version::new(1, 0), 2));
    assert_eq!(disputed.iter().count(), 2, "neither line counts, and the others do");
    let identity = |source: &str| {
        format!(
            "{{ event = \"a/B\", source = \"{source}\", detail-type = \"B\", version-field = \"v\", versions = {{}} }},\n"
        )
    };
    let disputed = read(&(identity("one") + &identity("two"))).unwrap();
    assert!(matches!(disputed.conflicts()[0].claims, LockClaims::Identities(_)));
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
    Lock::parse(&Source::new(
        LOCK_FILE,
        format!("version = 2\nreleased = [\n{lines}\n]\n"),
    ))
}

#[test]
fn records_are_written_and_read_back() {
    let event: EventName = "a/B".parse().unwrap();
    let mut lock = Lock::default();
    lock.record(&event, &Version::new(1, 0), digest(), Some(&identity()));
    let versions = BTreeMap::from([(Version::new(1, 0), digest())]);
    lock.add_record(record(LifeStep::Retired {
        versions: versions.clone(),
        whole: false,
    }));
    lock.add_record(record(LifeStep::Moved {
        to: "a/C".parse().unwrap(),
        keep: false,
        before: identity(),
        after: identity(),
        versions,
        undoes: None,
    }));
    let other = digest_value(&Value::computed(Kind::Bool(false)));
    lock.add_record(record(LifeStep::Hotfix {
        version: Version::new(1, 0),
        before: digest(),
        after: other.clone(),
    }));
    assert_eq!(lock.digest(&event, &Version::new(1, 0)), Some(&other), "locked again");
    assert_eq!(Lock::parse(&Source::new(LOCK_FILE, lock.to_text())).unwrap(), lock);
    assert!(lock.records().all(LifeRecord::is_sealed));
    assert!(lock.is_retired(&event) && !lock.is_retired(&"a/C".parse().unwrap()));
}

#[test]
fn a_hotfix_says_which_of_two_lines_is_newer() {
    let other = digest_value(&Value::computed(Kind::Bool(false)));
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
    let both = read(&[line(&digest()), line(&other), there, back]).unwrap();
    assert_eq!(both.conflicts().len(), 1, "nobody can tell which was last");
}

fn retirement() -> LifeStep {
    LifeStep::Retired {
        versions: BTreeMap::from([(Version::new(1, 0), digest())]),
        whole: false,
    }
}

#[test]
fn an_edited_record_is_not_sealed() {
    let line = record(retirement()).to_line();
    for (from, to) in [
        ("a/B", "a/C"),
        ("why\\u000Anot", "why not"),
        ("Ann", "Bob"),
        ("2026-12-01", "2026-12-02"),
        ("\"1.0\"", "\"1.1\""),
        (" }, date", " }, whole = true, date"),
    ] {
        let edited = line.replacen(from, to, 1);
        assert_ne!(edited, line, "{from}");
        let lock = read(&[edited]).unwrap();
        assert!(!lock.records().any(LifeRecord::is_sealed), "{from} → {to}");
    }
    assert!(read(&[line]).unwrap().records().all(LifeRecord::is_sealed));
}

/// A line as it was written when seals covered event and step only.
fn old_line() -> String {
    let text = format!("a/B\nretired = {{ \"1.0\" = \"{}\" }}", digest());
    let seal = digest_text(&text).short().to_owned();
    let new = record(retirement());
    new.to_line().replace(new.seal(), &seal)
}

#[test]
fn a_seal_of_before_holds_and_is_renewed() {
    let mut lock = read(&[old_line()]).unwrap();
    assert!(lock.records().all(LifeRecord::is_sealed));
    assert!(lock.has_record(&record(retirement())), "the words are the same");
    assert_eq!(lock.renew_seals(), 1);
    assert_eq!(lock.renew_seals(), 0);
    assert_eq!(lock.records().collect::<Vec<_>>(), [&record(retirement())]);
    // Of two branches one has renewed it: it is one record.
    for lines in [
        [old_line(), record(retirement()).to_line()],
        [record(retirement()).to_line(), old_line()],
    ] {
        let merged = read(&lines).unwrap();
        assert_eq!(merged.records().collect::<Vec<_>>(), [&record(retirement())]);
    }
    // What does not hold stays as it is, and is found.
    let mut copied = read(&[old_line().replace("a/B", "a/C")]).unwrap();
    assert_eq!(copied.renew_seals(), 0);
    assert!(!copied.records().any(LifeRecord::is_sealed));
}

#[test]
fn what_was_taken_back_ends_nothing() {
    let (event, version) = ("a/B".parse().unwrap(), Version::new(1, 0));
    let mut lock = Lock::default();
    lock.record(&event, &version, digest(), Some(&identity()));
    let retired = record(retirement());
    lock.add_record(retired.clone());
    assert_eq!(lock.final_retirement(&event), Some(&retired));
    lock.add_record(record(LifeStep::Restored {
        undoes: BTreeSet::from([retired.seal().to_owned()]),
        versions: BTreeMap::from([(version.clone(), digest())]),
    }));
    assert!(lock.find_end(&event, &version).is_none() && lock.final_retirement(&event).is_none());
    let moved = |from: &str, to: &str, undoes: Option<String>| LifeRecord {
        event: from.parse().unwrap(),
        ..record(LifeStep::Moved {
            to: to.parse().unwrap(),
            keep: false,
            before: identity(),
            after: identity(),
            versions: BTreeMap::from([(Version::new(1, 0), digest())]),
            undoes,
        })
    };
    let there = moved("a/B", "a/C", None).into_sealed();
    lock.add_record(there.clone());
    assert_eq!(lock.departure(&event, &version), Some(&there));
    let back = moved("a/C", "a/B", Some(there.seal().to_owned())).into_sealed();
    lock.add_record(back.clone());
    assert!(lock.departure(&event, &version).is_none());
    assert_eq!(lock.departure(&"a/C".parse().unwrap(), &version), Some(&back));
    assert!(!lock.has_arrived(&event, &version), "it was released here");
    assert_eq!(Lock::parse(&Source::new(LOCK_FILE, lock.to_text())).unwrap(), lock);
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
            "must be given together",
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
            "a record must have `date`, `author`, `reason` and `seal`",
        ),
        (
            "version = 2\nreleased = [\n{ event = \"a/B\", retired = {}, versions = {} },\n]",
            "a line must have one of",
        ),
    ] {
        let error = Lock::parse(&Source::new(LOCK_FILE, text)).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}
