//! Actions of the user's own: what is understood, what is refused, and who may say it.

use super::super::*;
use super::{Case, problems, user};

#[test]
fn what_is_not_said_is_usual() {
    let resolved = Case {
        user: "[actions.mine]\nprompt = 'Translate <code>.'\nlanguages = ['rust']\n[actions.short]\nprompt = 'short-one'\nanswer = 'insert'",
        client: r#"{"actions": {"mine": {"title": "Mine", "where": "function", "answer": "replace"}}}"#,
        ..Case::default()
    }
    .resolve();
    assert_eq!(problems(&resolved), [""; 0]);
    let mine = &resolved.settings.actions["mine"];
    assert_eq!((mine.title.as_str(), mine.kind.as_str()), ("Mine", "refactor.rewrite.custom"));
    assert_eq!(mine.prompt, ActionPrompt::Text("Translate <code>.".into()));
    assert_eq!((mine.answer, mine.place), (ActionAnswer::Replace, Some(ActionPlace::Function)));
    let short = &resolved.settings.actions["short"];
    assert_eq!(short.prompt, ActionPrompt::Template("short-one".into()));
    assert_eq!((short.title.as_str(), short.enabled), ("short", true));
    let shown = resolved.show();
    for line in [
        "[actions.mine]",
        "title = \"Mine\"  # workspace/didChangeConfiguration",
        "prompt = \"Translate <code>.\"  # config.toml:2:10",
        "where = \"function\"  # workspace/didChangeConfiguration",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line}\n{shown}");
    }
    assert_eq!(user(&shown).settings.actions, resolved.settings.actions);
}

#[test]
fn what_makes_no_sense_is_named_with_its_remedy() {
    for (written, told) in [
        (
            "title = 'x'",
            "config.toml:1:10: `actions.a`: has no `prompt`; write what the model is asked",
        ),
        ("prompt = ''", "`actions.a.prompt`: is empty; remove it or fill it in"),
        ("prompt = 1", "`actions.a.prompt`: is a whole number; write text in quotes"),
        ("prompt = 'a b'\ntitle = \"a\\nb\"", "`actions.a.title`: is no title; write one line"),
        (
            "prompt = 'a b'\nanswer = 'shows'",
            "`actions.a.answer`: `shows` is not known; did you mean `show`?",
        ),
        (
            "prompt = 'a b'\nkind = 'source.fixAll'",
            "`actions.a.kind`: `source.fixAll` is no kind for it; write one that begins with",
        ),
        ("prompt = 'a b'\nkind = 'refactor..x'", "is no kind for it"),
        (
            "prompt = 'a b'\nlanguages = ['rusty']",
            "`actions.a.languages`: `rusty` is no language that is known",
        ),
        (
            "prompt = 'a b'\nwhere = 'here'",
            "`actions.a.where`: `here` is not known; write `selection`, `function` or `file`",
        ),
        (
            "prompt = 'a b'\nprompts = 'c'",
            "`actions.a.prompts`: is not a known key; did you mean `actions.a.prompt`?",
        ),
    ] {
        let told_now = problems(&user(&format!("[actions.a]\n{written}"))).join("\n");
        assert!(told_now.contains(told), "{written}: {told_now}");
    }
    let told = problems(&user("[actions.\"a b\"]\nprompt = 'c d'")).join("\n");
    assert!(told.contains("give the action a name of letters"), "{told}");
    assert!(
        user(&format!("[actions.a]\nprompt = '{}'", "x ".repeat(9_000)))
            .settings
            .actions
            .is_empty()
    );
}

#[test]
fn a_workspace_can_only_turn_them_off() {
    let case = |workspace: &str| {
        let user =
            "[actions.mine]\nprompt = 'Do it.'\n[actions.off]\nprompt = 'No.'\nenabled = false";
        Case { user, workspace, ..Case::default() }.resolve()
    };
    let resolved = case("[actions.mine]\nenabled = false\n[actions.nobodys]\nenabled = false");
    assert_eq!(problems(&resolved), [""; 0]);
    assert!(!resolved.settings.actions["mine"].enabled);
    let resolved = case("[actions.off]\nenabled = true\n[actions.mine]\nprompt = 'Evil.'");
    assert!(!resolved.settings.actions["off"].enabled && resolved.settings.actions["mine"].enabled);
    assert_eq!(resolved.settings.actions["mine"].prompt.as_str(), "Do it.");
    let told = problems(&resolved).join("\n");
    assert!(told.contains("cannot turn on what is off"), "{told}");
    assert!(
        told.contains("a workspace cannot set `actions.mine.prompt`; move it to your user"),
        "{told}"
    );
}
