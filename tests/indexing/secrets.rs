//! Keys in code are neither said in other files nor kept on the disk.

use crate::index_is;
use crate::kept::Disk;
use crate::support::editor::Editor;

const KEY: &str = concat!("ghp_", "0123456789abcdefghijABCDEFGHIJ012345");

/// A file with a name that has a key, and one that has none.
fn settings(name: &str) -> String {
    format!(
        "import os\n\n\ndef {name}(environment):\n    environment.region = \"plain-region\"\n    environment.github_token = \"{KEY}\"\n    return environment\n"
    )
}

#[tokio::test]
async fn a_key_is_not_said_in_another_file() {
    let mut builder = Editor::builder();
    for name in ["production", "staging", "preview"] {
        builder = builder.file(&format!("config/{name}.py"), &settings(name));
    }
    let editor = builder.open().await;
    index_is(&editor, "ready").await;
    let (above, below) =
        ("def testing(environment):\n    environment.", "\n    return environment\n");
    let plain = format!("{above}region = $0{below}");
    let plain = editor.open("config/plain.py", "python", &plain);
    let said = editor.suggest(&plain).await;
    assert!(said.iter().any(|one| one.insert_text.contains("plain-region")), "nothing is said");
    let secret =
        format!("{above}region = \"plain-region\"\n    environment.github_token = $0{below}");
    let secret = editor.open("config/secret.py", "python", &secret);
    for asked in [editor.suggest(&secret).await, editor.invoke(&secret).suggestions().await] {
        for one in asked {
            assert!(!one.insert_text.contains(KEY) && !one.insert_text.contains("redacted"));
        }
    }
    editor.finish().await;
}

#[tokio::test]
async fn a_key_is_not_kept() {
    let disk = Disk::new();
    disk.write("settings.py", settings("production"));
    disk.keep().await;
    let has = |bytes: &[u8], text: &str| {
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    };
    let files = std::fs::read_dir(disk.cache()).unwrap().map(|entry| entry.unwrap().path());
    let kept: Vec<Vec<u8>> = files.map(|file| std::fs::read(file).unwrap()).collect();
    assert!(kept.iter().any(|bytes| has(bytes, "plain-region")));
    assert!(!kept.iter().any(|bytes| has(bytes, KEY)));
}
