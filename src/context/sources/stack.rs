//! What the project is made with, in a line: `axum 0.8, sqlx 0.7, tokio 1`.

use crate::context::need::Need;
use crate::context::snippet::{Origin, Shorten, Snippet};
use crate::prompt::budget::estimate;

/// The language's version and the main dependencies with theirs, as the manifests say; those that tell
/// most come first, and the last ones go where there is no room.
#[must_use]
pub fn stack(need: &Need<'_>, budget: usize) -> Vec<Snippet> {
    let Some(project) = need.project else { return Vec::new() };
    let below = |file: &std::path::Path| {
        let below = need.root.and_then(|root| file.strip_prefix(root).ok());
        let name =
            below.map(std::path::Path::to_path_buf).or_else(|| Some(file.file_name()?.into()));
        name.map(|path| path.to_string_lossy().replace('\\', "/"))
    };
    let Some(path) = project.manifests.first().and_then(|file| below(file)) else {
        return Vec::new();
    };
    let left = budget.saturating_sub(estimate(&path) + 2);
    let mut text = String::new();
    for part in &project.stack {
        let gap = if text.is_empty() { "" } else { ", " };
        if estimate(&format!("{text}{gap}{part}\n")) > left {
            break;
        }
        text.push_str(gap);
        text.push_str(part);
    }
    if text.is_empty() {
        return Vec::new();
    }
    text.push('\n');
    vec![Snippet {
        origin: Origin::Stack,
        path: path.into(),
        text,
        lines: None,
        score: 1.0,
        shorten: Shorten::Never,
        why: "what the project is made with".into(),
    }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::need::fixture::World;

    #[test]
    fn what_tells_most_stays_in_a_small_budget() {
        let mut world = World::new("src/a.rs", "$0");
        let told = |world: &World, budget| {
            let found = stack(&world.need(), budget);
            found.into_iter().map(|it| format!("{}: {}", it.path, it.text)).collect::<String>()
        };
        assert_eq!(told(&world, 100), "");
        world.project.manifests = vec!["/w/Cargo.toml".into()];
        assert_eq!(told(&world, 100), "");
        world.project.stack = ["edition 2024", "axum 0.8", "sqlx"].map(str::to_owned).to_vec();
        for (budget, want) in [
            (100, "Cargo.toml: edition 2024, axum 0.8, sqlx\n"),
            (14, "Cargo.toml: edition 2024, axum 0.8\n"),
            (5, ""),
        ] {
            assert_eq!(told(&world, budget), want);
        }
    }
}
