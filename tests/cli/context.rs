//! `foretype context`: the prompt as a person sees it.

use serde_json::Value;

use crate::support::process::Home;

const CONFIG: &str = "[models.m]\nprovider = \"openai-compatible\"\nurl = \"http://127.0.0.1:9\"\n\
                      model = \"qwen2.5-coder\"\ncontext_tokens = 8192\n";

/// A project whose last file needs a definition of another one.
fn project(config: &str) -> (Home, String) {
    let home = Home::new();
    home.configure(config);
    std::fs::create_dir_all(home.project().join("p/shop")).unwrap();
    home.file("p/.foretypeignore", "private.py\n");
    home.file("p/shop/cart.py", "class Cart:\n    \"\"\"What is bought.\"\"\"\n\n    def add(self, item, count=1):\n        return self\n");
    home.file("p/private.py", "class Cart:\n    def hidden_from_all(self):\n        pass\n");
    home.file("p/.foretype.toml", "");
    let file = home.file(
        "p/main.py",
        "from shop.cart import Cart\n\n\ndef buy(cart: Cart):\n    cart.\n\n\nprint(1)\n",
    );
    let place = format!("{}:5:10", file.display());
    (home, place)
}

#[test]
fn shows_the_parts_why_they_are_there_and_what_they_take() {
    let (home, place) = project(CONFIG);
    let shown = home.run(&["context", &place]);
    assert_eq!((shown.code, shown.stderr.as_str()), (0, ""));
    for part in [
        "model m: a window of 8192 tokens, 256 of them for the answer\n",
        "definitions   shop/cart.py",
        "=== definitions shop/cart.py\n# What is bought\nclass Cart\n    def add(self, item, count=1)\n",
        "=== prefix main.py\nfrom shop.cart import Cart\n\n\ndef buy(cart: Cart):\n",
        "=== typed main.py\n    cart.\n",
        "=== suffix main.py\n\n\n\nprint(1)\n",
    ] {
        assert!(shown.stdout.contains(part), "{part}: {}", shown.stdout);
    }
    assert!(!shown.stdout.contains("hidden_from_all"), "{}", shown.stdout);
    assert_eq!(shown.stdout, home.run(&["context", &place]).stdout);

    let shown = home.run(&["context", &place, "--json"]);
    let value: Value = serde_json::from_str(&shown.stdout).unwrap();
    let parts = value["parts"].as_array().unwrap();
    let names: Vec<_> = parts.iter().map(|part| part["part"].as_str().unwrap()).collect();
    assert_eq!(names, ["definitions", "prefix", "typed", "suffix"]);
    let sum: u64 = parts.iter().map(|part| part["tokens_estimate"].as_u64().unwrap()).sum();
    assert_eq!(value["tokens_estimate"].as_u64(), Some(sum));
    let why = parts[0]["why"].as_str().unwrap();
    assert!(why.contains("Cart: ") && why.contains("add"), "{why}");
}

#[test]
fn says_what_was_left_out_and_which_lines_are_shown() {
    let (home, _) = project(&format!("{CONFIG}\n[context]\ntokens = 30\n"));
    let filler = |name: &str| format!("# {}\n", name.repeat(40)).repeat(600);
    let text = format!(
        "from shop.cart import Cart\n{}\n\ndef buy(cart: Cart):\n    cart.\n\n\n{}",
        filler("ab"),
        filler("cd")
    );
    let file = home.file("p/long.py", &text);
    let place = format!("{}:605:10", file.display());
    let shown = home.run(&["context", &place, "--json"]);
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    let value: Value = serde_json::from_str(&shown.stdout).unwrap();
    let left = value["left_out"].as_array().unwrap();
    let of = |part: &str| left.iter().find(|left| left["part"] == part);
    for part in ["prefix", "suffix"] {
        let why = of(part).unwrap()["why"].as_str().unwrap();
        assert!(why.starts_with("no room: ") && why.ends_with(" lines"), "{why}");
        assert!(of(part).unwrap()["tokens_estimate"].as_u64().unwrap() > 1_000, "{left:?}");
    }
    assert!(of("definitions").unwrap()["name"].is_string(), "{left:?}");

    let (home, place) = project(&format!("{CONFIG}\n[context]\nusages = true\n"));
    home.file(
        "p/shop/use.py",
        "from shop.cart import Cart\n\n\ndef use():\n    a = 1\n    return Cart()\n",
    );
    let shown = home.run(&["context", &place, "--json"]);
    let value: Value = serde_json::from_str(&shown.stdout).unwrap();
    let parts = value["parts"].as_array().unwrap();
    let usage = parts.iter().find(|part| part["part"] == "usages").unwrap();
    assert_eq!(
        (&usage["path"], &usage["lines"]),
        (&"shop/use.py".into(), &serde_json::json!([5, 6]))
    );
    let page = home.run(&["context", &place]).stdout;
    assert!(page.contains("=== usages shop/use.py:5-6\n"), "{page}");
}

#[test]
fn shows_the_document_alone_where_context_is_off_and_nothing_where_it_is_never_sent() {
    for off in ["enabled = false", "definitions = false", "tokens = 0"] {
        let (home, place) = project(&format!("{CONFIG}\n[context]\n{off}\n"));
        let shown = home.run(&["context", &place, "--json"]);
        assert_eq!(shown.code, 0, "{}", shown.stderr);
        let value: Value = serde_json::from_str(&shown.stdout).unwrap();
        assert_eq!(value["parts"].as_array().unwrap().len(), 3, "{off}");
    }
    let (home, place) = project(CONFIG);
    let place = place.replace("main.py:5:10", "private.py:2:1");
    let shown = home.run(&["context", &place]);
    assert_eq!((shown.code, shown.stdout.as_str()), (1, ""));
    assert!(shown.stderr.contains("nothing is sent: "), "{}", shown.stderr);
    let shown = home.run(&["context", &place.replace(":2:1", ":99:1")]);
    assert_eq!(shown.code, 2);
    assert!(shown.stderr.contains("no such place"), "{}", shown.stderr);
}

#[test]
fn without_a_model_that_is_shown_a_prompt_it_says_what_to_do() {
    let (home, place) = project("discovery.enabled = false\n");
    let shown = home.run(&["context", &place]);
    assert_eq!((shown.code, shown.stdout.as_str()), (2, ""));
    for part in ["no model is configured", "the workspace model", "config init", "--model"] {
        assert!(shown.stderr.contains(part), "{part}: {}", shown.stderr);
    }
    home.configure("[models.own]\nprovider = \"workspace\"\n[completion]\nmodel = \"own\"\n");
    let shown = home.run(&["context", &place]);
    assert_eq!(shown.code, 2, "{}", shown.stdout);
    for part in ["`completion.model` is the workspace model `own`", "--model"] {
        assert!(shown.stderr.contains(part), "{part}: {}", shown.stderr);
    }
}
