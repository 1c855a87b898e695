//! FILE:LINE:COLUMN, as compilers print it.

use std::path::PathBuf;
use std::str::FromStr;

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: PathBuf,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters after any byte order mark, from 1.
    pub column: usize,
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fail = || format!("`{text}` is not FILE:LINE:COLUMN, for example src/main.rs:12:5");
        let mut parts = text.rsplitn(3, ':');
        let column = parts.next().ok_or_else(fail)?;
        let line = parts.next().ok_or_else(fail)?;
        let file = parts.next().filter(|file| !file.is_empty()).ok_or_else(fail)?;
        let number = |text: &str| text.parse::<usize>().ok().filter(|number| *number > 0);
        match (number(line), number(column)) {
            (Some(line), Some(column)) => Ok(Self { file: file.into(), line, column }),
            _ => Err(format!("{}; lines and columns count from 1", fail())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_read_from_the_right() {
        for (text, want) in [
            ("src/a.rs:12:5", Some(("src/a.rs", 12, 5))),
            ("C:\\x\\a.rs:1:1", Some(("C:\\x\\a.rs", 1, 1))),
            ("a:b.rs:3:4", Some(("a:b.rs", 3, 4))),
            ("a.rs", None),
            ("a.rs:3", None),
            ("C:\\a.rs:3", None),
            ("a.rs:0:1", None),
            ("a.rs:1:x", None),
            (":1:1", None),
        ] {
            let got = text.parse::<Place>().ok();
            let want = want.map(|(file, line, column)| Place { file: file.into(), line, column });
            assert_eq!(got, want, "{text}");
        }
    }
}
