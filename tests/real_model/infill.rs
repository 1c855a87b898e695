//! `/infill`, with a model that has fill-in-the-middle tokens.

use super::setting::{
    COUNT, Way, cancels, complete, doctor, home, loaded, real, reuses_the_cache, streams,
};

#[test]
fn completes_by_infill() {
    let Some(real) = real(true, 1) else { return };
    loaded(&real);
    let home = home(&real, Way::LlamaCpp, 8);
    let figures = complete(&home, COUNT);
    streams(&figures);
    reuses_the_cache(&home);
    cancels(&real, Way::LlamaCpp);
    doctor(&home, 0, &["all is well", "context window: 4096", "/infill"]);
}
