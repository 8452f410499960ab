//! Room for recursion.

/// How much stack must be left before a step down.
const LEFT: usize = 256 * 1024;
/// How much is added where there is less.
const MORE: usize = 2 * 1024 * 1024;

/// Runs one step of a recursion over a question. A question may nest a few hundred levels deep, and
/// the caller's thread may have a small stack.
pub(crate) fn grow_stack<T>(step: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(LEFT, MORE, step)
}
