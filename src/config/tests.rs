mod actions;
mod built_in;
mod index;
mod keys;
mod layering;
mod pages;
mod properties;
mod trust;

use std::path::Path;

use serde_json::Value as Json;

use super::*;

const ROOT: &str = "project";

/// The four layers as text; empty is absent.
#[derive(Default, Clone, Copy)]
struct Case<'a> {
    user: &'a str,
    initialization: &'a str,
    client: &'a str,
    workspace: &'a str,
}

impl Case<'_> {
    fn layers(self) -> Layers {
        let json = |text: &str| -> Option<Json> {
            (!text.is_empty()).then(|| serde_json::from_str(text).unwrap())
        };
        let file =
            |name: &str, text: &str| (!text.is_empty()).then(|| (name.into(), text.to_owned()));
        let mut layers = Layers::default();
        layers.set_user(file("config.toml", self.user));
        layers.set_initialization(json(self.initialization).as_ref());
        layers.set_client(json(self.client).as_ref());
        layers.set_workspace(ROOT, file(".foretype.toml", self.workspace));
        layers
    }

    fn resolve(self) -> Resolved {
        self.layers().resolve_for_root(Path::new(ROOT))
    }
}

fn user(text: &str) -> Resolved {
    Case { user: text, ..Case::default() }.resolve()
}

fn problems(resolved: &Resolved) -> Vec<String> {
    resolved.problems.iter().map(ToString::to_string).collect()
}
