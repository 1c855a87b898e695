//! Line endings: which one a document uses, and a suggestion brought into it.

use super::text::Text;

/// How a document's lines end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LineEnding {
    /// `\n`
    #[default]
    Lf,
    /// `\r\n`
    CrLf,
    /// `\r` (classic Mac OS)
    Cr,
}

/// Bytes looked at to decide.
const SAMPLE: usize = 64 * 1024;

impl LineEnding {
    /// The break's characters.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
            Self::Cr => "\r",
        }
    }

    /// The commonest break in the first 64 KiB; LF where there is none. In a mixed document the
    /// break of the line above the cursor counts (see [`LineEnding::at_line`]).
    #[must_use]
    pub fn of(text: &Text) -> Self {
        let (mut lf, mut crlf, mut cr, mut seen, mut last) = (0_usize, 0_usize, 0_usize, 0, '\0');
        while seen < SAMPLE {
            let chunk = text.chunk_at(seen);
            if chunk.is_empty() {
                break;
            }
            for c in chunk.chars() {
                match (last, c) {
                    ('\r', '\n') => crlf += 1,
                    (_, '\n') => lf += 1,
                    ('\r', _) => cr += 1,
                    _ => {}
                }
                last = c;
            }
            seen += chunk.len();
        }
        if last == '\r' {
            cr += 1;
        }
        if crlf > lf && crlf >= cr {
            Self::CrLf
        } else if cr > lf {
            Self::Cr
        } else {
            Self::Lf
        }
    }

    /// The break that ends the line above `line`, else the one that ends `line` itself, else
    /// `default`.
    #[must_use]
    pub fn at_line(text: &Text, line: usize, default: Self) -> Self {
        let break_of = |line: usize| {
            let range =
                super::offset::ByteRange::new(text.line_end(line), text.line_start(line + 1));
            match text.slice(range).as_ref() {
                "\n" => Some(Self::Lf),
                "\r\n" => Some(Self::CrLf),
                "\r" => Some(Self::Cr),
                _ => None,
            }
        };
        line.checked_sub(1).and_then(break_of).or_else(|| break_of(line)).unwrap_or(default)
    }

    /// `text` with every line break written this way. Any of the three is understood.
    #[must_use]
    pub fn apply(self, text: &str) -> String {
        let plain = normalise(text);
        if self == Self::Lf { plain } else { plain.replace('\n', self.as_str()) }
    }
}

/// `text` with LF line breaks only.
#[must_use]
pub fn normalise(text: &str) -> String {
    if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commonest_break_wins() {
        for (text, want) in [
            ("", LineEnding::Lf),
            ("one line", LineEnding::Lf),
            ("a\nb\n", LineEnding::Lf),
            ("a\r\nb\r\n", LineEnding::CrLf),
            ("a\r\nb\r\nc\n", LineEnding::CrLf),
            ("a\r\nb\nc\n", LineEnding::Lf),
            ("a\rb\rc", LineEnding::Cr),
            ("a\r", LineEnding::Cr),
        ] {
            assert_eq!(LineEnding::of(&Text::from(text)), want, "{text:?}");
        }
    }

    #[test]
    fn mixed_documents_follow_the_line_above() {
        let text = Text::from("a\r\nb\nc");
        let at = |line| LineEnding::at_line(&text, line, LineEnding::Cr);
        assert_eq!((at(0), at(1), at(2)), (LineEnding::CrLf, LineEnding::CrLf, LineEnding::Lf));
        assert_eq!(LineEnding::at_line(&Text::from("x"), 0, LineEnding::Cr), LineEnding::Cr);
    }

    #[test]
    fn applies_to_any_mixture() {
        assert_eq!(LineEnding::CrLf.apply("a\nb\r\nc\rd"), "a\r\nb\r\nc\r\nd");
        assert_eq!(LineEnding::Lf.apply("a\r\nb"), "a\nb");
    }
}
