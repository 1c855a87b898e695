//! Which actions are under way: the same one twice at a place would make two edits of it.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

use crate::actions::edits::forward::forward;
use crate::actions::order::Order;
use crate::document::offset::ByteRange;
use crate::document::uri::DocumentUri;
use crate::server::Server;

/// The actions of a connection that are under way.
#[derive(Clone, Default)]
pub(crate) struct AllUnderWay(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    orders: Vec<(u64, Order)>,
    next: u64,
    /// Cancelled when their document is closed.
    closing: HashMap<DocumentUri, CancellationToken>,
}

impl AllUnderWay {
    /// Is cancelled when a document is closed.
    pub(super) fn until_closed(&self, uri: &DocumentUri) -> CancellationToken {
        self.0.lock().closing.entry(uri.clone()).or_default().clone()
    }

    /// A document was closed: what is done for it ends.
    pub(crate) fn closed(&self, uri: &DocumentUri) {
        if let Some(closing) = self.0.lock().closing.remove(uri) {
            closing.cancel();
        }
    }
}

/// One of them, until this is dropped.
pub(super) struct UnderWay(AllUnderWay, u64);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.0.lock().orders.retain(|(id, _)| *id != self.1);
    }
}

/// Notes that an order is under way; `None` where the same one is already.
pub(super) fn begin(server: &Server, order: &Order) -> Option<UnderWay> {
    let place = now(server, order);
    let mut state = server.under_way.0.lock();
    let same = |(_, other): &(u64, Order)| {
        let said = |order: &Order| -> Vec<String> {
            order.findings.iter().map(|finding| finding.message.clone()).collect()
        };
        other.uri == order.uri
            && other.task.to_string() == order.task.to_string()
            && other.words == order.words
            && said(other) == said(order)
            && now(server, other) == place
    };
    if state.orders.iter().any(same) {
        return None;
    }
    let id = state.next;
    state.next += 1;
    state.orders.push((id, order.clone()));
    Some(UnderWay(server.under_way.clone(), id))
}

/// Where an order's code is by now; as it was where that is not known.
fn now(server: &Server, order: &Order) -> ByteRange {
    let since =
        server.session.workspace(|workspace| workspace.log().since(&order.uri, order.revision));
    since.and_then(|since| forward(order.target, &since)).unwrap_or(order.target)
}
