//! Arguments, once: parser, help and documentation come from here.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use super::eval::variant::Variant;
use super::place::Place;
use crate::eval::hide::Kind;
use crate::server::listen::Address;

/// AI code completion for any editor, from the model you choose.
#[derive(Debug, Parser)]
#[command(name = "foretype", version, args_conflicts_with_subcommands = true)]
pub struct Args {
    /// What to do; `serve` where nothing is named.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Arguments of `serve` without its name.
    #[command(flatten)]
    pub serve: Serve,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve an editor (LSP) on standard input and output, or several on a socket.
    Serve(Serve),
    /// Print the suggestion at a place in a file.
    Complete(Complete),
    /// Show what a model would be shown at a place in a file, and why. No model is asked.
    Context(Context),
    /// Ask the model for chat a question, and print its answer as it comes.
    Ask(Ask),
    /// Measure models on your own code: hide some of it, and compare what they say.
    Eval(Eval),
    /// Test the configuration and the models, and say what to do.
    Doctor(Doctor),
    /// The configuration: its schema, a starter file, what holds and why.
    Config(Config),
    /// The prompts of actions: which there are, and what they say.
    Prompts(Prompts),
    /// What was used: requests, tokens, cost.
    Stats(Stats),
    /// List the configured models: window, price and key, and where each is said.
    Models(Models),
    /// The index that a team shares: fill it, look at it, tidy it.
    Index(Index),
    /// Keep keys in the operating system's keyring.
    Key(Key),
    /// Show where configuration, logs and caches are.
    Paths,
    /// Delete logs, state and caches (never the configuration).
    Purge(Purge),
}

/// `foretype serve`
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Serve {
    /// Standard input and output; the default, accepted because editors pass it.
    #[arg(long)]
    pub stdio: bool,
    /// Listen here instead: a Unix socket's path (mode 0600), or HOST:PORT on loopback.
    #[arg(long, value_name = "ADDRESS", conflicts_with = "stdio")]
    pub listen: Option<Address>,
    /// A private file with the token that TCP clients send first, on a line of its own; made if it
    /// is not there.
    #[arg(long, value_name = "FILE", requires = "listen")]
    pub token_file: Option<PathBuf>,
    /// The editor's process id: ends with it. (The one in `initialize` is watched as well.)
    #[arg(long = "clientProcessId", value_name = "PID", hide = true)]
    pub client_process_id: Option<i32>,
}

/// `foretype complete`
#[derive(Clone, Debug, clap::Args)]
pub struct Complete {
    /// Where the cursor is: lines and columns count from 1, the column in characters.
    #[arg(value_name = "FILE:LINE:COLUMN")]
    pub place: Place,
    /// Ask this configured model.
    #[arg(long, value_name = "NAME")]
    pub model: Option<String>,
    /// One JSON object with timings and prompt size instead of the text alone.
    #[arg(long)]
    pub json: bool,
    /// Also say which rules changed the model's text, or dropped it.
    #[arg(long)]
    pub explain: bool,
}

/// `foretype context`
#[derive(Clone, Debug, clap::Args)]
pub struct Context {
    /// Where the cursor is: lines and columns count from 1, the column in characters.
    #[arg(value_name = "FILE:LINE:COLUMN")]
    pub place: Place,
    /// For this configured model.
    #[arg(long, value_name = "NAME")]
    pub model: Option<String>,
    /// JSON instead of a page.
    #[arg(long)]
    pub json: bool,
}

/// `foretype ask`
#[derive(Clone, Debug, clap::Args)]
pub struct Ask {
    /// The question; read from standard input where it is not given.
    #[arg(value_name = "QUESTION")]
    pub question: Vec<String>,
    /// Ask this configured model.
    #[arg(long, value_name = "NAME")]
    pub model: Option<String>,
    /// One JSON object with model, tokens and timings instead of the text alone.
    #[arg(long)]
    pub json: bool,
}

/// `foretype eval`
#[derive(Clone, Debug, clap::Args)]
pub struct Eval {
    /// The folder of your code.
    #[arg(value_name = "PATH", default_value = ".")]
    pub path: PathBuf,
    /// Measure this configured model; several to compare them. The one that completes where none is
    /// named.
    #[arg(long, value_name = "NAME")]
    pub model: Vec<String>,
    /// Measure it once more without this source of context; several, each by itself. `all` is the
    /// document alone.
    #[arg(long, value_name = "SOURCE")]
    pub without: Vec<Variant>,
    /// Measure it once more with this source of context, which is off otherwise; several, each by itself.
    #[arg(long = "with", value_name = "SOURCE")]
    pub with_source: Vec<Variant>,
    /// How many places.
    #[arg(short = 'n', long = "count", value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub count: u32,
    /// What is hidden: `line`, `rest-of-line`, `block` (the lines of one), `api` (from a member's
    /// name on).
    #[arg(long, value_name = "KIND", default_value = "line")]
    pub kind: Kind,
    /// Draws the places; the same seed draws the same.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// JSON instead of tables.
    #[arg(long)]
    pub json: bool,
    /// Also write a page with plots to this file.
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Go on with the run that was ended before its end.
    #[arg(long)]
    pub resume: bool,
    /// Agree to what it will cost without being asked.
    #[arg(long)]
    pub yes: bool,
}

/// `foretype doctor`
#[derive(Clone, Debug, clap::Args)]
pub struct Doctor {
    /// One JSON object at the end instead of lines as they come.
    #[arg(long)]
    pub json: bool,
    /// Also write the findings to this file, for a bug report: no text of yours, no keys.
    #[arg(long, value_name = "FILE")]
    pub bundle: Option<PathBuf>,
}

/// `foretype config`
#[derive(Clone, Debug, clap::Args)]
pub struct Config {
    /// What of it.
    #[command(subcommand)]
    pub what: ConfigCommand,
}

/// The subcommands of `foretype config`.
#[derive(Clone, Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print the JSON schema.
    Schema,
    /// Write a starter file where there is none yet.
    Init,
    /// Print every setting that holds here, and where it comes from; keys are masked.
    Show,
    /// Print the reference of all keys as Markdown.
    Reference,
}

/// `foretype prompts`
#[derive(Clone, Debug, clap::Args)]
pub struct Prompts {
    /// What of them.
    #[command(subcommand)]
    pub what: PromptsCommand,
}

/// The subcommands of `foretype prompts`.
#[derive(Clone, Debug, Subcommand)]
pub enum PromptsCommand {
    /// List the prompts, and where each comes from.
    List,
    /// Print a prompt's template.
    Show {
        /// Its name.
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Print what a model would be told at a place in a file. No model is asked.
    Render(RenderPrompt),
}

/// `foretype prompts render`
#[derive(Clone, Debug, clap::Args)]
pub struct RenderPrompt {
    /// The prompt, or the action: `document`, `refactor.extract`.
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Where the cursor is: lines and columns count from 1, the column in characters.
    #[arg(value_name = "FILE:LINE:COLUMN")]
    pub place: Place,
}

/// `foretype stats`
#[derive(Clone, Debug, clap::Args)]
pub struct Stats {
    /// What of it.
    #[command(subcommand)]
    pub what: StatsCommand,
}

/// The subcommands of `foretype stats`.
#[derive(Clone, Debug, Subcommand)]
pub enum StatsCommand {
    /// Requests, tokens and cost by day, model and purpose, by all editors together.
    Usage(Usage),
}

/// `foretype stats usage`
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Usage {
    /// How many days, today (UTC) among them.
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub days: u32,
    /// JSON instead of a table.
    #[arg(long)]
    pub json: bool,
}

/// `foretype models`
#[derive(Clone, Debug, clap::Args)]
pub struct Models {
    /// As JSON.
    #[arg(long)]
    pub json: bool,
}

/// `foretype index`
#[derive(Clone, Debug, clap::Args)]
pub struct Index {
    /// What to do with it.
    #[command(subcommand)]
    pub what: IndexCommand,
}

/// The subcommands of `foretype index`.
#[derive(Clone, Debug, Subcommand)]
pub enum IndexCommand {
    /// Embed what nobody has embedded yet, and make this the branch's index.
    Push(Push),
    /// What the index holds, and what you may do.
    Status(IndexStatus),
    /// Delete branches that are gone, and vectors that no branch has any more.
    Gc(Gc),
    /// Make the tables, or bring an earlier version's up to date; for the owner.
    Migrate(Folder),
}

/// Which repository, and which branch of it.
#[derive(Clone, Debug, clap::Args)]
pub struct Folder {
    /// A folder in the repository.
    #[arg(value_name = "PATH", default_value = ".")]
    pub path: PathBuf,
    /// The repository's name, where its remote `origin` does not give it.
    #[arg(long, value_name = "NAME")]
    pub repository: Option<String>,
    /// The branch; the one that is checked out where none is named.
    #[arg(long, value_name = "NAME")]
    pub branch: Option<String>,
}

/// `foretype index push`
#[derive(Clone, Debug, clap::Args)]
pub struct Push {
    /// Of what.
    #[command(flatten)]
    pub place: Folder,
    /// JSON instead of a line.
    #[arg(long)]
    pub json: bool,
}

/// `foretype index status`
#[derive(Clone, Debug, clap::Args)]
pub struct IndexStatus {
    /// Of what.
    #[command(flatten)]
    pub place: Folder,
    /// JSON instead of lines.
    #[arg(long)]
    pub json: bool,
}

/// `foretype index gc`
#[derive(Clone, Debug, clap::Args)]
pub struct Gc {
    /// Of what.
    #[command(flatten)]
    pub place: Folder,
    /// Forget this branch; may be given several times.
    #[arg(long, value_name = "BRANCH")]
    pub forget: Vec<String>,
    /// Forget branches that nobody has pushed to for so many days.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub days: Option<u32>,
}

/// `foretype key`
#[derive(Clone, Debug, clap::Args)]
pub struct Key {
    /// What to do with it.
    #[command(subcommand)]
    pub what: KeyCommand,
}

/// The subcommands of `foretype key`.
#[derive(Clone, Debug, Subcommand)]
pub enum KeyCommand {
    /// Store a key: it is asked for, or read from standard input; never an argument.
    Set {
        /// The name that `api_key = { keyring = "NAME" }` has.
        name: String,
    },
    /// Remove a key.
    Remove {
        /// Its name.
        name: String,
    },
}

/// `foretype purge`
#[derive(Clone, Debug, clap::Args)]
pub struct Purge {
    /// Delete; without it, only say what would be deleted.
    #[arg(long)]
    pub yes: bool,
}
