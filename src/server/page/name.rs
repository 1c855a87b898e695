//! What pages are called.

use sha2::{Digest, Sha256};

use crate::actions::order::Order;
use crate::hover::question::Key;

/// One page for each task and file: an older one gives way. Files of one name in several folders are
/// told apart by a digest of the whole.
pub(in crate::server) fn file_name(order: &Order, name: &str) -> String {
    let digest = Sha256::digest(order.uri.as_str());
    let short: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-{short}.md", plain(order.task.prompt()), plain(name))
}

/// One page for each name and what it means.
pub(in crate::server) fn for_hover(name: &str, key: &Key) -> String {
    format!("hover-{}-{}.md", plain(name), key.short())
}

fn plain(name: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '-' };
    name.chars().take(60).map(plain).collect()
}
