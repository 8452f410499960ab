//! How glibc's allocator treats large allocations.

/// From this size on, in bytes, memory comes from the system and goes back as soon as it is freed.
const LARGE: libc::c_int = 128 * 1024;

/// Has large allocations go back to the system when they are freed. This must come before there is a
/// second thread.
///
/// By itself glibc raises the size that it counts as large with each such allocation that is freed, up
/// to 32 MiB. A flood of large requests would then leave the process with a hundred megabytes that
/// nobody uses, for good.
#[expect(
    unsafe_code,
    reason = "the allocator's settings can be changed from within the process by this function alone"
)]
pub(crate) fn give_back_what_is_large() {
    // SAFETY: mallopt(3) asks only that no other thread allocates meanwhile.
    let set = unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE) };
    debug_assert_eq!(set, 1, "glibc takes every size up to 32 MiB");
}
