//! Java: Maven's `pom.xml`, Gradle's build files and version catalogue. Read by what stands out in
//! them: a build file is a program, and running it is not for us.

use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;
use toml::{Table, Value};

use super::framework::{Framework, Kind};
use super::{Found, reading};

/// Dependencies that are read of one file.
const MOST: usize = 400;

static ELEMENT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?s)<(dependency|parent)>(.*?)</(?:dependency|parent)>").ok());
static ARTIFACT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"<artifactId>\s*([^<\s]+)\s*</artifactId>").ok());
static VERSION: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"<version>\s*([^<\s]+)\s*</version>").ok());
static JAVA: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let maven = r"<(?:maven\.compiler\.(?:release|source)|java\.version)>\s*([0-9.]+)";
    let gradle = r"(?:JavaLanguageVersion\.of\(|sourceCompatibility\s*=\s*['\x22]?(?:JavaVersion\.VERSION_)?)([0-9.]+)";
    Regex::new(&format!("{maven}|{gradle}")).ok()
});
static NOTATION: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"["']([\w.-]+):([\w.-]+)(?::([\w.$-]+))?["']"#).ok());
static PLUGIN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"id\s*\(?\s*["']org\.springframework\.boot["']\s*\)?\s*version\s*["']([^"']+)"#)
        .ok()
});

pub(super) fn read(folders: &[&Path]) -> Found {
    let mut found = Found::default();
    let (mut tests, mut names) = (String::new(), Vec::new());
    for folder in folders {
        for name in ["pom.xml", "build.gradle.kts", "build.gradle", "gradle/libs.versions.toml"] {
            let file = folder.join(name);
            let Some(text) = reading::manifest(&file) else { continue };
            found.manifest(&file);
            let all = match name {
                "pom.xml" => maven(&text),
                "gradle/libs.versions.toml" => catalogue(&text),
                _ => gradle(&text),
            };
            if let Some(java) = capture(&JAVA, &text) {
                found.stack.language("Java", &java);
            }
            if text.contains("useJUnitPlatform") {
                tests.push_str(" junit-jupiter");
            }
            names.extend(all);
        }
    }
    // A folder of Gradle's is none of the project's.
    found.folder = found.folder.map(|folder| match folder.parent() {
        Some(above) if folder.ends_with("gradle") => above.to_path_buf(),
        _ => folder,
    });
    let mut framework = Framework::new(Kind::JUnit5);
    for (name, version) in &names {
        let beside = match name.as_str() {
            "assertj-core" => Some("AssertJ"),
            "mockito-core" | "mockito-junit-jupiter" => Some("Mockito"),
            "hamcrest" => Some("Hamcrest"),
            _ => None,
        };
        framework.with.extend(beside.filter(|beside| !framework.with.contains(beside)));
        let testing = ["junit", "test", "assertj", "mockito", "hamcrest"];
        if testing.iter().any(|word| name.contains(word)) {
            tests.push(' ');
            tests.push_str(name);
        } else {
            found.stack.add(name, version);
        }
    }
    if tests.contains("jupiter") || tests.contains("spring-boot-starter-test") {
        framework.kind = Kind::JUnit5;
    } else if tests.split(' ').any(|name| name == "junit") {
        framework.kind = Kind::JUnit4;
    } else if tests.contains("testng") {
        framework.kind = Kind::TestNg;
    }
    found.framework = Some(framework);
    found
}

fn capture(pattern: &LazyLock<Option<Regex>>, text: &str) -> Option<String> {
    let found = pattern.as_ref()?.captures(text)?;
    found.iter().skip(1).flatten().next().map(|group| group.as_str().to_owned())
}

fn maven(text: &str) -> Vec<(String, String)> {
    let Some(element) = ELEMENT.as_ref() else { return Vec::new() };
    let one = |found: regex::Captures<'_>| {
        let body = found.get(2)?.as_str();
        let name = capture(&ARTIFACT, body)?;
        let name =
            if name == "spring-boot-starter-parent" { "spring-boot".to_owned() } else { name };
        let version = capture(&VERSION, body).unwrap_or_default();
        // `${spring.version}` is another place's number.
        let property = version.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        let version = match property {
            Some(property) => property_of(text, property),
            None => version,
        };
        Some((name, version))
    };
    element.captures_iter(text).take(MOST).filter_map(one).collect()
}

/// `<name>value</name>` anywhere.
fn property_of(text: &str, name: &str) -> String {
    let rest = text.split_once(&format!("<{name}>")).map_or("", |(_, rest)| rest);
    rest.split('<').next().unwrap_or("").to_owned()
}

fn gradle(text: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    if let Some(version) = capture(&PLUGIN, text) {
        all.push(("spring-boot".to_owned(), version));
    }
    if let Some(notation) = NOTATION.as_ref() {
        let part = |found: &regex::Captures<'_>, at| {
            found.get(at).map_or(String::new(), |part| part.as_str().to_owned())
        };
        all.extend(notation.captures_iter(text).take(MOST).map(|it| (part(&it, 2), part(&it, 3))));
    }
    all
}

/// `[libraries]` of a version catalogue.
fn catalogue(text: &str) -> Vec<(String, String)> {
    let Ok(catalogue) = text.parse::<Table>() else { return Vec::new() };
    let versions = catalogue.get("versions");
    let libraries = catalogue.get("libraries").and_then(Value::as_table);
    let one = |value: &Value| {
        if let Some(notation) = value.as_str() {
            let mut parts = notation.split(':').skip(1);
            return Some((parts.next()?.to_owned(), parts.next().unwrap_or("").to_owned()));
        }
        let module = value.get("module").and_then(Value::as_str);
        let name = module.and_then(|module| module.split(':').nth(1));
        let name = name.or_else(|| value.get("name")?.as_str())?;
        let version = value.get("version");
        let named = version.and_then(|it| it.get("ref")).and_then(Value::as_str);
        let version = match named {
            Some(named) => versions.and_then(|all| all.get(named)).and_then(Value::as_str),
            None => version.and_then(Value::as_str),
        };
        Some((name.to_owned(), version.unwrap_or("").to_owned()))
    };
    libraries.into_iter().flat_map(Table::values).take(MOST).filter_map(one).collect()
}
