//! A prompt that fits a model's window whole: what matters least is left out of it, and nothing is
//! ever cut out of the middle of what has been rendered.

use super::prompts::{PromptError, Values};
use crate::prompt::ChatPrompt;

/// Shorter texts (bytes) are left out rather than halved.
const SHORT: usize = 400;

/// Bytes of a finding that are told in any case.
const TOLD: usize = 1_000;

/// A prompt, and what of the code is in it.
#[derive(Debug)]
pub struct Fitted {
    /// The prompt.
    pub prompt: ChatPrompt,
    /// How many of the code's first lines it shows, where it does not show all of them; else 0.
    pub shown: usize,
}

/// What `render` makes of values, of which so much is left out that it `fits`; `None` where the code
/// itself is too long. `cuts`: of code that is only looked at the beginning will do, and the prompt says
/// how much of it that is.
///
/// # Errors
/// A template that makes no sense.
pub fn fitted(
    mut values: Values,
    cuts: bool,
    mut render: impl FnMut(&Values) -> Result<ChatPrompt, PromptError>,
    fits: impl Fn(&ChatPrompt) -> bool,
) -> Result<Option<Fitted>, PromptError> {
    loop {
        let shown = values.code.lines().count();
        values.shown = if cuts && shown < values.lines { shown } else { 0 };
        let prompt = render(&values)?;
        if fits(&prompt) {
            return Ok(Some(Fitted { prompt, shown: values.shown }));
        }
        if !less(&mut values, cuts) {
            return Ok(None);
        }
    }
}

/// Leaves out what matters least of what is there.
fn less(values: &mut Values, cuts: bool) -> bool {
    let Values { below, above, tests, function, code, selection, findings, .. } = values;
    let Values { similar, staged, documentation, definitions, instructions, .. } = values;
    let told = [similar, documentation, staged, definitions, instructions];
    // A compiler may print half of a program; what is wrong stands first.
    let longest = findings.iter_mut().map(|finding| &mut finding.message);
    let longest =
        longest.max_by_key(|message| message.len()).filter(|message| message.len() > TOLD);
    if let Some(told) = told.into_iter().find(|text| !text.is_empty()) {
        shorten(told, Keep::Start);
    } else if let Some(message) = longest {
        let end = (0..=TOLD - '…'.len_utf8()).rev().find(|at| message.is_char_boundary(*at));
        message.truncate(end.unwrap_or(0));
        message.push('…');
    } else if !below.is_empty() {
        shorten(below, Keep::Start);
    } else if !above.is_empty() {
        shorten(above, Keep::End);
    } else if !tests.example.is_empty() {
        shorten(&mut tests.example, Keep::Start);
    } else if !function.is_empty() {
        function.clear();
    } else if cuts && !selection.is_empty() {
        // It stands in the code.
        selection.clear();
    } else if cuts && code.len() > SHORT && code.lines().nth(1).is_some() {
        shorten(code, Keep::Start);
    } else {
        return false;
    }
    true
}

#[derive(Clone, Copy)]
enum Keep {
    Start,
    End,
}

/// Half of its lines; nothing of a short one.
fn shorten(text: &mut String, keep: Keep) {
    let lines = text.lines().count();
    if text.len() <= SHORT || lines < 2 {
        text.clear();
        return;
    }
    let at = text.match_indices('\n').nth(lines / 2 - 1).map_or(0, |(at, _)| at + 1);
    match keep {
        Keep::Start => text.truncate(at),
        Keep::End => *text = text.split_off(at),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::actions::prompts::FindingValue;
    use crate::guard::{Redacted, redact};

    fn made(values: &Values) -> Result<ChatPrompt, PromptError> {
        let Values { above, code, below, .. } = values;
        Ok(ChatPrompt::question(Redacted::default(), redact(&format!("{above}|{code}|{below}"))))
    }

    fn within(bytes: usize) -> impl Fn(&ChatPrompt) -> bool {
        move |prompt| prompt.messages.iter().map(|turn| turn.text.len()).sum::<usize>() <= bytes
    }

    #[test]
    fn what_is_rewritten_is_never_cut() {
        let lines = |name: &str, count: usize| format!("{name}\n").repeat(count);
        let values = Values {
            above: lines("above", 200),
            code: lines("code", 100),
            below: lines("below", 200),
            ..Values::default()
        };
        for (bytes, cuts, want) in [
            (10_000, false, Some((200, 100, 200))),
            (2_010, false, Some((200, 100, 50))),
            (1_110, false, Some((100, 100, 0))),
            (502, false, Some((0, 100, 0))),
            (500, false, None),
            (300, true, Some((0, 50, 0))),
            (10, true, None),
        ] {
            let fitted = fitted(values.clone(), cuts, made, within(bytes)).unwrap();
            let prompt = fitted.map(|fitted| fitted.prompt);
            let text =
                prompt.map(|prompt| prompt.messages.first().unwrap().text.as_str().to_owned());
            let got = text.map(|text| {
                let count = |name: &str| text.matches(name).count();
                (count("above"), count("code"), count("below"))
            });
            assert_eq!(got, want, "{bytes}");
        }
    }

    #[test]
    fn what_is_cut_is_counted() {
        let lines = |count: usize| "code\n".repeat(count).trim_end().to_owned();
        for (held, all, bytes, want) in
            [(100, 100, 600, 0), (100, 100, 300, 50), (100, 3_000, 600, 100), (0, 0, 10, 0)]
        {
            let values = Values { code: lines(held), lines: all, ..Values::default() };
            let mut told = 0;
            let render = |values: &Values| {
                told = values.shown;
                made(values)
            };
            let fitted = fitted(values, true, render, within(bytes)).unwrap().unwrap();
            assert_eq!((fitted.shown, told), (want, want), "{held} of {all}");
        }
    }

    #[test]
    fn long_findings_are_told_in_short() {
        let finding = |message: String| FindingValue { message, ..FindingValue::default() };
        let code = "code\n".repeat(90);
        let findings = vec![finding("short".into()), finding("é".repeat(6_000))];
        let values = Values { code, findings, ..Values::default() };
        let render = |values: &Values| {
            let told: String = values.findings.iter().map(|it| it.message.as_str()).collect();
            Ok(ChatPrompt::question(redact(&values.code), redact(&told)))
        };
        let fitted = fitted(values, false, render, within(1_100)).unwrap().unwrap();
        let told = fitted.prompt.messages.first().unwrap().text.as_str().to_owned();
        assert!(told.starts_with("shorté") && told.ends_with("é…") && told.len() > 900, "{told}");
    }
}
