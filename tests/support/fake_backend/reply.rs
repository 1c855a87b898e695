//! The script of one answer.

use std::time::Duration;

use serde_json::Value;

use super::dialect::Dialect;
use super::record::Headers;

/// What one request is answered. Built by the constructors, refined by the methods after them.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Candidate number and text, in the order they are sent.
    tokens: Vec<(usize, String)>,
    thoughts: Vec<String>,
    end: Step,
    wait: Option<Duration>,
    pause: Option<Duration>,
    /// The headers go first, though no token may follow.
    headed: bool,
    pub(super) gated: bool,
    /// It waits until Ollama has loaded its model.
    pub(super) needs_model: bool,
    pub(super) headers: Headers,
    pub(super) finish_reason: String,
    pub(super) piece: Option<usize>,
    /// Answered in this dialect, whatever was asked in.
    pub(super) dialect: Option<Dialect>,
    /// Answered whole, though a stream was asked for.
    pub(super) whole: bool,
    pub(super) content_type: Option<String>,
    /// What an error says.
    pub(super) message: Option<String>,
}

/// One thing done to a connection while answering.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Wait(Duration),
    Headers,
    Thought(String),
    Token(usize, String),
    Raw(Vec<u8>),
    Finish,
    Status(u16, Option<Body>),
    ErrorEvent(String),
    Malformed,
    Truncate,
    Reset,
    Close,
    Garbage,
    Hang,
    /// Keep-alives, one after each such pause, for as long as the client stays.
    KeepAlives(Duration),
    /// An event of so many bytes that has no end.
    Huge(usize),
}

/// The body of an answer that is not the model's.
#[derive(Clone, Debug)]
pub(super) enum Body {
    Json(Value),
    Text(String),
}

impl Reply {
    fn new(tokens: Vec<(usize, String)>, end: Step) -> Self {
        Self {
            tokens,
            thoughts: Vec::new(),
            end,
            wait: None,
            pause: None,
            headed: false,
            gated: false,
            needs_model: false,
            headers: Headers::new(),
            finish_reason: "stop".to_owned(),
            piece: None,
            dialect: None,
            whole: false,
            content_type: None,
            message: None,
        }
    }

    /// This text, token by token: words and marks with the blanks before them.
    pub fn text(text: &str) -> Self {
        Self::tokens(split(text))
    }

    /// These tokens.
    pub fn tokens<T: Into<String>>(tokens: impl IntoIterator<Item = T>) -> Self {
        Self::new(tokens.into_iter().map(|token| (0, token.into())).collect(), Step::Finish)
    }

    /// Several answers to a request with `"n"`, token by token in turn; those beyond `n` are left out.
    pub fn candidates<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut queues: Vec<_> = texts.into_iter().map(|text| split(text).into_iter()).collect();
        let mut tokens = Vec::new();
        loop {
            let before = tokens.len();
            for (candidate, queue) in queues.iter_mut().enumerate() {
                tokens.extend(queue.next().map(|token| (candidate, token)));
            }
            if tokens.len() == before {
                return Self::new(tokens, Step::Finish);
            }
        }
    }

    /// An HTTP status with the dialect's error body.
    pub fn status(status: u16) -> Self {
        Self::new(Vec::new(), Step::Status(status, None))
    }

    /// Reads the request and never answers.
    pub fn hang() -> Self {
        Self::new(Vec::new(), Step::Hang)
    }

    /// Resets the connection (RST) once the request is read, without a byte of an answer.
    pub fn reset() -> Self {
        Self::new(Vec::new(), Step::Reset)
    }

    /// Closes the connection (FIN) once the request is read, without a byte of an answer.
    pub fn close() -> Self {
        Self::new(Vec::new(), Step::Close)
    }

    /// Answers with bytes that are not HTTP, and closes.
    pub fn garbage() -> Self {
        Self::new(Vec::new(), Step::Garbage)
    }

    /// The model thinks aloud before its first token, where the API has a place for it.
    pub fn thinking(mut self, text: &str) -> Self {
        self.thoughts = split(text);
        self
    }

    /// In another API's dialect than it was asked in.
    pub fn in_dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = Some(dialect);
        self
    }

    /// As one JSON object, though a stream was asked for.
    pub fn unstreamed(mut self) -> Self {
        self.whole = true;
        self
    }

    /// Under this content type.
    pub fn content_type(mut self, kind: &str) -> Self {
        self.content_type = Some(kind.to_owned());
        self
    }

    /// What the dialect's body of an error status says.
    pub fn says(mut self, message: &str) -> Self {
        self.message = Some(message.to_owned());
        self
    }

    /// Headers and tokens wait until the test releases them through its `Call`.
    pub fn gated(mut self) -> Self {
        self.gated = true;
        self
    }

    /// The reason given at the end; "length" becomes each dialect's word for it.
    pub fn finish_reason(mut self, reason: &str) -> Self {
        reason.clone_into(&mut self.finish_reason);
        self
    }

    /// A further header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// `Retry-After` in seconds.
    pub fn retry_after(self, seconds: u64) -> Self {
        self.header("retry-after", &seconds.to_string())
    }

    /// The JSON body of a status.
    pub fn body(self, body: Value) -> Self {
        self.with_body(Body::Json(body))
    }

    /// The body of a status that is not JSON, as gateways send it.
    pub fn body_text(self, body: &str) -> Self {
        self.with_body(Body::Text(body.to_owned()))
    }

    /// Resets the connection (RST) after that many tokens.
    pub fn reset_after(self, tokens: usize) -> Self {
        self.ending(tokens, Step::Reset)
    }

    /// Closes the connection cleanly (FIN) after that many tokens, the body unfinished.
    pub fn truncate_after(self, tokens: usize) -> Self {
        self.ending(tokens, Step::Truncate)
    }

    /// Sends broken JSON after that many tokens.
    pub fn malformed_after(self, tokens: usize) -> Self {
        self.ending(tokens, Step::Malformed)
    }

    /// Sends an error event with this message after that many tokens.
    pub fn error_after(self, tokens: usize, message: &str) -> Self {
        self.ending(tokens, Step::ErrorEvent(message.to_owned()))
    }

    /// Goes silent after headers and that many tokens, the connection open.
    pub fn hang_after(self, tokens: usize) -> Self {
        self.ending(tokens, Step::Hang)
    }

    /// Sends nothing but keep-alives after that many tokens, with such pauses (real time).
    pub fn keep_alives_after(self, tokens: usize, pause: Duration) -> Self {
        self.ending(tokens, Step::KeepAlives(pause))
    }

    /// Sends an event of that many bytes without an end after that many tokens.
    pub fn huge_after(self, tokens: usize, bytes: usize) -> Self {
        self.ending(tokens, Step::Huge(bytes))
    }

    /// Cuts every event into chunks of at most that many bytes, through characters and lines.
    pub fn in_pieces_of(mut self, bytes: usize) -> Self {
        self.piece = Some(bytes.max(1));
        self
    }

    /// Real time before the first token, headers included; for the few tests that need it.
    pub fn first_token_after(mut self, wait: Duration) -> Self {
        self.wait = Some(wait);
        self
    }

    /// Real time between tokens; for the few tests that need it.
    pub fn token_every(mut self, pause: Duration) -> Self {
        self.pause = Some(pause);
        self
    }

    pub(super) fn steps(&self) -> Vec<Step> {
        let mut steps: Vec<Step> = self.wait.map(Step::Wait).into_iter().collect();
        steps.extend(self.headed.then_some(Step::Headers));
        steps.extend(self.thoughts.iter().cloned().map(Step::Thought));
        for (index, (candidate, token)) in self.tokens.iter().enumerate() {
            steps.extend(self.pause.filter(|_| index > 0).map(Step::Wait));
            steps.push(Step::Token(*candidate, token.clone()));
        }
        steps.push(self.end.clone());
        steps
    }

    fn with_body(mut self, body: Body) -> Self {
        let Step::Status(_, place) = &mut self.end else {
            panic!("only Reply::status has a body of its own");
        };
        *place = Some(body);
        self
    }

    fn ending(mut self, tokens: usize, end: Step) -> Self {
        self.tokens.truncate(tokens);
        self.end = end;
        self.headed = self.tokens.is_empty();
        self
    }
}

impl From<&str> for Reply {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

/// Words and single marks, each with the blanks before it.
pub(super) fn split(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut previous = ' ';
    for c in text.chars() {
        let word = c.is_alphanumeric() || c == '_';
        let goes_on =
            previous.is_whitespace() || (word && (previous.is_alphanumeric() || previous == '_'));
        match tokens.last_mut() {
            Some(token) if goes_on => token.push(c),
            _ => tokens.push(c.to_string()),
        }
        previous = c;
    }
    tokens
}
