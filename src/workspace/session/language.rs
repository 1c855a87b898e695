//! The language that a session's user is answered in.

use super::Session;
use crate::workspace::root_config::RootConfig;

impl Session {
    /// The editor speaks this language (BCP 47) to its user.
    pub fn set_locale(&self, locale: Option<String>) {
        *self.locale.lock() = locale;
    }

    /// The language to answer the user in, by its English name.
    #[must_use]
    pub fn reply_language(&self, settings: &RootConfig) -> String {
        let written = settings.resolved.settings.chat.language.as_deref();
        crate::chat::language::of(written, self.locale.lock().as_deref())
    }
}
