//! Distinct types for the units in which a place in a text is given, so that one cannot stand in
//! for another by accident. Conversion goes through [`crate::document::text::Text`].

use std::ops::Range;

/// An offset into a text in UTF-8 bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteOffset(pub usize);

/// An offset into a text in Unicode scalar values (what `ropey` counts in).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CharOffset(pub usize);

/// A zero-based line and a column in the units of the negotiated [`Encoding`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Zero-based line.
    pub line: u32,
    /// Zero-based column, in code units of the negotiated encoding.
    pub column: u32,
}

impl Position {
    /// A position from a line and a column in the negotiated units.
    #[must_use]
    pub const fn new(line: u32, column: u32) -> Self {
        Self { line, column }
    }
}

/// A range of UTF-8 bytes, start ≤ end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ByteRange {
    /// First byte.
    pub start: ByteOffset,
    /// One past the last byte.
    pub end: ByteOffset,
}

impl ByteRange {
    /// An empty range at `at`.
    #[must_use]
    pub const fn empty(at: ByteOffset) -> Self {
        Self { start: at, end: at }
    }

    /// The range between two offsets, put in order.
    #[must_use]
    pub fn new(a: ByteOffset, b: ByteOffset) -> Self {
        Self { start: a.min(b), end: a.max(b) }
    }

    /// Length in bytes.
    #[must_use]
    pub const fn len(self) -> usize {
        self.end.0.saturating_sub(self.start.0)
    }

    /// Whether nothing lies between start and end.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// As a plain range of byte indices.
    #[must_use]
    pub const fn as_range(self) -> Range<usize> {
        self.start.0..self.end.0
    }
}

/// The unit of a column, negotiated at `initialize`
/// (LSP 3.17, `general.positionEncodings`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8 code units: bytes.
    Utf8,
    /// UTF-16 code units, the protocol's default.
    #[default]
    Utf16,
    /// UTF-32 code units: Unicode scalar values.
    Utf32,
}

impl Encoding {
    /// The protocol's name of the encoding.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16 => "utf-16",
            Self::Utf32 => "utf-32",
        }
    }

    /// The encoding of that name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "utf-8" => Some(Self::Utf8),
            "utf-16" => Some(Self::Utf16),
            "utf-32" => Some(Self::Utf32),
            _ => None,
        }
    }

    /// Picks among what the client offers: utf-8 where it can, else utf-32, else utf-16.
    #[must_use]
    pub fn negotiate<'a>(offered: impl IntoIterator<Item = &'a str>) -> Self {
        let mut best = Self::Utf16;
        for name in offered {
            match Self::from_name(name) {
                Some(Self::Utf8) => return Self::Utf8,
                Some(Self::Utf32) => best = Self::Utf32,
                _ => {}
            }
        }
        best
    }

    /// Length of `text` in this encoding's code units.
    #[must_use]
    pub fn units(self, text: &str) -> usize {
        match self {
            Self::Utf8 => text.len(),
            Self::Utf16 => text.chars().map(char::len_utf16).sum(),
            Self::Utf32 => text.chars().count(),
        }
    }
}
