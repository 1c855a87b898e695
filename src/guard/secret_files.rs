//! Kinds of files that hold secrets, told by their names alone: no file is opened.

/// The kind of secret that a file at `path` (a path or a name, with `/` or `\`) holds by its
/// name, in words for a message; `None` for an ordinary file. ASCII case is ignored.
///
/// An editor's or an administrator's copy (`.env~`, `server.key.bak`) counts as the file itself;
/// a file that is clearly an example (`.env.example`) does not.
pub fn secret_kind(path: &str) -> Option<&'static str> {
    let lower = path.to_ascii_lowercase();
    let mut parts = lower.split(['/', '\\']).filter(|part| !part.is_empty());
    let name = original_name(parts.next_back()?);
    let folders: Vec<&str> = parts.collect();
    let parent = folders.last().copied().unwrap_or_default();
    by_folder(&folders, parent, name)
        .or_else(|| by_environment(name))
        .or_else(|| by_name(name))
        .or_else(|| by_pattern(name))
        .or_else(|| by_extension(name))
}

/// The name that a copy was made from.
fn original_name(name: &str) -> &str {
    const COPIES: [&str; 9] =
        ["~", ".bak", ".backup", ".old", ".orig", ".save", ".swp", ".swo", ".tmp"];
    // Windows drops blanks and dots at the end of a name; Emacs locks as `.#name`.
    let mut name = name.trim_end_matches([' ', '.']);
    name = name.strip_prefix(".#").unwrap_or(name);
    name = name.strip_prefix('#').and_then(|rest| rest.strip_suffix('#')).unwrap_or(name);
    let mut copied = false;
    while let Some(rest) =
        COPIES.iter().find_map(|copy| name.strip_suffix(copy)).filter(|rest| !rest.is_empty())
    {
        name = rest;
        copied = true;
    }
    // Vim puts a dot before the name of its swap file.
    match name.strip_prefix('.') {
        Some(rest) if copied && rest.starts_with('.') => rest,
        _ => name,
    }
}

/// Files that only their folder makes secret.
fn by_folder(folders: &[&str], parent: &str, name: &str) -> Option<&'static str> {
    if folders.contains(&".ssh") && !is_public_key(name) && !name.starts_with("known_hosts") {
        return Some("an SSH key or configuration");
    }
    if folders.contains(&".gnupg") {
        return Some("a GnuPG key or configuration");
    }
    match (parent, name) {
        (".docker", "config.json") => Some("Docker registry credentials"),
        (".aws", "credentials") => Some("AWS credentials"),
        (".kube", "config") => Some("Kubernetes credentials"),
        (".cargo", "credentials" | "credentials.toml") => Some("a package registry's token"),
        (".gem", "credentials") => Some("a package registry's token"),
        (".m2", "settings.xml") => Some("a package registry's credentials"),
        ("gh", "hosts.yml") => Some("a GitHub token"),
        _ => None,
    }
}

/// Environment files: `.env`, `.env.local`, `prod.env`, `.envrc`.
fn by_environment(name: &str) -> Option<&'static str> {
    let kind = Some("environment variables (an .env file)");
    if let Some(rest) = name.strip_prefix(".env") {
        let next = rest.chars().next();
        let belongs = rest == "rc" || next.is_none_or(|c| !c.is_alphanumeric());
        let last = rest.rsplit(['.', '-', '_']).next().unwrap_or_default();
        return kind.filter(|_| belongs && !is_example(last));
    }
    if let Some(stem) = name.strip_suffix(".env") {
        let last = stem.rsplit(['.', '-', '_']).next().unwrap_or_default();
        return kind.filter(|_| !is_example(last));
    }
    kind.filter(|_| name == ".dev.vars" || name.starts_with(".envrc."))
}

fn is_example(word: &str) -> bool {
    matches!(word, "example" | "examples" | "sample" | "template" | "tmpl" | "dist")
}

/// Files known by their whole name.
fn by_name(name: &str) -> Option<&'static str> {
    Some(match name {
        ".netrc" | "_netrc" | ".authinfo" => "login data for hosts",
        ".pgpass" | "pgpass.conf" | ".my.cnf" | ".mylogin.cnf" => "database passwords",
        ".npmrc" | ".pypirc" => "a package registry's token",
        ".git-credentials" => "Git credentials",
        ".htpasswd" => "password hashes",
        ".dockercfg" | ".dockerconfigjson" => "Docker registry credentials",
        ".boto" | ".s3cfg" => "cloud storage credentials",
        ".vault-token" | ".vault_pass" | ".vault_password" => "a Vault token or password",
        "credentials.json" | "application_default_credentials.json" => "cloud credentials",
        "credentials.tfrc.json" | ".terraformrc" => "Terraform credentials",
        "kubeconfig" => "Kubernetes credentials",
        "secrets.yml" | "secrets.yaml" | "secrets.json" | "secrets.toml" => "secrets",
        _ => return None,
    })
}

/// Files known by parts of their name.
fn by_pattern(name: &str) -> Option<&'static str> {
    const KEYS: [&str; 4] = ["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"];
    // `id_rsa_work` and the like; with an extension it is a source file or the public half.
    if !name.contains('.') && KEYS.iter().any(|key| name.starts_with(key)) {
        return Some("a private SSH key");
    }
    let json = name.strip_suffix(".json")?;
    let service = ["service-account", "service_account", "serviceaccount"];
    if service.iter().any(|prefix| json.starts_with(prefix)) || json.contains("firebase-adminsdk") {
        return Some("a service account's key");
    }
    if json.ends_with(".tfvars") {
        return Some("Terraform variables");
    }
    json.starts_with("client_secret").then_some("an OAuth client's secret")
}

/// Files known by their extension.
fn by_extension(name: &str) -> Option<&'static str> {
    let (stem, extension) = name.rsplit_once('.')?;
    Some(match extension {
        "pem" | "key" | "p8" | "ppk" => "a private key or certificate",
        "p12" | "pfx" | "jks" | "keystore" => "a key store",
        "kdbx" => "a password database",
        // An armoured file may as well be a signature or AsciiDoc.
        "asc" if stem.contains("private") || stem.contains("secret") => "a private key",
        "tfvars" => "Terraform variables",
        "tfstate" => "a Terraform state",
        "kubeconfig" => "Kubernetes credentials",
        _ => return None,
    })
}

fn is_public_key(name: &str) -> bool {
    name.ends_with(".pub")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_hold_secrets() {
        let paths = [
            ".env",
            "/app/.env",
            r"C:\app\.env",
            ".ENV",
            "app/.Env.Local",
            ".env.production",
            ".env.test.local",
            ".env.example.local",
            ".env-prod",
            ".env_prod",
            ".envrc",
            "prod.env",
            ".env~",
            ".env.bak",
            "#.env#",
            ".#.env",
            "..env.swp",
            ".env.",
            ".env ",
            ".dev.vars",
            "id_rsa",
            "/home/me/id_ed25519",
            "id_ecdsa_work",
            "id_rsa.bak",
            "cert.pem",
            "a/b.KEY",
            "x.p12",
            "x.pfx",
            "x.jks",
            "release.keystore",
            "vault.kdbx",
            "putty.ppk",
            "AuthKey.p8",
            "private.asc",
            "my-secret-key.asc",
            ".netrc",
            "_netrc",
            ".pgpass",
            ".npmrc",
            ".pypirc",
            ".git-credentials",
            ".htpasswd",
            ".dockercfg",
            "/home/me/.docker/config.json",
            r"C:\Users\me\.aws\credentials",
            "/home/me/.kube/config",
            "/home/me/.ssh/work",
            "/home/me/.ssh/config",
            "/home/me/.ssh/keys/deploy",
            "/home/me/.ssh/authorized_keys",
            "/home/me/.gnupg/pubring.kbx",
            "credentials.json",
            "service-account.json",
            "service_account-prod.json",
            "client_secret_123.apps.json",
            "secrets.yml",
            "config/secrets.yaml",
            "secrets.json",
            ".streamlit/secrets.toml",
            "terraform.tfvars",
            "prod.auto.tfvars",
            "prod.tfvars.json",
            "terraform.tfstate",
            "terraform.tfstate.backup",
            ".vault-token",
            "application_default_credentials.json",
            "/home/me/.cargo/credentials.toml",
            "server.key.old",
            ".env/",
        ];
        for path in paths {
            assert!(secret_kind(path).is_some(), "{path}");
        }
    }

    #[test]
    fn ordinary_files() {
        let paths = [
            "",
            "/",
            ".",
            "main.rs",
            "environment.ts",
            ".environment",
            ".envoy.yaml",
            "env.d.ts",
            "env",
            "src/env/mod.rs",
            ".env.example",
            "/app/.env.sample",
            ".env.template",
            ".env.dist",
            ".env-example",
            ".env.local.example",
            "example.env",
            "prod.sample.env",
            "id_rsa.pub",
            "id_rsa.rs",
            "id_ed25519.pub",
            "/home/me/.ssh/id_rsa.pub",
            "/home/me/.ssh/known_hosts",
            "/home/me/.ssh/known_hosts.old",
            "guide.asc",
            "release.tar.gz.asc",
            "config.json",
            "docker/config.json",
            "kube/config",
            "credentials.rs",
            "aws/credentials.py",
            "keys.ts",
            "secrets.py",
            "secret.md",
            "service-account.ts",
            "terraform.tf",
            "terraform.tfvars.example",
            "monkey",
            "turnkey.md",
            "keyboard.key.ts",
            "wp-config.php",
            "package-lock.json",
            "client_secret.md",
            "é.rs",
            "ssh/config",
            "~",
            "notes.bak",
        ];
        for path in paths {
            assert_eq!(secret_kind(path), None, "{path}");
        }
    }
}
