#![allow(clippy::unwrap_used)]

use super::*;

/// Definitions as `line kind owner.name: signature`, `-` before what is private, `= types`, `" doc"`;
/// imports as `import path name as alias`, parents as `A < B`.
fn read(path: &str, text: &str) -> Vec<String> {
    let names = Names::default();
    let source = Source::from_path(path).unwrap();
    let file = Extractor::default().read(path, source, text, &names).unwrap();
    let mut found = Vec::new();
    for import in &*file.imports {
        let (name, alias) = (names.text(import.name), names.text(import.alias));
        let passed = if import.reexport { " passed on" } else { "" };
        found.push(format!("import {} {name} as {alias}{passed}", import.path));
    }
    for (owner, parent) in &*file.parents {
        found.push(format!("{} < {}", names.text(*owner), names.text(*parent)));
    }
    let texts = file.texts();
    for (place, symbol) in (0..).zip(&*file.symbols) {
        let mut line = format!("{} ", symbol.line + 1);
        if !symbol.is_public() {
            line.push('-');
        }
        line.push_str(&format!("{:?} ", symbol.kind));
        if symbol.owner.is_some() {
            line.push_str(&format!("{}.", names.text(symbol.owner)));
        }
        line.push_str(&format!("{}: {}", names.text(symbol.name), texts.signature(place, symbol)));
        for of in file.types(symbol) {
            line.push_str(&format!(" = {}", names.text(*of)));
        }
        if !texts.doc(place, symbol).is_empty() {
            line.push_str(&format!(" \"{}\"", texts.doc(place, symbol)));
        }
        found.push(line);
    }
    found
}

#[test]
fn rust_items_impls_and_what_macros_wrap() {
    let text = "use a::{b, c::d as e, f::*, self};\npub mod sub;\n\
        /// A store. More.\n#[derive(Clone)]\npub struct Store<T> { pub at: Path }\n\
        impl<T> Read for Store<T> {\n    fn read(&mut self, buf: &mut [u8]) -> Result<Self> { let fn_ = 1; }\n}\n\
        cfg_net! {\n    pub fn wrapped(x: u8) -> Store<u8> { inner() }\n}\n\
        impl Store<u8> {\n    cfg_net! { pub fn deep(&self) {} }\n}\n\
        pub trait Read: Sized { const N: usize; fn read(&mut self); }\n\
        enum Kind { One, Two(u8) }\nmacro_rules! go { ($a:expr) => {} }\n";
    assert_eq!(
        read("src/a.rs", text),
        [
            "import a b as b",
            "import a::c d as e",
            "import a::f * as *",
            "import  a as a",
            "import self sub as sub passed on",
            "Store < Read",
            "Read < Sized",
            "5 Class Store: pub struct Store<T> { pub at: Path } \"A store\"",
            "5 Field Store.at: pub at: Path = Path",
            "7 Method Store.read: fn read(&mut self, buf: &mut [u8]) -> Result<Self> = Store",
            "10 Function wrapped: pub fn wrapped(x: u8) -> Store<u8> = Store",
            "13 Method Store.deep: pub fn deep(&self)",
            "15 Interface Read: pub trait Read: Sized",
            "15 Constant Read.N: const N: usize",
            "15 Method Read.read: fn read(&mut self)",
            "16 -Enum Kind: enum Kind { One, Two(u8) }",
            "16 Variant Kind.One: One",
            "16 Variant Kind.Two: Two(u8)",
            "17 Macro go: macro_rules! go { ($a:expr)",
        ]
    );
}

#[test]
fn python_classes_attributes_and_docstrings() {
    let text = "from . import a as b\nimport x.y\nfrom .m import *\nLIMIT: int = 3\n\
        class A(Base, meta=M):\n    \"\"\"Holds it.\n\n    Long.\n    \"\"\"\n    size = Size()\n\
        \x20   @property\n    def name(self) -> Name:\n        '''The name.'''\n        self.made = Maker()\n\
        \x20       def inner(): pass\n\
        def _free(a,\n          b=1,  # two\n          ):\n    pass\n";
    assert_eq!(
        read("a.py", text),
        [
            "import . a as b passed on",
            "import x.y  as y passed on",
            "import .m * as * passed on",
            "A < Base",
            "4 Constant LIMIT: LIMIT: int = 3",
            "5 Class A: class A(Base, meta=M) \"Holds it\"",
            "10 Field A.size: size = Size() = Size",
            "12 Method A.name: @property def name(self) -> Name = Name \"The name\"",
            "14 Field A.made: self.made = Maker() = Maker",
            "16 -Function _free: def _free(a, b=1)",
        ]
    );
}

#[test]
fn scripts_export_in_many_ways() {
    let text = "import D, { a as b } from './x';\nexport * from './y';\nexport { p as q } from './z';\n\
        export default class A extends B<C> implements I {\n  private x: X = 1;\n  constructor(readonly n: number) { this.w = new W(); }\n  get(): Y { return 1 }\n}\n\
        export interface I { a: string; m(): void }\n\
        type T = { one: U };\n\
        export const f = async (a: A): Promise<R> => { const g = 1; };\n\
        export enum E { P, Q = 2 }\n";
    assert_eq!(
        read("a.ts", text),
        [
            "import ./x default as D",
            "import ./x a as b",
            "import ./y * as * passed on",
            "import ./z p as q passed on",
            "import  A as default passed on",
            "A < B",
            "A < C",
            "A < I",
            "4 Class A: export default class A extends B<C> implements I",
            "5 -Field A.x: private x: X = 1 = X",
            "6 Method A.constructor: constructor(readonly n: number)",
            "6 Field A.w: this.w = new W() = W",
            "7 Method A.get: get(): Y = Y",
            "9 Interface I: export interface I { a: string; m(): void }",
            "9 Field I.a: a: string",
            "9 Method I.m: m(): void",
            "10 -Alias T: type T = { one: U } = U",
            "10 Field T.one: one: U = U",
            "11 Function f: export const f = async (a: A): Promise<R> = R",
            "12 Enum E: export enum E { P, Q = 2 }",
            "12 Variant E.Q: Q = 2",
        ]
    );
}

#[test]
fn common_js_requires_and_exports() {
    let text = "const { a, b: c } = require('./x');\nconst d = require('./y').z;\nconst W = require(`./w`);\n\
        function go(x) {}\nS.prototype.run = function (y) {};\nexports.made = () => 1;\n\
        module.exports = { go, other: go, later() {} };\n";
    assert_eq!(
        read("a.js", text),
        [
            "import ./x a as a",
            "import ./x b as c",
            "import ./y z as d",
            "import ./w default as W",
            "import  go as other passed on",
            "4 Function go: function go(x)",
            "5 Method S.run: S.prototype.run = function (y)",
            "6 Function made: exports.made = ()",
            "7 Function later: later()",
        ]
    );
}

#[test]
fn go_methods_belong_to_their_receiver() {
    let text = "package store\nimport (\n  q \"example.com/m/queue\"\n  \"fmt\"\n)\n// Store keeps it.\ntype Store struct {\n  Base\n  at *Path\n}\n\
        type Reader interface { Read(p []byte) (n int) }\n\
        func (s *Store) Get(key string) (*Item, error) { return nil }\nfunc helper() {}\nconst Limit = 3\n";
    assert_eq!(
        read("a.go", text),
        [
            "import example.com/m/queue  as q",
            "import fmt  as fmt",
            "Store < Base",
            "7 Class Store: type Store struct { Base at *Path } \"Store keeps it\"",
            "9 -Field Store.at: at *Path = Path",
            "11 Interface Reader: type Reader interface { Read(p []byte) (n int) }",
            "11 Method Reader.Read: Read(p []byte) (n int) = n",
            "12 Method Store.Get: func (s *Store) Get(key string) (*Item, error) = Item",
            "13 -Function helper: func helper()",
            "14 Constant Limit: Limit = 3",
        ]
    );
}

#[test]
fn java_members_without_their_annotations() {
    let text = "package a.b;\nimport a.c.D;\nimport static a.c.D.of;\n/** Makes it. */\n@Deprecated\npublic class A extends B implements C {\n\
        \x20 private final D d = null;\n  @Override\n  public D get(int x) throws E { return d; }\n  A() {}\n}\nenum K { ONE, TWO }\n";
    assert_eq!(
        read("A.java", text),
        [
            "import a.c D as D",
            "import a.c.D of as of",
            "A < B",
            "A < C",
            "6 Class A: public class A extends B implements C \"Makes it\"",
            "7 -Field A.d: private final D d = null = D",
            "9 Method A.get: public D get(int x) throws E = D",
            "10 Method A.A: A()",
            "12 Enum K: enum K",
            "12 Variant K.ONE: ONE",
            "12 Variant K.TWO: TWO",
        ]
    );
}

#[test]
fn c_and_cpp_prototypes_types_and_methods() {
    let c = "#include \"a/b.h\"\n#define LIMIT 3\n/* Opens it. */\nstruct file *open_file(const char *path, int mode);\n\
        typedef struct { int x; } point;\nstatic int inner(void) { return 0; }\nenum color { RED };\n";
    assert_eq!(
        read("a.c", c),
        [
            "import a/b.h * as * passed on",
            "2 Macro LIMIT: #define LIMIT 3",
            "4 Function open_file: struct file *open_file(const char *path, int mode) = file \"Opens it\"",
            "5 Class point: typedef struct { int x; } point",
            "5 Field point.x: int x",
            "6 -Function inner: static int inner(void)",
            "7 Enum color: enum color { RED }",
            "7 Variant color.RED: RED",
        ]
    );
    let cpp = "namespace n {\nclass Store : public Base {\n public:\n  int get(const Key& key) const;\n  Item item_;\n};\nint Store::get(const Key& key) const { return 1; }\n}\n";
    assert_eq!(
        read("a.cpp", cpp),
        [
            "Store < Base",
            "2 Class Store: class Store : public Base { public: int get(const Key& key) const; Item item_; }",
            "4 Method Store.get: int get(const Key& key) const",
            "5 Field Store.item_: Item item_ = Item",
            "7 Method Store.get: int Store::get(const Key& key) const",
        ]
    );
}

#[test]
fn broken_deep_and_foreign_text_is_survived() {
    let deep = format!("fn a() {{ {}1{} }}\nfn b() {{}}\n", "(".repeat(5_000), ")".repeat(5_000));
    for text in
        ["fn a( {\n}\nfn b() {}\n", &deep, "\u{feff}fn b() {}\n", "fn b() {} \0 \u{fffd}\u{fffd}"]
    {
        assert!(read("a.rs", text).iter().any(|line| line.contains(" b: fn b()")), "{text:.30}");
    }
    let names = Names::default();
    let large = "x = 1\n".repeat(MAX_FILE_BYTES / 6 + 1);
    assert!(Extractor::default().read("a.py", Source::Python, &large, &names).is_none());
}

#[test]
fn an_import_counts_its_uses() {
    let names = Names::default();
    let text = "from a import b, c, d as e\nb()\nb.x\ne()\n";
    let file = Extractor::default().read("a.py", Source::Python, text, &names).unwrap();
    let uses: Vec<u32> = file.imports.iter().map(|import| import.uses).collect();
    assert_eq!(uses, [2, 0, 1]);
}
