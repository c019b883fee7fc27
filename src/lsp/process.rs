//! Whether the editor's process still lives, for editors that die without a word and leave the pipe open.

/// Whether there is a process with this number. Where that cannot be told, it is taken to live.
#[cfg(unix)]
pub(super) fn lives(process: u32) -> bool {
    let Some(process) = i32::try_from(process).ok().and_then(rustix::process::Pid::from_raw) else { return true };
    match rustix::process::test_kill_process(process) {
        Ok(()) => true,
        // It is there, but somebody else's.
        Err(error) => error != rustix::io::Errno::SRCH,
    }
}

/// Whether there is a process with this number. Windows closes the pipe of a process that ends, so nothing is asked.
#[cfg(not(unix))]
pub(super) fn lives(_process: u32) -> bool {
    true
}
