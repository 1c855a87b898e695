//! Finding a local server where nothing is configured: llama.cpp or Ollama on their usual loopback
//! ports. A server counts only if its own GET endpoints say what it is and, on Linux, if its
//! socket belongs to this user. Nothing is pulled or loaded.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::http::{Reach, limited_json};
use crate::config::{LOCAL, Layers, ModelSettings, Tls};
use crate::prompt::template::format_for_model;
use crate::services::Services;

/// Where llama.cpp's server and Ollama listen unless told otherwise; 8012 is what llama.cpp's own
/// editor plugins use.
const LLAMA_CPP_PORTS: [u16; 2] = [8080, 8012];
const OLLAMA_PORT: u16 = 11_434;
/// A loopback server answers within this.
const PATIENCE: Duration = Duration::from_millis(800);

/// Longest model name in a message, in characters.
const SHOWN: usize = 80;

/// Ports on which another user's server was found.
static TOLD: parking_lot::Mutex<Vec<u16>> = parking_lot::Mutex::new(Vec::new());

/// A local server that runs, for a user who wants to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Running {
    /// The `provider` that speaks to it.
    pub provider: &'static str,
    /// Its address.
    pub url: String,
    /// The names of its models, as far as it tells.
    pub models: Vec<String>,
}

/// A server that was found.
pub struct Found {
    /// Its model is known to fill in the middle.
    pub fim: bool,
    /// What to use of it; `None` where it has no model that can be used as it is.
    pub model: Option<Arc<ModelSettings>>,
    /// What to tell the user, with the line that changes it.
    pub announcement: String,
    /// The same in few words: an editor whose message line overflows makes its user press a key.
    pub notice: String,
}

/// Ports to look at; tests and unusual machines give their own.
#[derive(Clone, Debug)]
pub struct Ports {
    /// For llama.cpp.
    pub llama_cpp: Vec<u16>,
    /// For Ollama.
    pub ollama: Vec<u16>,
}

impl Default for Ports {
    fn default() -> Self {
        Self { llama_cpp: LLAMA_CPP_PORTS.to_vec(), ollama: vec![OLLAMA_PORT] }
    }
}

/// Looks once.
pub async fn find(services: &Services) -> Option<Found> {
    find_at(services, &services.ports).await
}

/// Looks at these ports, llama.cpp's before Ollama's: the first model that is known to fill in the
/// middle, else the first model, else a server without one.
pub async fn find_at(services: &Services, ports: &Ports) -> Option<Found> {
    let mut others = Vec::new();
    for port in &ports.llama_cpp {
        match llama_cpp(services, *port).await {
            Some(found) if found.fim => return Some(found),
            found => others.extend(found),
        }
    }
    for port in &ports.ollama {
        match ollama(services, *port).await {
            Some(found) if found.fim => return Some(found),
            found => others.extend(found),
        }
    }
    let usable = others.iter().position(|found| found.model.is_some());
    others.into_iter().nth(usable.unwrap_or(0))
}

/// All local servers that run, and all their models, loaded or not.
pub async fn running(services: &Services) -> Vec<Running> {
    let mut found = Vec::new();
    for port in &services.ports.llama_cpp {
        if let Some((url, name)) = llama_cpp_model(services, *port).await {
            let models = Some(shown(&name)).filter(|name| !name.is_empty());
            found.push(Running {
                provider: "llama-cpp",
                url,
                models: models.into_iter().collect(),
            });
        }
    }
    for port in &services.ports.ollama {
        if is_ollama(services, *port).await
            && let Some(tags) = get(services, *port, "/api/tags").await
            && let Some(models) = names(&tags)
        {
            let models = models.into_iter().map(shown).collect();
            found.push(Running { provider: "ollama", url: local(*port), models });
        }
    }
    found
}

/// A model's name as a message may show it: the server says what it likes.
fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(SHOWN).collect()
}

async fn llama_cpp(services: &Services, port: u16) -> Option<Found> {
    let (url, name) = llama_cpp_model(services, port).await?;
    let (announcement, notice) = uses("llama.cpp", &url, &name);
    let fim = format_for_model(&name).is_some();
    Some(Found { fim, model: model("llama-cpp", &url, &name), announcement, notice })
}

/// The address of llama.cpp's server and the name of its model, which may be empty.
async fn llama_cpp_model(services: &Services, port: u16) -> Option<(String, String)> {
    let props = get(services, port, "/props").await?;
    // Both are llama.cpp's alone.
    props.get("default_generation_settings")?;
    props.get("total_slots")?;
    let name = ["model_alias", "model_path"]
        .iter()
        .filter_map(|key| props.get(*key).and_then(Value::as_str))
        .filter_map(|path| path.rsplit(['/', '\\']).next())
        .find(|name| !name.is_empty())
        .unwrap_or("");
    Some((local(port), name.to_owned()))
}

async fn ollama(services: &Services, port: u16) -> Option<Found> {
    if !is_ollama(services, port).await {
        return None;
    }
    let running = get(services, port, "/api/ps").await?;
    let loaded = names(&running)?;
    let url = local(port);
    let Some(name) = loaded.iter().find(|name| format_for_model(name).is_some()) else {
        let announcement = format!(
            "Ollama runs at {url}, but no model that can fill in the middle is loaded. Load one, for example with `ollama run qwen2.5-coder:1.5b`, or configure it: `foretype config init`."
        );
        let notice = "foretype: load a model, e.g. ollama run qwen2.5-coder:1.5b".to_owned();
        return Some(Found { fim: false, model: None, announcement, notice });
    };
    let (announcement, notice) = uses("Ollama", &url, name);
    Some(Found { fim: true, model: model("ollama", &url, name), announcement, notice })
}

/// llama.cpp's server answers some of Ollama's paths, but not this one.
async fn is_ollama(services: &Services, port: u16) -> bool {
    get(services, port, "/api/version").await.is_some_and(|said| said.get("version").is_some())
}

/// The names in Ollama's lists of models.
fn names(list: &Value) -> Option<Vec<&str>> {
    let models = list.get("models")?.as_array()?;
    Some(models.iter().filter_map(|model| model.get("name")?.as_str()).collect())
}

fn local(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

fn uses(server: &str, url: &str, name: &str) -> (String, String) {
    let name = shown(name);
    let model = if name.is_empty() { name } else { format!(" ({name})") };
    let announcement = format!(
        "foretype uses the {server} server at {url}{model}. To choose another: `foretype config init`, or `discovery.enabled = false`."
    );
    (announcement, format!("foretype uses {server}; to change: foretype config init"))
}

/// The settings of a found server, as if the user had written them.
fn model(provider: &str, url: &str, name: &str) -> Option<Arc<ModelSettings>> {
    let mut local = serde_json::json!({ "provider": provider, "url": url });
    if !name.is_empty() {
        super::wire::body::set(&mut local, "model", name.into());
    }
    let written = serde_json::json!({ "models": { LOCAL: local } });
    let mut layers = Layers::default();
    layers.set_initialization(Some(&written));
    layers.resolve().settings.models.get(LOCAL).cloned()
}

async fn get(services: &Services, port: u16, path: &str) -> Option<Value> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    // A closed port answers at once; only then is a client worth making.
    let connected = tokio::time::timeout(PATIENCE, tokio::net::TcpStream::connect(address)).await;
    drop(connected.ok()?.ok()?);
    let trusted = tokio::task::spawn_blocking(move || is_ours(port)).await;
    if !trusted.unwrap_or(false) {
        // It is looked at every few seconds.
        let mut told = TOLD.lock();
        if !told.contains(&port) {
            told.push(port);
            tracing::warn!(port, "a server of another user's listens there; it is not used");
        }
        return None;
    }
    let url = reqwest::Url::parse(&format!("{}{path}", local(port))).ok()?;
    let reach = Reach { connect_timeout: PATIENCE, tls: &Tls::default() };
    let client = services.http().client(&url, reach).await.ok()?;
    let asked = async { limited_json(client.get(url).send().await.ok()?).await };
    tokio::time::timeout(PATIENCE, asked).await.ok()?
}

/// Whether the socket that listens on a loopback port belongs to this user. Unknown elsewhere than
/// on Linux: then yes.
fn is_ours(port: u16) -> bool {
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::fs::MetadataExt;
        let Ok(own) = std::fs::metadata("/proc/self").map(|found| found.uid()) else { return true };
        let tables = ["/proc/net/tcp", "/proc/net/tcp6"];
        let owners: Vec<u32> = tables
            .iter()
            .filter_map(|table| std::fs::read_to_string(table).ok())
            .flat_map(|table| listeners(&table, port))
            .collect();
        // No entry: the server is in another network namespace, behind a forwarded port.
        owners.iter().all(|uid| *uid == own)
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = port;
        true
    }
}

/// Owners (uid) of the sockets that listen on `port`, from a table of `/proc/net/tcp`'s form
/// (proc_net_tcp in the Linux kernel's documentation).
#[cfg(any(target_os = "linux", test))]
fn listeners(table: &str, port: u16) -> Vec<u32> {
    let listening = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let local = fields.get(1)?.rsplit(':').next()?;
        let is_listening = *fields.get(3)? == "0A";
        (is_listening && u16::from_str_radix(local, 16).ok()? == port).then_some(())?;
        fields.get(7)?.parse().ok()
    };
    table.lines().filter_map(listening).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_of_listening_sockets_are_read() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1 1
   1: 0100007F:1F90 0100007F:A0B2 01 00000000:00000000 00:00000000 00000000   555        0 2 1
   2: 00000000:2CAA 00000000:0000 0A 00000000:00000000 00:00000000 00000000   998        0 3 1\n";
        assert_eq!(listeners(table, 8_080), [1_000]);
        assert_eq!(listeners(table, 11_434), [998]);
        assert!(listeners(table, 80).is_empty());
    }

    #[test]
    fn a_found_server_is_a_model_like_any_other() {
        let model = model("llama-cpp", "http://127.0.0.1:8080", "qwen2.5-coder-1.5b.gguf");
        assert_eq!(model.map(|model| model.url.clone()), Some("http://127.0.0.1:8080".into()));
    }
}
