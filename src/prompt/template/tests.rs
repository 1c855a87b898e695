//! Names and custom templates.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use super::*;

fn parts() -> FimParts<'static> {
    FimParts {
        repo: None,
        files: &[("a", "b")],
        path: "src/{suffix}.rs",
        prefix: "{suffix}{{",
        suffix: "}{middle}",
        middle: "{prefix}",
    }
}

#[test]
fn names() {
    for name in template_names().iter().filter(|name| !["auto", "suffix"].contains(name)) {
        let format = format_by_name(name).unwrap();
        assert_eq!(Template::parse(name), Ok(Template::Named(format)), "{name}");
    }
    for (name, format) in [
        ("qwen2.5-coder", Some(FimFormat::Qwen)),
        ("Qwen3-Coder", Some(FimFormat::Qwen)),
        ("starcoder2", Some(FimFormat::StarCoder2)),
        ("star_coder", Some(FimFormat::StarCoder)),
        ("code-llama", Some(FimFormat::CodeLlama)),
        ("deepseek-coder", Some(FimFormat::DeepSeek)),
        ("Stable Code", Some(FimFormat::StableCode)),
        ("seed_coder", Some(FimFormat::SeedCoder)),
        ("granite-4.0", Some(FimFormat::Granite)),
        ("granite-code", Some(FimFormat::StarCoder)),
        ("codegeex4", Some(FimFormat::CodeGeex)),
        ("gpt", None),
        ("", None),
    ] {
        assert_eq!(format_by_name(name), format, "{name}");
    }
}

#[test]
fn configured_values() {
    assert_eq!(Template::parse(" Auto "), Ok(Template::Auto));
    assert_eq!(Template::parse("suffix"), Ok(Template::Suffix));
    assert!(matches!(
        Template::parse("<P>{prefix}<S>{suffix}"),
        Ok(Template::Named(FimFormat::Custom(_)))
    ));
    let error = Template::parse("gwen").unwrap_err();
    assert!(error.contains("`gwen`") && error.contains("qwen, ") && error.contains("{prefix}"));
    assert_eq!(Template::default().format("qwen2.5-coder:7b"), Some(FimFormat::Qwen));
    assert_eq!(Template::default().format("gpt-4o"), None);
    assert_eq!(Template::Suffix.format("qwen2.5-coder:7b"), None);
    assert_eq!(Template::Named(FimFormat::Glm).format("x"), Some(FimFormat::Glm));
}

#[test]
fn custom_templates() {
    for (source, expected) in [
        ("<P>{prefix}<S>{suffix}<M>{middle}", "<P>{suffix}{{<S>}{middle}<M>{prefix}"),
        ("{suffix}|{ prefix }", "}{middle}|{suffix}{{{prefix}"),
        ("{{{path}}}{prefix}{suffix}{middle}", "{src/{suffix}.rs}{suffix}{{}{middle}{prefix}"),
        ("[{repo}]{prefix}{suffix}{middle}é", "[]{suffix}{{}{middle}{prefix}é"),
    ] {
        let template = CustomTemplate::parse(source).unwrap();
        assert_eq!(FimFormat::Custom(template).render(&parts()), expected, "{source}");
    }
    let seam = CustomTemplate::parse("{suffix}{prefix}").unwrap();
    let parts = FimParts { prefix: "x <|fim_", middle: "pad|>", suffix: "", ..parts() };
    assert_eq!(FimFormat::Custom(seam).render(&parts), "x ");
}

#[test]
fn custom_errors_name_cause_and_remedy() {
    for (source, cause, remedy) in [
        ("{prefix}", "{suffix} 0 times", "once each"),
        ("{suffix}", "{prefix} 0 times", "once each"),
        ("{prefix}{suffix}{prefix}", "{prefix} 2 times", "once each"),
        ("{prefix}{suffix}{file}", "{file}", "{path}"),
        ("{prefix}{suffix}{", "`{` without `}`", "`{{`"),
        ("{prefix}{suffix}}", "`}` without `{`", "`}}`"),
        ("", "{prefix} 0 times", "once each"),
    ] {
        let error = CustomTemplate::parse(source).unwrap_err();
        assert!(error.contains(cause) && error.contains(remedy), "{source}: {error}");
    }
}

#[test]
fn custom_stops_are_the_callers() {
    let template = CustomTemplate::parse("{prefix}{suffix}").unwrap();
    assert!(FimFormat::Custom(template.clone()).stops().is_empty());
    let format = FimFormat::Custom(template.with_stops(vec!["<e>".into(), String::new()]));
    assert_eq!(format.stops(), ["<e>"]);
    assert!(format.tokens().is_empty() && !format.supports_files());
}
