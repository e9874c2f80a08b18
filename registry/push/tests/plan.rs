//! What is planned for a registry, and that doing it leaves what was planned.
#![allow(clippy::unwrap_used)]

mod support;

use schemactl_model::SchemaType;
use schemactl_push::{
    Action, Cache, Drift, MemoryRemote, NewSchema, Note, PlanOptions, Pulled, Reason, Remote, RoomMaking, Tags,
    plan_push,
};
use support::{DELETES, Folder, PLAIN, add, applied, checked, held, patience, planned, pull_registry, pushed, read};

const REFRESH: PlanOptions = PlanOptions {
    deletes: false,
    refresh_tags: true,
};

fn describe(actions: &[Action]) -> Vec<String> {
    actions.iter().map(Action::describe).collect()
}

#[test]
fn a_second_push_writes_nothing_whatever_the_layout_of_the_files() {
    let remote = MemoryRemote::new();
    let folder = Folder::new("")
        .version("A", "1.0", 1)
        .version("A", "1.1", 2)
        .version("B", "1.0", 1);
    pushed(&folder, &remote, PLAIN);
    assert_eq!(held(&remote, "shop@A"), ["1=1.0", "2=1.1"]);
    let writes = remote.writes();
    let reordered = r#"{  "properties":{"p0":{"type":"string"}},"type":"object",
        "$schema":"http://json-schema.org/draft-04/schema#" }"#;
    let folder = folder.schema("B", "1.0", reordered);
    assert!(pushed(&folder, &remote, PLAIN).done.is_empty());
    assert_eq!(remote.writes(), writes);
}

#[test]
fn each_major_gets_a_schema_of_its_own_where_the_layout_says_so() {
    let remote = MemoryRemote::new();
    let event = |layout: &str| {
        let layout = format!("layout = \"{layout}\"");
        Folder::new(&layout).version("A", "1.0", 1).version("A", "2.0", 2)
    };
    let folder = event("major");
    pushed(&folder, &remote, PLAIN);
    let folder = folder.version("A", "1.1", 3);
    let plan = planned(&folder, &remote, PLAIN);
    assert_eq!(describe(&plan.actions), ["add 1.1 to schema shop@A.v1"]);
    assert_eq!(plan.notes, [], "no major overtakes another");
    applied(&plan, &remote);
    assert_eq!(held(&remote, "shop@A.v1"), ["1=1.0", "2=1.1"]);
    assert_eq!(held(&remote, "shop@A.v2"), ["1=2.0"]);

    let remote = MemoryRemote::new();
    let folder = event("event");
    pushed(&folder, &remote, PLAIN);
    let plan = planned(&folder.version("A", "1.1", 3), &remote, PLAIN);
    let [Note::OutOfOrder { version, newer, .. }] = &plan.notes[..] else {
        panic!("{:?}", plan.notes)
    };
    assert_eq!(
        (version.to_string(), newer.to_string()),
        ("1.1".to_owned(), "2.0".to_owned())
    );
    applied(&plan, &remote);
    assert_eq!(held(&remote, "shop@A"), ["1=1.0", "2=2.0", "3=1.1", "4=2.0"]);
}

#[test]
fn both_types_are_registered_under_names_of_their_own() {
    let remote = MemoryRemote::new();
    let folder = Folder::new("types = [\"JSONSchemaDraft4\", \"OpenApi3\"]").version("A", "1.0", 1);
    pushed(&folder, &remote, PLAIN);
    let plain = remote.read("shop@A", None).unwrap().unwrap();
    let twin = remote.read("shop@A.openapi", None).unwrap().unwrap();
    assert_eq!(
        [plain.type_name.as_str(), twin.type_name.as_str()],
        ["JSONSchemaDraft4", "OpenApi3"]
    );
    assert!(
        twin.content.contains("\"x-amazon-events-source\": \"shop\""),
        "{}",
        twin.content
    );
    assert!(planned(&folder, &remote, PLAIN).is_empty());
}

#[test]
fn what_is_too_old_to_be_kept_is_pruned_and_stays_away() {
    let remote = MemoryRemote::new();
    let folder = Folder::new("")
        .version("A", "1.0", 1)
        .version("A", "1.1", 2)
        .version("A", "1.2", 3);
    pushed(&folder, &remote, PLAIN);
    let fewer = Folder::new("keep = 2")
        .version("A", "1.0", 1)
        .version("A", "1.1", 2)
        .version("A", "1.2", 3);
    assert!(planned(&fewer, &remote, PLAIN).is_empty(), "nothing is deleted unasked");
    let prune = planned(&fewer, &remote, PLAIN).pruning();
    assert_eq!(
        describe(&prune.actions),
        ["delete version 1 (1.0) of schema shop@A: older than the versions that are kept"]
    );
    let outcome = applied(&prune, &remote);
    assert_eq!(outcome.failed, []);
    assert_eq!(held(&remote, "shop@A"), ["2=1.1", "3=1.2"]);
    assert!(
        planned(&fewer, &remote, DELETES).is_empty(),
        "what was pruned is not pushed again"
    );
}

#[test]
fn the_last_version_of_a_schema_is_not_pruned() {
    let remote = MemoryRemote::new();
    pushed(&Folder::new("").version("A", "1.0", 1), &remote, PLAIN);
    let newer = Folder::new("keep = 1").version("A", "1.0", 1).version("A", "1.1", 2);
    assert!(planned(&newer, &remote, PLAIN).pruning().is_empty());
    pushed(&newer, &remote, DELETES);
    assert_eq!(held(&remote, "shop@A"), ["1=1.0", "2=1.1"]);
    pushed(&newer, &remote, DELETES);
    assert_eq!(held(&remote, "shop@A"), ["2=1.1"]);
}

#[test]
fn the_hundred_and_first_version_needs_room_and_gets_it_when_deletes_are_enabled() {
    let remote = MemoryRemote::new();
    let versions = |keep: usize, last: usize| {
        (0..=last).fold(Folder::new(&format!("keep = {keep}")), |folder, minor| {
            folder.version("A", &format!("1.{minor}"), minor)
        })
    };
    pushed(&versions(100, 99), &remote, PLAIN);
    let more = versions(100, 100);
    let plan = planned(&more, &remote, PLAIN);
    let [full] = &plan.full[..] else {
        panic!("{:?}", plan.full)
    };
    assert_eq!((full.held, full.added, full.room), (100, 1, RoomMaking::Prune));
    let plan = planned(&more, &remote, DELETES);
    assert_eq!(plan.full, []);
    assert_eq!(
        describe(&plan.actions),
        [
            "delete version 1 (1.0) of schema shop@A: older than the versions that are kept",
            "add 1.100 to schema shop@A"
        ]
    );
    let outcome = applied(&plan, &remote);
    assert_eq!((outcome.done.len(), outcome.failed.len()), (2, 0));
    let held = held(&remote, "shop@A");
    assert_eq!(
        (held.len(), held[0].as_str(), held[99].as_str()),
        (100, "2=1.1", "101=1.100")
    );
}

#[test]
fn a_version_that_is_there_twice_is_found_and_pruned() {
    let remote = MemoryRemote::new();
    let folder = Folder::new("").version("A", "1.0", 1).version("A", "1.1", 2);
    pushed(&folder, &remote, PLAIN);
    let first = remote.read("shop@A", Some("1")).unwrap().unwrap();
    add(&remote, "shop@A", &first.content);
    let plan = planned(&folder, &remote, PLAIN);
    assert!(
        matches!(&plan.drift[..], [Drift::Twice { number, .. }, Drift::OlderNewest { .. }] if number == "3"),
        "{:?}",
        plan.drift
    );
    assert!(plan.is_empty());
    let pruning = plan.pruning();
    assert_eq!(pruning.conflicts().count(), 0, "nothing older is above 1.1 then");
    applied(&pruning, &remote);
    assert_eq!(planned(&folder, &remote, PLAIN).drift, []);
    assert_eq!(held(&remote, "shop@A"), ["1=1.0", "2=1.1"]);
}

#[test]
fn deletes_take_what_is_ours_and_gone_and_leave_what_is_not_ours() {
    let remote = MemoryRemote::new();
    let folder = Folder::new("")
        .version("A", "1.0", 1)
        .version("A", "1.1", 2)
        .version("B", "1.0", 1);
    pushed(&folder, &remote, PLAIN);
    add(&remote, "shop@A", "{\"type\": \"string\"}");
    // The stamp says that schemactl wrote them, and not for which workspace.
    let folder = folder.without("B").without("A/1.1.json");
    let plan = planned(&folder, &remote, DELETES);
    assert!(
        plan.is_empty() && plan.deletable.is_empty(),
        "no lock has released them"
    );
    assert_eq!(plan.drift.len(), 3, "{:?}", plan.drift);
    let folder = folder.once_released("A", "1.1").once_released("B", "1.0");
    let plan = planned(&folder, &remote, PLAIN);
    assert!(plan.is_empty());
    assert_eq!(plan.drift.len(), 3, "{:?}", plan.drift);
    assert_eq!(plan.deletable.len(), 2);
    assert!(plan.deletable.iter().all(|deletion| deletion.reason == Reason::Gone));
    assert!(
        plan.clone().pruning().is_empty(),
        "prune takes nothing that would be lost"
    );
    pushed(&folder, &remote, DELETES);
    assert_eq!(held(&remote, "shop@A"), ["1=1.0", "3=foreign"]);
    assert!(remote.read("shop@B", None).unwrap().is_none());
}

#[test]
fn another_content_under_our_version_is_left_alone() {
    let remote = MemoryRemote::new();
    pushed(&Folder::new("").version("A", "1.0", 1), &remote, PLAIN);
    let plan = planned(&Folder::new("").version("A", "1.0", 2), &remote, DELETES);
    assert!(
        matches!(&plan.drift[..], [Drift::Changed { .. }]) && plan.is_empty(),
        "{plan:#?}"
    );
}

/// What the plan reads: versions of schemas, and nothing but the list where the list tells.
#[test]
fn the_list_tells_what_tag_or_cache_vouch_for() {
    let remote = MemoryRemote::new();
    let folder = (0..30).fold(Folder::new(""), |folder, event| {
        folder.version(&format!("E{event}"), "1.0", event)
    });
    let workspace = folder.load();
    let mut cache = Cache::default();
    checked(&workspace, |checked| {
        let snapshot = read(checked, &remote, &cache, false);
        let plan = plan_push(checked, &snapshot, remote.describe(), PLAIN);
        cache.update(&applied(&plan, &remote));
        let before = remote.reads();
        let again = read(checked, &remote, &cache, false);
        assert!(schemactl_push::plan_push(checked, &again, remote.describe(), PLAIN).is_empty());
        assert_eq!(remote.reads(), before, "nothing but lists is read");
        read(checked, &remote, &Cache::default(), false);
        assert_eq!(remote.reads() - before, 30, "without cache and tags everything is");
        let tags = schemactl_push::plan_push(checked, &again, String::new(), REFRESH);
        assert_eq!(tags.actions.len(), 30);
        cache.update(&applied(&tags, &remote));
        let before = remote.reads();
        read(checked, &remote, &Cache::default(), false);
        assert_eq!(remote.reads(), before, "the tags tell");
    });
    let folder = folder.version("E3", "1.1", 50);
    let workspace = folder.load();
    checked(&workspace, |checked| {
        let (reads, writes) = (remote.reads(), remote.writes());
        let snapshot = read(checked, &remote, &cache, false);
        assert_eq!(remote.reads(), reads, "the cache knows what the version is written on");
        let plan = plan_push(checked, &snapshot, remote.describe(), PLAIN);
        cache.update(&applied(&plan, &remote));
        assert_eq!(
            (remote.reads() - reads, remote.writes() - writes),
            (3, 1),
            "one before the write, one after it, and a last look"
        );
        let reads = remote.reads();
        assert!(
            schemactl_push::plan_push(checked, &read(checked, &remote, &cache, false), String::new(), PLAIN).is_empty()
        );
        assert_eq!(remote.reads(), reads, "what was written is known");
        read(checked, &remote, &Cache::default(), false);
        assert_eq!(
            remote.reads() - reads,
            2,
            "without the cache the two versions of one schema are read"
        );
        let again = read(checked, &remote, &Cache::default(), false);
        let tags = schemactl_push::plan_push(checked, &again, String::new(), REFRESH);
        assert_eq!(describe(&tags.actions), ["set tags of schema shop@E3"]);
        applied(&tags, &remote);
        let reads = remote.reads();
        read(checked, &remote, &Cache::default(), false);
        assert_eq!(remote.reads(), reads, "the tag tells again");
    });
}

#[test]
fn a_foreign_write_is_seen_through_tag_and_cache() {
    let remote = MemoryRemote::new();
    let folder = Folder::new("").version("A", "1.0", 1);
    let workspace = folder.load();
    checked(&workspace, |checked| {
        let mut cache = Cache::default();
        let first = plan_push(checked, &read(checked, &remote, &cache, false), String::new(), PLAIN);
        cache.update(&applied(&first, &remote));
        let tags = plan_push(checked, &read(checked, &remote, &cache, true), String::new(), REFRESH);
        assert_eq!(applied(&tags, &remote).done.len(), 1);
        // As many versions as before, and another one.
        add(&remote, "shop@A", "{}");
        remote.delete_version("shop@A", "1").unwrap();
        for cache in [
            &cache,
            &Cache::of(&read(checked, &remote, &cache, true)),
            &Cache::default(),
        ] {
            let plan = plan_push(checked, &read(checked, &remote, cache, false), String::new(), PLAIN);
            assert!(
                plan.actions.is_empty(),
                "no version is added after it: {:?}",
                plan.actions
            );
            let held_back: Vec<_> = plan.held_back.iter().map(|(_, version)| version.to_string()).collect();
            assert_eq!(held_back, ["1.0"], "{:?}", plan.drift);
        }
    });
}

#[test]
fn tags_of_the_settings_are_set_once() {
    let remote = MemoryRemote::new();
    pushed(&Folder::new("").version("A", "1.0", 1), &remote, PLAIN);
    let folder = Folder::new("tags = { team = \"orders\" }")
        .version("A", "1.0", 1)
        .version("B", "1.0", 1);
    let plan = planned(&folder, &remote, PLAIN);
    assert_eq!(
        describe(&plan.actions),
        ["set tags of schema shop@A", "create schema shop@B with 1.0"]
    );
    applied(&plan, &remote);
    assert!(planned(&folder, &remote, PLAIN).is_empty());
    let listed = remote.schemas(None).unwrap().items;
    assert!(listed.iter().all(|schema| schema.tags["team"] == "orders"));
}

#[test]
fn a_registry_comes_back_as_a_workspace() {
    let remote = MemoryRemote::new();
    let modern = r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
        "properties": {"a": {"const": 1}, "b": {"exclusiveMinimum": 0}}}"#;
    let folder = Folder::new("types = [\"OpenApi3\"]")
        .schema("A", "1.0", modern)
        .version("A", "1.1", 1);
    pushed(&folder, &remote, PLAIN);
    let mut empty = Folder::new("types = [\"OpenApi3\"]");
    let everything = |folder: &Folder| {
        pull_registry(&folder.load(), "events", "", &remote, &patience())
            .unwrap()
            .unwrap()
    };
    let mut written = 0;
    for pulled in everything(&empty) {
        let Pulled::New { files, .. } = pulled else {
            panic!("{pulled:?}")
        };
        for file in files {
            empty.put(file.path.to_str().unwrap(), &file.text);
            written += 1;
        }
    }
    assert_eq!(
        written, 4,
        "two versions, and the settings that come with each until there are some"
    );
    assert!(
        everything(&empty)
            .iter()
            .all(|pulled| matches!(pulled, Pulled::Same { .. }))
    );
    let plan = planned(&empty, &remote, PLAIN);
    assert!(
        plan.is_empty() && plan.drift.is_empty(),
        "what was pulled is registered: {plan:#?}"
    );
    let other = Folder::new("").version("A", "1.0", 7);
    let pulled = everything(&other);
    assert!(
        matches!(&pulled[..], [Pulled::Different { .. }, Pulled::New { .. }]),
        "{pulled:?}"
    );
}

#[test]
fn what_others_wrote_becomes_an_event_or_is_left_out_with_a_reason() {
    let remote = MemoryRemote::new();
    pushed(&Folder::new("").version("A", "1.0", 1), &remote, PLAIN);
    for content in ["{\"type\": \"object\"}", "no json", "{}"] {
        add(&remote, "shop@A", content);
    }
    let pulled = pull_registry(&Folder::new("").load(), "events", "shop@", &remote, &patience())
        .unwrap()
        .unwrap();
    let lines: Vec<_> = pulled
        .iter()
        .map(|pulled| match pulled {
            Pulled::New { event, version, .. } => format!("{event}@{version}"),
            Pulled::Unusable { number, .. } => format!("not {number}"),
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(lines, ["shop/A@1.0", "shop/A@2.0", "not 3", "shop/A@4.0"]);
    assert_eq!(
        pull_registry(&Folder::new("").load(), "e", "other", &remote, &patience()),
        Ok(Some(vec![]))
    );
    assert_eq!(
        pull_registry(&Folder::new("").load(), "e", "", &MemoryRemote::new(), &patience()),
        Ok(None)
    );
}

#[test]
fn a_registry_of_two_thousand_schemas_is_read_whole() {
    let remote = MemoryRemote::new();
    remote.create_registry(None, &Tags::new()).unwrap();
    for number in 0..2000 {
        let schema = NewSchema {
            name: &format!("other@S{number:04}"),
            type_: SchemaType::JsonSchemaDraft4,
            content: "{}",
            description: None,
            tags: &Tags::new(),
        };
        remote.create_schema(&schema).unwrap();
    }
    let plan = planned(&Folder::new("").version("A", "1.0", 1), &remote, PLAIN);
    assert_eq!(plan.drift.len(), 2000);
    assert_eq!(describe(&plan.actions), ["create schema shop@A with 1.0"]);
}
