//! What a terminal shows: characters in cells, with the colour they are drawn in.

use std::fmt;

/// One character and its look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// With the combining marks that stand on it.
    pub text: String,
    /// The parameters of the SGR sequences in force, joined: `38;2;255;0;254`; empty for plain text.
    pub look: String,
}

/// A screen as it stood at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// From the top; blank ends of rows are not kept.
    pub rows: Vec<Vec<Cell>>,
    /// Column, in cells of the terminal, and row of the cursor, from 0.
    pub cursor: (usize, usize),
}

impl Shown {
    /// From the output of `tmux capture-pane -e -p`, followed by a line with the cursor's place.
    pub fn parse(output: &str) -> Self {
        let mut lines: Vec<&str> = output.trim_end_matches('\n').split('\n').collect();
        let place = lines.pop().unwrap_or_default();
        let mut place = place.split(' ').map(|number| number.parse().unwrap_or(0));
        let cursor = (place.next().unwrap_or(0), place.next().unwrap_or(0));
        // A look goes on from one row to the next.
        let mut look = Vec::new();
        let rows = lines.into_iter().map(|line| cells(line, &mut look)).collect();
        Self { rows, cursor }
    }

    /// The text of a row, blanks at its end left out.
    pub fn row(&self, index: usize) -> String {
        let cells = self.rows.get(index).map(Vec::as_slice).unwrap_or_default();
        cells.iter().map(|cell| cell.text.as_str()).collect::<String>().trim_end().to_owned()
    }

    /// All of it as text.
    pub fn text(&self) -> String {
        (0..self.rows.len()).map(|row| self.row(row) + "\n").collect::<String>().trim_end().into()
    }

    pub fn has(&self, text: &str) -> bool {
        self.text().contains(text)
    }

    /// What is drawn with this foreground colour (`#rrggbb`), row by row with the row's number;
    /// rows without any are left out.
    pub fn coloured(&self, colour: &str) -> Vec<(usize, String)> {
        let byte = |at: usize| u8::from_str_radix(&colour[at..at + 2], 16).unwrap();
        let wanted = format!("38;2;{};{};{}", byte(1), byte(3), byte(5));
        let drawn = |row: &Vec<Cell>| -> String {
            let of_it = row.iter().filter(|cell| cell.look.contains(&wanted));
            of_it.map(|cell| cell.text.as_str()).collect()
        };
        let rows = self.rows.iter().map(drawn).enumerate();
        rows.filter(|(_, text)| !text.is_empty()).collect()
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n(cursor at column {}, row {})", self.text(), self.cursor.0, self.cursor.1)
    }
}

fn cells(line: &str, look: &mut Vec<String>) -> Vec<Cell> {
    let mut cells: Vec<Cell> = Vec::new();
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("\x1b[")
            && let Some(end) = after.find(|c: char| c.is_ascii_alphabetic())
        {
            if after[end..].starts_with('m') {
                apply(look, &after[..end]);
            }
            rest = &after[end + 1..];
            continue;
        }
        rest = &rest[c.len_utf8()..];
        match cells.last_mut() {
            // Shift-in and shift-out of line drawing are no text.
            _ if matches!(c, '\x0e' | '\x0f') => {}
            Some(cell) if is_mark(c) => cell.text.push(c),
            _ => cells.push(Cell { text: c.to_string(), look: look.join(";") }),
        }
    }
    while cells.last().is_some_and(|cell| cell.text == " ") {
        cells.pop();
    }
    cells
}

/// The look after an SGR sequence with these parameters (ECMA-48, 8.3.117): what concerns
/// colours is told apart, other attributes are only collected.
fn apply(look: &mut Vec<String>, parameters: &str) {
    let mut numbers = parameters.split([';', ':']).map(|n| n.parse::<u32>().unwrap_or(0));
    while let Some(number) = numbers.next() {
        let (key, value) = match number {
            0 => {
                look.clear();
                continue;
            }
            38 | 48 | 58 => {
                let kind = numbers.next().unwrap_or(0);
                let count = if kind == 2 { 3 } else { 1 };
                let values: Vec<_> = numbers.by_ref().take(count).map(|n| n.to_string()).collect();
                (number, Some(format!("{number};{kind};{}", values.join(";"))))
            }
            30..=37 | 90..=97 => (38, Some(number.to_string())),
            40..=47 | 100..=107 => (48, Some(number.to_string())),
            39 | 49 | 59 => (number - 1, None),
            21..=29 => continue,
            _ => (number, Some(number.to_string())),
        };
        look.retain(|old| !is_of(old, key));
        look.extend(value);
    }
}

/// Whether a stored look is the one that `key` replaces: 38 is the foreground, 48 the background.
fn is_of(old: &str, key: u32) -> bool {
    let number: u32 = old.split(';').next().and_then(|n| n.parse().ok()).unwrap_or(0);
    match key {
        38 => matches!(number, 30..=38 | 90..=97),
        48 => matches!(number, 40..=48 | 100..=107),
        _ => number == key,
    }
}

/// Combining marks, joiners and variation selectors, as far as the tests use them.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')
}
