//! An offer as the client can show and do it, and what it cannot.

use serde_json::{Value, json};

use super::data::Data;
use crate::actions::offers::Offer;
use crate::actions::outcome::ActionError;
use crate::actions::task::Task;
use crate::server::capabilities::{ACTION, Features};

pub(super) fn to_lsp(
    offer: &Offer,
    data: &Data,
    diagnostic: Option<&Value>,
    features: &Features,
) -> Value {
    let command = json!({ "title": offer.title, "command": ACTION, "arguments": [data] });
    if !features.action_literals {
        return command;
    }
    let mut item = json!({ "title": offer.title, "kind": offer.task.kind() });
    let Some(fields) = item.as_object_mut() else { return item };
    if let Some(diagnostic) = diagnostic {
        fields.insert("diagnostics".into(), json!([diagnostic]));
    }
    if offer.preferred {
        fields.insert("isPreferred".into(), json!(true));
    }
    if let Some(reason) = &offer.disabled {
        fields.insert("disabled".into(), json!({ "reason": reason }));
    } else if is_resolved(features, &offer.task) {
        fields.insert("data".into(), json!(data));
    } else {
        fields.insert("command".into(), command);
    }
    item
}

/// Whether an action's edit is answered; else we have the client make it.
fn is_resolved(features: &Features, task: &Task) -> bool {
    // What the tools say of a fix is asked once it is made, and new tests are shown.
    let looks_after = *task == Task::Tests || (features.tool_diagnostics && *task == Task::Fix);
    features.action_resolve && task.answer().edits() && !(looks_after && features.apply_edit)
}

/// Why what an action comes to cannot be had in this editor: known before anyone is asked.
pub(super) fn unable(features: &Features, task: &Task) -> Option<ActionError> {
    if !task.answer().edits() {
        return None;
    }
    // Tests may go into a file that is not open.
    if !features.document_changes && *task != Task::Tests {
        return Some(ActionError::NoVersions);
    }
    let resolved = features.action_literals && is_resolved(features, task);
    (!features.apply_edit && !resolved).then_some(ActionError::NoEdits)
}
