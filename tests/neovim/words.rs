//! What the user says themselves, and tests in a file of their own.

use super::actions::{AFTER, ANSWER, SOURCE, chats, plain, told};
use super::setting::{Place, each};

#[test]
fn refactor_as_the_user_says() {
    each(|setting| {
        chats(&setting, ANSWER);
        let nvim = setting.start(Place::Screen);
        nvim.open_to_read("total.py", SOURCE);
        nvim.ex("Foretype refactor use sum for it");
        nvim.until_lines(AFTER);
        assert!(told(&setting).contains("use sum for it"));
        nvim.press("u");
        nvim.until_lines(&plain(SOURCE));
        // Without words one is asked for them.
        nvim.ex("Foretype refactor");
        nvim.screen.as_ref().unwrap().until("the question", |shown| shown.has("Refactor:"));
        nvim.type_text("a shorter one");
        nvim.press("<CR>");
        nvim.until_lines(AFTER);
        assert!(told(&setting).contains("a shorter one"));
    });
}

#[test]
fn tests_in_a_new_file() {
    each(|setting| {
        let test =
            "from total import total\n\n\ndef test_total():\n    assert total([1, 2]) == 3\n";
        chats(&setting, format!("```python\n{test}```\n").as_str());
        std::fs::create_dir(setting.home.project().join("tests")).unwrap();
        setting.home.file("tests/test_other.py", "def test_other():\n    assert True\n");
        let nvim = setting.start(Place::Screen);
        nvim.open_to_read("total.py", SOURCE);
        nvim.ex("Foretype tests");
        // 0.12 asks before it makes a file, and tells that it did.
        if setting.version != "neovim-0.11" {
            let screen = nvim.screen.as_ref().unwrap();
            screen.until("the question", |shown| shown.has("[Y]es"));
            nvim.type_text("y");
            screen.until("its word on it", |shown| shown.has("Press ENTER"));
            nvim.press("<CR>");
        }
        nvim.until("the new file", "return vim.fn.expand('%:t') == 'test_total.py'");
        nvim.until_lines(test);
        assert!(told(&setting).contains("test_total.py"), "{}", told(&setting));
        assert_eq!(String::from_utf8(nvim.bytes("tests/test_total.py")).unwrap(), test);
    });
}
