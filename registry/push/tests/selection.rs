//! A push of some events: what is not selected is neither written, nor judged, nor deleted, whatever the registry holds of it.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeSet;

use schemactl_check::{CheckOptions, check};
use schemactl_compat::default_engine;
use schemactl_model::{EventName, Version};
use schemactl_push::{Cache, MemoryRemote, Plan, PlanOptions, RepairOptions, plan_with_repairs};
use schemactl_workspace::{TargetRegistry, Workspace};
use support::{DELETES, Folder, PLAIN, add, applied, held, planned, pushed, read};

const REPAIR: RepairOptions = RepairOptions {
    repair: true,
    adopt: false,
};
const ADOPT: RepairOptions = RepairOptions {
    repair: false,
    adopt: true,
};

/// The versions `NAME@VERSION` of a workspace.
fn select(workspace: &mut Workspace, versions: &[&str]) {
    let named = versions.iter().map(|text| {
        let (name, version) = text.split_once('@').unwrap();
        let event: EventName = format!("shop/{name}").parse().unwrap();
        (event, version.parse::<Version>().unwrap())
    });
    workspace.scope.selected = Some(named.collect::<BTreeSet<_>>());
}

fn plan_of(
    folder: &Folder,
    versions: &[&str],
    remote: &MemoryRemote,
    (options, repairs): (PlanOptions, RepairOptions),
) -> Plan {
    let mut workspace = folder.load();
    select(&mut workspace, versions);
    let engine = default_engine(schemactl_compat::Semantics::default());
    let (report, checked) = check(&workspace, &CheckOptions::new(&engine));
    let checked = checked.unwrap_or_else(|| panic!("{:#?}", report.findings));
    let snapshot = read(&checked, remote, &Cache::default(), true);
    plan_with_repairs(&checked, &snapshot, "a remote".to_owned(), options, repairs)
}

fn push_some(folder: &Folder, versions: &[&str], remote: &MemoryRemote, repairs: RepairOptions) -> Plan {
    let plan = plan_of(folder, versions, remote, (PLAIN, repairs));
    applied(&plan, remote);
    plan
}

fn list_written(plan: &Plan) -> Vec<String> {
    let written = plan.actions.iter().filter_map(|action| action.version());
    written
        .map(|(event, version)| format!("{}@{version}", event.name()))
        .collect()
}

fn two_events() -> Folder {
    Folder::new("")
        .version("Order", "1.0", 1)
        .version("Order", "1.1", 2)
        .version("Refund", "1.0", 1)
}

#[test]
fn only_what_is_selected_is_written_and_the_rest_follows_in_a_push_of_all() {
    let remote = MemoryRemote::new();
    let plan = push_some(&two_events(), &["Order@1.0"], &remote, RepairOptions::default());
    assert_eq!(list_written(&plan), ["Order@1.0"]);
    assert_eq!(plan.unselected.len(), 2, "{:?}", plan.unselected);
    assert_eq!(held(&remote, "shop@Order").len(), 1);
    assert!(held(&remote, "shop@Refund").is_empty());
    let again = push_some(&two_events(), &["Order@1.0"], &remote, RepairOptions::default());
    assert!(again.is_empty() && again.unchanged.len() == 1, "{again:#?}");
    let rest = planned(&two_events(), &remote, PLAIN);
    assert_eq!(list_written(&rest), ["Order@1.1", "Refund@1.0"]);
}

#[test]
fn a_registered_newest_version_stays_the_newest_and_one_that_is_not_there_is_not_written() {
    let folder = two_events().version("Order", "1.2", 3);
    let remote = MemoryRemote::new();
    push_some(&folder, &["Order@1.1"], &remote, RepairOptions::default());
    let older = push_some(&folder, &["Order@1.0"], &remote, RepairOptions::default());
    assert_eq!(list_written(&older), ["Order@1.0", "Order@1.1"]);
    assert_eq!(older.conflicts().count(), 0);
    assert_eq!(held(&remote, "shop@Order").last().unwrap(), "3=1.1");
}

#[test]
fn what_others_wrote_of_another_event_is_nothing_to_a_partial_push() {
    let remote = MemoryRemote::new();
    pushed(&two_events(), &remote, PLAIN);
    add(&remote, "shop@Refund", r#"{"type": "string"}"#);
    let folder = two_events().version("Refund", "1.1", 2).version("Order", "1.2", 3);
    let all = planned(&folder, &remote, PLAIN);
    assert_eq!(all.conflicts().count(), 1);
    let some = plan_of(&folder, &["Order@1.2"], &remote, (PLAIN, RepairOptions::default()));
    assert_eq!(some.drift, []);
    assert_eq!(list_written(&some), ["Order@1.2"]);
    let held_back = plan_of(&folder, &["Refund@1.1"], &remote, (PLAIN, RepairOptions::default()));
    assert_eq!((held_back.conflicts().count(), held_back.held_back.len()), (1, 1));
}

#[test]
fn errors_of_an_event_that_is_not_selected_do_not_stop_the_others() {
    let folder = two_events().schema("Refund", "1.1", r#"{"type": "strin"}"#);
    let mut workspace = folder.load();
    let engine = default_engine(schemactl_compat::Semantics::default());
    let options = CheckOptions::new(&engine);
    assert!(check(&workspace, &options).1.is_none());
    select(&mut workspace, &["Order@1.0"]);
    assert!(check(&workspace, &options).1.is_some());
    select(&mut workspace, &["Refund@1.0"]);
    assert!(check(&workspace, &options).1.is_none());
}

#[test]
fn adoption_and_repair_are_of_what_is_selected() {
    let remote = MemoryRemote::new();
    pushed(
        &Folder::new("").version("Order", "1.0", 1).version("Refund", "1.0", 1),
        &remote,
        PLAIN,
    );
    let changed = Folder::new("").version("Order", "1.0", 3).version("Refund", "1.0", 4);
    let plan = push_some(&changed, &["Refund@1.0"], &remote, REPAIR);
    assert_eq!(list_written(&plan), ["Refund@1.0"]);
    assert_eq!(plan.conflicts().count(), 0);
    assert_eq!(held(&remote, "shop@Order").len(), 1);

    let others = MemoryRemote::new();
    let unstamped = r#"{"type":"object","properties":{"p0":{"type":"string"}}}"#;
    let folder = Folder::new("")
        .schema("Order", "1.0", unstamped)
        .schema("Refund", "1.0", unstamped);
    pushed(&Folder::new("").version("Other", "1.0", 1), &others, PLAIN);
    for schema in ["shop@Order", "shop@Refund"] {
        let new = schemactl_push::NewSchema {
            name: schema,
            type_: schemactl_model::SchemaType::JsonSchemaDraft4,
            content: unstamped,
            description: None,
            tags: &schemactl_push::Tags::new(),
        };
        schemactl_push::Remote::create_schema(&others, &new).unwrap();
    }
    let plan = plan_of(&folder, &["Refund@1.0"], &others, (PLAIN, ADOPT));
    let adopted: Vec<_> = plan.adopted.iter().map(|(event, _)| event.name()).collect();
    assert_eq!(adopted, ["Refund"]);
    assert_eq!(plan.conflicts().count(), 0);
}

#[test]
fn a_repair_of_an_older_version_does_not_stand_above_a_newest_one_that_it_leaves() {
    let remote = MemoryRemote::new();
    pushed(&two_events(), &remote, PLAIN);
    let changed = Folder::new("").version("Order", "1.0", 3).version("Order", "1.1", 4);
    let plan = plan_of(&changed, &["Order@1.0"], &remote, (PLAIN, REPAIR));
    assert_eq!(list_written(&plan), [""; 0]);
    assert_eq!(plan.conflicts().count(), 1, "{:#?}", plan.drift);
    let both = plan_of(&changed, &["Order@1.0", "Order@1.1"], &remote, (PLAIN, REPAIR));
    assert_eq!(list_written(&both), ["Order@1.0", "Order@1.1"]);
}

#[test]
fn deletes_take_nothing_that_is_not_selected() {
    let remote = MemoryRemote::new();
    let before = two_events().version("Gone", "1.0", 1).version("Refund", "1.1", 2);
    pushed(&before, &remote, PLAIN);
    let after = two_events().once_released("Gone", "1.0").once_released("Refund", "1.1");
    assert_eq!(planned(&after, &remote, DELETES).actions.len(), 2);
    let some = plan_of(
        &after,
        &["Order@1.0", "Order@1.1"],
        &remote,
        (DELETES, RepairOptions::default()),
    );
    assert_eq!((some.actions.len(), some.deletable.len()), (0, 0), "{some:#?}");
}

/// An event that is for staging only, in the registry of `environment`.
fn with_staging_event(folder: Folder, environment: &str) -> Workspace {
    let mut folder = folder;
    folder.put(
        "schemas/shop/Refund/event.toml",
        "source = \"shop\"\ndetail-type = \"Refund\"\nenvironments = [\"staging\"]\n",
    );
    folder.put(
        "schemactl.toml",
        "version = 1\n[registry]\nname = \"events\"\n[check]\nmode = \"none\"\n[env.staging]\n[env.prod]\n",
    );
    let mut workspace = folder.load();
    workspace.scope.registry = match environment {
        "" => TargetRegistry::Workspace,
        name => TargetRegistry::Environment(name.to_owned()),
    };
    workspace
}

fn plan_workspace(workspace: &Workspace, remote: &MemoryRemote, options: PlanOptions) -> Plan {
    support::checked(workspace, |checked| {
        let snapshot = read(checked, remote, &Cache::default(), true);
        plan_with_repairs(
            checked,
            &snapshot,
            "a remote".to_owned(),
            options,
            RepairOptions::default(),
        )
    })
}

#[test]
fn an_event_is_registered_only_in_its_environments() {
    for (environment, expected) in [
        ("staging", &["Order@1.0", "Order@1.1", "Refund@1.0"][..]),
        ("prod", &["Order@1.0", "Order@1.1"]),
        ("", &["Order@1.0", "Order@1.1"]),
    ] {
        let remote = MemoryRemote::new();
        let workspace = with_staging_event(two_events(), environment);
        let plan = plan_workspace(&workspace, &remote, PLAIN);
        assert_eq!(list_written(&plan), expected, "{environment}");
        assert_eq!(
            plan.elsewhere.len(),
            usize::from(environment != "staging"),
            "{environment}"
        );
        applied(&plan, &remote);
        assert!(plan_workspace(&workspace, &remote, DELETES).is_empty(), "{environment}");
    }
}

#[test]
fn what_was_registered_before_an_event_left_an_environment_is_shown_and_deleted_on_request_only() {
    let remote = MemoryRemote::new();
    pushed(&two_events(), &remote, PLAIN);
    let of_others = with_staging_event(two_events(), "prod");
    let plan = plan_workspace(&of_others, &remote, DELETES);
    assert!(plan.is_empty(), "no lock has released it: {:#?}", plan.actions);
    assert_eq!((plan.drift.len(), plan.conflicts().count()), (1, 0), "{:?}", plan.drift);
    let released = with_staging_event(two_events().once_released("Refund", "1.0"), "prod");
    assert!(plan_workspace(&released, &remote, PLAIN).is_empty());
    assert!(plan_workspace(&released, &remote, PLAIN).pruning().is_empty());
    let plan = plan_workspace(&released, &remote, DELETES);
    assert_eq!(plan.actions.len(), 1, "{:#?}", plan.actions);
    applied(&plan, &remote);
    assert!(held(&remote, "shop@Refund").is_empty());
    assert_eq!(held(&remote, "shop@Order").len(), 2);
}

#[test]
fn a_pull_leaves_out_an_event_that_is_not_for_the_registry_and_nothing_beside_it() {
    let remote = MemoryRemote::new();
    pushed(&two_events().version("Refund.paid", "1.0", 1), &remote, PLAIN);
    let workspace = with_staging_event(Folder::new("").version("Refund", "1.0", 1), "prod");
    let pulled = support::pull_registry(&workspace, "events", "", &remote, &support::patience())
        .unwrap()
        .unwrap();
    let left: Vec<_> = pulled
        .iter()
        .filter_map(|pulled| match pulled {
            schemactl_push::Pulled::Elsewhere { schema, .. } => Some(schema.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(left, ["shop@Refund"]);
    let new = pulled
        .iter()
        .filter(|pulled| matches!(pulled, schemactl_push::Pulled::New { .. }));
    assert_eq!(new.count(), 3, "{pulled:#?}");
}
