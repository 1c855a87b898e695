//! Prefix and suffix of a request, as far as its body shows them.

use serde_json::Value;

/// Marks of prefix, suffix and middle by model family, in raw fill-in-the-middle prompts.
const FAMILIES: [[&str; 3]; 7] = [
    ["<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"],
    ["<fim_prefix>", "<fim_suffix>", "<fim_middle>"],
    ["<PRE> ", " <SUF>", " <MID>"],
    ["<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"],
    ["<[fim-prefix]>", "<[fim-suffix]>", "<[fim-middle]>"],
    ["<|code_prefix|>", "<|code_suffix|>", "<|code_middle|>"],
    ["[PREFIX]", "[SUFFIX]", "[MIDDLE]"],
];

/// What the model was asked to complete.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prompt {
    /// The text before the cursor, with what follows the middle mark.
    pub prefix: String,
    /// The text after the cursor.
    pub suffix: String,
    /// All of the prompt in the order a model would read it, marks and other files included.
    pub whole: String,
}

impl Prompt {
    /// The prompt of a request with this body, whatever its dialect.
    pub fn of(body: &Value) -> Self {
        if body.get("input_prefix").is_some() || body.get("input_suffix").is_some() {
            return Self::of_infill(body);
        }
        if let Some(whole) = conversation(body) {
            return Self { prefix: whole.clone(), suffix: String::new(), whole };
        }
        let prompt = if body.get("inputs").is_some() { &body["inputs"] } else { &body["prompt"] };
        let whole = text(prompt);
        for marks in FAMILIES {
            if let Some((prefix, suffix)) = split(&whole, marks) {
                return Self { prefix, suffix, whole };
            }
        }
        Self { prefix: whole.clone(), suffix: text(&body["suffix"]), whole }
    }

    /// llama.cpp's `/infill`, whose `prompt` stands after the middle token.
    fn of_infill(body: &Value) -> Self {
        let [before, after, typed] =
            ["input_prefix", "input_suffix", "prompt"].map(|key| text(&body[key]));
        let mut whole = String::new();
        for extra in body["input_extra"].as_array().into_iter().flatten() {
            whole.push_str(&format!("{}\n{}\n", text(&extra["filename"]), text(&extra["text"])));
        }
        whole.push_str(&format!("{before}{after}{typed}"));
        Self { prefix: before + &typed, suffix: after, whole }
    }
}

/// All that is said in a conversation, the system's part first; in whichever API's form.
fn conversation(body: &Value) -> Option<String> {
    let turns = ["messages", "contents", "input"].into_iter().find_map(|key| body.get(key))?;
    // `input` may be a text alone.
    let turns = turns.as_array().map_or(std::slice::from_ref(turns), Vec::as_slice);
    let system = ["system", "systemInstruction", "system_instruction", "instructions"];
    let system = system.into_iter().filter_map(|key| body.get(key));
    let texts: Vec<String> = system.chain(turns).map(text).collect();
    Some(texts.join("\n"))
}

/// The text of a string, or of the parts of a list.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(text).collect(),
        Value::Object(part) => {
            let inner = ["text", "content", "parts"].into_iter().find_map(|key| part.get(key));
            inner.map(text).unwrap_or_default()
        }
        _ => String::new(),
    }
}

/// Prefix and suffix by the marks, in whichever order they stand.
fn split(whole: &str, marks: [&str; 3]) -> Option<(String, String)> {
    let places = marks.map(|mark| whole.find(mark));
    let (Some(_), Some(_)) = (places[0], places[1]) else {
        return None;
    };
    let part = |which: usize| {
        let Some(at) = places[which] else { return "" };
        let next = places.iter().flatten().copied().filter(|&place| place > at).min();
        &whole[at + marks[which].len()..next.unwrap_or(whole.len())]
    };
    Some((part(0).to_owned() + part(2), part(1).to_owned()))
}
