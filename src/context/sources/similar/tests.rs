#![allow(clippy::unwrap_used)]

use super::*;
use crate::context::need::fixture::World;

fn shown(world: &World, budget: usize) -> String {
    let need = world.need();
    let snippets = similar(&need, budget);
    assert_eq!(snippets, similar(&need, budget));
    assert!(snippets.iter().map(|it| estimate(&it.text)).sum::<usize>() <= budget);
    // What is prepared again from what was prepared is the same.
    let prepared = prepare(&need, &prepare(&need, &Prepared::default()));
    assert_eq!(snippets, similar_in(&prepared, &need, budget));
    assert_eq!(snippets, similar_in(&prepare_again(&need, &prepared), &need, budget));
    for snippet in &snippets {
        let own = world.files.get(&*snippet.path).cloned();
        let open = need.open.iter().find(|open| open.path == snippet.path);
        let text = own.or_else(|| open.map(|open| open.text.whole().into_owned()));
        let text = text.unwrap_or_else(|| need.text.whole().into_owned());
        let lines = snippet.lines.clone().unwrap();
        let lines: String = normalise(&text)
            .split_inclusive('\n')
            .skip(lines.start as usize)
            .take(lines.len())
            .collect();
        assert_eq!(lines, snippet.text);
    }
    snippets.iter().map(|it| format!("== {}\n{}", it.path, it.text)).collect()
}

/// A function that writes an order.
fn handler(name: &str) -> String {
    format!(
        "async fn {name}(pool: &Pool, order: Order) -> Result<Receipt> {{\n    let client = pool.checkout().await?;\n    client.insert_order(&order).await?;\n    audit_log(&order);\n    Ok(Receipt::for_order(order))\n}}\n"
    )
}

const CURSOR: &str = "use crate::Pool;\n\nasync fn renew(pool: &Pool, order: Order) -> Result<Receipt> {\n    let client = pool.checkout().await?;\n    cli$0\n}\n";

#[test]
fn what_resembles_comes_from_open_files_and_from_those_beside() {
    let noise: String = (0..40).map(|n| format!("const WIDTH_{n}: u32 = {n};\n")).collect();
    let world = World::new("src/a.rs", CURSOR)
        .open("lib/b.rs", &format!("{noise}{}", handler("create")).replace('\n', "\r\n"))
        .open("lib/noise.rs", &noise)
        .file("src/beside.rs", &handler("cancel"))
        .file("src/sub/far.rs", &handler("far"))
        .file("src/other.py", "def create(pool, order, client, checkout, Receipt): pass\n");
    let text = shown(&world, 1_000);
    for want in ["== lib/b.rs\n", "fn create(", "== src/beside.rs\n", "fn cancel(", "audit_log"] {
        assert!(text.contains(want), "{want}: {text}");
    }
    for not in ["far.rs", "noise.rs", "other.py", "\r"] {
        assert!(!text.contains(not), "{not}: {text}");
    }
}

#[test]
fn without_reading_files_they_are_as_they_were_but_for_open_ones() {
    let mut world = World::new("src/a.rs", CURSOR)
        .open("lib/b.rs", &handler("create"))
        .file("src/beside.rs", &handler("cancel"));
    let before = prepare(&world.need(), &Prepared::default());
    let again = |world: &World, before: &Prepared| -> Vec<String> {
        let need = Need { files: &crate::context::reading::NoFiles, ..world.need() };
        let found = similar_in(&prepare_again(&need, before), &need, 1_000);
        found.iter().map(|one| format!("{} {}", one.path, one.text)).collect()
    };
    world.open.clear();
    let world = world.open("src/new.rs", &handler("come")).open("src/beside.rs", &handler("late"));
    let found = again(&world, &before).concat();
    for (text, is) in [("come", true), ("late", true), ("cancel", false), ("create", false)] {
        assert_eq!(found.contains(&format!("fn {text}(")), is, "{text}: {found}");
    }
    let world = World::new("src/a.rs", CURSOR);
    assert!(again(&world, &before).concat().contains("fn cancel("));
    // Of another folder nothing is known.
    assert!(again(&World::new("app/a.rs", CURSOR), &before).is_empty());
    assert!(again(&world, &Prepared::default()).is_empty());
}

#[test]
fn neither_what_is_shown_nor_what_is_typed_matters() {
    let world = World::new("a.rs", &format!("{}{CURSOR}", handler("above")));
    assert_eq!(shown(&world, 1_000), "");
    let world = |typed: &str| {
        let marked = CURSOR.replace("cli$0", &format!("{typed}$0"));
        let world = World::new("a.rs", &marked).open("b.rs", &handler("create"));
        shown(&world, 1_000)
    };
    assert_eq!(world("x"), world("client.insert_order(&or"));
}

#[test]
fn the_file_itself_counts_where_the_prompt_does_not_show_it() {
    let marked = format!("{}{}{CURSOR}", handler("above"), "\n".repeat(60));
    let mut world = World::new("a.rs", &marked);
    world.shown = 60..80;
    assert!(shown(&world, 1_000).contains("fn above("));
}

#[test]
fn the_budget_holds_and_a_file_is_not_shown_four_times() {
    let many: String = (0..9).map(|n| handler(&format!("write_{n}")) + &"\n".repeat(20)).collect();
    let world = World::new("a.rs", CURSOR).open("b.rs", &many);
    assert_eq!(shown(&world, 5_000).matches("== b.rs").count(), OF_ONE);
    assert_eq!(shown(&world, 10), "");
}

#[test]
fn whatever_stands_in_a_file_it_is_cut_into_windows() {
    for text in
        ["", "\n\n\n", &"x".repeat(300_000), "a b c d e f g", &"ünï cödé äöü ßß\n".repeat(25)]
    {
        let file = FileWindows::of("a.rs", text, 0);
        for window in &file.windows {
            assert!(!file.text(&window.rows).trim().is_empty());
        }
        let world = World::new("a.rs", &format!("{text}\n$0")).open("b.rs", text);
        let _ = shown(&world, 500);
    }
}
