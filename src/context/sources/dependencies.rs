//! What is used of installed packages: the signatures of what the file imports from them, with the first
//! sentence of their documentation.

use std::collections::HashSet;
use std::sync::Arc;

use crate::context::definitions::fitting;
use crate::context::need::Need;
use crate::context::snippet::{Origin, Shorten, Snippet};
use crate::retrieval::index::{FileId, Index, SymbolRef};
use crate::retrieval::names::Name;
use crate::retrieval::rank::features::{FEATURES, Features};
use crate::retrieval::rank::{Cursor, Ranked, rank};
use crate::retrieval::render::Renderer;

/// What says that a definition is used here; that its words stand somewhere near says little in
/// somebody else's package.
const USED: [&str; 3] = ["imported by name", "its file is imported", "its type is imported"];

/// The signatures of installed packages that are likeliest used at the cursor, a snippet for each of
/// their files, by path.
#[must_use]
pub fn dependencies(need: &Need<'_>, budget: usize) -> Vec<Snippet> {
    let (Some(library), Some(file)) = (need.library, need.symbols) else { return Vec::new() };
    let index = library.index();
    // An index that was built anew has other names.
    if index.is_empty() || !Arc::ptr_eq(index.names(), need.index.names()) {
        return Vec::new();
    }
    let cursor = Cursor { file, at: need.at, before: need.before, after: need.after };
    let places = USED.map(|name| FEATURES.iter().position(|known| *known == name));
    let used = |features: &Features| {
        places.iter().flatten().any(|at| features.get(*at).is_some_and(|value| *value > 0.0))
    };
    let ranking = rank(index, &cursor);
    let mut ranked = ranking.all.clone();
    ranked.retain(|one| is_offered(index, one.at));
    // The types that are to be had, and with them their members.
    let of = |one: &Ranked| index.symbol(one.at).map(|(_, symbol)| (one.at.file, symbol));
    let types: HashSet<(FileId, Name)> = ranked
        .iter()
        .filter(|one| used(ranking.features(one)))
        .filter_map(of)
        .filter(|(_, symbol)| symbol.kind.is_type())
        .map(|(file, symbol)| (file, symbol.name))
        .collect();
    ranked.retain(|one| {
        of(one).is_some_and(|(file, symbol)| {
            if symbol.owner.is_some() {
                types.contains(&(file, symbol.owner))
            } else {
                used(ranking.features(one))
            }
        })
    });
    let snippet = |found: crate::retrieval::render::Snippet| Snippet {
        origin: Origin::Dependencies,
        path: found.path,
        text: found.text,
        lines: None,
        score: 1.0,
        shorten: Shorten::End,
        why: "imported from an installed package".into(),
    };
    let mut renderer = Renderer::new(index);
    let picks = fitting(&mut renderer, &ranked, budget);
    renderer.show(&picks).into_iter().map(snippet).collect()
}

/// Whether a package offers a definition to others.
fn is_offered(index: &Index, at: SymbolRef) -> bool {
    index.symbol(at).is_some_and(|(_, symbol)| symbol.is_public() && !symbol.is_restricted())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::context::fit::{choose, most, tokens};
    use crate::context::need::fixture::World;
    use crate::retrieval::extract::Extractor;
    use crate::retrieval::library::{Installed, Library};
    use crate::retrieval::source::Source;
    use std::path::Path;

    /// A document at a cursor, and a package.
    fn world(path: &str, marked: &str, import: &str, entry: &str, files: &[(&str, &str)]) -> World {
        let home = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let file = home.path().join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        let mut world = World::new(path, marked);
        let mut library = Library::new(Arc::clone(world.index.names()));
        let package = Installed {
            key: import.into(),
            name: "pack".into(),
            version: "1.2.0".into(),
            folder: Path::new(home.path()).to_path_buf(),
            below: String::new(),
            deep: true,
            family: Source::from_path(path).unwrap().family(),
            import: import.into(),
            entry: entry.into(),
        };
        library.add(&mut Extractor::default(), &package);
        world.library = Some(library);
        world
    }

    /// What is told of the package at the cursor.
    fn told(path: &str, marked: &str, import: &str, entry: &str, files: &[(&str, &str)]) -> String {
        let world = world(path, marked, import, entry, files);
        let found = dependencies(&world.need(), 300);
        assert_eq!(found, dependencies(&world.need(), 300));
        assert!(found.iter().map(tokens).sum::<usize>() <= 300);
        assert!(dependencies(&world.need(), 0).is_empty());
        found.iter().map(|it| format!("== {}\n{}", it.path, it.text)).collect()
    }

    #[test]
    fn what_is_imported_comes_with_its_members_and_what_it_says_of_itself() {
        let rust = told(
            "src/main.rs",
            "use pack::Router;\n\nfn main() {\n    let app = Router::new().$0\n}\n",
            "pack",
            "",
            &[
                (
                    "src/lib.rs",
                    "mod routing;\npub use self::routing::Router;\npub fn unrelated() {}\n",
                ),
                (
                    "src/routing.rs",
                    "/// Composes handlers and services.\npub struct Router<S = ()> { inner: u8 }\nimpl<S> Router<S> {\n    /// Adds a route.\n    pub fn route(self, path: &str, handler: Handler) -> Self { self }\n    fn hidden(&self) {}\n}\n",
                ),
            ],
        );
        for want in [
            "== pack-1.2.0/src/routing.rs\n",
            "// Composes handlers and services\n",
            "pub fn route(self, path: &str, handler: Handler) -> Self\n",
        ] {
            assert!(rust.contains(want), "{want}: {rust}");
        }
        assert!(!rust.contains("hidden") && !rust.contains("unrelated"), "{rust}");

        // A module is imported, and what it passes on is used by it.
        let module = told(
            "src/main.rs",
            "use pack::sync;\n\nfn go(mut from: sync::Receiver, usize: u8) {\n    from.$0\n}\n",
            "pack",
            "",
            &[
                ("src/lib.rs", "pub mod sync;\nmod inner;\n"),
                ("src/sync/mod.rs", "mod bounded;\npub use self::bounded::Receiver;\n"),
                (
                    "src/sync/bounded.rs",
                    "/// Receives.\npub struct Receiver;\nimpl Receiver {\n    pub async fn recv(&mut self) -> u8 { 0 }\n    pub(crate) fn inner(&self) {}\n}\n",
                ),
                (
                    "src/inner.rs",
                    "pub struct Counter;\nimpl Counter {\n    pub fn from(usize: u8) -> Self { Self }\n}\n",
                ),
            ],
        );
        assert!(module.contains("pub async fn recv(&mut self) -> u8"), "{module}");
        assert!(!module.contains("inner"), "{module}");

        let python = told(
            "a.py",
            "import pack\n\nanswer = pack.$0\n",
            "",
            "",
            &[
                ("pack/__init__.py", "from .api import get\n"),
                (
                    "pack/api.py",
                    "def get(url, params=None, **kwargs):\n    \"\"\"Sends a GET request.\"\"\"\n",
                ),
            ],
        );
        assert!(python.contains("def get(url, params=None, **kwargs)"), "{python}");

        let script = told(
            "a.ts",
            "import { z } from 'pack';\n\nconst a = parse($0);\n",
            "pack",
            "lib/index.d.ts",
            &[("lib/index.d.ts", "export declare function z(schema: string): number;\n")],
        );
        assert!(script.contains("function z(schema: string): number"), "{script}");
    }

    #[test]
    fn a_type_with_many_members_fills_its_share_and_is_not_dropped_for_it() {
        let methods: String = (0..60)
            .map(|n| format!("    /// Says {n}.\n    pub fn m{n}(&self, a: u8) -> u8 {{ 0 }}\n"))
            .collect();
        let lib = format!("pub struct Value;\nimpl Value {{\n{methods}}}\n");
        let main = "use pack::Value;\n\nfn go(value: &Value) {\n    value.$0\n}\n";
        let world = world("src/main.rs", main, "pack", "", &[("src/lib.rs", &lib)]);
        for budget in (300..3_000).step_by(50) {
            let room = most(Origin::Dependencies, budget);
            let found = dependencies(&world.need(), room);
            assert!(found.iter().map(tokens).sum::<usize>() <= room, "{room}");
            let (shown, left_out) = choose(&world.need(), found, budget, true);
            assert!(left_out.is_empty(), "{budget}: {left_out:?}");
            assert!(shown.iter().any(|it| it.text.contains("pub fn m")), "{budget}");
        }
    }

    #[test]
    fn what_others_may_not_use_hides_only_itself() {
        let rust = told(
            "src/main.rs",
            "use pack::{Builder, Rope};\n\nfn go(rope: &Rope, builder: Builder) {\n    rope.$0\n}\n",
            "pack",
            "",
            &[
                (
                    "src/lib.rs",
                    "mod rope;\nmod making;\npub use crate::{making::text::*, rope::Rope};\n",
                ),
                (
                    "src/rope.rs",
                    "pub struct Rope { pub(crate) root: Node, pub(super) size: u8 }\nimpl Rope {\n    pub fn slice(&self) -> u8 { 0 }\n    pub(crate) fn node(&self) {}\n}\npub(crate) struct Node;\nimpl Node {\n    pub fn deep(&self) {}\n}\n",
                ),
                (
                    "src/making.rs",
                    "pub mod text {\n    pub struct Builder { inner: u8 }\n    impl Builder {\n        pub fn build(&self) -> u8 { 0 }\n    }\n}\n",
                ),
            ],
        );
        assert!(rust.contains("pub fn slice(&self) -> u8"), "{rust}");
        assert!(!rust.contains("fn node") && !rust.contains("fn deep"), "{rust}");
        // Out of a module that stands in the file of another.
        assert!(rust.contains("pub fn build(&self) -> u8"), "{rust}");
    }

    #[test]
    fn what_a_crate_has_for_browsers_is_not_taken_for_the_rest() {
        let rust = told(
            "src/main.rs",
            "use pack::Client;\n\nfn go(client: Client) {\n    client.$0\n}\n",
            "pack",
            "",
            &[
                (
                    "src/lib.rs",
                    "mod wasm;\npub use self::wasm::Client;\nmod native;\npub use self::native::Client;\n",
                ),
                (
                    "src/native/mod.rs",
                    "pub struct Client;\nimpl Client {\n    pub fn everywhere(&self) {}\n}\n",
                ),
                (
                    "src/wasm/mod.rs",
                    "pub struct Client;\nimpl Client {\n    pub fn in_browsers(&self) {}\n}\n",
                ),
            ],
        );
        assert!(rust.contains("everywhere") && !rust.contains("in_browsers"), "{rust}");
    }
}
