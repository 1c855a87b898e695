//! The picture for the README, of the real screen.
//!
//! `scripts/test-neovim --ignored picture` writes `target/ghost-text.svg`.

use super::setting::{PLUGIN, Place, bare};

const LOOK: &str = "vim.o.number = true\nvim.o.laststatus = 0\nvim.o.ruler = false\n\
    vim.api.nvim_set_hl(0, 'ForetypeSuggestion', { fg = '#6f747d' })\n";
const ANSWER: &str = "sum = lines.iter().map(|line| line.price * line.count).sum::<f64>();
    let discount = if sum > 100.0 { 0.1 } else { 0.0 };
    sum * (1.0 - discount)
}
";

#[test]
#[ignore = "makes a picture"]
fn picture() {
    bare("neovim-0.12", |setting| {
        setting.install("editors/neovim", "");
        setting.init(&format!("{PLUGIN}{LOOK}"));
        setting.backend.answer("");
        let nvim = setting.start(Place::Screen);
        nvim.open(
            "order.rs",
            "struct Line {\n    price: f64,\n    count: f64,\n}\n\n\
             /// What a customer pays, after the discount.\n\
             fn total(lines: &[Line]) -> f64 {\n    $0\n}\n",
        );
        setting.backend.answer(ANSWER);
        nvim.type_seen("let ");
        nvim.until_true("a block", || nvim.ghost_text().contains("discount)"));
        let screen = nvim.screen.as_ref().unwrap();
        screen.until("the block", |shown| shown.has("discount)"));
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/target/ghost-text.svg");
        std::fs::write(path, screen.picture("order.rs", "0:13")).unwrap();
    });
}
