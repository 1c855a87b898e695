//! What pages are called.

use crate::actions::act::Order;
use crate::hover::question::Key;

/// One page for each task and file: an older one gives way.
pub(in crate::server) fn file_name(order: &Order, name: &str) -> String {
    format!("{}-{}.md", plain(order.task.prompt()), plain(name))
}

/// One page for each name and what it means.
pub(in crate::server) fn for_hover(name: &str, key: &Key) -> String {
    format!("hover-{}-{}.md", plain(name), key.short())
}

fn plain(name: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '-' };
    name.chars().take(60).map(plain).collect()
}
