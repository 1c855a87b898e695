//! Which lines use a symbol that another file defines.
//!
//! The rule is strict, and does not ask the resolver that is being measured:
//!
//! - A plain identifier counts if the file imports it by name from a place that can be the
//!   workspace's, does not define it, and either exactly one other file defines it at its top level,
//!   or exactly one whose path ends as the import's does.
//! - `Type::name`, `module.name` count if the name before is imported so, and one file alone defines
//!   the name (for a type: as a member of a type of that name).
//! - `value.name` counts if it is a method that exactly one type of exactly one other file has, the
//!   file itself defines nothing of that name, and no type that comes with the language (or its
//!   most used libraries) has a method called so.
//! - Imports, comments, strings, keyword arguments, keys of literals and plain fields never count.
//!
//! What several files define and no import tells apart is left out: nobody could say whether it was
//! found.

use std::collections::{BTreeMap, HashMap, HashSet};

use foretype::retrieval::index::{Index, SymbolRef};
use foretype::retrieval::names::Name;
use foretype::retrieval::source::{Family, Source};
use foretype::retrieval::symbol::{FileSymbols, Kind};
use tree_sitter::{Node, Parser};

/// A symbol that a line uses: any of these definitions, which are of one file.
#[derive(Debug, Clone)]
pub struct Need {
    pub name: String,
    pub definitions: Vec<SymbolRef>,
    pub imported: bool,
    /// The file names it nowhere else but in imports.
    pub first_use: bool,
}

/// Lines, counted from 0, with what they need.
pub type Needs = BTreeMap<usize, Vec<Need>>;

struct Leaf {
    text: String,
    line: usize,
    /// `.`, `:` or `>` where it is a member; the identifier before that.
    member: bool,
    of: Option<String>,
    called: bool,
}

/// `package` is the repository's own name in its tests' imports.
pub fn needs(index: &Index, file: &FileSymbols, text: &str, package: &str) -> Needs {
    let mut found = Needs::new();
    let lines: Vec<&str> = text.lines().map(str::trim_start).collect();
    let leaves = leaves(file.source, text);
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for leaf in &leaves {
        *counts.entry(&leaf.text).or_default() += 1;
    }
    let own: HashSet<Name> = file.symbols.iter().map(|symbol| symbol.name).collect();
    let builtin = builtin(file.source.family());
    let imports = ["use ", "pub use ", "pub(crate) use ", "mod ", "pub mod ", "import ", "from "];
    for leaf in &leaves {
        // Also where a macro call hides it from the grammar.
        if lines
            .get(leaf.line)
            .is_some_and(|line| imports.iter().any(|word| line.starts_with(word)))
        {
            continue;
        }
        let Some(name) = index.names().get(&leaf.text) else { continue };
        let (definitions, imported) = match (&leaf.of, leaf.member) {
            (_, false) if !own.contains(&name) => (plain(index, file, name, package), true),
            (Some(of), true) => {
                let through =
                    index.names().get(of).and_then(|of| qualified(index, file, of, name, package));
                match through {
                    Some(definitions) => (definitions, true),
                    None if !own.contains(&name)
                        && leaf.called
                        && !builtin.contains(&*leaf.text) =>
                    {
                        (method(index, file, name), false)
                    }
                    None => continue,
                }
            }
            (None, true)
                if !own.contains(&name) && leaf.called && !builtin.contains(&*leaf.text) =>
            {
                (method(index, file, name), false)
            }
            _ => continue,
        };
        if definitions.is_empty() {
            continue;
        }
        let line = found.entry(leaf.line).or_default();
        if !line.iter().any(|need| need.definitions == definitions) {
            let first_use = counts.get(&*leaf.text) == Some(&1);
            line.push(Need { name: leaf.text.clone(), definitions, imported, first_use });
        }
    }
    found
}

/// Definitions of a name that the file imports.
fn plain(index: &Index, file: &FileSymbols, alias: Name, package: &str) -> Vec<SymbolRef> {
    for import in file.imports.iter().filter(|import| import.alias == alias) {
        if import.name == Name::NONE || !may_be_ours(index, file, &import.path, package) {
            continue;
        }
        let name = if import.name == Name::DEFAULT { alias } else { import.name };
        // `from package import module`, `use crate::module`.
        if is_module(index, &import.path, &index.names().text(name)) {
            continue;
        }
        let tops = |at: &&SymbolRef| {
            index.symbol(**at).is_some_and(|(of, symbol)| {
                of.path != file.path
                    && of.source.family() == file.source.family()
                    && !symbol.kind.is_member()
                    && symbol.kind != Kind::Module
            })
        };
        let all: Vec<SymbolRef> = index.definitions(name).iter().filter(tops).copied().collect();
        let found = one_file(index, all, &import.path);
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// Whether a module of that name lies where the import points.
fn is_module(index: &Index, path: &str, name: &str) -> bool {
    let last = path.rsplit([':', '.', '/']).find(|part| !part.is_empty()).unwrap_or("");
    let inside = |folder: &str| {
        let parent = folder.rsplit('/').next().unwrap_or("");
        ["crate", "self", "super", "", parent].contains(&last)
    };
    ["rs", "py"].iter().any(|extension| {
        let files = index.paths().named(&format!("{name}.{extension}"));
        files.iter().any(|path| inside(path.rsplit_once('/').map_or("", |(folder, _)| folder)))
    }) || ["mod.rs", "__init__.py"].iter().any(|file| {
        let end = format!("{name}/{file}");
        let files = index.paths().named(file).iter().filter(|path| path.ends_with(&end));
        files.into_iter().any(|path| inside(path.trim_end_matches(&end).trim_end_matches('/')))
    })
}

/// All of them if they are of one file, else those of the one file whose path ends like the import.
fn one_file(index: &Index, all: Vec<SymbolRef>, path: &str) -> Vec<SymbolRef> {
    let files: HashSet<_> = all.iter().map(|at| at.file).collect();
    if files.len() <= 1 {
        return all;
    }
    let last = path.rsplit([':', '.', '/']).map(|part| part.trim()).find(|part| {
        !part.is_empty() && !["js", "ts", "mjs", "cjs", "super", "self", "crate"].contains(part)
    });
    let Some(last) = last else { return Vec::new() };
    let matching: Vec<_> = files
        .iter()
        .filter(|id| {
            index.file(**id).is_some_and(|file| {
                let folder = file.folder().rsplit('/').next().unwrap_or("");
                let whole = ["mod", "__init__", "index"].contains(&file.stem());
                file.stem().trim_end_matches(".d") == last || (whole && folder == last)
            })
        })
        .collect();
    let [one] = matching.as_slice() else { return Vec::new() };
    all.into_iter().filter(|at| at.file == **one).collect()
}

/// Whether an import can mean a file of the workspace.
fn may_be_ours(index: &Index, file: &FileSymbols, path: &str, package: &str) -> bool {
    match file.source.family() {
        Family::Rust => {
            let first = path.split("::").next().unwrap_or("");
            let library = ["std", "core", "alloc"].contains(&first);
            let local = ["crate", "self", "super", "$crate", ""].contains(&first);
            !library
                && (local
                    || first == package
                    || !index.paths().named(&format!("{first}.rs")).is_empty())
        }
        Family::Python => {
            let first = path.split('.').next().unwrap_or("");
            first.is_empty()
                || index.paths().folders_ending(first).next().is_some()
                || !index.paths().named(&format!("{first}.py")).is_empty()
        }
        Family::Script => path.starts_with('.'),
        _ => true,
    }
}

/// `Type::name`, `module.name` of an imported type or module; `None` where `of` is neither.
fn qualified(
    index: &Index,
    file: &FileSymbols,
    of: Name,
    name: Name,
    package: &str,
) -> Option<Vec<SymbolRef>> {
    let types = plain(index, file, of, package);
    let family = file.source.family();
    let elsewhere = |at: &SymbolRef| {
        index.symbol(*at).filter(|(f, _)| f.path != file.path && f.source.family() == family)
    };
    if !types.is_empty() {
        let (_, owner) = index.symbol(*types.first()?)?;
        let members = index.definitions(name).iter().copied().filter(|at| {
            elsewhere(at).is_some_and(|(_, symbol)| {
                symbol.owner == owner.name
                    && symbol.kind != Kind::Field
                    && !symbol.is_shown_inside()
            })
        });
        let members: Vec<_> = members.collect();
        let files: HashSet<_> = members.iter().map(|at| at.file).collect();
        return Some(if files.len() == 1 { members } else { Vec::new() });
    }
    let import = file.imports.iter().find(|import| import.alias == of)?;
    if !may_be_ours(index, file, &import.path, package) {
        return Some(Vec::new());
    }
    // A module: its file is called like it.
    let text = index.names().text(if import.name.0 > 2 { import.name } else { of });
    let stem = import.path.rsplit([':', '.', '/']).find(|part| part.len() > 2).unwrap_or("");
    let found = index.definitions(name).iter().copied().filter(|at| {
        elsewhere(at).is_some_and(|(of, symbol)| {
            let folder = of.folder().rsplit('/').next().unwrap_or("");
            let named = |it: &str| it == &*text || (import.name.0 <= 2 && it == stem);
            !symbol.owner.is_some()
                && symbol.kind != Kind::Module
                && (named(of.stem()) || named(folder))
        })
    });
    let found: Vec<_> = found.collect();
    let files: HashSet<_> = found.iter().map(|at| at.file).collect();
    Some(if files.len() == 1 { found } else { Vec::new() })
}

/// The one method of that name.
fn method(index: &Index, file: &FileSymbols, name: Name) -> Vec<SymbolRef> {
    let all: Vec<SymbolRef> = index
        .definitions(name)
        .iter()
        .copied()
        .filter(|at| {
            let symbol = index.symbol(*at);
            symbol.is_some_and(|(of, _)| of.source.family() == file.source.family())
        })
        .collect();
    let member = |at: &SymbolRef| {
        index.symbol(*at).filter(|(of, symbol)| symbol.kind == Kind::Method && of.path != file.path)
    };
    let places: HashSet<_> =
        all.iter().map(|at| member(at).map(|(_, symbol)| (at.file, symbol.owner))).collect();
    if places.len() == 1 && !places.contains(&None) { all } else { Vec::new() }
}

fn builtin(family: Family) -> HashSet<&'static str> {
    let list = match family {
        Family::Rust => include_str!("builtin_rust.txt"),
        Family::Python => include_str!("builtin_python.txt"),
        Family::Script => include_str!("builtin_script.txt"),
        _ => "",
    };
    list.split_whitespace().collect()
}

fn leaves(source: Source, text: &str) -> Vec<Leaf> {
    let mut parser = Parser::new();
    parser.set_language(&source.grammar()).unwrap();
    let tree = parser.parse(text, None).unwrap();
    let mut found = Vec::new();
    collect(tree.root_node(), text, &mut found);
    found
}

fn collect(root: Node, text: &str, found: &mut Vec<Leaf>) {
    let mut stack = vec![root];
    while let Some(node) = stack.pop() {
        match node.kind() {
            "use_declaration"
            | "import_statement"
            | "import_from_statement"
            | "export_clause"
            | "preproc_include"
            // A module with a body is code.
            | "mod_item"
                if node.child_by_field_name("body").is_none() =>
            {
                continue;
            }
            "lexical_declaration" | "variable_declaration"
                if text[node.byte_range()].contains("require(") =>
            {
                continue;
            }
            "assignment_expression"
                if text[node.byte_range()].starts_with("module.exports") =>
            {
                continue;
            }
            "identifier"
            | "type_identifier"
            | "field_identifier"
            | "property_identifier"
            | "private_property_identifier"
            | "shorthand_property_identifier"
            | "shorthand_field_identifier" => {
                found.extend(leaf(node, text));
                continue;
            }
            _ => {}
        }
        let mut cursor = node.walk();
        let children: Vec<_> = node.children(&mut cursor).collect();
        stack.extend(children.into_iter().rev());
    }
}

fn leaf(node: Node, text: &str) -> Option<Leaf> {
    let before = text[..node.start_byte()].trim_end();
    let after = text[node.end_byte()..].trim_start();
    let member = before.ends_with('.') && !before.ends_with("..")
        || before.ends_with("::")
        || before.ends_with("->");
    let field = matches!(
        node.kind(),
        "field_identifier" | "property_identifier" | "private_property_identifier"
    );
    if field && !member {
        return None;
    }
    let keyword = node.parent().is_some_and(|parent| {
        parent.kind() == "keyword_argument" && parent.child(0).is_some_and(|c| c.id() == node.id())
    });
    if keyword {
        return None;
    }
    let of = member.then(|| {
        let head = before.trim_end_matches(['.', ':', '?', '>', '-']).trim_end();
        // `Type::<T>::name` and `call().name` have no plain name before.
        let start = head
            .rfind(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))
            .map_or(0, |at| at + head[at..].chars().next().map_or(1, char::len_utf8));
        let path = head[..start].trim_end();
        let root = path.trim_end_matches("::");
        let root = root.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or("");
        let ours = ["crate", "self", "super"].contains(&root);
        let chained = path.ends_with(['.', ')', '>']) || path.ends_with("::") && !ours;
        (!chained && start < head.len()).then(|| head[start..].to_owned())
    });
    Some(Leaf {
        text: text[node.byte_range()].to_owned(),
        line: node.start_position().row,
        member,
        of: of.flatten(),
        called: after.starts_with('(') || after.starts_with("::<"),
    })
}
