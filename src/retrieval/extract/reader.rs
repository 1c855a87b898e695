//! One file being read: the walk over its tree, and what the languages' tables write down with.

use std::collections::HashMap;
use std::sync::Arc;

use tree_sitter::{Node, Range as TreeRange, Tree};

use super::{
    Enter, MAX_DEPTH, MAX_SYMBOLS, Role, Scope, ScopeKind, TOP, doc, grammar, script, signature,
};
use crate::retrieval::mentions::Mentions;
use crate::retrieval::names::{Name, Names, NumberMap};
use crate::retrieval::said::Said;
use crate::retrieval::source::{Family, Source};
use crate::retrieval::symbol::{FileSymbols, Import, Kind, Marks, Symbol};
use crate::retrieval::tight;

/// An identifier in the file, and how often it stands there.
struct Seen {
    name: Name,
    times: u32,
}

/// What is known of a definition beside its [`Symbol`], while it may still change.
struct Draft {
    signature: String,
    doc: String,
    types: Vec<Name>,
    /// The symbol it stands in, by its place; `u32::MAX` for none. Rust's `impl` blocks are none.
    container: u32,
}

/// One file being read.
pub(super) struct Reader<'a> {
    pub(super) source: Source,
    pub(super) text: &'a str,
    pub(super) names: &'a Names,
    seen: HashMap<&'a str, Seen>,
    /// How often imports themselves name a name.
    pub(super) own_uses: NumberMap<u32, u32>,
    pub(super) scope: Scope,
    pub(super) symbols: Vec<Symbol>,
    /// Of each symbol.
    drafts: Vec<Draft>,
    pub(super) imports: Vec<Import>,
    pub(super) parents: Vec<(Name, Name)>,
    pub(super) package: Box<str>,
    /// Insides of macro calls that hold items (Rust), to be read by themselves.
    pub(super) wrapped: Vec<(Scope, TreeRange)>,
    /// The type whose signature is its whole text.
    pub(super) shown: u32,
    /// Where the decorators of what comes next begin (Python), or its `export` (ECMAScript).
    pub(super) before: Option<usize>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: Source, text: &'a str, names: &'a Names) -> Self {
        Self {
            source,
            text,
            names,
            seen: HashMap::new(),
            own_uses: NumberMap::default(),
            scope: TOP,
            symbols: Vec::new(),
            drafts: Vec::new(),
            imports: Vec::new(),
            parents: Vec::new(),
            package: "".into(),
            wrapped: Vec::new(),
            shown: u32::MAX - 1,
            before: None,
        }
    }

    pub(super) fn walk(&mut self, tree: &Tree, outer: Scope) {
        let roles = &grammar(self.source).roles;
        let mut cursor = tree.walk();
        let mut depth = 0;
        let mut scopes: Vec<(usize, Scope)> = Vec::new();
        self.scope = outer;
        loop {
            let node = cursor.node();
            let role = roles.get(node.kind_id() as usize).copied().unwrap_or(Role::Plain);
            let into = match role {
                Role::Plain => true,
                Role::Skip => false,
                Role::Mention => {
                    self.name(node);
                    false
                }
                Role::On(handler) => match handler(self, node) {
                    Enter::Into => true,
                    Enter::Skip => false,
                    Enter::Scope(scope) => {
                        scopes.push((depth, std::mem::replace(&mut self.scope, scope)));
                        true
                    }
                },
            };
            if into && depth < MAX_DEPTH && cursor.goto_first_child() {
                depth += 1;
                continue;
            }
            loop {
                if scopes.last().is_some_and(|(at, _)| *at == depth)
                    && let Some((_, outer)) = scopes.pop()
                {
                    self.scope = outer;
                }
                if cursor.goto_next_sibling() {
                    break;
                }
                if !cursor.goto_parent() {
                    return;
                }
                depth -= 1;
            }
        }
    }

    pub(super) fn finish(mut self, path: &str) -> FileSymbols {
        if self.source.family() == Family::Script {
            script::finish(&mut self);
        }
        if !self.symbols.is_sorted_by_key(|symbol| symbol.range.start) {
            // What macro calls wrap was read last.
            let drafts = std::mem::take(&mut self.drafts);
            let symbols = std::mem::take(&mut self.symbols);
            let mut both: Vec<(Symbol, Draft)> = symbols.into_iter().zip(drafts).collect();
            both.sort_by_key(|(symbol, _)| symbol.range.start);
            (self.symbols, self.drafts) = both.into_iter().unzip();
        }
        let (said, type_pool) = self.pools();
        let times: NumberMap<u32, u32> =
            self.seen.values().map(|seen| (seen.name.0, seen.times)).collect();
        for import in &mut self.imports {
            let here = self.own_uses.get(&import.alias.0).copied().unwrap_or(0);
            import.uses = times.get(&import.alias.0).copied().unwrap_or(0).saturating_sub(here);
        }
        let mentions = self.seen.into_values().map(|seen| seen.name).collect();
        FileSymbols {
            path: path.into(),
            source: self.source,
            stamp: 0,
            symbols: tight::boxed(&self.symbols),
            imports: tight::boxed(&self.imports),
            parents: tight::boxed(&self.parents),
            mentions: Mentions::of(mentions),
            package: self.package,
            said,
            type_pool: tight::boxed(&type_pool),
        }
    }

    /// What the definitions say, and the types they give, one after the other.
    fn pools(&mut self) -> (Said, Vec<Name>) {
        let (mut texts, mut types) = (String::new(), Vec::new());
        let rust = self.source.family() == Family::Rust;
        for (symbol, draft) in self.symbols.iter_mut().zip(&self.drafts) {
            symbol.marks.set_restricted(rust && draft.signature.starts_with("pub("));
            // What is too long for its length is not said at all; nothing is, by how it is cut.
            if let Ok(len) = u16::try_from(draft.signature.len()) {
                symbol.signature_len = len;
                texts.push_str(&draft.signature);
            }
            if let Ok(len) = u16::try_from(draft.doc.len()) {
                symbol.doc_len = len;
                texts.push_str(&draft.doc);
            }
            if let Ok(at) = u16::try_from(types.len()) {
                symbol.types = at;
                symbol.marks.set_types(draft.types.len());
                types.extend(draft.types.iter().take(Marks::MOST_TYPES));
            }
        }
        (self.names.dictionary().pack(&texts), types)
    }

    /// The symbol in which another stands.
    pub(super) fn container(&self, of: u32) -> u32 {
        self.drafts.get(of as usize).map_or(u32::MAX, |draft| draft.container)
    }

    pub(super) fn str(&self, node: Node) -> &'a str {
        self.text.get(node.byte_range()).unwrap_or("")
    }

    /// Notes an identifier.
    pub(super) fn name(&mut self, node: Node) -> Name {
        self.name_of(self.str(node))
    }

    pub(super) fn name_of(&mut self, text: &'a str) -> Name {
        if text.is_empty() || text.len() > 100 {
            return Name::NONE;
        }
        let names = self.names;
        let seen =
            self.seen.entry(text).or_insert_with(|| Seen { name: names.add(text), times: 0 });
        seen.times += 1;
        seen.name
    }

    /// Adds an import, whose alias [`Self::name_of`] has just noted.
    pub(super) fn import(&mut self, path: &str, name: Name, alias: Name, reexport: bool) {
        *self.own_uses.entry(alias.0).or_default() += 1;
        // Many names come from one place.
        let last = self.imports.last().map(|last| &last.path).filter(|last| &***last == path);
        let path = last.map_or_else(|| path.into(), Arc::clone);
        self.imports.push(Import { path, name, alias, reexport, uses: 0 });
    }

    pub(super) fn in_body(&self) -> bool {
        self.scope.kind == ScopeKind::Body
    }

    /// Adds a definition; its signature is the text from `start` to `end`.
    pub(super) fn define(&mut self, new: New<'_>) -> u32 {
        let place = u32::try_from(self.symbols.len()).unwrap_or(u32::MAX);
        if self.symbols.len() >= MAX_SYMBOLS {
            return u32::MAX;
        }
        let name = self.name(new.name);
        let head = self.text.get(new.start..new.end).unwrap_or("");
        let signature = signature::clean(head, new.kind);
        let doc = doc::before(self.text, new.start, self.source).unwrap_or_default();
        self.add_symbol(new, name, signature, doc);
        place
    }

    fn add_symbol(&mut self, new: New<'_>, name: Name, signature: String, doc: String) {
        let mut marks = Marks::default();
        marks.set_public(new.public);
        let of_container = matches!(new.kind, Kind::Field | Kind::Variant);
        marks.set_shown_inside(of_container && self.scope.symbol == self.shown);
        let symbol = Symbol {
            name,
            kind: new.kind,
            marks,
            owner: self.scope.owner,
            range: number(new.whole.start_byte().min(new.start))..number(new.whole.end_byte()),
            line: number(new.name.start_position().row),
            types: 0,
            signature_len: 0,
            doc_len: 0,
        };
        self.symbols.push(symbol);
        let container = self.scope.symbol;
        self.drafts.push(Draft { signature, doc, types: Vec::new(), container });
    }

    /// Sets the first sentence of a symbol's documentation, where it has none.
    pub(super) fn document(&mut self, symbol: u32, doc: &str) {
        if let Some(draft) = self.drafts.get_mut(symbol as usize)
            && draft.doc.is_empty()
        {
            doc.clone_into(&mut draft.doc);
        }
    }

    /// Puts a word before the newest symbol's signature.
    pub(super) fn prepend_signature(&mut self, words: &str) {
        self.change_signature(|signature| format!("{words}{signature}"));
    }

    /// Puts a word after the newest symbol's signature.
    pub(super) fn append_signature(&mut self, words: &str) {
        self.change_signature(|signature| format!("{signature}{words}"));
    }

    pub(super) fn change_signature(&mut self, change: impl Fn(&str) -> String) {
        if let Some(draft) = self.drafts.last_mut() {
            draft.signature = change(&draft.signature);
        }
    }

    /// Notes the types that the newest symbol gives.
    pub(super) fn types_of_last(&mut self, text: &'a str) {
        let mut types = Vec::new();
        for word in signature::types(text, self.source.family()) {
            let name = if word == "Self" || word == "this" {
                self.scope.owner
            } else {
                self.name_of(word)
            };
            if name.is_some() {
                types.push(name);
            }
            if types.len() >= 4 {
                break;
            }
        }
        if let Some(draft) = self.drafts.last_mut() {
            draft.types = types;
        }
    }

    /// The signature of that type shows its members too.
    pub(super) fn scope_shown(&mut self, symbol: u32) {
        self.shown = symbol;
    }

    /// A scope for the members of the type that was defined last.
    pub(super) fn members(&self, symbol: u32, owner: Name) -> Enter {
        Enter::Scope(Scope { symbol, owner, kind: ScopeKind::Type, open: false })
    }

    /// A scope for a function's inside.
    pub(super) fn body(&self, symbol: u32) -> Enter {
        let owner = self.scope.owner;
        Enter::Scope(Scope { symbol, owner, kind: ScopeKind::Body, open: false })
    }
}

/// A definition to be added.
pub(super) struct New<'t> {
    pub(super) kind: Kind,
    pub(super) name: Node<'t>,
    pub(super) whole: Node<'t>,
    /// Where the signature begins and ends, in bytes.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) public: bool,
}

impl<'t> New<'t> {
    /// A definition whose signature goes up to its body, if it has one.
    pub(super) fn of(kind: Kind, whole: Node<'t>, name: Node<'t>) -> Self {
        let body = whole.child_by_field_name("body");
        let end = body.map_or_else(|| whole.end_byte(), |body| body.start_byte());
        Self { kind, name, whole, start: whole.start_byte(), end, public: true }
    }

    pub(super) fn public(mut self, public: bool) -> Self {
        self.public = public;
        self
    }

    pub(super) fn from(mut self, start: usize) -> Self {
        self.start = start;
        self
    }
}

pub(super) fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
