//! Fix by Helix's own keys, of what another language server says: ruff, the real one.

use crate::support::terminal_editor::TerminalEditor;

use super::setting::{Helix, Setting, setting};

const SOURCE: &str = "def total(values):
    result = 0
    for value in v$0als:
        result = result + value
    return result
";
const FIXED: &str = "```python
def total(values):
    result = 0
    for value in values:
        result = result + value
    return result
```
";
pub const FIX: &str = "Fix: Undefined name `vals` (F821)";

/// A setting with ruff on the PATH, which the shipped `languages.toml` names for Python.
pub fn with_ruff(setting: Setting) -> Option<Setting> {
    let ruff = TerminalEditor::beside("ruff", "scripts/test-helix")?;
    Some(Setting { beside: vec![ruff], ..setting })
}

/// A file in which ruff has found something.
pub fn diagnosed(setting: &Setting) -> Helix {
    setting.backend.answer("");
    setting.backend.when("\"messages\"", FIXED);
    let helix = setting.open("total.py", SOURCE);
    helix.normal_mode();
    helix.diagnosed("ruff");
    helix
}

#[test]
fn a_fix_of_what_another_server_says() {
    let Some(setting) = setting().and_then(with_ruff) else { return };
    let helix = diagnosed(&setting);
    helix.code_action(FIX);
    helix.until("for value in values:");
    let all = setting.backend.requests();
    let told = all.iter().rfind(|post| post.body.get("messages").is_some()).unwrap();
    let told = told.body["messages"].to_string();
    for part in ["Ruff [F821]", "Undefined name `vals`", "line 3 of <code>"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let fixed = SOURCE.replace("v$0als", "values");
    assert_eq!(helix.saved(), fixed);
    helix.press("u");
    helix.until("for value in vals:");
    assert_eq!(helix.saved(), SOURCE.replace("$0", ""));
}
