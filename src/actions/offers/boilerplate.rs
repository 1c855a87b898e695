//! Where boilerplate is offered: in a file that is still to be written, between declarations, and on a
//! type's first line. Elsewhere it would only make the list longer.

use super::{List, named};
use crate::actions::task::{Boilerplate, Task};
use crate::document::offset::{ByteOffset, ByteRange};

impl List<'_> {
    pub(super) fn boilerplate(&mut self) {
        let here = self.here;
        let language = self.document.language;
        if language.grammar().is_none() || here.is_selected() {
            return;
        }
        if here.nothing_declared || here.at_top {
            let end = self.document.text.end();
            let at = if here.nothing_declared { end } else { here.selection.start };
            for kind in kinds(language.id()) {
                self.add(Task::Boilerplate(*kind), title(*kind), ByteRange::empty(at));
            }
            return;
        }
        let Some(class) = here.class.as_ref().filter(|_| here.function.is_none()) else { return };
        let text = &self.document.text;
        let line = text.line(text.line_of(here.selection.start));
        let whole = ByteRange::new(class.whole.start, class.range.end);
        let names = class.name.as_ref().is_some_and(|name| line.contains(name.as_str()));
        let has_fields = ["struct", "class", "record"]
            .iter()
            .any(|kind| line.split(|c: char| !c.is_alphanumeric()).any(|word| word == *kind));
        if names && has_fields && !here.in_test {
            let name = named(class, "this type");
            if language.id() != "c" {
                let title = format!("Write a builder for {name}");
                self.add(Task::Boilerplate(Boilerplate::Builder), title, whole);
            }
            let title = format!("Write an error type for {name}");
            self.add(Task::Boilerplate(Boilerplate::Errors), title, whole);
        }
    }

    /// The user's own actions.
    pub(super) fn customs(&mut self, all: &[std::sync::Arc<crate::config::ActionSettings>]) {
        use crate::config::ActionPlace;
        let here = self.here;
        let text = &self.document.text;
        let whole = ByteRange::new(ByteOffset(0), text.end());
        let selected = here.is_selected().then_some(here.selection);
        let function = here.function.as_ref().map(|function| function.range);
        for own in all.iter().filter(|own| own.enabled) {
            let id = |written: &String| {
                crate::document::language::Language::from_id(written)
                    == Some(self.document.language)
            };
            if !own.languages.is_empty() && !own.languages.iter().any(id) {
                continue;
            }
            let target = match own.place {
                Some(ActionPlace::Selection) => selected,
                Some(ActionPlace::Function) => function,
                Some(ActionPlace::File) => Some(whole),
                None => selected.or(function).or(Some(whole)),
            };
            if let Some(target) = target.filter(|target| !text.slice(*target).trim().is_empty()) {
                self.add(Task::Custom(std::sync::Arc::clone(own)), own.title.clone(), target);
            }
        }
    }
}

const fn title(kind: Boilerplate) -> &'static str {
    match kind {
        Boilerplate::Cli => "Boilerplate: command line",
        Boilerplate::Route => "Boilerplate: HTTP route",
        Boilerplate::Model => "Boilerplate: data model",
        Boilerplate::Builder => "Boilerplate: builder",
        Boilerplate::Errors => "Boilerplate: error type",
        Boilerplate::Config => "Boilerplate: configuration",
    }
}

/// What is written in a language often.
fn kinds(language: &str) -> &'static [Boilerplate] {
    use Boilerplate::{Cli, Config, Errors, Model, Route};
    match language {
        "c" | "cpp" => &[Cli, Model, Errors, Config],
        "javascriptreact" | "typescriptreact" => &[Model, Errors, Config],
        _ => &[Cli, Route, Model, Errors, Config],
    }
}
