//! A table that gives the embedded model of the workspace a name.

use super::super::*;
use super::{Case, problems, user};

const QWEN: &str = "[models.qwen]\nprovider='llama-cpp'\nurl='http://127.0.0.1:1'\n";
const MINE: &str = "[models.mine]\nprovider='workspace'\n";

#[test]
fn it_has_no_other_key() {
    let text = format!("{MINE}model='x'\nurl='http://127.0.0.1:1'\napi_key={{env='K'}}\n");
    let resolved = user(&text);
    assert_eq!(
        problems(&resolved),
        [
            "config.toml:3:7: `models.mine.model`: `workspace` has no such setting; remove it",
            "config.toml:4:5: `models.mine.url`: `workspace` has no such setting; remove it",
            "config.toml:5:9: `models.mine.api_key`: `workspace` has no such setting; remove it",
        ]
    );
    assert!(resolved.problems.iter().all(|problem| problem.severity == Severity::Warning));
    // It works all the same.
    let settings = &resolved.settings;
    assert_eq!(settings.completion.model, ModelChoice::Workspace("mine".into()));
    assert!(settings.models.is_empty() && settings.unusable.is_empty());
    assert!(resolved.show().contains("[models.mine]\nprovider = \"workspace\""));
    assert!(problems(&user(MINE)).is_empty());
    // A name that ends as it does is another one.
    let other =
        format!("{MINE}[models.minefield]\nprovider='llama-cpp'\nurl='http://127.0.0.1:1'\n");
    assert!(!problems(&user(&other)).join("").contains("no such setting"));
}

#[test]
fn it_completes_and_does_nothing_else() {
    let all = format!("{QWEN}{MINE}[completion]\nmodel='qwen'\nfallback=['mine']\n");
    let resolved = user(&all);
    assert_eq!(problems(&resolved), [""; 0]);
    assert_eq!(resolved.settings.completion.fallback, ["mine"]);
    // What answers questions is the only one that can.
    assert_eq!(resolved.settings.chat.model, ModelChoice::Named("qwen".into()));
    for (key, table) in [
        ("chat.model", "[chat]\nmodel='mine'"),
        ("chat.model", "[chat]\nmodel='workspace'"),
        ("chat.fallback", "[chat]\nfallback=['mine']"),
        ("index.model", "[index]\nmodel='mine'"),
    ] {
        let resolved = user(&format!("{all}{table}\n"));
        assert_eq!(resolved.problems.len(), 1, "{:?}", problems(&resolved));
        let problem = &resolved.problems[0];
        assert_eq!((problem.key.as_str(), problem.severity), (key, Severity::Error));
        assert_eq!(problem.message, "the model of the workspace completes only");
        assert!(
            resolved.settings.index.model.is_none() && resolved.settings.chat.fallback.is_empty()
        );
    }
    let alone = user(MINE).settings.chat.model;
    let why = "the model of the workspace completes only; configure a model for chat";
    assert_eq!(alone, ModelChoice::None(why.into()));
}

#[test]
fn a_workspace_can_pick_it() {
    let user = format!("{QWEN}{MINE}[completion]\nmodel='qwen'\n");
    let resolved =
        Case { user: &user, workspace: "[completion]\nmodel='mine'\n", ..Case::default() }
            .resolve();
    assert_eq!(problems(&resolved), [""; 0]);
    assert_eq!(resolved.settings.completion.model, ModelChoice::Workspace("mine".into()));
}
