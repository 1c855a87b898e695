//! Neovim 0.12 without the plugin: the lines that the documentation gives, and nothing else.

use super::setting::{Place, bare};

const PAGE: &str = include_str!("../../docs/editors/neovim.md");

/// The page's block of Lua that turns the built-in completion on.
fn lines() -> &'static str {
    let mut blocks = PAGE.split("```lua\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.find(|block| block.contains("inline_completion.enable()")).expect("a block of Lua")
}

#[test]
fn shows_and_accepts() {
    bare("neovim-0.12", |setting| {
        setting.init(lines());
        // Only to what stands there with the blank: what is shown is no older answer.
        setting.backend.answer("");
        setting.backend.when("a + b", "");
        setting.backend.when("return <|fim_suffix|>", "a + b");
        setting.backend.when("<|fim_middle|> ", "a + b");
        let nvim = setting.start(Place::Screen);
        nvim.open("sum.py", "def sum(a, b):\n    return$0\n");
        nvim.type_seen(" ");
        nvim.until_ghost("a + b");
        nvim.press("<Tab>");
        nvim.until_text("def sum(a, b):\n    return a + b$0");
        nvim.until_no_ghost();
        assert_eq!(nvim.bytes("sum.py"), b"def sum(a, b):\n    return a + b\n");
        assert_eq!(nvim.command("messages"), "");
    });
}
