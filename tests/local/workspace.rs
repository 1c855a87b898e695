//! A small workspace and a cursor in it, marked with `$0`.

use foretype::local::{Caution, Cursor, Index, Limits, Overlay, Prediction, predict};

/// Ways to say the same thing, in different words.
pub const FILES: [(&str, &str); 3] = [
    (
        "src/shapes.rs",
        "pub fn area(width: f64, height: f64) -> f64 {\n    width * height\n}\n\n\
         pub fn edge(width: f64, height: f64) -> f64 {\n    2.0 * (width + height)\n}\n",
    ),
    (
        "src/store.rs",
        "impl Store {\n    pub fn read_size(&self) -> Result<usize, Error> {\n        \
         let file = self.open(\"size\")?;\n        Ok(file.read_number()?)\n    }\n\n    \
         pub fn read_count(&self) -> Result<usize, Error> {\n        \
         let file = self.open(\"count\")?;\n        Ok(file.read_number()?)\n    }\n}\n",
    ),
    (
        "tools/report.py",
        "import sys\n\n\ndef main(arguments):\n    for name in arguments:\n        \
         print(name, file=sys.stderr)\n    return 0\n",
    ),
];

pub fn index() -> Index {
    Index::build(FILES, Limits::default())
}

pub fn at(path: &str, text: &str) -> Option<Prediction> {
    said(&index(), &Overlay::default(), path, text)
}

pub fn said(index: &Index, overlay: &Overlay, path: &str, text: &str) -> Option<Prediction> {
    let (prefix, suffix) = text.split_once("$0").unwrap();
    predict(index, overlay, Cursor { path, prefix, suffix, scope: &[] }, Caution::default())
}

pub fn text(prediction: Option<Prediction>) -> String {
    prediction.map_or_else(String::new, |prediction| prediction.text)
}
