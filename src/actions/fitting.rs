//! A prompt that fits a model's window whole: what matters least is left out of it, and nothing is
//! ever cut out of the middle of what has been rendered.

use super::prompts::{PromptError, Values};
use crate::prompt::ChatPrompt;

/// Shorter texts (bytes) are left out rather than halved.
const SHORT: usize = 400;

/// What `render` makes of values, of which so much is left out that it `fits`; `None` where the code
/// itself is too long. `cuts`: of code that is only looked at the beginning will do.
///
/// # Errors
/// A template that makes no sense.
pub fn fitted(
    mut values: Values,
    cuts: bool,
    mut render: impl FnMut(&Values) -> Result<ChatPrompt, PromptError>,
    fits: impl Fn(&ChatPrompt) -> bool,
) -> Result<Option<ChatPrompt>, PromptError> {
    loop {
        let prompt = render(&values)?;
        if fits(&prompt) {
            return Ok(Some(prompt));
        }
        if !less(&mut values, cuts) {
            return Ok(None);
        }
    }
}

/// Leaves out what matters least of what is there.
fn less(values: &mut Values, cuts: bool) -> bool {
    let Values { below, above, tests, function, code, selection, .. } = values;
    let Values { similar, staged, documentation, definitions, instructions, .. } = values;
    let told = [similar, documentation, staged, definitions, instructions];
    if let Some(told) = told.into_iter().find(|text| !text.is_empty()) {
        shorten(told, Keep::Start);
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
    } else if cuts && code.len() > SHORT {
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
            let prompt = fitted(values.clone(), cuts, made, within(bytes)).unwrap();
            let text =
                prompt.map(|prompt| prompt.messages.first().unwrap().text.as_str().to_owned());
            let got = text.map(|text| {
                let count = |name: &str| text.matches(name).count();
                (count("above"), count("code"), count("below"))
            });
            assert_eq!(got, want, "{bytes}");
        }
    }
}
