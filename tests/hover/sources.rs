//! Code in which names are looked for.

pub const RUST: &str = "\
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

pub const PYTHON: &str = "\
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

pub const TS: &str = "\
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

pub const GO: &str = "\
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

pub const JAVA: &str = "\
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

pub const C: &str = "\
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

pub const CPP: &str = "\
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
