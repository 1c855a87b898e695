//! What a run will cost, and whether the user agrees to that.

use std::io::{IsTerminal, Write};

use anyhow::{Result, bail};

use super::models::Model;
use super::run::Run;
use crate::eval::cost::{Expected, expected};
use crate::eval::files::Source;

/// Says what it will cost, and asks where it costs money.
pub(super) fn is_agreed(
    run: &Run<'_>,
    sources: &[Source],
    models: &[Model],
    yes: bool,
) -> Result<bool> {
    let mut sum = 0.0;
    for model in models {
        let open = run.open(model);
        let (windows, price) = (model.completer.windows(), model.candidate.price);
        let files = model.tokens.min(model.completer.files_room());
        let Expected { prompt_tokens, output_tokens, cost } =
            expected(sources, &open, windows, files, price);
        let name = &model.candidate.name;
        if price.is_some() {
            eprintln!(
                "{name}: {} requests, about {prompt_tokens} tokens sent and {output_tokens} \
                 generated, about {} USD",
                open.len(),
                money(cost)
            );
        }
        sum += cost;
    }
    if sum <= 0.0 || yes {
        return Ok(true);
    }
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        bail!("this costs about {} USD; add --yes to agree to that", money(sum));
    }
    eprint!("Go on? [y/N] ");
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// USD, to the cent, or as many digits as say something.
fn money(cost: f64) -> String {
    if cost >= 0.1 { format!("{cost:.2}") } else { format!("{cost:.4}") }
}
