//! `foretype models`: what each configured model comes to, and from where.

use std::process::ExitCode;

use anyhow::Result;
use serde::Serialize;

use super::args::Models;
use super::{print, project};
use crate::catalogue::{self, Source};
use crate::config::{ModelSettings, Paths, Price, WORKSPACE};
use crate::workspace::session::Session;

/// A table of the configuration.
#[derive(Serialize)]
#[serde(untagged)]
enum Row {
    Model(Model),
    /// The embedded model of the workspace under this name.
    BuiltIn {
        name: String,
        provider: &'static str,
    },
}

/// One model, as far as it is known without asking its server.
#[derive(Serialize)]
struct Model {
    name: String,
    provider: &'static str,
    url: String,
    model: String,
    key: String,
    context_tokens: u32,
    context_from: Source,
    /// Longest answer in chat.
    output_tokens: u32,
    /// USD per million tokens.
    price: Option<Cost>,
    price_from: Option<Source>,
}

#[derive(Serialize)]
struct Cost {
    input: f64,
    output: f64,
    cached: Option<f64>,
}

/// Prints them. No server is asked: `foretype doctor` does that.
///
/// # Errors
/// If standard output cannot be written.
pub fn run(paths: Paths, args: &Models) -> Result<ExitCode> {
    let root = std::env::current_dir().ok().and_then(|folder| project::root_of(&folder.join("x")));
    let (session, _) = project::session(paths, root.clone());
    let settings = session.settings(root.as_deref());
    let crate::config::Settings { models, embedded, unusable, .. } = &settings.resolved.settings;
    let models = models.values().map(|model| Row::Model(row(&session, model)));
    let built_in = embedded.iter().cloned();
    let built_in = built_in.map(|name| Row::BuiltIn { name, provider: WORKSPACE });
    let rows: Vec<Row> = models.chain(built_in).collect();
    if args.json {
        print(&format!("{}\n", serde_json::to_string_pretty(&rows)?))?;
    } else if rows.is_empty() && unusable.is_empty() {
        print(
            "no model is configured: a local server that runs is found by itself, else the embedded \
             model of the workspace completes; `foretype config init` writes a file to begin with\n",
        )?;
    } else {
        let unusable =
            unusable.iter().map(|(name, why)| format!("{name}\n  cannot be used: {why}\n"));
        print(&(table(&rows) + &unusable.collect::<String>()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn row(session: &Session, model: &std::sync::Arc<ModelSettings>) -> Model {
    let completer = session.services.completer(model);
    let endpoint = completer.endpoint();
    let (context_tokens, context_from) = endpoint.context_from();
    let price = catalogue::price(model);
    let cost = |Price { input, output, cached }| Cost { input, output, cached };
    Model {
        name: model.name.clone(),
        provider: model.provider.as_str(),
        url: model.url.clone(),
        model: model.model.clone(),
        key: model.api_key.masked(),
        context_tokens,
        context_from,
        output_tokens: endpoint.chat_output_tokens(),
        price: price.map(|(price, _)| cost(price)),
        price_from: price.map(|(_, source)| source),
    }
}

fn table(rows: &[Row]) -> String {
    let mut text = String::new();
    for row in rows {
        let row = match row {
            Row::Model(row) => row,
            Row::BuiltIn { name, provider } => {
                text.push_str(&format!("{name} ({provider}, built in)\n"));
                text.push_str("  completes from the workspace's own code; asks nobody\n");
                continue;
            }
        };
        let model = if row.model.is_empty() { "the server's own" } else { &row.model };
        text.push_str(&format!("{} ({}, {model})\n", row.name, row.provider));
        text.push_str(&format!("  address  {}\n  key      {}\n", row.url, row.key));
        let from = said(row.context_from);
        text.push_str(&format!("  window   {} tokens, {from}\n", row.context_tokens));
        text.push_str(&format!("  answer   {} tokens at most in chat\n", row.output_tokens));
        let price = match (&row.price, row.price_from) {
            (Some(Cost { input, output, cached }), Some(from)) => {
                let cached = cached.map_or(String::new(), |cached| format!(", {cached} cached"));
                let from = said(from);
                format!("{input} in, {output} out{cached}; USD per million tokens, {from}")
            }
            _ => "not known; set `price`, or take it as free".to_owned(),
        };
        text.push_str(&format!("  price    {price}\n"));
    }
    text
}

fn said(source: Source) -> String {
    match source {
        Source::Configuration => "as configured".to_owned(),
        Source::Server => "as the server says".to_owned(),
        Source::Catalogue => format!("by the catalogue of {}", catalogue::date()),
        Source::Default => "assumed until the server is asked".to_owned(),
    }
}
