//! Work for the end of something, however it ends.

/// Runs at the end, also where the end is an abort.
pub(super) struct Finally<F: FnMut()>(Option<F>);

impl<F: FnMut()> Finally<F> {
    /// Runs `work` when it is dropped.
    pub(super) const fn new(work: F) -> Self {
        Self(Some(work))
    }
}

impl<F: FnMut()> Drop for Finally<F> {
    fn drop(&mut self) {
        if let Some(mut run) = self.0.take() {
            run();
        }
    }
}
