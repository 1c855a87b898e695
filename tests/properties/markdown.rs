//! Whatever a model writes, what is shown of it holds nothing that an editor would fetch, follow or run:
//! by the events of a Markdown parser, read with GitHub's tables and without.

use std::ops::Range;

use foretype::markdown::{closed, plain, safe, safe_from, settled, visible};
use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag};

use crate::random::Random;

/// What Markdown and attacks on it are made of.
const PIECES: [&str; 96] = [
    "!",
    "[",
    "]",
    "(",
    ")",
    "<",
    ">",
    "`",
    "``",
    "```",
    "~~~",
    "\\",
    "\n",
    "\n\n",
    " ",
    "    ",
    "\t",
    "a",
    "b c",
    "ü",
    "🎉",
    "*",
    "**",
    "_",
    "~~",
    "|",
    "\n|-|-|\n",
    "\n---\n",
    "\n===\n",
    "#",
    "\n# ",
    "- ",
    "\n- ",
    "\n  - ",
    "1. ",
    "\n> ",
    "> ",
    ":",
    "\"",
    "'",
    "&",
    "&lt;",
    "&#91;",
    "&#115;",
    "\u{202e}",
    "\u{2066}",
    "\u{200b}",
    "\u{feff}",
    "\0",
    "\r",
    "\r\n",
    "![",
    "](",
    "][",
    "]:",
    "[a]",
    "[a]: ",
    "\n[a]: ",
    "![a]",
    "[b][a]",
    "[a][]",
    "command:x",
    "javascript:x",
    "file:///x",
    "data:text/html,x",
    "vscode://x/y",
    "//x.example",
    "../x.md",
    "#x",
    "https://x.example",
    "http://x.example/?q=[a](b)",
    "mailto:a@b.example",
    "<command:x>",
    "<https://x.example>",
    "<a@b.example>",
    "<img src=x>",
    "<a href=x>",
    "</a>",
    "<script>",
    "</script>",
    "<!--",
    "-->",
    "<?",
    "?>",
    "<![CDATA[",
    "]]>",
    "<!X ",
    "<div>",
    "<pre>",
    "<b\n",
    "![a](https://x.example)",
    "[a](command:x)",
    "[![a](b)](c)",
    "```html\n",
    "[x] ",
    "[^a]",
];

const READERS: [Options; 2] = [
    Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH).union(Options::ENABLE_TASKLISTS),
    Options::empty(),
];

fn events(text: &str) -> impl Iterator<Item = (Event<'_>, Range<usize>)> {
    READERS.into_iter().flat_map(|reader| Parser::new_ext(text, reader).into_offset_iter())
}

/// What an editor would do something about.
fn danger(text: &str, from: usize) -> Option<String> {
    let web = |address: &str| {
        let address = address.to_ascii_lowercase();
        ["http://", "https://", "mailto:", "#"].iter().any(|head| address.starts_with(head))
    };
    events(text).filter(|(_, range)| range.start >= from).find_map(|(event, _)| match event {
        Event::Start(Tag::Image { dest_url, .. }) => Some(format!("image of {dest_url}")),
        Event::Start(Tag::Link { dest_url, link_type, .. }) => {
            let harmless = link_type == LinkType::Email || web(&dest_url);
            (!harmless).then(|| format!("link to {dest_url}"))
        }
        Event::Html(html) | Event::InlineHtml(html) => Some(format!("html {html}")),
        _ => None,
    })
}

fn hostile(random: &mut Random) -> String {
    let most = [4, 12, 60][random.below(3)];
    random.join(&PIECES, most)
}

#[test]
fn nothing_dangerous_survives() {
    let (mut random, mut were) = (Random::new(1), 0);
    for round in 0..10_000 {
        let text = hostile(&mut random);
        were += usize::from(danger(&text, 0).is_some());
        let shown = safe(&text);
        assert_eq!(danger(&shown, 0), None, "round {round}: {text:?} became {shown:?}");
        assert_eq!(visible(&shown), shown, "round {round}: {text:?}");
        assert_eq!(safe(&shown), shown, "round {round}: {text:?} is not done at once");
    }
    assert!(were > 2_000, "dangerous at first: {were}");
}

/// Behind what is somebody else's, which stays as it is whatever it has.
#[test]
fn nothing_dangerous_joins_a_page() {
    let mut random = Random::new(2);
    for round in 0..10_000 {
        // A user's own HTML that has no end would swallow what follows as HTML.
        let own = hostile(&mut random).replace('<', "");
        let text = format!("{own}\n\n{}", hostile(&mut random));
        let from = own.len() + 2;
        let shown = safe_from(&text, from);
        assert_eq!(shown.get(..from), text.get(..from), "round {round}");
        assert_eq!(danger(&shown, from), None, "round {round}: {text:?} became {shown:?}");
    }
}

#[test]
fn a_stream_is_harmless_wherever_it_is_cut() {
    let mut random = Random::new(3);
    for round in 0..500 {
        let text = hostile(&mut random);
        for (end, _) in text.char_indices() {
            let come = &text[..end];
            let upto = settled(come);
            assert!(come.is_char_boundary(upto), "round {round}: {come:?}");
            let shown = safe(&come[..upto]);
            assert_eq!(danger(&shown, 0), None, "round {round}: {come:?} became {shown:?}");
        }
    }
}

#[test]
fn code_stays_as_it_is() {
    let mut random = Random::new(4);
    for round in 0..5_000 {
        let code: String = hostile(&mut random).chars().filter(|c| *c != '`').collect();
        let code = visible(&code).replace('\r', "");
        let text = format!("It *is*:\n\n```html\n{code}\n```\n\nEnd.\n");
        assert_eq!(safe(&text), text, "round {round}");
    }
}

#[test]
fn what_follows_a_fence_is_no_code() {
    let mut random = Random::new(5);
    for round in 0..10_000 {
        let text = safe(&hostile(&mut random));
        let shown = format!("{}\n\n---\n\nbehind", closed(&text));
        let mut in_fence = false;
        for (event, range) in Parser::new_ext(&shown, READERS[0]).into_offset_iter() {
            if let Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) = event {
                in_fence |= range.contains(&(shown.len() - 1));
            }
        }
        assert!(!in_fence, "round {round}: {text:?}");
    }
}

#[test]
fn messages_lead_nowhere() {
    let mut random = Random::new(6);
    for round in 0..10_000 {
        let text = hostile(&mut random);
        let shown = plain(&text);
        let found = events(&shown).find_map(|(event, _)| match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                let head = dest_url.to_ascii_lowercase();
                let bad = ["command:", "javascript:", "file:", "data:", "vscode:"];
                bad.iter().any(|scheme| head.starts_with(scheme)).then(|| dest_url.to_string())
            }
            _ => None,
        });
        assert_eq!(found, None, "round {round}: {text:?} became {shown:?}");
        assert_eq!(visible(&shown), shown, "round {round}");
    }
}
