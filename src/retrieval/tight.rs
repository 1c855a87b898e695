//! Vectors that grow by an eighth: what is kept of a whole workspace has little room to spare.

/// Makes room for so many more.
pub(super) fn reserve<T>(to: &mut Vec<T>, more: usize) {
    if to.capacity() - to.len() < more {
        to.reserve_exact(more.max(to.len() / 8 + 2));
    }
}

pub(super) fn push<T>(to: &mut Vec<T>, value: T) {
    reserve(to, 1);
    to.push(value);
}

/// At a place in it, or at its end.
pub(super) fn insert<T>(to: &mut Vec<T>, at: usize, value: T) {
    reserve(to, 1);
    to.insert(at.min(to.len()), value);
}
