//! The sources of context, each its own file: functions of a [`Need`](super::need::Need) alone.
