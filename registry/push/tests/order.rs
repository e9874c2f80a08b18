//! The newest version of the registry: whatever it holds, in whatever order, a push without a conflict leaves the newest version of all that it
//! holds as its newest. Every order of up to three versions in the registry is pushed to by every workspace with some of them.
#![allow(clippy::unwrap_used)]

mod support;

use schemactl_model::SchemaType;
use schemactl_push::{
    Cache, Drift, MemoryRemote, NewSchema, Plan, PlanOptions, Remote, RepairOptions, Tags, plan_with_repairs,
};
use support::{Folder, PLAIN, add, applied, checked, held, planned, pushed, read};

const SCHEMA: &str = "shop@A";
const VERSIONS: [&str; 3] = ["1.0", "1.1", "2.0"];

fn workspace(versions: &[usize]) -> Folder {
    let add = |folder: Folder, index: &usize| folder.version("A", VERSIONS[*index], *index + 1);
    versions.iter().fold(Folder::new(""), add)
}

fn plan_of(folder: &Folder, remote: &MemoryRemote, repairs: RepairOptions, options: PlanOptions) -> Plan {
    let workspace = folder.load();
    checked(&workspace, |checked| {
        let snapshot = read(checked, remote, &Cache::default(), true);
        plan_with_repairs(checked, &snapshot, remote.describe(), options, repairs)
    })
}

/// A registry that holds versions in this order.
fn registry(order: &[usize]) -> MemoryRemote {
    let remote = MemoryRemote::new();
    remote.create_registry(None, &Tags::new()).unwrap();
    for (at, index) in order.iter().enumerate() {
        let source = MemoryRemote::new();
        pushed(&workspace(&[*index]), &source, PLAIN);
        let content = source.read(SCHEMA, None).unwrap().unwrap().content;
        if at > 0 {
            add(&remote, SCHEMA, &content);
            continue;
        }
        let schema = NewSchema {
            name: SCHEMA,
            type_: SchemaType::JsonSchemaDraft4,
            content: &content,
            description: None,
            tags: &Tags::new(),
        };
        remote.create_schema(&schema).unwrap();
    }
    remote
}

/// Every sequence of different indices below 3.
fn orders() -> Vec<Vec<usize>> {
    let mut orders = vec![vec![]];
    for at in 0.. {
        let Some(order) = orders.get(at).cloned() else {
            return orders;
        };
        let longer = (0..VERSIONS.len()).filter(|index| !order.contains(index));
        orders.extend(longer.map(|index| [order.as_slice(), &[index]].concat()));
    }
    orders
}

#[test]
fn a_push_without_a_conflict_leaves_the_newest_version_as_the_newest() {
    let subsets: Vec<Vec<usize>> = orders()
        .into_iter()
        .filter(|order| !order.is_empty() && order.is_sorted())
        .collect();
    assert_eq!((orders().len(), subsets.len()), (16, 7));
    for order in orders() {
        for versions in &subsets {
            for repair in [false, true] {
                let case = format!("registry {order:?}, workspace {versions:?}, repair {repair}");
                let (remote, folder) = (registry(&order), workspace(versions));
                let repairs = RepairOptions { repair, adopt: false };
                let plan = plan_of(&folder, &remote, repairs, PLAIN);
                let outcome = applied(&plan, &remote);
                assert_eq!(outcome.failed, [], "{case}");
                let after = planned(&folder, &remote, PLAIN);
                let newest = order.iter().chain(versions).max().unwrap();
                let head = held(&remote, SCHEMA).pop().unwrap();
                let is_newest = head.ends_with(&format!("={}", VERSIONS[*newest]));
                let differs = after.conflicts().next().is_some();
                assert!(is_newest || differs, "{case}: 0, and {head} is the newest");
                // What the push says is what the next look says.
                assert_eq!(plan.conflicts().next().is_some(), differs, "{case}: {:?}", after.drift);
                assert!(after.is_empty(), "{case}");
                // Nothing that an older checkout does puts it below.
                let above = order.last().is_some_and(|last| last == newest) && !versions.contains(newest);
                assert!(!above || plan.is_empty(), "{case}: {:?}", plan.actions);
                // With all versions here, a repair always ends it.
                assert!(
                    !(repair && versions.contains(newest)) || (is_newest && !differs),
                    "{case}"
                );
            }
        }
    }
}

/// The tag vouches for a set of versions: where their order is wrong it must not.
#[test]
fn the_state_tag_hides_no_older_newest_version() {
    let (remote, folder) = (registry(&[1, 0]), workspace(&[0, 1]));
    let refresh = PlanOptions {
        refresh_tags: true,
        ..PLAIN
    };
    let plan = plan_of(&folder, &remote, RepairOptions::default(), refresh);
    assert!(
        plan.is_empty() && matches!(&plan.drift[..], [Drift::OlderNewest { .. }]),
        "{plan:#?}"
    );
}

/// Three versions below, and the newest was adopted from others: it is written above what comes after it.
#[test]
fn an_adopted_newest_version_stays_the_newest() {
    let (remote, folder) = (registry(&[0]), workspace(&[0, 1, 2]));
    let properties = (0..3)
        .map(|index| format!(r#""p{index}": {{"type": "string"}}"#))
        .collect::<Vec<_>>();
    add(
        &remote,
        SCHEMA,
        &format!(r#"{{"type": "object", "properties": {{{}}}}}"#, properties.join(", ")),
    );
    let adoption = RepairOptions {
        repair: false,
        adopt: true,
    };
    let plan = plan_of(&folder, &remote, adoption, PLAIN);
    assert!(
        plan.is_empty() && plan.left.len() == 2,
        "an adoption writes nothing: {plan:#?}"
    );
    let repairs = RepairOptions {
        repair: true,
        ..adoption
    };
    let plan = plan_of(&folder, &remote, repairs, PLAIN);
    assert_eq!(plan.adopted.len(), 1, "{plan:#?}");
    applied(&plan, &remote);
    assert_eq!(held(&remote, SCHEMA), ["1=1.0", "2=foreign", "3=1.1", "4=2.0"]);
}
