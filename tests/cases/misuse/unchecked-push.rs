//! A push of a workspace that was not checked, or whose check found errors.

use schemactl_check::Inspected;
use schemactl_push::{Applying, RepairOptions, Outcome, Plan, PlanOptions, Preview, Remote, Snapshot, apply_plan, plan_push, preview_push};

pub fn made_by_hand(preview: Preview) -> Plan {
    Plan(preview) //~ E0423
}

pub fn made_from_what_was_only_looked_at(inspected: &Inspected<'_>, snapshot: &Snapshot) -> Plan {
    plan_push(inspected, snapshot, String::new(), PlanOptions::default()) //~ E0308
}

pub fn applied_as_a_preview(
    inspected: &Inspected<'_>,
    snapshot: &Snapshot,
    remote: &dyn Remote,
    applying: &Applying<'_>,
) -> Outcome {
    let preview = preview_push(inspected, snapshot, String::new(), PlanOptions::default(), RepairOptions::default());
    apply_plan(&preview, remote, applying) //~ E0308
}

pub fn changed_afterwards(plan: &mut Plan) {
    plan.actions.clear(); //~ E0596
}
