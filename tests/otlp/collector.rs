//! A collector: takes what is posted to it, and reads it with the protocol's own types.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use prost::Message;
use serde_json::{Value, json};

type Posts = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

pub struct Collector {
    address: std::net::SocketAddr,
    posts: Posts,
}

impl Collector {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let posts = Posts::default();
        let taken = Arc::clone(&posts);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let taken = Arc::clone(&taken);
                std::thread::spawn(move || serve(&stream, &taken));
            }
        });
        Self { address, posts }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What was posted, as it came.
    pub fn bodies(&self) -> Vec<Vec<u8>> {
        self.posts.lock().unwrap().iter().map(|(_, body)| body.clone()).collect()
    }

    /// The spans in the order they began: name, kind, status, attributes.
    pub fn spans(&self) -> Vec<Value> {
        let mut spans = Vec::new();
        for body in self.posted("/v1/traces") {
            let request = ExportTraceServiceRequest::decode(body.as_slice()).unwrap();
            let scopes = request.resource_spans.into_iter().flat_map(|of| of.scope_spans);
            spans.extend(scopes.flat_map(|scope| scope.spans));
        }
        spans.sort_by_key(|span| span.start_time_unix_nano);
        let read = |span: opentelemetry_proto::tonic::trace::v1::Span| {
            assert!(span.end_time_unix_nano >= span.start_time_unix_nano);
            let status = span.status.map_or(0, |status| status.code);
            let mut all = json!({ "name": span.name, "kind": span.kind, "status": status });
            put(&mut all, &span.attributes);
            all
        };
        spans.into_iter().map(read).collect()
    }

    /// The points of all histograms: the metric's name, the count, attributes.
    pub fn metrics(&self) -> Vec<Value> {
        let mut points = Vec::new();
        for body in self.posted("/v1/metrics") {
            let request = ExportMetricsServiceRequest::decode(body.as_slice()).unwrap();
            let scopes = request.resource_metrics.into_iter().flat_map(|of| of.scope_metrics);
            for metric in scopes.flat_map(|scope| scope.metrics) {
                let Some(Data::Histogram(histogram)) = metric.data else { continue };
                for point in histogram.data_points {
                    let mut all = json!({ "metric": metric.name, "count": point.count });
                    put(&mut all, &point.attributes);
                    points.push(all);
                }
            }
        }
        points
    }

    fn posted(&self, path: &str) -> Vec<Vec<u8>> {
        let posts = self.posts.lock().unwrap();
        posts.iter().filter(|(to, _)| to == path).map(|(_, body)| body.clone()).collect()
    }
}

fn put(all: &mut Value, attributes: &[KeyValue]) {
    for attribute in attributes {
        all[attribute.key.as_str()] = attribute.value.as_ref().map(plain).unwrap_or_default();
    }
}

fn plain(value: &AnyValue) -> Value {
    match &value.value {
        Some(Any::StringValue(text)) => json!(text),
        Some(Any::IntValue(number)) => json!(number),
        Some(Any::DoubleValue(number)) => json!(number),
        Some(Any::BoolValue(flag)) => json!(flag),
        Some(Any::ArrayValue(array)) => array.values.iter().map(plain).collect(),
        _ => Value::Null,
    }
}

/// Takes requests until the client leaves.
fn serve(stream: &TcpStream, posts: &Posts) {
    let mut reader = BufReader::new(stream);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let path = line.split(' ').nth(1).unwrap().to_owned();
        let mut length = 0;
        loop {
            let mut header = String::new();
            reader.read_line(&mut header).unwrap();
            if header.trim().is_empty() {
                break;
            }
            let header = header.to_ascii_lowercase();
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        posts.lock().unwrap().push((path, body));
        let answer =
            "HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
        (&*stream).write_all(answer.as_bytes()).unwrap();
    }
}
