//! A TCP server that answers every request with given bytes and closes.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The bytes of the next answers: the head of each response, and its body in pieces.
pub type Answer = Arc<Mutex<(Vec<u8>, Vec<Vec<u8>>)>>;

/// Starts one; answers its address. It serves until the process ends.
pub fn start(answer: Answer) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let answer = Arc::clone(&answer);
            std::thread::spawn(move || serve(connection, &answer));
        }
    });
    format!("http://{address}")
}

fn serve(mut connection: TcpStream, answer: &Answer) {
    let _ = connection.set_read_timeout(Some(Duration::from_secs(10)));
    let Some(head) = read_request(&mut connection) else { return };
    // Ollama is asked first which models are in memory.
    if head.starts_with("GET /api/ps") {
        let body = "{\"models\":[{\"name\":\"m:latest\",\"model\":\"m:latest\"}]}";
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n", body.len());
        let _ = write!(connection, "{head}Connection: close\r\n\r\n{body}");
        return;
    }
    let (head, pieces) = answer.lock().unwrap().clone();
    let _ = connection.write_all(&head);
    for piece in pieces {
        if connection.write_all(&piece).and_then(|()| connection.flush()).is_err() {
            return;
        }
    }
}

/// Reads a request to its end; answers its head.
fn read_request(connection: &mut TcpStream) -> Option<String> {
    let (mut input, mut buffer) = (Vec::new(), [0; 4_096]);
    loop {
        let text = String::from_utf8_lossy(&input).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.to_ascii_lowercase().lines().find_map(|line| {
                line.strip_prefix("content-length:")?.trim().parse::<usize>().ok()
            });
            if body.len() >= length.unwrap_or(0) {
                return Some(head.to_owned());
            }
        }
        match connection.read(&mut buffer) {
            Ok(0) | Err(_) => return None,
            Ok(read) => input.extend_from_slice(&buffer[..read]),
        }
    }
}
