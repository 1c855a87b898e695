//! Explanations go on as conversations on their pages.
