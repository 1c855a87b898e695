//! How each API writes an answer: events of a stream, a whole answer, errors. One file per family,
//! each after its vendor's public reference.

mod anthropic;
mod embeddings;
mod gemini;
mod llama_cpp;
mod ollama;
mod openai;
mod responses;
mod tgi;

use serde_json::{Value, json};

use super::record::Record;
use super::server::Server;

pub use embeddings::vector;
pub use llama_cpp::error as llama_error;

/// Tokens every prompt is said to have.
pub const PROMPT_TOKENS: usize = 100;

/// The wire format of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `…/completions`, server-sent events.
    Completions,
    /// `…/chat/completions` and `…/fim/completions`, server-sent events.
    Chat,
    /// `…/embeddings`, one answer.
    Embeddings,
    /// `…/responses`, server-sent events with names.
    Responses,
    /// `…/v1/messages`, server-sent events with names.
    Anthropic,
    /// `…:streamGenerateContent` and `…:generateContent`, server-sent events.
    Gemini,
    /// `/infill` and `/completion`, server-sent events.
    LlamaCpp,
    /// `/api/generate` and `/api/chat`, a JSON object a line.
    Ollama,
    /// `/generate_stream` and `/generate`, server-sent events.
    Tgi,
}

/// One way to write answers.
trait Format {
    fn content_type(&self) -> &'static str {
        "text/event-stream"
    }

    /// What a stream says before its first token.
    fn opening(&self, _wire: &Wire) -> Vec<u8> {
        Vec::new()
    }

    /// One token, the `sent`th of its request.
    fn token(&self, wire: &Wire, candidate: usize, text: &str, sent: usize) -> Vec<u8>;

    /// A piece of what the model thinks before it answers; nothing where the API has no place for
    /// it.
    fn thought(&self, wire: &Wire, text: &str) -> Vec<u8>;

    /// What keeps a silent stream alive.
    fn keep_alive(&self) -> Vec<u8> {
        b": keep-alive\n\n".to_vec()
    }

    /// What a stream says after its last token.
    fn ending(&self, wire: &Wire, end: &End) -> Vec<u8>;

    /// An answer that is not a stream.
    fn whole(&self, wire: &Wire, texts: &[String], end: &End) -> Value;

    /// The body of an answer with an error status.
    fn error(&self, wire: &Wire, status: u16, message: &str) -> Value;

    /// An error in the midst of a stream.
    fn error_event(&self, wire: &Wire, message: &str) -> Vec<u8> {
        data(&self.error(wire, 500, message))
    }

    /// An event that is no JSON.
    fn malformed(&self) -> Vec<u8> {
        b"data: {\"choices\":[{\"text\":\"x,\n\n".to_vec()
    }
}

/// How an answer ends.
pub struct End<'a> {
    /// How many candidates have been begun.
    pub candidates: usize,
    /// Tokens sent.
    pub sent: usize,
    /// "stop", "length" or "content_filter"; each dialect has words of its own for them.
    pub reason: &'a str,
}

impl Dialect {
    /// The dialect spoken at `path`, if any.
    pub fn of(path: &str) -> Option<Self> {
        match path {
            "/infill" | "/completion" => Some(Self::LlamaCpp),
            "/api/generate" | "/api/chat" => Some(Self::Ollama),
            "/generate" | "/generate_stream" => Some(Self::Tgi),
            _ if path.ends_with("/chat/completions") || path.ends_with("/fim/completions") => {
                Some(Self::Chat)
            }
            _ if path.ends_with("/embeddings") => Some(Self::Embeddings),
            _ if path.ends_with("/completions") => Some(Self::Completions),
            _ if path.ends_with("/responses") => Some(Self::Responses),
            _ if path.ends_with("/v1/messages") => Some(Self::Anthropic),
            _ if path.ends_with("enerateContent") => Some(Self::Gemini),
            _ => None,
        }
    }

    fn format(self) -> &'static dyn Format {
        match self {
            Self::Completions => &openai::Completions,
            Self::Chat => &openai::Chat,
            Self::Embeddings => &embeddings::Embeddings,
            Self::Responses => &responses::Responses,
            Self::Anthropic => &anthropic::Messages,
            Self::Gemini => &gemini::Generate,
            Self::LlamaCpp => &llama_cpp::Own,
            Self::Ollama => &ollama::Own,
            Self::Tgi => &tgi::Generate,
        }
    }
}

/// One answer's format, with what the request asked of it.
#[derive(Clone, Debug)]
pub struct Wire {
    dialect: Dialect,
    server: Server,
    model: String,
    path: String,
    id: usize,
    /// What vectors are asked for.
    input: Vec<String>,
    /// Usage is asked for.
    usage: bool,
    /// Whether the answer is a stream.
    pub streamed: bool,
    /// How many candidates are asked for.
    pub wanted: usize,
}

impl Wire {
    /// The format of the answer to a request.
    pub fn new(dialect: Dialect, server: Server, request: &Record) -> Self {
        let Record { number, path, body, .. } = request;
        let streamed = match dialect {
            Dialect::Gemini => path.ends_with(":streamGenerateContent"),
            Dialect::Tgi => path.ends_with("_stream"),
            _ => body["stream"].as_bool().unwrap_or(dialect == Dialect::Ollama),
        };
        let wanted = match dialect {
            Dialect::Completions | Dialect::Chat => body["n"].as_u64(),
            Dialect::Gemini => body["generationConfig"]["candidateCount"].as_u64(),
            _ => None,
        };
        let in_path = || Some(path.rsplit('/').next()?.split_once(':')?.0.to_owned());
        let model = body["model"].as_str().map(str::to_owned).or_else(in_path);
        Self {
            dialect,
            server,
            model: model.unwrap_or_else(|| "fake".to_owned()),
            path: path.clone(),
            id: *number,
            input: serde_json::from_value(body["input"].clone()).unwrap_or_default(),
            usage: body["stream_options"]["include_usage"] == json!(true),
            streamed,
            wanted: usize::try_from(wanted.unwrap_or(1)).unwrap_or(1),
        }
    }

    pub fn content_type(&self) -> &'static str {
        if self.streamed {
            self.dialect.format().content_type()
        } else {
            "application/json; charset=utf-8"
        }
    }

    pub fn opening(&self) -> Vec<u8> {
        self.dialect.format().opening(self)
    }

    pub fn token(&self, candidate: usize, text: &str, sent: usize) -> Vec<u8> {
        self.dialect.format().token(self, candidate, text, sent)
    }

    pub fn thought(&self, text: &str) -> Vec<u8> {
        self.dialect.format().thought(self, text)
    }

    pub fn keep_alive(&self) -> Vec<u8> {
        self.dialect.format().keep_alive()
    }

    pub fn ending(&self, end: &End) -> Vec<u8> {
        self.dialect.format().ending(self, end)
    }

    pub fn whole(&self, texts: &[String], end: &End) -> Vec<u8> {
        let texts = if texts.is_empty() { &[String::new()] } else { texts };
        self.dialect.format().whole(self, texts, end).to_string().into_bytes()
    }

    pub fn error(&self, status: u16, message: &str) -> Value {
        self.dialect.format().error(self, status, message)
    }

    pub fn error_event(&self, message: &str) -> Vec<u8> {
        self.dialect.format().error_event(self, message)
    }

    pub fn malformed(&self) -> Vec<u8> {
        self.dialect.format().malformed()
    }
}

/// A server-sent event without a name.
fn data(value: &Value) -> Vec<u8> {
    format!("data: {value}\n\n").into_bytes()
}

/// A server-sent event named as its own `type` is.
fn named(value: &Value) -> Vec<u8> {
    let name = value["type"].as_str().unwrap_or("message");
    format!("event: {name}\ndata: {value}\n\n").into_bytes()
}

/// The word among `words` (stop, length, content_filter) for the reason; others as they are.
fn word<'a>(reason: &'a str, words: [&'a str; 3]) -> &'a str {
    match reason {
        "stop" => words[0],
        "length" => words[1],
        "content_filter" => words[2],
        other => other,
    }
}
