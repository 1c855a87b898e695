//! Vectors that grow by an eighth, and boxes of no more than they hold: what is kept of a whole workspace
//! has little room to spare.

/// A box that is as large as what it holds. One made of a vector may not be: the allocator leaves it where
/// it is as long as it fills half of the room there (so does mimalloc).
pub(super) fn boxed<T: Clone>(of: &[T]) -> Box<[T]> {
    of.into()
}

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
