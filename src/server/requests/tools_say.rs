//! What the editor's tools say is wrong, as a request for actions tells it: noted for context.

use serde_json::Value;

use crate::actions::offers::Finding;
use crate::context::need::{Diagnostic, Severity};
use crate::document::offset::{ByteRange, Encoding};
use crate::document::uri::DocumentUri;
use crate::server::Server;
use crate::workspace::Snapshot;

/// Notes it for the lines that were asked about.
pub(super) fn note(
    server: &Server,
    uri: &DocumentUri,
    snapshot: &Snapshot,
    asked: ByteRange,
    said: &[(Value, Finding)],
) {
    let text = &snapshot.document.text;
    let line = |at| text.position_of(at, Encoding::Utf8).line;
    let diagnostics = said.iter().map(|(value, finding)| Diagnostic {
        lines: (line(finding.range.start), line(finding.range.end)),
        message: finding.message.clone(),
        severity: severity(value),
        code: finding.code.clone(),
        source: finding.source.clone(),
    });
    let lines = (line(asked.start), line(asked.end));
    let diagnostics = diagnostics.collect();
    server.session.surroundings.note_diagnostics(uri, text.line_count(), lines, diagnostics);
}

/// LSP 3.17, "DiagnosticSeverity"; what does not say counts as an error.
fn severity(value: &Value) -> Severity {
    match value.get("severity").and_then(Value::as_u64) {
        Some(2) => Severity::Warning,
        Some(3) => Severity::Information,
        Some(4) => Severity::Hint,
        _ => Severity::Error,
    }
}
