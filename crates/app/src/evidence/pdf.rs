//! What a PDF says of itself: its title, subject and keywords, in the document's information and in its XMP packet.
//! Must not look at the pages: their text is compressed and in the codes of its fonts, and no reader of it that we know bounds
//! what a hostile file makes it do. Reads with a window of fixed size, whatever the file says of its own structure.
//! The other types are looked at in the parent's `content`; marks are `domain::evidence::secrecy`.

use std::io::{self, Read};

use domain::evidence::secrecy::Finder;

use super::content::Words;

/// Bytes read at once.
const PIECE: usize = 256 * 1024;
/// What begins in a window is looked at as far as this; an entry longer than that is cut.
const REACH: usize = 64 * 1024;
/// Bytes of one string at most.
const LONGEST: usize = 8 * 1024;
const KEYS: [&[u8]; 3] = [b"/Title", b"/Subject", b"/Keywords"];
const PACKET: &[u8] = b"<x:xmpmeta";
const PACKET_END: &[u8] = b"</x:xmpmeta";

/// Whether what a PDF says of itself carries a mark of secrecy.
pub fn is_marked(mut file: impl Read) -> io::Result<bool> {
    let mut window = Vec::new();
    loop {
        let read = Read::by_ref(&mut file).take(PIECE as u64).read_to_end(&mut window)?;
        // What begins in the last part may go on in the next piece, and is looked at there.
        let end = if read == 0 { window.len() } else { window.len().saturating_sub(REACH) };
        let mut at = 0;
        while at < end {
            // Nothing is looked at twice, or a file of beginnings alone would cost the square of its length.
            let (is_marked, length) = entry(&window[at..]);
            if is_marked {
                return Ok(true);
            }
            at += length;
        }
        if read == 0 {
            return Ok(false);
        }
        window.drain(..at.min(window.len()));
    }
}

/// Whether an entry that begins here carries a mark, and how far it goes; one byte where none begins.
fn entry(bytes: &[u8]) -> (bool, usize) {
    match bytes.first() {
        Some(b'/') => {
            let Some(key) = KEYS.iter().find(|key| bytes.starts_with(key)) else { return (false, 1) };
            let (text, length) = string(&bytes[key.len()..]);
            (marked(&text), key.len() + length)
        }
        Some(b'<') if bytes.starts_with(PACKET) => {
            let packet = &bytes[..bytes.len().min(REACH)];
            let end = packet.windows(PACKET_END.len()).position(|window| window == PACKET_END).unwrap_or(packet.len());
            let (mut words, mut finder) = (Words::default(), Finder::default());
            words.read(&String::from_utf8_lossy(&packet[..end]), &mut finder);
            (finder.is_marked(), end)
        }
        _ => (false, 1),
    }
}

fn marked(bytes: &[u8]) -> bool {
    let mut finder = Finder::default();
    let wide = |rest: &[u8], of: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = rest.chunks_exact(2).map(|pair| of([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    let text = match bytes {
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        // The encoding of PDF has none of the letters that a mark needs; some writers put UTF-8 there.
        rest => String::from_utf8_lossy(rest).into_owned(),
    };
    finder.read(&text);
    finder.is_marked()
}

/// The string that stands here (ISO 32000-1, 7.3.4) and how far it goes; empty where none does.
fn string(bytes: &[u8]) -> (Vec<u8>, usize) {
    let Some(start) = bytes.iter().take(64).position(|byte| !byte.is_ascii_whitespace() && *byte != 0) else { return (Vec::new(), 0) };
    let rest = &bytes[start..bytes.len().min(start + LONGEST)];
    let (text, length) = match rest {
        [b'(', rest @ ..] => literal(rest),
        [b'<', b'<', ..] => (Vec::new(), 0),
        [b'<', rest @ ..] => hexadecimal(rest),
        _ => (Vec::new(), 0),
    };
    (text, start + length)
}

fn literal(bytes: &[u8]) -> (Vec<u8>, usize) {
    let (mut text, mut depth) = (Vec::new(), 1_u32);
    let mut bytes = bytes.iter().copied().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' => match bytes.next().map(|(_, byte)| byte) {
                Some(b'n') => text.push(b'\n'),
                Some(b'r') => text.push(b'\r'),
                Some(b't') => text.push(b'\t'),
                Some(digit @ b'0'..=b'7') => {
                    let mut code = u32::from(digit - b'0');
                    for _ in 0..2 {
                        let Some((_, digit)) = bytes.next_if(|(_, next)| (b'0'..=b'7').contains(next)) else { break };
                        code = code * 8 + u32::from(digit - b'0');
                    }
                    text.push(code.to_le_bytes()[0]);
                }
                // A line that goes on.
                Some(b'\n' | b'\r') | None => {}
                Some(other) => text.push(other),
            },
            b'(' => {
                depth += 1;
                text.push(byte);
            }
            b')' if depth == 1 => return (text, at),
            b')' => {
                depth -= 1;
                text.push(byte);
            }
            _ => text.push(byte),
        }
    }
    let length = text.len();
    (text, length)
}

fn hexadecimal(bytes: &[u8]) -> (Vec<u8>, usize) {
    let length = bytes.iter().position(|byte| *byte == b'>').unwrap_or(bytes.len());
    let digits = bytes[..length].iter().filter_map(|byte| char::from(*byte).to_digit(16));
    let values: Vec<u8> = digits.filter_map(|value| u8::try_from(value).ok()).collect();
    (values.chunks(2).map(|pair| pair[0] * 16 + pair.get(1).copied().unwrap_or(0)).collect(), length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(bytes: &[u8]) -> bool {
        is_marked(bytes).expect("a look")
    }

    fn wide(text: &str) -> Vec<u8> {
        [0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect()
    }

    fn document(key: &str, string: &[u8]) -> Vec<u8> {
        [b"%PDF-1.7\n1 0 obj <<", key.as_bytes(), b" (", string, b")>> endobj\n%%EOF"].concat()
    }

    #[test]
    fn what_a_pdf_says_of_itself_is_read_in_every_way_of_writing_it() {
        let escaped: Vec<u8> = wide("TỐI MẬT").iter().flat_map(|byte| format!("\\{byte:03o}").into_bytes()).collect();
        let hex = wide("Kế hoạch — MẬT").iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().concat();
        for marked in [
            document("/Title", &escaped),
            document("/Subject", "MẬT".as_bytes()),
            document("/Keywords", "a (b) TUYỆT MẬT".as_bytes()),
            format!("%PDF-1.7\n<</Title\n <{hex}>>>").into_bytes(),
            "%PDF-1.7\n<x:xmpmeta><dc:title><rdf:li>MẬT</rdf:li></dc:title></x:xmpmeta>".as_bytes().to_vec(),
        ] {
            assert!(found(&marked), "{}", String::from_utf8_lossy(&marked));
        }
        for plain in [
            document("/Title", "LUẬT BẢO VỆ BÍ MẬT NHÀ NƯỚC".as_bytes()),
            document("/Author", "MẬT".as_bytes()),
            b"/Title".to_vec(),
            b"/Title (".to_vec(),
            b"/Title <<".to_vec(),
            b"<x:xmpmeta".to_vec(),
            Vec::new(),
        ] {
            assert!(!found(&plain), "{}", String::from_utf8_lossy(&plain));
        }
    }

    #[test]
    fn an_entry_is_found_wherever_it_stands() {
        for before in [PIECE - 3, PIECE, PIECE - REACH, PIECE - REACH - 3, 2 * PIECE + 17] {
            let file = [vec![b' '; before], document("/Title", "MẬT".as_bytes())].concat();
            assert!(found(&file), "{before}");
        }
    }

    #[test]
    fn a_file_of_beginnings_is_looked_at_once() {
        let many = |text: &str| text.repeat(20 * 1024 * 1024 / text.len());
        for beginning in ["/Title(", "/Title <", "<x:xmpmeta", "/Title"] {
            assert!(!found(many(beginning).as_bytes()), "{beginning}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_break_it(bytes in proptest::collection::vec(any::<u8>(), 0..400), cut in 0..400_usize) {
            let mut file = document("/Title", &bytes);
            file.truncate(cut);
            file.extend_from_slice(b"<x:xmpmeta");
            file.extend_from_slice(&bytes);
            let _ = found(&file);
        }
    }
}
