//! The name under the cursor, its signature and its documentation, in every language with a tree.

use foretype::document::offset::{ByteOffset, Encoding};
use foretype::document::{Document, DocumentSnapshot};
use foretype::hover::symbol::Symbol;
use foretype::workspace::Snapshot;

fn document(uri: &str, language: &str, text: &str) -> DocumentSnapshot {
    let document = Document::open(uri, language, 1, text);
    if let Some(syntax) = document.syntax() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(syntax.when_fresh()).unwrap();
    }
    document.snapshot()
}

fn snapshot(document: DocumentSnapshot) -> Snapshot {
    let encoding = Encoding::Utf8;
    Snapshot { document, earlier_cells: Vec::new(), file: None, root: None, encoding }
}

/// The symbol at `$0`.
fn at(language: &str, source: &str) -> Option<Symbol> {
    let at = source.find("$0").expect("a cursor");
    let document = document("untitled:case", language, &source.replacen("$0", "", 1));
    Symbol::at(&snapshot(document), ByteOffset(at), &[])
}

/// Signature and documentation, `-` for a name that is declared nowhere.
fn shown(language: &str, source: &str) -> String {
    let Some(symbol) = at(language, source) else { return "nothing".into() };
    let signature = symbol.signature.unwrap_or_else(|| "-".into());
    match symbol.documentation.as_str() {
        "" => signature,
        documentation => format!("{signature} | {documentation}"),
    }
}

const RUST: &str = "\
/// A shop.
#[derive(Debug)]
pub struct Store {
    /// What lies there.
    items: Vec<u8>,
}

impl Store {
    /// Counts.
    ///
    /// Twice.
    #[must_use]
    pub fn len(&self, twice: bool) -> usize {
        let count = self.items.len();
        if twice { count * FACTOR } else { count }
    }
}

/// How often.
const FACTOR: usize = 2;

fn len() {}

fn main() {
    let store = Store { items: Vec::new() };
    for item in &store.items {
        drop(item);
    }
    store.len(true);
    len();
    let count = |x: u8| x;
    count(1);
}
";

const PYTHON: &str = "\
import os
from json import dumps as write

LIMIT = 3


class Store:
    \"\"\"A shop.\"\"\"

    def __init__(self, items):
        self.items = items

    @property
    def size(self) -> int:
        \"\"\"Counts.

        Twice.
        \"\"\"
        total = len(self.items)
        total = total * LIMIT
        return total


# Makes one.
def make(first, *rest, key=None):
    return [Store(x) for x in rest]


async def go():
    made = make(1)
    print(made.size, write, os)
";

const TS: &str = "\
import { read as load } from './io';

/** A shop. */
export interface Shop {
  /** What it is called. */
  name: string;
  open(day: number): boolean;
}

/**
 * Opens it.
 * @param shop which
 */
export const open = async (shop: Shop, { day = 1 } = {}) => {
  const found = shop.name;
  return load(found, day);
};

export class Corner implements Shop {
  name = 'corner';
  #till = 0;
  open(day: number) {
    return this.#till > day && open(this);
  }
}

enum Day { Mon, Tue = 2 }
type Id = string | number;
let id: Id = Day.Tue;
";

const GO: &str = "\
package shop

import str \"strings\"

// Store is a shop.
type Store struct {
\t// Items lie there.
\tItems []string
}

// Len counts.
func (s *Store) Len(twice bool) (n int, err error) {
\tcount, ok := len(s.Items), true
\tfor i, item := range s.Items {
\t\t_ = item + str.ToUpper(s.Items[i])
\t}
\tif ok {
\t\treturn count * factor, nil
\t}
\treturn n, err
}

const factor = 2

var shop = Store{}

func run() { shop.Len(true) }
";

const JAVA: &str = "\
/** A shop. */
public class Store<T> extends Base {
    /** What lies there. */
    private final List<T> items = new ArrayList<>();

    enum Day { MON, TUE }

    /**
     * Counts.
     */
    @Override
    public int size(boolean twice) {
        int count = items.size();
        for (T item : items) {
            use(item);
        }
        return twice ? count * 2 : size(true);
    }
}
";

const C: &str = "\
#define LIMIT 3

/* A shop. */
struct store {
    int size; /* how many */
};

typedef struct store store_t;

enum day { MON, TUE };

/** Counts. */
static int *store_len(const store_t *shop, int twice)
{
    int count = shop->size, *other;
    for (int i = 0; i < LIMIT; i++)
        count += i;
    return twice ? store_len(shop, MON) : other;
}
";

const CPP: &str = "\
namespace shop {
// A shop.
template <typename T>
class Store {
public:
    // Counts.
    int size(bool twice) const;
private:
    int items_ = 0;
};

int Store::size(bool twice) const {
    auto [first, second] = pair();
    auto twofold = [&](int n) { return n * items_; };
    return twice ? twofold(first) : second;
}
}
int main() { shop::Store<int> store; return store.size(true); }
";

/// A source with the cursor behind the first character of the `nth` place (from 0) where a text stands.
fn cursor(source: &str, text: &str, nth: usize) -> String {
    let (at, _) = source.match_indices(text).nth(nth).unwrap_or_else(|| panic!("no {text} {nth}"));
    let mut source = source.to_owned();
    source.insert_str(at + 1, "$0");
    source
}

#[test]
fn what_names_are() {
    let mut wrong = String::new();
    for (language, source, name, nth, want) in [
        (
            "rust",
            RUST,
            "Store",
            0,
            "pub struct Store {\n    /// What lies there.\n    items: Vec<u8>,\n} | A shop.",
        ),
        (
            "rust",
            RUST,
            "Store",
            1,
            "pub struct Store {\n    /// What lies there.\n    items: Vec<u8>,\n} | A shop.",
        ),
        ("rust", RUST, "len(&", 0, "pub fn len(&self, twice: bool) -> usize | Counts.\n\nTwice."),
        (
            "rust",
            RUST,
            "len(true",
            0,
            "pub fn len(&self, twice: bool) -> usize | Counts.\n\nTwice.",
        ),
        ("rust", RUST, "len();\n    let", 0, "fn len()"),
        ("rust", RUST, "items", 1, "items: Vec<u8> | What lies there."),
        ("rust", RUST, "items", 3, "items: Vec<u8> | What lies there."),
        ("rust", RUST, "FACTOR", 0, "const FACTOR: usize = 2; | How often."),
        ("rust", RUST, "twice", 1, "twice: bool"),
        ("rust", RUST, "count *", 0, "let count = self.items.len();"),
        ("rust", RUST, "count(1", 0, "let count = |x: u8| x;"),
        ("rust", RUST, "store.len", 0, "let store = Store { items: Vec::new() };"),
        ("rust", RUST, "drop", 0, "-"),
        ("rust", RUST, "Vec", 1, "-"),
        ("rust", RUST, "fn main", 0, "nothing"),
        ("rust", RUST, "Counts", 0, "nothing"),
        ("python", PYTHON, "Store", 1, "class Store | A shop."),
        ("python", PYTHON, "size", 1, "def size(self) -> int | Counts.\n\nTwice."),
        ("python", PYTHON, "total *", 0, "total = len(self.items)"),
        ("python", PYTHON, "total\n", 0, "total = len(self.items)"),
        ("python", PYTHON, "items", 3, "self.items = items"),
        ("python", PYTHON, "LIMIT", 1, "LIMIT = 3"),
        ("python", PYTHON, "make(1", 0, "def make(first, *rest, key=None) | Makes one."),
        ("python", PYTHON, "rest]", 0, "*rest"),
        ("python", PYTHON, "write", 1, "from json import dumps as write"),
        ("python", PYTHON, "print", 0, "-"),
        (
            "typescript",
            TS,
            "Shop",
            1,
            "export interface Shop {\n  /** What it is called. */\n  name: string;\n  open(day: number): boolean;\n} | A shop.",
        ),
        ("typescript", TS, "name;", 0, "name: string | What it is called."),
        (
            "typescript",
            TS,
            "open(this",
            0,
            "export const open = async (shop: Shop, { day = 1 } = {}) => | Opens it.\n- *@param* shop which",
        ),
        ("typescript", TS, "found,", 0, "const found = shop.name;"),
        ("typescript", TS, "day);", 0, "{ day = 1 } = {}"),
        ("typescript", TS, "load(", 0, "import { read as load } from './io';"),
        ("typescript", TS, "#till", 1, "#till = 0"),
        ("typescript", TS, "Tue;", 0, "Tue = 2"),
        ("typescript", TS, "Id =", 1, "type Id = string | number;"),
        (
            "javascript",
            "/** Adds. */\nfunction add(a, b) {\n  return a + b;\n}\nadd(1, 2);\n",
            "add(1",
            0,
            "function add(a, b) | Adds.",
        ),
        ("javascript", "const f = (a) => a;\nf(1);\n", "f(1", 0, "const f = (a) =>"),
        (
            "javascriptreact",
            "const App = ({ name }) => <b>{name}</b>;\nexport default App;\n",
            "name}<",
            0,
            "({ name })",
        ),
        (
            "typescriptreact",
            "// Shows.\nfunction App(props: Props) {\n  return <App {...props} />;\n}\n",
            "App {",
            0,
            "function App(props: Props) | Shows.",
        ),
        (
            "go",
            GO,
            "Store",
            2,
            "type Store struct {\n\t// Items lie there.\n\tItems []string\n} | Store is a shop.",
        ),
        (
            "go",
            GO,
            "Len(true",
            0,
            "func (s *Store) Len(twice bool) (n int, err error) | Len counts.",
        ),
        ("go", GO, "Items", 2, "Items []string | Items lie there."),
        ("go", GO, "count *", 0, "count, ok := len(s.Items), true"),
        ("go", GO, "item +", 0, "i, item := range s.Items"),
        ("go", GO, "factor,", 0, "const factor = 2"),
        ("go", GO, "shop.Len", 0, "var shop = Store{}"),
        ("go", GO, "str.", 0, "str \"strings\""),
        ("java", JAVA, "Store", 0, "public class Store<T> extends Base | A shop."),
        ("java", JAVA, "size(true", 0, "public int size(boolean twice) | Counts."),
        (
            "java",
            JAVA,
            "items)",
            0,
            "private final List<T> items = new ArrayList<>(); | What lies there.",
        ),
        ("java", JAVA, "count *", 0, "int count = items.size();"),
        ("java", JAVA, "twice ?", 0, "boolean twice"),
        ("java", JAVA, "item)", 0, "for (T item : items)"),
        ("java", JAVA, "MON", 0, "MON"),
        (
            "c",
            C,
            "store_len(shop",
            0,
            "static int *store_len(const store_t *shop, int twice) | Counts.",
        ),
        ("c", C, "store_t *", 0, "typedef struct store store_t;"),
        ("c", C, "size,", 0, "int size;"),
        ("c", C, "count +=", 0, "int count = shop->size, *other;"),
        ("c", C, "LIMIT;", 0, "#define LIMIT 3"),
        ("c", C, "MON)", 0, "MON"),
        ("c", C, "shop, MON", 0, "const store_t *shop"),
        (
            "cpp",
            CPP,
            "Store<int",
            0,
            "template <typename T>\nclass Store {\npublic:\n    // Counts.\n    int size(bool twice) const;\nprivate:\n    int items_ = 0;\n}; | A shop.",
        ),
        ("cpp", CPP, "size(true", 0, "int size(bool twice) const; | Counts."),
        ("cpp", CPP, "items_;", 0, "int items_ = 0;"),
        ("cpp", CPP, "second;", 0, "auto [first, second] = pair();"),
        ("cpp", CPP, "twofold(", 0, "auto twofold = [&](int n) { return n * items_; };"),
        ("ruby", "def len\nend\nlen\n", "len", 1, "nothing"),
    ] {
        let got = shown(language, &cursor(source, name, nth));
        if got != want {
            wrong.push_str(&format!(
                "{language} {name:?} {nth}:\n  got  {got:?}\n  want {want:?}\n"
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
