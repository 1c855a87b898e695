//! A small answer, read whole.

use serde_json::Value;

/// A JSON answer longer than this (bytes) is none to a question about a server.
const LONGEST: usize = 4 * 1024 * 1024;

/// Reads an answer as JSON; `None` if it is none, breaks off or is longer than 4 MiB, of which no
/// more is read.
pub async fn limited_json(mut response: reqwest::Response) -> Option<Value> {
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.ok()? {
        if body.len().saturating_add(piece.len()) > LONGEST {
            return None;
        }
        body.extend_from_slice(&piece);
    }
    serde_json::from_slice(&body).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    /// What is read of a body of `spaces` blanks and a number, sent without its length.
    async fn read(spaces: usize) -> Option<Value> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let server = tokio::spawn(async move {
            let (mut peer, _) = listener.accept().await.unwrap();
            let _ = peer.read(&mut [0; 1024]).await;
            let mut answer = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec();
            answer.resize(answer.len() + spaces, b' ');
            answer.push(b'7');
            let _ = peer.write_all(&answer).await;
        });
        let client = reqwest::Client::builder().no_proxy().tls_certs_only(std::iter::empty());
        let response = client.build().unwrap().get(url).send().await.unwrap();
        let read = limited_json(response).await;
        server.await.unwrap();
        read
    }

    #[tokio::test]
    async fn an_answer_is_read_up_to_a_limit() {
        assert_eq!(read(LONGEST - 1).await, Some(7.into()));
        assert_eq!(read(LONGEST).await, None);
    }
}
