//! The host that a request is for: what may be named as one, and that browsers reach ours by TLS where it is known by that.
//! Must not say which host is ours, as proxies have names of their own for it, nor who may ask: that is `cross_origin`.
//! Used by `caller` before it looks at who asks.

use std::net::Ipv6Addr;

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderMap, HeaderValue},
    middleware::Next,
    web,
};
use domain::error::{Code, Refusal};

use super::endpoints::State;

/// For a year, of this host and no other (RFC 6797).
const BY_TLS: &str = "max-age=31536000";

/// Tells browsers by every answer to come by TLS, where the service is known by an address of https.
pub async fn by_tls<B: MessageBody + 'static>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<B>, Error> {
    if !request.app_data::<web::Data<State>>().is_some_and(|state| state.is_https) {
        return next.call(request).await;
    }
    match next.call(request).await {
        Ok(mut response) => {
            tell(response.headers_mut());
            Ok(response)
        }
        // The answer is still in it.
        Err(mut error) => {
            error.add_response_mapper(|mut response| {
                tell(response.headers_mut());
                response
            });
            Err(error)
        }
    }
}

fn tell(headers: &mut HeaderMap) {
    headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(BY_TLS));
}

/// Whether what a request names as its host can be one, in its header and in its target where that has one (RFC 9112, section 3.2).
pub fn is_named(request: &ServiceRequest) -> bool {
    let named = request.headers().get(header::HOST).map(HeaderValue::as_bytes);
    let target = request.uri().authority().map(|authority| authority.as_str().as_bytes());
    named.is_none_or(is_host) && target.is_none_or(is_host)
}

/// What is told where it cannot.
pub fn refusal() -> Refusal {
    Refusal::worded(
        Code::HeaderInvalid,
        "Máy chủ nêu trong yêu cầu (Host) không hợp lệ: phải là tên máy chủ hoặc địa chỉ IP, có thể kèm cổng.",
        "The host that the request names (Host) is not valid: it must be a name or an IP address, with or without a port.",
    )
}

/// Whether this is a name, an IPv4 address or an IPv6 address in brackets, with or without a port: no user, no path (RFC 3986, section 3.2).
/// The name may be empty, as it is where a target has no host.
fn is_host(text: &[u8]) -> bool {
    let (is_fine, port) = if let [b'[', rest @ ..] = text {
        let Some(end) = rest.iter().position(|byte| *byte == b']') else { return false };
        (is_ipv6(&rest[..end]), &rest[end + 1..])
    } else {
        let (name, port) = text.split_at(text.iter().position(|byte| *byte == b':').unwrap_or(text.len()));
        (is_name(name), port)
    };
    is_fine
        && match port {
            [] => true,
            [b':', digits @ ..] => digits.iter().all(u8::is_ascii_digit),
            _ => false,
        }
}

fn is_ipv6(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|text| text.parse::<Ipv6Addr>().is_ok())
}

fn is_name(mut name: &[u8]) -> bool {
    loop {
        name = match name {
            [] => return true,
            [b'%', high, low, rest @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => rest,
            [byte, rest @ ..] if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(byte) => rest,
            _ => return false,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address() {
        for host in [
            "",
            "x",
            "haidang.example.vn",
            "haidang.example.vn.:8080",
            "a_b-c",
            "127.0.0.1:80",
            "[::1]",
            "[2001:db8::1]:443",
            "h%E1%BA%A3i.vn",
            "x:",
        ] {
            assert!(is_host(host.as_bytes()), "{host}");
        }
        for odd in [
            "a b",
            "a b/@c",
            "a/b",
            "a?b",
            "a#b",
            "user@host",
            "user:word@host",
            "a:b",
            "a:80:80",
            "a:-1",
            "::1",
            "[::1",
            "[::1]80",
            "[::1]:x",
            "[x]",
            "[]",
            "a[::1]",
            "%zz",
            "%c",
            "hải.vn",
            "a\\b",
            "\"a\"",
        ] {
            assert!(!is_host(odd.as_bytes()), "{odd}");
        }
    }
}
