//! The transport loop: notifications in order and inline, requests spawned, one reply for each.
//!
//! A request's handler runs to its first await before the next message is looked at, so that it
//! sees the documents as they were when it was sent; then it goes on by itself.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::task::Poll;

use bytes::BytesMut;
use futures::future::{BoxFuture, FutureExt};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tower::Service;
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Request, Response};
use tower_lsp::{ClientSocket, LanguageServer, LspService};

use super::framing::{Frame, Framer, Framing};

/// Bytes read at a time.
const READ: usize = 64 * 1024;

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The client sent `exit`, after `shutdown` or not.
    Exit {
        /// Whether `shutdown` came first.
        after_shutdown: bool,
    },
    /// The client closed its end.
    Eof,
    /// A frame was malformed where none is forgiven.
    Malformed,
}

/// Messages to the client that need no reply; sent in order.
pub type Outbox = mpsc::UnboundedSender<Vec<u8>>;

/// A queue of messages to the client.
#[must_use]
pub fn outbox() -> (Outbox, mpsc::UnboundedReceiver<Vec<u8>>) {
    mpsc::unbounded_channel()
}

/// Queues a message as a frame.
pub fn send(outbox: &Outbox, message: &impl serde::Serialize) {
    let Ok(body) = serde_json::to_vec(message) else { return };
    let mut frame = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    frame.extend_from_slice(&body);
    let _ = outbox.send(frame);
}

/// Serves one connection until it ends. Whatever is still running then is dropped.
pub async fn serve<S: LanguageServer>(
    mut reader: impl AsyncRead + Unpin,
    writer: impl AsyncWrite + Unpin + Send + 'static,
    mut service: LspService<S>,
    socket: ClientSocket,
    framing: Framing,
    (outbox, queue): (Outbox, mpsc::UnboundedReceiver<Vec<u8>>),
) -> Ended {
    let (mut asked, mut answers) = socket.split();
    let mut tasks: JoinSet<()> = JoinSet::new();
    let mut writing = tokio::spawn(write(writer, queue));
    let mut framer = Framer::new(framing);
    let mut input = BytesMut::new();
    let mut shut_down = false;
    let ended = 'connection: loop {
        input.reserve(READ);
        tokio::select! {
            biased;
            read = reader.read_buf(&mut input) => match read {
                Ok(0) | Err(_) => break Ended::Eof,
                Ok(_) => {}
            },
            Some(request) = asked.next() => {
                send(&outbox, &request);
                continue;
            }
            Some(_) = tasks.join_next() => continue,
            // Nobody reads what we say any more.
            _ = &mut writing => break Ended::Eof,
        }
        loop {
            let frame = match framer.next(&mut input) {
                Ok(Some(frame)) => frame,
                Ok(None) => break,
                Err(_) => break 'connection Ended::Malformed,
            };
            let message = match frame {
                Frame::Body(body) => match read(&body) {
                    Some(message) => message,
                    None => {
                        tracing::warn!(bytes = body.len(), "skipped a message that is no JSON");
                        framer.reject(&body, &mut input);
                        malformed("the message is no JSON")
                    }
                },
                Frame::Garbage(len) => {
                    tracing::warn!(bytes = len, "skipped what is no frame");
                    malformed("malformed frame")
                }
            };
            match message {
                Message::Request(request) if request.id().is_some() => {
                    let shutdown = request.method() == "shutdown";
                    let initialize = request.method() == "initialize";
                    let id = request.id().cloned().unwrap_or_default();
                    let mut reply = contained(service.call(request), id);
                    // Later messages need what `initialize` negotiates.
                    let first = if initialize {
                        Poll::Ready(reply.as_mut().await)
                    } else {
                        poll_once(&mut reply)
                    };
                    shut_down |=
                        shutdown && matches!(&first, Poll::Ready(Some(reply)) if reply.is_ok());
                    match first {
                        Poll::Ready(Some(reply)) => send(&outbox, &reply),
                        Poll::Ready(None) => {}
                        Poll::Pending => {
                            let outbox = outbox.clone();
                            tasks.spawn(async move {
                                // What the handler has set going goes first.
                                tokio::task::yield_now().await;
                                if let Some(reply) = reply.await {
                                    send(&outbox, &reply);
                                }
                            });
                        }
                    }
                }
                Message::Request(request) if request.method() == "exit" => {
                    break 'connection Ended::Exit { after_shutdown: shut_down };
                }
                Message::Request(notification) => {
                    let handled = AssertUnwindSafe(service.call(notification)).catch_unwind().await;
                    if handled.is_err() {
                        tracing::error!("a notification's handler panicked");
                    }
                    // What it ended closes its connection before the next message is looked at.
                    tokio::task::yield_now().await;
                }
                Message::Response(response) => {
                    let _ = answers.send(response).await;
                }
                Message::Invalid(_) | Message::Unreadable if framing == Framing::Strict => {
                    break 'connection Ended::Malformed;
                }
                Message::Invalid(reply) => send(&outbox, &reply),
                Message::Unreadable => {}
            }
        }
    };
    tasks.shutdown().await;
    // Replies that are queued go out, as far as someone still reads them.
    drop((outbox, service, asked, answers));
    if !writing.is_finished() {
        let _ = tokio::time::timeout(std::time::Duration::from_millis(500), &mut writing).await;
        // It holds the connection open.
        writing.abort();
    }
    ended
}

enum Message {
    Request(Request),
    Response(Response),
    /// No message; what to answer it with.
    Invalid(Box<Response>),
    /// A reply that cannot be read: nothing can be said to it.
    Unreadable,
}

/// A body as a message; `None` if it is no JSON.
fn read(body: &[u8]) -> Option<Message> {
    // Nearly all are requests and notifications as they should be: one pass reads those.
    match serde_json::from_slice::<Request>(body) {
        Ok(request) if is_in_shape(&request) => Some(Message::Request(request)),
        _ => super::message::read(body).ok().map(parse),
    }
}

/// Whether a message is what its method says. Handed on, an `exit` with an id or a `shutdown`
/// without one would end the service and not the process.
fn is_in_shape(request: &Request) -> bool {
    !matches!(
        (request.method(), request.id()),
        ("", _) | (_, Some(Id::Null)) | ("exit", Some(_)) | ("shutdown", None)
    )
}

/// A JSON value as a message.
fn parse(value: Value) -> Message {
    let id = value.get("id").and_then(|id| serde_json::from_value::<Id>(id.clone()).ok());
    let has_id = value.get("id").is_some();
    let answer_to = match &id {
        Some(id @ (Id::Number(_) | Id::String(_))) => id.clone(),
        _ => Id::Null,
    };
    let invalid =
        |why| Message::Invalid(Box::new(error(answer_to.clone(), ErrorCode::InvalidRequest, why)));
    match value.get("method") {
        Some(Value::String(_)) if has_id && answer_to == Id::Null => {
            invalid("a request's id must be a number or a string")
        }
        Some(Value::String(method)) if method == "exit" && has_id => {
            invalid("`exit` is a notification: it has no id")
        }
        Some(Value::String(method)) if method == "shutdown" && !has_id => {
            invalid("`shutdown` is a request: it needs an id")
        }
        Some(Value::String(_)) => serde_json::from_value(value)
            .map_or_else(|_| invalid("no valid request"), Message::Request),
        Some(_) => invalid("`method` must be a string"),
        None if has_id && (value.get("result").is_some() || value.get("error").is_some()) => {
            serde_json::from_value(value).map_or(Message::Unreadable, Message::Response)
        }
        None => invalid("neither a request nor a response"),
    }
}

/// What a body or frame that is no JSON is answered with (JSON-RPC 2.0, section 5.1).
fn malformed(why: &'static str) -> Message {
    Message::Invalid(Box::new(error(Id::Null, ErrorCode::ParseError, why)))
}

fn error(id: Id, code: ErrorCode, message: &'static str) -> Response {
    Response::from_error(id, Error { code, message: message.into(), data: None })
}

/// A handler's reply, with panics contained: they are answered as an internal error.
fn contained<E: Send + 'static>(
    call: impl Future<Output = Result<Option<Response>, E>> + Send + 'static,
    id: Id,
) -> BoxFuture<'static, Option<Response>> {
    async move {
        match AssertUnwindSafe(call).catch_unwind().await {
            Ok(Ok(Some(reply))) => Some(reply),
            // The library passes over requests that begin with `$/`; they want an answer too.
            Ok(Ok(None)) => Some(error(id, ErrorCode::MethodNotFound, "method not found")),
            Ok(Err(_)) => Some(error(id, ErrorCode::InvalidRequest, "the server has exited")),
            Err(_) => {
                tracing::error!("a request's handler panicked");
                Some(error(id, ErrorCode::InternalError, "internal error; see the log"))
            }
        }
    }
    .boxed()
}

/// Runs a future to its first await.
fn poll_once<T>(future: &mut BoxFuture<'static, T>) -> Poll<T> {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    future.as_mut().poll(&mut context)
}

async fn write(mut writer: impl AsyncWrite + Unpin, mut queue: mpsc::UnboundedReceiver<Vec<u8>>) {
    while let Some(mut frames) = queue.recv().await {
        // What is queued together goes out together.
        while frames.len() < READ {
            let Ok(more) = queue.try_recv() else { break };
            frames.extend_from_slice(&more);
        }
        if writer.write_all(&frames).await.is_err() || writer.flush().await.is_err() {
            return;
        }
    }
}

/// A notification as it stands on the wire.
#[must_use]
pub fn notification(method: &str, params: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "method": method, "params": params })
}
