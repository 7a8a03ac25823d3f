//! How webhooks are asked for: on one that is not there, and to an address that nobody may be told at.

use serde_json::json;

use super::{rest::Request, stage::NOTHING};

pub fn request(name: &str, id: &str) -> Request {
    let at = |path: &str| format!("/api/v1/webhooks/{NOTHING}{path}");
    let to = json!({"url": "https://127.0.0.1/", "agency": id});
    match name {
        "list_webhooks" => ("GET", "/api/v1/webhooks".into(), None),
        "create_webhook" => ("POST", "/api/v1/webhooks".into(), Some(to)),
        "get_webhook" => ("GET", at(""), None),
        "update_webhook" => ("PUT", at(""), Some(json!({"url": "https://127.0.0.1/"}))),
        "delete_webhook" => ("DELETE", at(""), None),
        "rotate_webhook_secret" => ("POST", at("/secret"), Some(json!({}))),
        "list_webhook_deliveries" => ("GET", at("/deliveries"), None),
        "get_webhook_delivery" => ("GET", at(&format!("/deliveries/{NOTHING}")), None),
        "redeliver_webhook_delivery" => ("POST", at(&format!("/deliveries/{NOTHING}/redeliver")), None),
        "redeliver_webhook_dead" => ("POST", at("/redeliver"), None),
        "enable_webhook" => ("POST", at("/enable"), None),
        "disable_webhook" => ("POST", at("/disable"), None),
        "test_webhook" => ("POST", at("/test"), None),
        other => panic!("nobody tries {other}"),
    }
}
