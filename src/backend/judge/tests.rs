use super::*;
use BackendError as E;

fn name() -> String {
    "m".to_owned()
}

/// Bodies in the form that each vendor's reference gives.
#[test]
fn every_cause_has_its_error() {
    let busy = |seconds, status| E::Busy(name(), Duration::from_secs(seconds), status);
    for (status, body, want) in [
        // OpenAI, platform.openai.com/docs/guides/error-codes.
        (
            401,
            r#"{"error":{"message":"Incorrect API key provided: sk-x","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#,
            E::Unauthorized(name(), 401),
        ),
        (
            404,
            r#"{"error":{"message":"The model `gpt-9` does not exist or you do not have access to it.","type":"invalid_request_error","param":null,"code":"model_not_found"}}"#,
            E::UnknownModel(name(), 404),
        ),
        (
            400,
            r#"{"error":{"message":"This model's maximum context length is 8192 tokens.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}"#,
            E::TooLong(name(), 400),
        ),
        (
            429,
            r#"{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"#,
            E::NoCredit(name(), 429),
        ),
        (
            429,
            r#"{"error":{"message":"Rate limit reached for gpt-4.1","type":"requests","param":null,"code":"rate_limit_exceeded"}}"#,
            busy(5, 429),
        ),
        (
            400,
            r#"{"error":{"message":"Unsupported parameter: 'max_tokens'","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}}"#,
            E::Refused(name(), 400),
        ),
        (
            503,
            r#"{"error":{"message":"The engine is currently overloaded, please try again later","type":"server_error"}}"#,
            E::Overloaded(name(), 503),
        ),
        // Azure OpenAI.
        (
            404,
            r#"{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist."}}"#,
            E::UnknownModel(name(), 404),
        ),
        (
            400,
            r#"{"error":{"message":"The response was filtered","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation"}}}"#,
            E::Filtered(name()),
        ),
        // Anthropic, platform.claude.com/docs/en/api/errors.
        (
            529,
            r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
            E::Overloaded(name(), 529),
        ),
        (
            400,
            r#"{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API."}}"#,
            E::NoCredit(name(), 400),
        ),
        (
            400,
            r#"{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 210000 tokens > 200000 maximum"}}"#,
            E::TooLong(name(), 400),
        ),
        (
            413,
            r#"{"type":"error","error":{"type":"request_too_large","message":"Request exceeds the maximum size"}}"#,
            E::TooLarge(name(), 413),
        ),
        (
            404,
            r#"{"type":"error","error":{"type":"not_found_error","message":"model: claude-x"}}"#,
            E::UnknownModel(name(), 404),
        ),
        // Gemini, ai.google.dev/gemini-api/docs/troubleshooting.
        (
            400,
            r#"[{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}]"#,
            E::Unauthorized(name(), 400),
        ),
        (
            429,
            r#"{"error":{"code":429,"message":"You exceeded your current quota","status":"RESOURCE_EXHAUSTED"}}"#,
            busy(5, 429),
        ),
        (
            404,
            r#"{"error":{"code":404,"message":"models/gemini-x is not found for API version v1beta","status":"NOT_FOUND"}}"#,
            E::UnknownModel(name(), 404),
        ),
        (
            503,
            r#"{"error":{"code":503,"message":"The model is overloaded. Please try again later.","status":"UNAVAILABLE"}}"#,
            E::Overloaded(name(), 503),
        ),
        // DeepSeek, api-docs.deepseek.com/quick_start/error_codes.
        (
            402,
            r#"{"error":{"message":"Insufficient Balance","type":"unknown_error","param":null,"code":"invalid_request_error"}}"#,
            E::NoCredit(name(), 402),
        ),
        (
            400,
            r#"{"error":{"message":"Model Not Exist","type":"invalid_request_error","param":null,"code":"invalid_request_error"}}"#,
            E::UnknownModel(name(), 400),
        ),
        // Mistral.
        (
            400,
            r#"{"object":"error","message":"Invalid model: codestral-x","type":"invalid_model","param":null,"code":"1500"}"#,
            E::UnknownModel(name(), 400),
        ),
        (
            429,
            r#"{"object":"error","message":"Rate limit exceeded","type":"rate_limited","param":null,"code":"1300","raw_status_code":429}"#,
            busy(5, 429),
        ),
        // vLLM.
        (
            404,
            r#"{"error":{"message":"The model `x` does not exist.","type":"NotFoundError","param":"model","code":404}}"#,
            E::UnknownModel(name(), 404),
        ),
        // Text Generation Inference.
        (
            422,
            r#"{"error":"Input validation error: `inputs` must have less than 1024 tokens. Given: 2000","error_type":"validation"}"#,
            E::TooLong(name(), 422),
        ),
        (
            429,
            r#"{"error":"Model is overloaded","error_type":"overloaded"}"#,
            E::Overloaded(name(), 429),
        ),
        // llama.cpp.
        (
            503,
            r#"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#,
            E::Loading(name()),
        ),
        (
            400,
            r#"{"error":{"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error","n_prompt_tokens":9,"n_ctx":4}}"#,
            E::TooLong(name(), 400),
        ),
        (
            501,
            r#"{"error":{"code":501,"message":"Infill is not supported by this model","type":"not_supported_error"}}"#,
            E::NoInfill(name()),
        ),
        // Ollama.
        (404, r#"{"error":"model 'qwen' not found"}"#, E::UnknownModel(name(), 404)),
        // LiteLLM.
        (
            400,
            r#"{"error":{"message":"Budget has been exceeded!","type":"budget_exceeded","param":null,"code":"400"}}"#,
            E::NoCredit(name(), 400),
        ),
        // OpenRouter.
        (
            403,
            r#"{"error":{"code":403,"message":"openai/x requires moderation on OpenInference"}}"#,
            E::Filtered(name()),
        ),
        // Without a word.
        (302, "", E::Redirected(name(), 302)),
        (400, "", E::Refused(name(), 400)),
        (401, "", E::Unauthorized(name(), 401)),
        (402, "", E::NoCredit(name(), 402)),
        (403, "", E::Forbidden(name(), 403)),
        (404, "", E::NotFound(name())),
        (407, "", E::ProxyLogin(name(), 407)),
        (408, "", E::SentTooSlowly(name(), 408)),
        (413, "", E::TooLarge(name(), 413)),
        (429, "", busy(5, 429)),
        (500, "", E::Failed(name(), 500)),
        (502, "", E::Gateway(name(), 502)),
        (503, "", E::Unavailable(name(), 503)),
        (504, "", E::Gateway(name(), 504)),
        (529, "", E::Overloaded(name(), 529)),
    ] {
        let got = Complaint::of_body(body.as_bytes()).judge(name(), status, None);
        assert_eq!(got, want, "{status} {body}");
        for word in ["sk-x", "gpt-9", "codestral-x", "OpenInference"] {
            assert!(!got.to_string().contains(word), "{got}");
        }
    }
}

#[test]
fn another_servers_404_tells_whose_it_is() {
    for (body, part) in [
        ("404 page not found", "`provider = \"ollama\"`"),
        (r#"{"detail":"Not Found"}"#, "check `provider`"),
    ] {
        let error = Complaint::of_body(body.as_bytes()).judge(name(), 404, None);
        assert!(matches!(error, E::Dialect(_, 404, _)), "{body}: {error:?}");
        assert!(error.to_string().contains(part), "{error}");
    }
    // LM Studio's, with status 200.
    let body = br#"{"error":"Unexpected endpoint or method. (POST /v2/completions)"}"#;
    assert!(matches!(Complaint::of_body(body).judge_in_stream("m"), E::Dialect(..)));
}

#[test]
fn a_pause_that_is_asked_for_is_kept() {
    let pause = Some(Duration::from_secs(9));
    for (status, body) in [
        (429, ""),
        (503, ""),
        (529, ""),
        (500, ""),
        (429, r#"{"error":{"code":"rate_limit_exceeded"}}"#),
        (529, r#"{"error":{"type":"overloaded_error"}}"#),
    ] {
        let got = Complaint::of_body(body.as_bytes()).judge(name(), status, pause);
        assert_eq!(got, E::Busy(name(), Duration::from_secs(9), status), "{status} {body}");
        assert!(got.is_transient());
    }
}

#[test]
fn in_a_stream_the_object_tells_the_status() {
    for (body, want) in [
        (r#"{"error":{"message":"boom"}}"#, E::InStream(name())),
        (r#"{"error":{"code":500,"message":"boom"}}"#, E::InStream(name())),
        (r#"{"error":{"code":502,"message":"Provider disconnected"}}"#, E::Gateway(name(), 502)),
        (r#"{"type":"error","error":{"type":"overloaded_error"}}"#, E::Overloaded(name(), 200)),
        (
            r#"{"type":"error","error":{"type":"rate_limit_error"}}"#,
            E::Busy(name(), Duration::from_secs(5), 200),
        ),
        (r#"{"error":{"code":"context_length_exceeded"}}"#, E::TooLong(name(), 200)),
        (r#""boom""#, E::InStream(name())),
        ("boom", E::InStream(name())),
    ] {
        assert_eq!(Complaint::of_body(body.as_bytes()).judge_in_stream("m"), want, "{body}");
    }
}

/// A prompt that a server repeats decides nothing.
#[test]
fn only_the_beginning_of_a_message_is_looked_at() {
    let body = format!(r#"{{"error":{{"message":"{} rate_limit"}}}}"#, "x".repeat(MESSAGE));
    assert_eq!(
        Complaint::of_body(body.as_bytes()).judge(name(), 400, None),
        E::Refused(name(), 400)
    );
    let wide = "ü".repeat(MESSAGE);
    assert!(Complaint::of_body(wide.as_bytes()).words.len() <= MESSAGE + 1);
}
