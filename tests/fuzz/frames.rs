//! Frames among garbage, in any chunking.

use bytes::BytesMut;
use foretype::server::framing::{Frame, Framer, Framing};

use crate::random::Random;

/// A header block this long is garbage (bytes); what waits for its blank line is no longer.
const LONGEST_HEADER: usize = 4 * 1024;

fn frame(body: &str) -> Vec<u8> {
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn message(number: usize, random: &mut Random) -> String {
    let text =
        random.join(&["a", "ü", "😀", "Content-Length: 9", "\\r\\n\\r\\n", " ", "{", "}"], 12);
    format!("{{\"id\":{number},\"text\":\"{text}\"}}")
}

fn spelled(body: &str, random: &mut Random) -> Vec<u8> {
    let plain = String::from_utf8(frame(body)).unwrap();
    let kind = "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n";
    match random.below(5) {
        0 => plain.replacen("Content-Length", "content-length", 1).into_bytes(),
        1 => format!("{kind}{plain}").into_bytes(),
        2 => plain.replacen("\r\n\r\n", &format!("\r\n{kind}\r\n"), 1).into_bytes(),
        _ => plain.into_bytes(),
    }
}

/// What an editor, a wrapper script or a broken client may put between two frames.
fn garbage(random: &mut Random) -> Vec<u8> {
    const WORDS: [&str; 20] = [
        "Content-Length: ",
        "content-length:",
        "Content-Type: x\r\n",
        "Content-",
        "Con",
        "C",
        "ontent-",
        "\r\n",
        "\r\n\r\n",
        "\r",
        "\n",
        "12",
        "-5",
        "99999999999999999999",
        "{\"a\":",
        "}",
        "null",
        "Host: x",
        " ",
        ":",
    ];
    match random.below(5) {
        0 => random.bytes(80),
        1 => random.join(&WORDS, 6).into_bytes(),
        2 => b"some line of a log\n".to_vec(),
        // A frame cut short.
        3 => {
            let whole = frame(&message(0, random));
            whole[..random.below(whole.len())].to_vec()
        }
        // A frame whose length is wrong.
        _ => {
            let body = message(0, random);
            format!("Content-Length: {}\r\n\r\n{body}", random.below(2 * body.len())).into_bytes()
        }
    }
}

/// Takes everything out, as the transport does.
fn bodies(input: &[u8], random: &mut Random) -> Vec<Vec<u8>> {
    let (mut framer, mut buffer) = (Framer::new(Framing::Resynchronise), BytesMut::new());
    let mut bodies = Vec::new();
    for chunk in random.chunks(input) {
        buffer.extend_from_slice(chunk);
        let mut rounds = 0;
        while let Some(frame) = framer.next(&mut buffer).unwrap() {
            rounds += 1;
            assert!(rounds <= 2 * input.len() + 2, "it goes round in circles");
            let Frame::Body(body) = frame else { continue };
            if serde_json::from_slice::<serde::de::IgnoredAny>(&body).is_err() {
                framer.reject(&body, &mut buffer);
            }
            bodies.push(body);
        }
    }
    bodies
}

#[test]
fn no_valid_frame_after_garbage_is_lost() {
    let mut random = Random::new(1);
    for round in 0..6_000 {
        let (mut input, mut sent) = (Vec::new(), Vec::new());
        for number in 1..=1 + random.below(5) {
            for _ in 0..random.below(3) {
                input.extend(garbage(&mut random));
            }
            let body = message(number, &mut random);
            input.extend(spelled(&body, &mut random));
            sent.push(body);
            if random.one_in(6) {
                let again = sent.last().unwrap().clone();
                input.extend(frame(&again));
                sent.push(again);
            }
        }
        // Whatever length was announced last, the frames behind it end the wait.
        for number in [1_001, 1_002] {
            let body = message(number, &mut random);
            input.extend(frame(&body));
            sent.push(body);
        }
        let got = bodies(&input, &mut random);
        let mut left = got.iter();
        for body in &sent {
            assert!(
                left.any(|got| got == body.as_bytes()),
                "round {round}: lost {body} of {:?}",
                String::from_utf8_lossy(&input)
            );
        }
    }
}

#[test]
fn garbage_is_never_kept() {
    let mut random = Random::new(2);
    for _ in 0..300 {
        let (mut framer, mut buffer) = (Framer::new(Framing::Resynchronise), BytesMut::new());
        for _ in 0..60 {
            let piece = match random.below(3) {
                0 => random.bytes(2_000),
                1 => b"Content-Length: 1\r\nContent-Type: x\r\n".repeat(random.below(60)),
                _ => "Content-".repeat(random.below(200)).into_bytes(),
            };
            buffer.extend_from_slice(&piece);
            while framer.next(&mut buffer).unwrap().is_some() {}
            // A body is waited for only once a whole header has announced it; here none can.
            assert!(buffer.len() <= LONGEST_HEADER + piece.len(), "{} bytes kept", buffer.len());
        }
    }
}

#[test]
fn a_strict_connection_ends_or_goes_on_but_never_skips() {
    let (mut random, mut ended) = (Random::new(3), 0);
    for _ in 0..3_000 {
        let (mut input, mut sent) = (Vec::new(), Vec::new());
        for number in 0..random.below(4) {
            let body = message(number, &mut random);
            input.extend(spelled(&body, &mut random));
            sent.push(body.into_bytes());
        }
        let whole = input.len();
        input.extend(garbage(&mut random));
        let (mut framer, mut buffer) = (Framer::new(Framing::Strict), BytesMut::new());
        let mut got = Vec::new();
        'input: for chunk in random.chunks(&input) {
            buffer.extend_from_slice(chunk);
            loop {
                match framer.next(&mut buffer) {
                    Ok(Some(Frame::Body(body))) => got.push(body),
                    Ok(Some(Frame::Garbage(_))) => panic!("it skipped"),
                    Ok(None) => break,
                    Err(_) => {
                        ended += 1;
                        break 'input;
                    }
                }
            }
        }
        assert!(got.starts_with(&sent), "a good frame was lost");
        let extra: usize = got[sent.len()..].iter().map(Vec::len).sum();
        assert!(extra <= input.len() - whole);
    }
    assert!(ended > 1_000, "{ended}");
}
