//! Python: packages and modules.

use super::{Found, Resolver};
use crate::retrieval::index::FileId;
use crate::retrieval::names::Name;
use crate::retrieval::symbol::{FileSymbols, Import};

impl Resolver<'_> {
    pub(super) fn python(&self, from: &FileSymbols, import: &Import, hops: u32) -> Found {
        let folder = from.folder();
        let dots = import.path.len() - import.path.trim_start_matches('.').len();
        let dotted = import.path.get(dots..).unwrap_or("").replace('.', "/");
        let mut bases: Vec<String> = Vec::new();
        if dots > 0 {
            let mut base = folder;
            for _ in 1..dots {
                base = base.rsplit_once('/').map_or("", |(parent, _)| parent);
            }
            bases.push(base.to_owned());
        } else {
            bases.extend(self.index.paths().python_roots().iter().map(ToString::to_string));
            bases.push(folder.to_owned());
        }
        for base in &bases {
            let path = format!("{base}/{dotted}");
            let path = path.trim_matches('/');
            let module = self.module(path);
            match import.name {
                Name::NONE | Name::GLOB => {
                    if let Some(module) = module {
                        return (Vec::new(), vec![module]);
                    }
                }
                name => {
                    if let Some(module) = module {
                        let found = self.in_file(module, name, hops);
                        if !(found.0.is_empty() && found.1.is_empty()) {
                            return found;
                        }
                    }
                    // A submodule.
                    let below = format!("{path}/{}", &self.index.names().text(name));
                    if let Some(module) = self.module(below.trim_start_matches('/')) {
                        return (Vec::new(), vec![module]);
                    }
                    if module.is_some() {
                        break;
                    }
                }
            }
        }
        (self.by_name(import, "."), Vec::new())
    }

    /// The file of a module by its path without extension.
    fn module(&self, path: &str) -> Option<FileId> {
        let index = self.index;
        let package = format!("{path}/__init__.py");
        index
            .id(package.trim_start_matches('/'))
            .or_else(|| index.id(&format!("{path}.py")))
            .or_else(|| index.id(&format!("{path}.pyi")))
    }
}
