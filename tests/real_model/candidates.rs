//! Several candidates in one request, as many as the server has slots.

use super::setting::{COUNT, Way, get, home, loaded, real};
use crate::support::process::Server;

const URI: &str = "file:///project/count.py";

#[test]
fn come_from_as_many_slots() {
    let Some(real) = real(false, 2) else { return };
    loaded(&real);
    for way in [Way::OpenAi, Way::LlamaCpp] {
        let home = home(&real, way, 12);
        let mut server = Server::start(&home);
        server.lsp.open(URI, COUNT);
        // Asked by hand: three are wanted, two can be had, and two may be alike.
        let texts = server.lsp.complete(URI, 0, COUNT.len());
        assert!((1..=2).contains(&texts.len()), "{way:?}: {}", texts.len());
    }
    let slots = get(&real, "/slots").unwrap();
    let used = slots.as_array().unwrap().iter().filter(|slot| slot.get("id_task").is_some());
    assert_eq!(used.count(), 2, "both slots have had a task");
}
