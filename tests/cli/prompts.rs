//! `foretype prompts`.

use crate::support::process::Home;

#[test]
fn prompts_are_listed_shown_and_rendered() {
    let home = Home::new();
    let listed = home.run(&["prompts", "list"]);
    assert_eq!((listed.code, listed.stderr.as_str()), (0, ""));
    assert!(listed.stdout.contains("explain      built in\n"), "{}", listed.stdout);
    let shown = home.run(&["prompts", "show", "document"]);
    assert!(shown.stdout.starts_with("{% extends \"base.jinja\" %}"), "{}", shown.stdout);
    let file =
        home.file("a.py", "import os\n\n\nclass A:\n    def f(self, a):\n        return a\n");
    let place = format!("{}:6:16", file.display());
    let told = home.run(&["prompts", "render", "document", &place]);
    assert_eq!((told.code, told.stderr.as_str()), (0, ""));
    let code = "<code>\n    def f(self, a):\n        return a\n</code>";
    for part in ["Google docstring", "File: a.py\n", "It stands in: class A:\n", code] {
        assert!(told.stdout.contains(part), "{part}: {}", told.stdout);
    }
    let told = home.run(&["prompts", "render", "hover", &place]);
    for part in ["<symbol>\na\n</symbol>", code, "Answer in English"] {
        assert!(told.stdout.contains(part), "{part}: {}", told.stdout);
    }
    let nowhere = home.run(&["prompts", "render", "hover", &place.replace(":6:16", ":2:1")]);
    assert!(nowhere.stderr.contains("no name stands there"), "{}", nowhere.stderr);
    std::fs::create_dir(home.path().join("prompts")).unwrap();
    std::fs::write(home.path().join("prompts/document.jinja"), "Mine: {{ language }}").unwrap();
    let told = home.run(&["prompts", "render", "document", &place]);
    assert_eq!(told.stdout, "\n\n=== user\nMine: Python\n");
    assert!(home.run(&["prompts", "list"]).stdout.contains("document.jinja\n"));
    for (arguments, why) in [
        (&["prompts", "show", "nothing"][..], "there is no prompt `nothing`; there are: base"),
        (&["prompts", "render", "fix", &place], "`fix` is not offered there; there are: document"),
    ] {
        let ran = home.run(arguments);
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.contains(why), "{}", ran.stderr);
    }
}
