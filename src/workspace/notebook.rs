//! Notebooks: the order of their cells. Each cell's text is a document of its own
//! (LSP 3.17, "Notebook Document Synchronization").

use std::collections::HashMap;

use crate::document::uri::DocumentUri;

/// The open notebooks of a session.
#[derive(Debug, Default)]
pub struct Notebooks {
    cells: HashMap<DocumentUri, Vec<DocumentUri>>,
}

impl Notebooks {
    /// A notebook was opened with these cells, in order.
    pub fn open(&mut self, notebook: DocumentUri, cells: Vec<DocumentUri>) {
        self.cells.insert(notebook, cells);
    }

    /// Replaces `delete` cells from `start` by `insert`; clamped. False for an unknown notebook.
    pub fn splice(
        &mut self,
        notebook: &DocumentUri,
        start: usize,
        delete: usize,
        insert: Vec<DocumentUri>,
    ) -> bool {
        let Some(cells) = self.cells.get_mut(notebook) else { return false };
        let start = start.min(cells.len());
        let end = start.saturating_add(delete).min(cells.len());
        cells.splice(start..end, insert);
        true
    }

    /// A notebook was closed; answers its cells.
    pub fn close(&mut self, notebook: &DocumentUri) -> Vec<DocumentUri> {
        self.cells.remove(notebook).unwrap_or_default()
    }

    /// The cells before `cell` in its notebook, in order; `None` if it is no cell.
    #[must_use]
    pub fn before(&self, cell: &DocumentUri) -> Option<&[DocumentUri]> {
        self.cells.values().find_map(|cells| {
            let index = cells.iter().position(|other| other == cell)?;
            cells.get(..index)
        })
    }

    /// The notebook that a cell is in.
    #[must_use]
    pub fn holder(&self, cell: &DocumentUri) -> Option<&DocumentUri> {
        self.cells.iter().find(|(_, cells)| cells.contains(cell)).map(|(notebook, _)| notebook)
    }

    /// A cell or notebook changed its name.
    pub fn rename(&mut self, from: &DocumentUri, to: &DocumentUri) {
        if let Some(cells) = self.cells.remove(from) {
            self.cells.insert(to.clone(), cells);
        }
    }
}
