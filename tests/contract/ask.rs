//! What is asked in every case.

use foretype::backend::{Ask, ChatAsk, FimAsk, Priority};
use foretype::config::settings::Purpose;
use foretype::guard::redact;
use foretype::prompt::budget::Budget;
use foretype::prompt::{ChatPrompt, FimPrompt, Message, Role};

use super::case::{Case, Kind};

const BUDGET: Budget = Budget { context_tokens: 4_096, max_output_tokens: 64 };

pub fn ask(case: &Case) -> Ask {
    match case.ask {
        Kind::Fim => {
            let prompt = FimPrompt {
                path: "src/a.rs".into(),
                prefix: redact("fn a() {\n"),
                middle: redact("    let b = "),
                suffix: redact("\n}\n"),
                ..FimPrompt::default()
            };
            let prompt = BUDGET.fit(prompt);
            Ask::Fim(FimAsk {
                prompt,
                candidates: case.candidates,
                one_line: true,
                priority: Priority::Fresh,
            })
        }
        Kind::Chat => {
            let turn = |role, text| Message { role, text: redact(text) };
            let prompt = ChatPrompt {
                system: redact("Be brief."),
                messages: vec![
                    turn(Role::User, "Can you refactor?"),
                    turn(Role::Assistant, "Yes."),
                    turn(Role::User, "Then refactor `a`."),
                ],
            };
            Ask::Chat(ChatAsk {
                prompt: BUDGET.fit_chat(prompt),
                purpose: Purpose::Chat,
                priority: Priority::Invoked,
            })
        }
    }
}
