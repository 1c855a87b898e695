//! The rules: which literals secrets have, and what stands around them.

use Shape::{Assigned, KeyBegin, KeyEnd, Numbered, Parts, Password, Token, Value};

/// The formats, from the vendors' own pages. A longer literal stands before its beginning.
#[rustfmt::skip]
pub(super) const RULES: &[Rule] = &[
    rule("private-key", "-----BEGIN ", KeyBegin),
    rule("private-key", "-----END ", KeyEnd),
    rule("password", "://", Password),
    // docs.aws.amazon.com, IAM identifiers: unique ID prefixes.
    rule("aws-key", "AKIA", Token(exact(upper, 16))),
    rule("aws-key", "ASIA", Token(exact(upper, 16))),
    rule("aws-secret", "ecret_access_key", Assigned(exact(base64_body, 40))),
    rule("aws-secret", "SECRET_ACCESS_KEY", Assigned(exact(base64_body, 40))),
    rule("aws-secret", "ecretAccessKey", Assigned(exact(base64_body, 40))),
    rule("aws-secret", "aws_secret_key", Assigned(exact(base64_body, 40))),
    rule("aws-secret", "AWS_SECRET_KEY", Assigned(exact(base64_body, 40))),
    // docs.github.com, About authentication to GitHub: token formats.
    rule("github-token", "ghp_", Token(run(word, 36))),
    rule("github-token", "gho_", Token(run(word, 36))),
    rule("github-token", "ghu_", Token(run(dotted, 36))),
    rule("github-token", "ghs_", Token(run(dotted, 36))),
    rule("github-token", "ghr_", Token(run(word, 36))),
    rule("github-token", "github_pat_", Token(run(word, 36))),
    // docs.gitlab.com, Token overview: token prefixes.
    rule("gitlab-token", "glpat-", Token(run(dotted, 20))),
    rule("gitlab-token", "gldt-", Token(with_digit(dotted, 20))),
    rule("gitlab-token", "glrt-", Token(with_digit(dotted, 20))),
    rule("gitlab-token", "glptt-", Token(with_digit(dotted, 20))),
    // docs.slack.dev, Tokens.
    rule("slack-token", "xoxa-", Token(with_digit(url_safe, 16))),
    rule("slack-token", "xoxb-", Token(with_digit(url_safe, 16))),
    rule("slack-token", "xoxp-", Token(with_digit(url_safe, 16))),
    rule("slack-token", "xoxr-", Token(with_digit(url_safe, 16))),
    rule("slack-token", "xoxs-", Token(with_digit(url_safe, 16))),
    rule("slack-token", "xapp-", Token(with_digit(url_safe, 32))),
    rule("slack-webhook", "hooks.slack.com/services/", Value(run(path, 30))),
    rule("discord-webhook", "/api/webhooks/", Value(with_digit(path, 60))),
    // docs.stripe.com, API keys. Publishable keys (pk_) are public.
    rule("stripe-key", "sk_live_", Token(run(word, 16))),
    rule("stripe-key", "rk_live_", Token(run(word, 16))),
    rule("stripe-key", "sk_test_", Token(run(word, 16))),
    rule("stripe-key", "rk_test_", Token(run(word, 16))),
    rule("stripe-key", "whsec_", Token(run(base64, 24))),
    // Model vendors; a bare `sk-` is OpenAI's old form and that of most compatible servers.
    rule("anthropic-key", "sk-ant-", Token(with_digit(url_safe, 20))),
    rule("openai-key", "sk-proj-", Token(with_digit(url_safe, 20))),
    rule("openai-key", "sk-svcacct-", Token(with_digit(url_safe, 20))),
    rule("openai-key", "sk-admin-", Token(with_digit(url_safe, 20))),
    rule("openrouter-key", "sk-or-v1-", Token(run(word, 32))),
    rule("openai-key", "sk-", Token(with_digit(word, 32))),
    rule("groq-key", "gsk_", Token(with_digit(word, 40))),
    rule("xai-key", "xai-", Token(with_digit(word, 40))),
    rule("perplexity-key", "pplx-", Token(with_digit(word, 40))),
    rule("hugging-face-token", "hf_", Token(run(alnum, 30))),
    rule("google-key", "AIza", Token(exact(url_safe, 35))),
    rule("google-oauth", "ya29.", Token(run(dotted, 20))),
    rule("google-oauth", "GOCSPX-", Token(run(url_safe, 20))),
    // Package registries.
    rule("npm-token", "npm_", Token(run(alnum, 36))),
    rule("pypi-token", "pypi-AgE", Token(run(url_safe, 40))),
    rule("rubygems-key", "rubygems_", Token(run(hex, 48))),
    rule("docker-token", "dckr_pat_", Token(run(url_safe, 20))),
    // Services.
    rule("sendgrid-key", "SG.", Parts(&[16, 32])),
    rule("twilio-key", "SK", Token(exact(hex, 32))),
    rule("twilio-token", "TWILIO_AUTH_TOKEN", Assigned(exact(hex, 32))),
    rule("twilio-token", "twilio_auth_token", Assigned(exact(hex, 32))),
    rule("digitalocean-token", "dop_v1_", Token(exact(hex, 64))),
    rule("digitalocean-token", "doo_v1_", Token(exact(hex, 64))),
    rule("digitalocean-token", "dor_v1_", Token(exact(hex, 64))),
    rule("azure-key", "AccountKey=", Value(run(base64, 40))),
    rule("azure-key", "SharedAccessKey=", Value(run(base64, 40))),
    rule("databricks-token", "dapi", Token(exact(hex, 32))),
    rule("shopify-token", "shpat_", Token(run(word, 32))),
    rule("shopify-token", "shpca_", Token(run(word, 32))),
    rule("shopify-token", "shppa_", Token(run(word, 32))),
    rule("shopify-token", "shpss_", Token(run(word, 32))),
    rule("doppler-token", "dp.pt.", Token(run(dotted, 40))),
    rule("doppler-token", "dp.st.", Token(run(dotted, 40))),
    rule("doppler-token", "dp.ct.", Token(run(dotted, 40))),
    rule("doppler-token", "dp.sa.", Token(run(dotted, 40))),
    rule("vault-token", "hvs.", Token(with_digit(url_safe, 24))),
    rule("vault-token", "hvb.", Token(with_digit(url_safe, 24))),
    rule("age-key", "AGE-SECRET-KEY-1", Token(run(upper, 50))),
    rule("telegram-token", ":AA", Numbered(exact(url_safe, 33))),
    // RFC 7519; also the five parts of RFC 7516.
    rule("jwt", "eyJ", Parts(&[10, 4, 16])),
    // RFC 6750 section 2.1, RFC 7617.
    rule("bearer-token", "Bearer ", Value(with_digit(token68, 20))),
    rule("bearer-token", "bearer ", Value(with_digit(token68, 20))),
    rule("basic-credentials", "uthorization: Basic ", Value(run(token68, 8))),
    rule("basic-credentials", "uthorization\": \"Basic ", Value(run(token68, 8))),
    rule("basic-credentials", "uthorization\", \"Basic ", Value(run(token68, 8))),
    rule("basic-credentials", "uthorization': 'Basic ", Value(run(token68, 8))),
];

pub(super) struct Rule {
    pub(super) kind: &'static str,
    pub(super) literal: &'static str,
    pub(super) shape: Shape,
}

/// Which bytes a secret is made of.
pub(super) type Alphabet = fn(u8) -> bool;

/// What must stand at a rule's literal for it to be a secret.
pub(super) enum Shape {
    /// The literal begins the secret and a run of the alphabet follows.
    Token(Run),
    /// The secret is the run that follows the literal.
    Value(Run),
    /// The literal is a name; the secret is the run that is assigned to it.
    Assigned(Run),
    /// The literal begins the secret, which has parts between dots of at least these lengths.
    Parts(&'static [usize]),
    /// The literal stands after a number of 8 to 10 digits, which begins the secret.
    Numbered(Run),
    /// `://` of a URL: the secret is the password in it.
    Password,
    /// A private key's first marker.
    KeyBegin,
    /// A private key's last marker.
    KeyEnd,
}

/// A run of one alphabet: at least `min` and at most `max` bytes are the secret's.
pub(super) struct Run {
    pub(super) alphabet: Alphabet,
    pub(super) min: usize,
    pub(super) max: usize,
    /// It must have a digit: without one it may be words.
    pub(super) digit: bool,
}

const fn run(alphabet: Alphabet, min: usize) -> Run {
    let (max, digit) = (usize::MAX, false);
    Run { alphabet, min, max, digit }
}

const fn exact(alphabet: Alphabet, len: usize) -> Run {
    let digit = false;
    Run { alphabet, min: len, max: len, digit }
}

const fn with_digit(alphabet: Alphabet, min: usize) -> Run {
    let (max, digit) = (usize::MAX, true);
    Run { alphabet, min, max, digit }
}

const fn rule(kind: &'static str, literal: &'static str, shape: Shape) -> Rule {
    Rule { kind, literal, shape }
}

fn alnum(b: u8) -> bool {
    b.is_ascii_alphanumeric()
}

pub(super) fn word(b: u8) -> bool {
    alnum(b) || b == b'_'
}

pub(super) fn url_safe(b: u8) -> bool {
    word(b) || b == b'-'
}

fn dotted(b: u8) -> bool {
    url_safe(b) || b == b'.'
}

fn path(b: u8) -> bool {
    url_safe(b) || b == b'/'
}

fn base64_body(b: u8) -> bool {
    alnum(b) || matches!(b, b'+' | b'/')
}

fn base64(b: u8) -> bool {
    base64_body(b) || b == b'='
}

fn token68(b: u8) -> bool {
    dotted(b) || matches!(b, b'~' | b'+' | b'/' | b'=')
}

fn hex(b: u8) -> bool {
    b.is_ascii_digit() || (b'a'..=b'f').contains(&b)
}

fn upper(b: u8) -> bool {
    b.is_ascii_uppercase() || b.is_ascii_digit()
}
