use super::*;

/// Everything a text is made of that is no code: what is left of it must be harmless.
fn dangers(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (event, _) in READERS.into_iter().flat_map(|reader| parsed(text, reader)) {
        match event {
            Event::Start(Tag::Image { dest_url, .. }) => found.push(format!("image {dest_url}")),
            Event::Start(Tag::Link { dest_url, link_type, .. })
                if link_type != LinkType::Email && !may_stay(&dest_url, Shown::Rendered) =>
            {
                found.push(format!("link {dest_url}"));
            }
            Event::Html(html) | Event::InlineHtml(html) => found.push(format!("html {html}")),
            _ => {}
        }
    }
    found
}

#[test]
fn what_is_shown_is_text() {
    for (text, want) in [
        // What models write goes as it came.
        (
            "It *counts* `items[0](x)`.\n\n- one\n- two\n",
            "It *counts* `items[0](x)`.\n\n- one\n- two\n",
        ),
        (
            "See [the book](https://doc.rust-lang.org/book).",
            "See [the book](https://doc.rust-lang.org/book).",
        ),
        ("<https://a.example/b> and <me@a.example>", "<https://a.example/b> and <me@a.example>"),
        (
            "[below](#below), [mail](mailto:a@b.example)",
            "[below](#below), [mail](mailto:a@b.example)",
        ),
        ("a < b && b > a, 1 << 3", "a < b && b > a, 1 << 3"),
        // Images: the text, or the address.
        ("a ![chart](https://evil.example/?q=1) b", "a chart b"),
        ("![](https://evil.example/a.png)", "`https://evil.example/a.png`"),
        ("![*a* `b`](<x y>)", "*a* `b`"),
        ("![a][1]\n\n[1]: https://evil.example/a.png", "a\n\n[1]: https://evil.example/a.png"),
        ("![a]\n\n[a]: data:image/png;base64,AA", "!\\[a]\n\n"),
        ("[![a](https://e.example/p.png)](command:x)", "a"),
        ("![a ![b](http://c) d](http://e)", "a b d"),
        ("![a\nb](http://c\n\"t\")", "a\nb"),
        // Links that lead elsewhere: their text.
        ("[run](command:workbench.action.quit)", "run"),
        ("[run](CoMmAnD:x) [f](file:///etc/passwd) [d](data:text/html,x)", "run f d"),
        ("[j](javascript:x) [v](vscode://a/b) [r](../a.md) [p](//e.example)", "j v r p"),
        ("[j](java&#115;cript:x)", "j"),
        ("[a **b**](command:x \"title\")", "a **b**"),
        ("[](command:x)after", "after"),
        ("<command:x> and <file:///a>", "`command:x` and `file:///a`"),
        ("[a][b] and [b]\n\n[b]: command:x", "[a][b] and [b]\n\n"),
        ("[b]: command:x\n[b]: file:///y\n\n[b]", "\n\n\n[b]"),
        // HTML: as it is written.
        ("a <b>c</b> <img src=x onerror=y>", "a \\<b>c\\</b> \\<img src=x onerror=y>"),
        ("<script>\nalert(1)\n\n</script>", "\\<script>\nalert(1)\n\n\\</script>"),
        ("<div>\n[a](command:x)\n</div>", "\\<div>\na\n\\</div>"),
        ("<!-- ![a](http://b) -->", "\\<!-- a -->"),
        ("Vec<T> and Option<&str>", "Vec\\<T> and Option<&str>"),
        ("an end <img src=\"x\" ", "an end \\<img src=\"x\" "),
        ("\\<b> \\\\<b>", "\\<b> \\\\\\<b>"),
        // Code is what it is.
        ("```html\n<img src=x> ![a](b)\n```\n", "```html\n<img src=x> ![a](b)\n```\n"),
        ("    <img src=x>\n", "    <img src=x>\n"),
        ("``<b>`c``", "``<b>`c``"),
        ("a\u{202e}b `c\u{2066}d`", "ab `cd`"),
        // A table for some readers, a link for others.
        ("[a\n|-|\n](command:x)", "a\n|-|\n"),
        ("", ""),
    ] {
        let got = safe(text);
        assert_eq!(got, want, "{text:?}");
        assert_eq!(dangers(&got), [""; 0], "{text:?}");
        assert_eq!(safe(&got), got, "once is enough: {text:?}");
    }
}

#[test]
fn only_what_is_a_models_is_changed() {
    let own = "- mine ![a](http://b)\n\n";
    let got = safe_from(&format!("{own}    ![x](http://y)"), own.len());
    assert_eq!(got, format!("{own}    x"), "it goes on with the list and is no code");
    let own = "```\nmine\n";
    let got = safe_from(&format!("{own}```\n![x](http://y)\n"), own.len());
    assert_eq!(got, format!("{own}```\nx\n"), "it ends the fence");
}

#[test]
fn messages_are_not_escaped() {
    for (text, want) in [
        ("Vec<T> panics; `a` is <b>big</b>", "Vec<T> panics; `a` is <b>big</b>"),
        ("calls handlers[0](event) and vec![1](x)", "calls handlers[0](event) and vec![1](x)"),
        (
            "[run](command:x) ![a](https://b) [see](https://c.example)",
            "run a [see](https://c.example)",
        ),
        ("a <img src=x> b <script>c</script> <A HREF=d>e</a>", "a  b c e"),
        ("a\u{202e}b", "ab"),
    ] {
        assert_eq!(plain(text), want, "{text:?}");
    }
}

#[test]
fn fences_are_closed() {
    for (text, want) in [
        ("a\n```rust\nb", "a\n```rust\nb\n```"),
        ("a\n````\n```\nb\n```\n", "a\n````\n```\nb\n```\n````"),
        ("~~~\nb\n", "~~~\nb\n~~~"),
        ("a\n```\nb\n```", "a\n```\nb\n```"),
        ("- a\n  ```\n  b", "- a\n  ```\n  b"),
        ("> ```\n> b", "> ```\n> b"),
        ("    ```\n", "    ```\n"),
        ("a", "a"),
    ] {
        assert_eq!(closed(text), want, "{text:?}");
    }
}

/// Cut anywhere, what is shown is harmless, and only grows.
#[test]
fn a_stream_only_grows() {
    let text = "# It\n\nIt counts `items[0]` and ![a](https://b) the [rest](command:x), see \
        [this](https://c.example/d).\n\n- one <img src=x>\n- two `a` Vec<T> [x] y\n\n\
        ```rust\nlet a = \"![x](y)\";\n```\n\nThe <https://e.example> end! [f][g] ![h](\n\n\
        [g]: command:i\n";
    let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    let mut before = String::new();
    for end in ends {
        let come = &text[..end];
        let shown = safe(&come[..settled(come)]);
        assert_eq!(dangers(&shown), [""; 0], "{come:?}");
        assert!(shown.starts_with(before.trim_end()), "{before:?}\n{shown:?}");
        before = shown;
    }
    assert_eq!(settled("It counts"), 9);
    assert!(safe(text).starts_with(&before));
}
