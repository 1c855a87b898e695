//! The budget holds for any text, any window and any size of answer.

use foretype::guard::redact;
use foretype::prompt::budget::{Budget, estimate};
use foretype::prompt::{ContextFile, FimPrompt};

use crate::random::Random;

/// Pieces whose bytes to a token differ: one to four bytes a char.
const PIECES: [&str; 8] =
    ["let value = 1;\n", "я", "привет", "日本語", "😀", "x", "ééééééé", "        \n"];

fn text(random: &mut Random) -> String {
    // Uneven on purpose: a share in bytes is not a share in tokens.
    let (a, b) = (random.pick(&PIECES), random.pick(&PIECES));
    let most = [0, 10, 300, 3_000][random.below(4)];
    format!("{}{}", a.repeat(random.below(most + 1)), b.repeat(random.below(most + 1)))
}

#[test]
fn every_prompt_fits() {
    let mut random = Random::new(1);
    for round in 0..1_000 {
        let context_tokens = [0, 1, 65, 200, 512, 4_096, 32_768, 2_000_000][random.below(8)];
        let max_output_tokens = [0, 1, 64, 256, 8_192, u32::MAX][random.below(6)];
        let budget = Budget { context_tokens, max_output_tokens };
        let file = |random: &mut Random| ContextFile {
            path: format!("src/{}.rs", "p".repeat(random.below(90))),
            text: redact(&text(random)),
        };
        let prompt = FimPrompt {
            repo: None,
            files: (0..random.below(5)).map(|_| file(&mut random)).collect(),
            comment: None,
            path: "src/a.rs".into(),
            prefix: redact(&text(&mut random)),
            middle: redact(&text(&mut random)),
            suffix: redact(&text(&mut random)),
        };
        let fitted = budget.fit(prompt.clone());
        let got = fitted.prompt();
        let out = fitted.max_output_tokens();
        let files: usize = got.files.iter().map(ContextFile::tokens).sum();
        let parts = [&got.prefix, &got.middle, &got.suffix].map(|part| estimate(part.as_str()));
        let room = budget.document_tokens(u32::try_from(files).unwrap()) as usize;
        let tokens = parts.iter().sum::<usize>();
        assert!(tokens <= room, "round {round}, {budget:?}: {tokens} of {room}, {parts:?}");
        let window = (context_tokens as usize).saturating_sub(out as usize);
        assert!(tokens + files <= window || tokens + files == 0, "round {round}, {budget:?}");
        assert!(files <= budget.files_room() as usize, "round {round}, {budget:?}: {files}");
        assert!(
            out <= max_output_tokens.max(1) && out <= (context_tokens / 2).max(1),
            "{budget:?}"
        );
        // What stays is what is nearest, without a gap.
        assert!(prompt.prefix.as_str().ends_with(got.prefix.as_str()));
        assert!(prompt.middle.as_str().ends_with(got.middle.as_str()));
        assert!(prompt.suffix.as_str().starts_with(got.suffix.as_str()));
        assert!(got.middle == prompt.middle || got.prefix.is_empty(), "round {round}: a gap");
        let known: Vec<&str> = prompt.files.iter().map(|file| file.path.as_str()).collect();
        let kept: Vec<&str> = got.files.iter().map(|file| file.path.as_str()).collect();
        assert!(known.starts_with(&kept));
        // With room to spare nothing is cut.
        let all = [&prompt.prefix, &prompt.middle].map(|part| estimate(part.as_str()));
        let suffix = estimate(prompt.suffix.as_str());
        let typed = all[1].max(512.min(room / 4));
        if typed <= room && all[0] + suffix <= room - typed && suffix <= (room - typed) / 4 {
            assert_eq!(parts, [all[0], all[1], suffix], "round {round}, {budget:?}");
        }
        for files in [0, 1, 2_000, u32::MAX] {
            let windows = budget.windows_beside(files);
            let bytes = windows.prefix + windows.suffix;
            assert!(bytes <= 3 * budget.document_tokens(files) as usize, "{budget:?}");
        }
    }
}
