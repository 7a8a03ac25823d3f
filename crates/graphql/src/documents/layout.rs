//! A document's text as its two readers can read it. The one that validates knows no descriptions of operations, fragments and
//! variables; the executor's knows neither `\u{…}` nor pairs of surrogates, no `\"""` in blocks, no whole number `-0`, no
//! blanks within a type and no comment after `on`.
//! Must not move anything: whatever is told of a document names a place in the text that was sent.
//! Must not mend what is wrong; the readers tell that.

use std::borrow::Cow;

use async_graphql::Pos;

use super::places::Places;
use crate::nesting::Strings;

/// What a definition begins with that may be described: the short form of a query may not.
const DESCRIBED: [&str; 4] = ["query", "mutation", "subscription", "fragment"];

/// What stands in a block for three quotes.
const QUOTES: &str = "\\\"\"\"";

/// What stands between blanks, commas and comments.
#[derive(Clone, Copy)]
struct Token<'a> {
    at: usize,
    text: &'a str,
}

impl Token<'_> {
    fn is_string(&self) -> bool {
        self.text.starts_with('"')
    }

    fn is_block(&self) -> bool {
        self.text.starts_with("\"\"\"")
    }

    /// Whether it is a string that ends, with no escape that there is not.
    fn is_sound(&self) -> bool {
        let quotes = if self.is_block() { 3 } else { 1 };
        self.text.len() >= 2 * quotes && self.text.ends_with('"') && (self.is_block() || readable(self.text).is_some())
    }
}

/// What a text consists of. Strings, names and numbers are whole, and so are dots with the name after them; every other sign is alone.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+' | '.');
    let (mut tokens, mut strings, mut at) = (Vec::new(), Strings::default(), 0);
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let length = match first {
            ' ' | '\t' | '\n' | '\r' | ',' | '\u{feff}' => {
                at += first.len_utf8();
                continue;
            }
            '#' => {
                at += rest.find(['\n', '\r']).unwrap_or(rest.len());
                continue;
            }
            '"' => strings.after(text.as_bytes(), at) - at,
            _ if is_word(first) => rest.find(|c: char| !is_word(c)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        tokens.push(Token { at, text: &rest[..length] });
        at += length;
    }
    tokens
}

/// The text with blanks for the descriptions of its definitions and variables, each byte where it was.
pub fn plain(text: &str) -> Cow<'_, str> {
    let mut plain = Cow::Borrowed(text);
    if !text.contains('"') {
        return plain;
    }
    for token in descriptions(&tokens(text)) {
        let blanks: String = token.text.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { ' ' }).collect();
        plain.to_mut().replace_range(token.at..token.at + token.text.len(), &blanks);
    }
    plain
}

/// The strings that describe a definition, before it, or a variable, before it in their list.
fn descriptions<'a>(tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    let (mut found, mut open) = (Vec::new(), Vec::new());
    for (i, token) in tokens.iter().enumerate() {
        match token.text {
            "(" | "[" | "{" => open.push(token.text),
            ")" | "]" | "}" => {
                open.pop();
            }
            _ if token.is_string() => {
                let (before, after) = (i.checked_sub(1).map(|i| tokens[i].text), tokens.get(i + 1).map(|next| next.text));
                let describes = match open.as_slice() {
                    [] => before.is_none_or(|before| before == "}") && after.is_some_and(|after| DESCRIBED.contains(&after)),
                    // After these it is a value, or nothing that there is.
                    ["("] => after == Some("$") && before.is_none_or(|before| !matches!(before, "=" | ":" | "@" | "$")),
                    _ => false,
                };
                if describes && token.is_sound() {
                    found.push(*token);
                }
            }
            _ => {}
        }
    }
    found
}

/// A valid text without descriptions as the executor's parser can read it. Everything stands where it stood.
pub fn laid_out(plain: &str, places: &Places) -> String {
    let tokens = tokens(plain);
    let (mut text, mut here) = (String::with_capacity(plain.len()), Pos { line: 1, column: 1 });
    for (token, is_joined) in tokens.iter().zip(joined(&tokens)) {
        if !is_joined {
            let place = places.at(token.at);
            if here.line < place.line {
                text.extend(std::iter::repeat_n('\n', place.line - here.line));
                here = Pos { line: place.line, column: 1 };
            }
            text.extend(std::iter::repeat_n(' ', place.column.saturating_sub(here.column)));
            here.column = here.column.max(place.column);
        }
        let written = written(*token);
        match written.rfind('\n') {
            Some(last) => {
                let column = 1 + written[last + 1..].chars().count();
                here = Pos { line: here.line + written.matches('\n').count(), column };
            }
            None => here.column += written.chars().count(),
        }
        text.push_str(&written);
    }
    text
}

/// Which of these stand at the one before, whatever was between: what is left of the type of a variable.
fn joined(tokens: &[Token<'_>]) -> Vec<bool> {
    let (mut is_type, mut open) = (false, 0_usize);
    let is_joined = |(i, token): (usize, &Token<'_>)| {
        let begins = i >= 3 && tokens[i - 1].text == ":" && tokens[i - 3].text == "$";
        let goes_on = !begins && is_type && (open > 0 || token.text == "!");
        is_type = begins || goes_on;
        open = match token.text {
            _ if !is_type => 0,
            "[" => open + 1,
            "]" => open.saturating_sub(1),
            _ => open,
        };
        goes_on
    };
    tokens.iter().enumerate().map(is_joined).collect()
}

/// A token as the executor's parser can read it: no longer than it was, but for a block of one line with much to escape.
fn written(token: Token<'_>) -> Cow<'_, str> {
    if token.text == "-0" {
        "0".into()
    } else if token.is_block() && token.text.contains(QUOTES) {
        quoted(&block_value(&token.text[3..token.text.len() - 3])).into()
    } else if token.is_block() {
        if token.text.contains('\r') { token.text.replace("\r\n", "\n").replace('\r', "\n").into() } else { token.text.into() }
    } else if token.is_string() && token.text.contains("\\u") {
        readable(token.text).map_or_else(|| token.text.into(), Cow::from)
    } else {
        token.text.into()
    }
}

/// What the content of a block says (2.9.4).
fn block_value(content: &str) -> String {
    let content = content.replace(QUOTES, "\"\"\"").replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = content.split('\n').collect();
    // Nothing where there are only blanks.
    let indent = |line: &str| line.bytes().position(|byte| !matches!(byte, b' ' | b'\t'));
    let common = lines.iter().skip(1).filter_map(|line| indent(line)).min().unwrap_or(0);
    let first = lines.iter().position(|line| indent(line).is_some()).unwrap_or(lines.len());
    let end = lines.iter().rposition(|line| indent(line).is_some()).map_or(0, |last| last + 1);
    let dedented = lines.iter().enumerate().map(|(i, line)| if i == 0 { *line } else { line.get(common..).unwrap_or_default() });
    dedented.take(end).skip(first).collect::<Vec<_>>().join("\n")
}

/// A text as a string in quotes.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        push(&mut quoted, character);
    }
    quoted.push('"');
    quoted
}

/// Writes a character into a string in quotes.
fn push(written: &mut String, character: char) {
    match character {
        '"' => written.push_str("\\\""),
        '\\' => written.push_str("\\\\"),
        '\n' => written.push_str("\\n"),
        '\r' => written.push_str("\\r"),
        character => written.push(character),
    }
}

/// A string in quotes with the characters themselves for their numbers; nothing where it has an escape that there is not.
fn readable(string: &str) -> Option<String> {
    let (mut written, mut rest) = (String::with_capacity(string.len()), string);
    while let Some((before, escape)) = rest.split_once('\\') {
        written.push_str(before);
        if let Some(number) = escape.strip_prefix('u') {
            let (character, after) = numbered(number)?;
            push(&mut written, character);
            rest = after;
        } else {
            let sign = escape.chars().next().filter(|sign| "\"\\/bfnrt".contains(*sign))?;
            written.extend(['\\', sign]);
            rest = &escape[sign.len_utf8()..];
        }
    }
    written.push_str(rest);
    Some(written)
}

/// The character whose number follows `\u`, and what is after it.
fn numbered(rest: &str) -> Option<(char, &str)> {
    if let Some(braced) = rest.strip_prefix('{') {
        let (digits, after) = braced.split_once('}')?;
        return Some((char::from_u32(hexadecimal(digits)?)?, after));
    }
    let four = |rest: &str| -> Option<u32> { hexadecimal(rest.get(..4)?) };
    let (first, after) = (four(rest)?, rest.get(4..)?);
    if !(0xD800..0xDC00).contains(&first) {
        return Some((char::from_u32(first)?, after));
    }
    let rest = after.strip_prefix("\\u")?;
    let second = four(rest).filter(|second| (0xDC00..0xE000).contains(second))?;
    let character = char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00))?;
    Some((character, rest.get(4..)?))
}

fn hexadecimal(digits: &str) -> Option<u32> {
    if digits.bytes().all(|digit| digit.is_ascii_hexdigit()) { u32::from_str_radix(digits, 16).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_are_blank_and_nothing_moves() {
        for (text, wanted) in [
            ("\"d\" query Q{a}", "    query Q{a}"),
            ("{a} \"\"\"ệ\n\"\"\" fragment F on T{a}", "{a}       \n    fragment F on T{a}"),
            ("query(\"d\" $a:Int \"e\" $b:Int){a}", "query(    $a:Int     $b:Int){a}"),
            ("query($a:String=\"v\" \"d\" $b:Int){a}", "query($a:String=\"v\"     $b:Int){a}"),
        ] {
            assert_eq!((&*plain(text), wanted.len()), (wanted, text.len()), "{text}");
        }
    }

    #[test]
    fn strings_that_describe_nothing_stay() {
        for text in [
            "\"d\" {a}",
            "\"d\" \"e\" query Q{a}",
            "query \"d\" query{a}",
            "\"\\q\" query Q{a}",
            "\"d query Q{a}",
            "\"\"\"d query Q{a}",
            "query($a:String=\"v\" $b:Int){a}",
            "query(\"d\" \"e\" $a:Int){a}",
            "{a(b:\"v\" c:$d)}",
            "# \"d\"\nquery Q{a}",
        ] {
            let left = plain(text);
            assert!(left.contains("\"d") || left == text, "{text}: {left}");
        }
    }

    fn laid(text: &str) -> String {
        laid_out(text, &Places::of(text))
    }

    #[test]
    fn what_the_executor_cannot_read_is_written_otherwise_in_its_place() {
        for (text, wanted) in [
            ("{a(b:\"\\u0041\\uD83D\\uDE00\") c}", "{a(b:\"A😀\"                ) c}"),
            ("{a(b:\"\\u{22}\\u{5C}\\u{a}\\n\",c:1)}", "{a(b:\"\\\"\\\\\\n\\n\"            c:1)}"),
            ("query($a:[ Int ! ]\n! = [1, 2]){a}", "query($a:[Int!]!\n  = [1  2]){a}"),
            ("{...on # c\n T{a}}", "{...on\n T{a}}"),
            ("{a(b:\"\"\"x\r\n  y\rz\"\"\")\r c}", "{a(b:\"\"\"x\n  y\nz\"\"\")\n c}"),
            ("{a(b:-0) c}", "{a(b:0 ) c}"),
            ("{a(b:\"\"\"x\\\"\"\"y\"\"\") c}", "{a(b:\"x\\\"\\\"\\\"y\"  ) c}"),
            ("{a(b:\"\"\"\r\n  x\r   \\\"\"\"\n  \"\"\") c}", "{a(b:\"x\\n \\\"\\\"\\\"\"\n\n\n     ) c}"),
        ] {
            assert_eq!(laid(text), wanted, "{text}");
            let (from, to) = (Places::of(text), Places::of(&laid(text)));
            let places = |text: &str, places: &Places| places.at(text.rfind(['a', 'c']).expect("a field"));
            assert_eq!(places(text, &from), places(&laid(text), &to), "{text}");
        }
        let plain = "query Q($a: Int = 1) @d(a: [1 2]) { a(b: {c: \"\\\"\"}) ...F }";
        assert_eq!(laid(plain), plain);
    }

    #[test]
    fn a_block_says_its_lines_without_what_they_share() {
        for (content, wanted) in [
            ("", ""),
            (" \n\t\r\n", ""),
            ("  a\n    b\n\n      c", "  a\nb\n\n  c"),
            ("\n \n\t\ta\n \n\t b\n\n \n", "a\n\nb"),
            ("\r  ệ\\\r\n  \\\"\"\"\n   \u{a0}", "ệ\\\n\"\"\"\n \u{a0}"),
        ] {
            assert_eq!(block_value(content), wanted, "{content:?}");
        }
        assert_eq!(quoted("a\\\"\"\"\n\tệ"), "\"a\\\\\\\"\\\"\\\"\\n\tệ\"");
    }
}
