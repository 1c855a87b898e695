//! The layers and their order: built-in defaults, the user's file, the client's
//! `initializationOptions`, its `workspace/didChangeConfiguration`, and, for the
//! documents under a root, the client's settings for it and its own file, which can
//! only narrow. See [`Layers`].

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::merge;
use super::narrow::narrow;
use super::options::{CompletionOptions, DiscoveryOptions, Options, SharedOptions};
use super::problem::{Fault, Layer, Place, Problem, Severity};
use super::read::{Report, expected};
use super::resolve;
use super::settings::Settings;
use super::show;
use super::tree::{self, Value};

/// Which places each key that is not at its default comes from; more than one
/// where lists were joined. A model's table is a key too.
pub type Origins = BTreeMap<String, Vec<Place>>;

/// What is written, layer by layer. Setting a layer again replaces it.
#[derive(Debug, Clone, Default)]
pub struct Layers {
    user: Option<Written>,
    initialization: Option<Written>,
    client: Option<Written>,
    folders: BTreeMap<PathBuf, Written>,
    workspaces: BTreeMap<PathBuf, Written>,
    refuse_commands: bool,
}

/// One layer, read.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    pub(crate) options: Options,
    pub(crate) report: Report,
}

/// What all layers come to.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolved {
    /// What holds.
    pub settings: Settings,
    /// What is wrong, in the order of the layers and of the lines in them.
    pub problems: Vec<Problem>,
    /// Where it comes from.
    pub origins: Origins,
}

impl Resolved {
    /// Every key in effect as TOML, with its origin; secrets are masked.
    pub fn show(&self) -> String {
        show::show(self)
    }
}

impl Layers {
    /// The user's file: its path, for messages, and its text.
    pub fn set_user(&mut self, file: Option<(PathBuf, String)>) {
        self.user = file.map(|(path, text)| Written::toml(Layer::User, path, &text));
    }

    /// The client's `initializationOptions`, bare or under `foretype`.
    pub fn set_initialization(&mut self, options: Option<&Json>) {
        self.initialization = options.and_then(|json| Written::json(Layer::Initialization, json));
    }

    /// The settings of `workspace/didChangeConfiguration`, bare or under `foretype`.
    pub fn set_client(&mut self, settings: Option<&Json>) {
        self.client = settings.and_then(|json| Written::json(Layer::Client, json));
    }

    /// What the client says for each of its folders beside its settings; it can only
    /// narrow those, for a repository may have written it. Replaces what it said before.
    pub fn set_folders<'a>(&mut self, folders: impl IntoIterator<Item = (PathBuf, &'a Json)>) {
        let read = |(root, json)| Some((root, Written::json(Layer::Folder, json)?));
        self.folders = folders.into_iter().filter_map(read).collect();
        for folder in self.folders.values_mut() {
            folder.options.models.clear();
        }
    }

    /// The `.foretype.toml` of a workspace's root: its path, for messages, and its
    /// text. `None` removes it.
    pub fn set_workspace(&mut self, root: impl Into<PathBuf>, file: Option<(PathBuf, String)>) {
        let root = root.into();
        match file {
            Some((path, text)) => {
                let written = Written::toml(Layer::Workspace, path, &text);
                self.workspaces.insert(root, written);
            }
            None => {
                self.workspaces.remove(&root);
            }
        }
    }

    /// Whether models whose key comes from a command are refused, as a listening
    /// server must.
    pub fn refuse_commands(&mut self, refuse: bool) {
        self.refuse_commands = refuse;
    }

    /// What holds outside of every root.
    pub fn resolve(&self) -> Resolved {
        let layers = [&self.user, &self.initialization, &self.client];
        let mut merged = merge::merge(layers.into_iter().flatten());
        let settings = resolve::settings(&mut merged, self.refuse_commands);
        let mut problems = merged.problems;
        in_order(&mut problems);
        Resolved { settings, problems, origins: merged.origins }
    }

    /// What holds for the documents under `root`: the same, narrowed by the client's
    /// settings for it and by the root's own file. The problems are those of all layers.
    pub fn resolve_for_root(&self, root: &Path) -> Resolved {
        let mut resolved = self.resolve();
        for written in [self.folders.get(root), self.workspaces.get(root)].into_iter().flatten() {
            let Resolved { settings, problems, origins } = &mut resolved;
            problems.extend(written.report.problems.iter().cloned());
            narrow(settings, written, origins, problems);
        }
        in_order(&mut resolved.problems);
        resolved
    }
}

fn in_order(problems: &mut Vec<Problem>) {
    let by = |problem: &Problem| (problem.place.layer, problem.place.position);
    problems.sort_by_key(by);
    problems.dedup();
}

impl Written {
    fn toml(layer: Layer, path: PathBuf, text: &str) -> Self {
        let mut report = Report::new(Place { file: Some(path), ..Place::of(layer) });
        let (entries, error) = tree::from_toml(text);
        let mut options = Options::read(entries, &mut report);
        if let Some(error) = error {
            // Half a file may name half an address. Of what could be made out,
            // only that is kept which turns off; and nobody knows what a
            // workspace wanted to have turned off.
            let (kept, remedy) = match layer {
                Layer::Workspace => (
                    Options {
                        completion: CompletionOptions {
                            enabled: Some(false),
                            ..CompletionOptions::default()
                        },
                        ..Options::default()
                    },
                    "correct it; until then nothing is completed here",
                ),
                _ => (
                    only_what_turns_off(options),
                    "correct it; until then only what it turns off counts",
                ),
            };
            options = kept;
            report.problems.clear();
            let place = report.place(error.at);
            report.origins.retain(|key, _| turns_off(&options, key));
            if layer == Layer::Workspace {
                let key = "completion.enabled".to_owned();
                report.origins.insert(key, place.clone());
            }
            let message = error.message.replace(char::is_control, " ");
            let fault = Fault::new(format!("is not TOML: {}", message.trim()), remedy);
            report.add(Severity::Error, "", place, fault);
        }
        Self { options, report }
    }

    fn json(layer: Layer, json: &Json) -> Option<Self> {
        let mut report = Report::new(Place::of(layer));
        let node = tree::from_json(json.get("foretype").unwrap_or(json))?;
        let entries = match node.value {
            Value::Table(entries) => entries,
            Value::List(items) if items.is_empty() => Vec::new(),
            other => {
                let fault = expected("an object with foretype's settings", &other);
                report.add(Severity::Error, "", report.place(None), fault);
                Vec::new()
            }
        };
        let mut options = Options::read(entries, &mut report);
        if options.telemetry.otlp_endpoint.take().is_some() {
            // A repository's settings of the editor come this way, too.
            report.origins.remove("telemetry.otlp_endpoint");
            let fault = Fault::new("is not taken from an editor", "write it into `config.toml`");
            let place = report.place(None);
            report.add(Severity::Warning, "telemetry.otlp_endpoint", place, fault);
        }
        if options.index.shared.is_written() {
            // As above.
            options.index.shared = SharedOptions::default();
            report.origins.retain(|key, _| !key.starts_with("index.shared."));
            let fault = Fault::new("is not taken from an editor", "write it into `config.toml`");
            let place = report.place(None);
            report.add(Severity::Warning, "index.shared", place, fault);
        }
        Some(Self { options, report })
    }
}

fn only_what_turns_off(options: Options) -> Options {
    let off = |switch: Option<bool>| switch.filter(|on| !on);
    Options {
        enabled: off(options.enabled),
        completion: CompletionOptions {
            enabled: off(options.completion.enabled),
            disabled_languages: options.completion.disabled_languages,
            ignore: options.completion.ignore,
            ..CompletionOptions::default()
        },
        discovery: DiscoveryOptions { enabled: off(options.discovery.enabled) },
        ..Options::default()
    }
}

fn turns_off(options: &Options, key: &str) -> bool {
    match key {
        "enabled" => options.enabled.is_some(),
        "completion.enabled" => options.completion.enabled.is_some(),
        "completion.disabled_languages" => options.completion.disabled_languages.is_some(),
        "completion.ignore" => options.completion.ignore.is_some(),
        "discovery.enabled" => options.discovery.enabled.is_some(),
        _ => false,
    }
}
