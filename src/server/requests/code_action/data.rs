//! An order as it travels to the client and back, and what it asks for then.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::actions::offers::{Finding, Offer};
use crate::actions::order::Order;
use crate::actions::task::{Intent, Task};
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::uri::DocumentUri;
use crate::server::Server;
use crate::server::requests::action;
use crate::workspace::edit_log::Revision;

/// An order as it travels to the client and back.
#[derive(Deserialize, Serialize)]
pub(in crate::server::requests) struct Data {
    task: String,
    uri: String,
    revision: u64,
    target: (usize, usize),
    selection: (usize, usize),
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    findings: Vec<FindingData>,
    /// What the user says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(in crate::server::requests) words: String,
    /// The remark of a review that brought its own fix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) remark: Option<u64>,
    /// The fix that did not do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) again: Option<u64>,
}

#[derive(Clone, Deserialize, Serialize)]
struct FindingData {
    range: (usize, usize),
    message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<String>,
}

impl Data {
    /// For an offer.
    pub(in crate::server::requests) fn new(
        offer: &Offer,
        uri: String,
        revision: Revision,
        selection: ByteRange,
        findings: &[Finding],
    ) -> Self {
        let of_offer = |index: &usize| findings.get(*index);
        let touches = |finding: &&Finding| {
            finding.range.start <= offer.target.end && offer.target.start <= finding.range.end
        };
        let findings = match offer.task {
            // Their templates may speak of all of them.
            Task::Custom(_) => findings.iter().filter(touches).map(to_data).collect(),
            _ => offer.finding.as_ref().and_then(of_offer).map(to_data).into_iter().collect(),
        };
        Self {
            task: offer.task.to_string(),
            uri,
            revision: revision.0,
            target: pair(offer.target),
            selection: pair(selection),
            findings,
            words: offer.words.clone(),
            remark: None,
            again: None,
        }
    }

    /// What it asks for; nothing where it is none of ours, or of an action that the user does not have
    /// any more.
    pub(in crate::server::requests) fn order(self, server: &Server) -> Option<Order> {
        let range = |(from, to)| ByteRange::new(ByteOffset(from), ByteOffset(to));
        let finding = |data: FindingData| Finding {
            range: range(data.range),
            message: data.message,
            code: data.code,
            source: data.source,
        };
        let uri = DocumentUri::new(&self.uri);
        let task = match self.task.strip_prefix("custom.") {
            Some(name) => {
                let (_, root) = server.session.workspace(|workspace| workspace.place_of(&uri));
                let settings = server.session.settings(root.as_deref());
                let own = settings.resolved.settings.actions.get(name).filter(|own| own.enabled)?;
                Task::Custom(Arc::clone(own))
            }
            None => Task::from_name(&self.task)?,
        };
        let task = match task {
            Task::Refactor(_) if !self.words.is_empty() => Task::Refactor(Intent::Words),
            Task::Refactor(Intent::Words) => return None,
            task => task,
        };
        Some(Order {
            task,
            uri,
            revision: Revision(self.revision),
            target: range(self.target),
            selection: range(self.selection),
            findings: self.findings.into_iter().map(finding).collect(),
            words: self.words,
            earlier: None,
            able: action::able(server),
        })
    }
}

fn to_data(finding: &Finding) -> FindingData {
    FindingData {
        range: pair(finding.range),
        message: finding.message.clone(),
        code: finding.code.clone(),
        source: finding.source.clone(),
    }
}

const fn pair(range: ByteRange) -> (usize, usize) {
    (range.start.0, range.end.0)
}
