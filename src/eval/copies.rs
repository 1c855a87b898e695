//! Which files are copies of another, to the letter or nearly: with other line breaks or indentation, a
//! comment more, a part of their lines changed. Of such files one alone may be seen, or the others say what is
//! hidden in it.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::hide::is_code_line;
use crate::document::comments::Comments;
use crate::document::language::Language;

/// A line that more files have than this tells none from another.
const COMMON: usize = 8;
/// Of a copy more than this share of lines stands in the other: of the smaller file's,
const SHARE: f64 = 0.6;
/// where that one has so many lines of its own; of the larger file's where it has fewer, for some imports and
/// a loop are no copy of the file that has them too.
const LARGE: usize = 20;
/// Files with fewer lines of their own are copies only where all their code is the same.
const TRIVIAL: usize = 5;

/// The files that were kept so far, by their lines.
#[derive(Default)]
pub struct Copies {
    /// All code of a file, as a digest.
    wholes: HashSet<u64>,
    /// The kept files that have a line; more than [`COMMON`] are not listed.
    lines: HashMap<u64, Vec<u32>>,
    /// How many lines that are not common each kept file has.
    own: Vec<usize>,
}

impl Copies {
    /// Keeps a text, unless it is a copy of one that is kept: false then.
    pub fn keep(&mut self, language: Language, text: &str) -> bool {
        let lines = code_lines(language, text);
        // One without code is told by its very text.
        let whole = if lines.is_empty() { digest(text) } else { digest(&lines) };
        let distinct: HashSet<u64> = lines.into_iter().collect();
        if self.wholes.contains(&whole) || self.has_most_of(&distinct) {
            return false;
        }
        self.wholes.insert(whole);
        self.add(distinct);
        true
    }

    fn has_most_of(&self, lines: &HashSet<u64>) -> bool {
        let mut shared: HashMap<u32, usize> = HashMap::new();
        let mut own = 0;
        for line in lines {
            let files = self.lines.get(line).map_or(&[][..], Vec::as_slice);
            if files.len() > COMMON {
                continue;
            }
            own += 1;
            for file in files {
                *shared.entry(*file).or_default() += 1;
            }
        }
        shared.into_iter().any(|(file, shared)| {
            let others = self.own.get(file as usize).copied().unwrap_or(0);
            is_copy(shared, own.min(others), own.max(others))
        })
    }

    fn add(&mut self, lines: HashSet<u64>) {
        let Ok(number) = u32::try_from(self.own.len()) else { return };
        self.own.push(0);
        for line in lines {
            let files = self.lines.entry(line).or_default();
            if files.len() > COMMON {
                continue;
            }
            files.push(number);
            let became_common = files.len() > COMMON;
            for file in files.iter() {
                let Some(own) = self.own.get_mut(*file as usize) else { continue };
                if became_common {
                    // It was never counted for the one that comes now.
                    *own -= usize::from(*file != number);
                } else if *file == number {
                    *own += 1;
                }
            }
        }
    }
}

#[allow(clippy::cast_precision_loss)]
fn is_copy(shared: usize, smaller: usize, larger: usize) -> bool {
    let of = if smaller < LARGE { larger } else { smaller };
    smaller >= TRIVIAL && shared as f64 > SHARE * of as f64
}

/// The lines of code without their blanks, in their order; as digests.
fn code_lines(language: Language, text: &str) -> Vec<u64> {
    let mut comments = Comments::new(language);
    let lines = text.lines().map(str::trim);
    lines.filter(|line| !comments.line(line) && is_code_line(line)).map(digest).collect()
}

fn digest(of: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::fmt::Write;

    use super::*;

    const LICENCE: &str =
        "// Whoever has this file may use it as they like,\n// and nobody answers for it.\n";

    fn keeps(copies: &mut Copies, text: &str) -> bool {
        copies.keep(Language::from_path("a.rs").unwrap(), text)
    }

    /// Lines that no other name has.
    fn code(name: &str, lines: usize) -> String {
        let mut text = format!("{LICENCE}use std::fmt;\nuse std::path::Path;\n\n");
        for line in 0..lines {
            let _ = writeln!(text, "    let {name}_{line} = {name}.compute({line});");
        }
        text
    }

    #[test]
    fn copies_are_found_however_they_are_written() {
        let one = code("one", 40);
        let edited = |every: usize| -> String {
            let lines = one.lines().enumerate();
            let edit = |(at, line): (usize, &str)| {
                if at % every == 0 { format!("{line} edit_{at}();\n") } else { format!("{line}\n") }
            };
            lines.map(edit).collect()
        };
        for (what, copy) in [
            ("the same", one.clone()),
            ("other line breaks", one.replace('\n', "\r\n")),
            ("a comment on top", format!("// The second of two.\n{one}")),
            ("tabs", one.replace("    ", "\t\t")),
            ("a third of the lines edited", edited(3)),
            ("its first half", code("one", 20)),
            ("the whole, and as much again", format!("{one}{}", code("two", 50))),
            ("no code but the same comments", format!("{one}// The end.\n")),
        ] {
            let mut copies = Copies::default();
            assert!(keeps(&mut copies, &one), "{what}");
            assert!(!keeps(&mut copies, &copy), "{what}");
            // And the other way round.
            let mut copies = Copies::default();
            assert!(keeps(&mut copies, &copy), "{what}");
            assert!(!keeps(&mut copies, &one), "{what}");
        }
    }

    #[test]
    fn small_files_too() {
        let small = code("small", 3);
        let mut copies = Copies::default();
        assert!(keeps(&mut copies, &small));
        assert!(!keeps(&mut copies, &format!("// Again.\r\n{}", small.replace('\n', "\r\n"))));
        assert!(!keeps(&mut copies, &format!("{small}\nfn main() {{}}\n")));
        let tiny = "mod one;\nmod two;\n";
        assert!(keeps(&mut copies, tiny));
        assert!(keeps(&mut copies, "mod one;\nmod three;\n"));
        assert!(!keeps(&mut copies, &format!("// Modules.\n{tiny}")));
        // Nothing but comments: the same ones, or others.
        assert!(keeps(&mut copies, "// One.\n"));
        assert!(keeps(&mut copies, "// Two.\n"));
        assert!(!keeps(&mut copies, "// Two.\n"));
    }

    #[test]
    fn files_of_one_hand_are_no_copies() {
        let mut copies = Copies::default();
        let imports = "use crate::a::A;\nuse crate::b::B;\nuse crate::c::C;\nuse crate::d::D;\n";
        for number in 0..30 {
            // The same head and the same imports, and few lines of their own.
            let text = format!("{imports}{}", code(&format!("name{number}"), 12));
            assert!(keeps(&mut copies, &text), "{number}");
        }
        assert!(keeps(&mut copies, imports), "a file of imports is no copy of those that import");
        // The one that is large has the few lines of another among its own.
        assert!(keeps(&mut copies, &code("few", 8)));
        assert!(keeps(&mut copies, &format!("{}{}", code("few", 8), code("many", 60))));
    }

    #[test]
    fn the_twentieth_copy_is_one_as_well() {
        let mut copies = Copies::default();
        assert!(keeps(&mut copies, &code("one", 30)));
        for number in 0..20 {
            assert!(!keeps(&mut copies, &format!("mod of_{number};\n{}", code("one", 30))));
        }
    }
}
