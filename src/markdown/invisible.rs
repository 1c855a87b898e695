//! Characters that nobody sees and that change what is seen.

/// A text without them: controls, marks that turn the direction of writing around (UAX #9, the attack of
/// "Trojan Source"), blanks without a width and tags. What joins the parts of an emoji or the letters of
/// a script stays.
#[must_use]
pub fn visible(text: &str) -> String {
    text.chars().filter(|c| !is_hidden(*c)).collect()
}

fn is_hidden(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' => false,
        '\u{ad}'
        | '\u{180e}'
        | '\u{200b}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => true,
        c => c.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn what_can_be_seen_stays() {
        for (text, want) in [
            ("a\u{202e}b\u{2066}c\u{2069}", "abc"),
            ("\u{feff}a\u{200b}b\u{ad}\0\u{7}\u{9b}\u{1b}[1m", "ab[1m"),
            ("\ta\r\nü🎉 👩\u{200d}💻 ❤\u{fe0f}", "\ta\r\nü🎉 👩\u{200d}💻 ❤\u{fe0f}"),
            ("\u{5e9}\u{5dc}\u{5d5}\u{5dd}\u{200f}", "\u{5e9}\u{5dc}\u{5d5}\u{5dd}\u{200f}"),
            ("tag\u{e0041}\u{e007f}", "tag"),
        ] {
            assert_eq!(visible(text), want, "{text:?}");
        }
    }
}
