//! What sending a request again does, said of each operation that makes something.
//! Must not say it otherwise than it is: `tests/it/retries.rs` and `retries_named.rs` send each twice.
//! Keys are kept by `app::idempotency`; what names a thing, and so keeps a second one away, is each use case's.

use serde_json::Value;

/// What a request that is sent again does.
#[derive(Clone, Copy, Debug)]
enum Retry {
    /// It may carry a key.
    Key(Key),
    /// It carries a key, which its own description does not explain.
    Needed,
    /// It is refused: with what, because of what, and what is left to say.
    Refused(&'static str, &'static str, &'static str),
    /// It rests on what its caller has seen.
    Changed,
    /// As these words say.
    Words(&'static str),
    /// As the operation's own description says.
    Told,
}

/// A key that an operation takes.
#[derive(Clone, Copy, Debug)]
struct Key {
    /// Whose it is.
    scope: &'static str,
    /// What is compared.
    said: &'static str,
    /// What is made.
    thing: &'static str,
    /// What the answer to a replay tells.
    answer: &'static str,
    /// What is left to say.
    rest: &'static str,
}

/// Until when a secret is told again.
const REPLACED: &str = "Once another secret is in the place of the one that was made, a replay is refused with 409 `WRONG_STATE`.";
const OF_AGENCY: &str = "the account's agency, or the account where it has none";
const EXISTS: &str = "409 `ALREADY_EXISTS`";
const FAULTY: &str = "422 `BODY_INVALID`";

/// What each does, by the name of the operation.
const RETRIES: &[(&str, Retry)] = &[
    (
        "create_account",
        Retry::Refused(
            EXISTS,
            "the login is in use",
            "A secret or password that was lost with the answer is replaced by `create_secret` or `reset_password`.",
        ),
    ),
    ("create_grant", Retry::Refused(EXISTS, "the account holds this role on these terms already", "")),
    ("create_client_key", Retry::Refused(EXISTS, "the account has a key of this name (`kid`)", "")),
    (
        "create_secret",
        Retry::Words(
            "Takes no `Idempotency-Key`, as the secret is kept nowhere: sent again, it makes another secret while fewer than two are in \
             force, and is refused with 409 `TOO_MANY_SECRETS` then. One that was lost with its answer is told by `get_account`, and \
             `revoke_secret` takes it away.",
        ),
    ),
    ("create_agency", Retry::Refused(EXISTS, "a code is used once and for good", "")),
    (
        "record_agency_event",
        Retry::Words(
            "Takes no `Idempotency-Key`: sent again, it is refused with 409 `ALREADY_EXISTS`, or with 422 `BODY_INVALID` where it makes an \
             agency or renames one, and is recorded once.",
        ),
    ),
    ("plan_committee", Retry::Refused(EXISTS, "the body is registered as a committee", "")),
    ("record_committee_act", Retry::Changed),
    ("create_document", Retry::Refused(EXISTS, "number, symbol, issuer and year, or the title of what is planned, name one document", "")),
    (
        "upload_document_file",
        Retry::Words(
            "The same bytes under the same name are on a document once: sent again, they are answered with 200 and what is there, so a \
             retry needs no `Idempotency-Key`.",
        ),
    ),
    (
        "create_personal_request",
        Retry::Key(Key { scope: OF_AGENCY, said: "body", thing: "request of the person", answer: "the request", rest: "" }),
    ),
    (
        "create_person",
        Retry::Words(
            "Takes no `Idempotency-Key`, as a digest of restricted values would have to be kept with it: sent again, it makes a second \
             person, unless it names an account, which is one person's (409 `ALREADY_EXISTS`). Whoever lost an answer looks into \
             `list_persons` first.",
        ),
    ),
    ("amend_programme", Retry::Refused(FAULTY, "a version holds from a later day than the one before", "")),
    ("record_direction", Retry::Refused(EXISTS, "the document directs the same already", "")),
    ("confirm_reading", Retry::Refused(EXISTS, "the reading is confirmed", "")),
    ("define_target", Retry::Refused(FAULTY, "a version holds from a later day than the one before", "")),
    (
        "state_target_value",
        Retry::Words(
            "Takes no `Idempotency-Key`: sent again, the value is typed in a second time. It counts once, as the one typed in last does.",
        ),
    ),
    (
        "release_training_figures",
        Retry::Words(
            "Takes no `Idempotency-Key`: sent again, it releases the year once more, with the next number. Everybody is told the same by \
             both, unless something was recorded in between.",
        ),
    ),
    ("name_successor", Retry::Refused(FAULTY, "somebody is named for the entries", "")),
    ("designate_members", Retry::Refused(FAULTY, "something is designated from that day on already", "")),
    ("create_budget_line", Retry::Refused(EXISTS, "what a line is of names one line", "")),
    (
        "record_budget_means",
        Retry::Words("Takes no `Idempotency-Key`: sent again, the same is recorded once more, and counts once, as what came last does."),
    ),
    (
        "create_calendar_link",
        Retry::Words(
            "Takes no `Idempotency-Key`, as the secret is kept nowhere: sent again, it makes another link. One that was lost with its \
             answer is told by `list_calendar_links`, and `revoke_calendar_link` takes it away.",
        ),
    ),
    ("consolidate_reports", Retry::Needed),
    ("create_draft", Retry::Needed),
    ("enter_report", Retry::Needed),
    (
        "enrol_second_factor",
        Retry::Words(
            "Takes no `Idempotency-Key`: sent again before it is confirmed, it puts another second factor in the place of the first. Once \
             one is confirmed, it is refused with 409 `ALREADY_EXISTS`.",
        ),
    ),
    ("create_meeting", Retry::Refused(EXISTS, "a committee meets once at a time", "A meeting that was cancelled meanwhile keeps no time.")),
    ("upload_report_file", Retry::Told),
    ("plan_training", Retry::Refused(EXISTS, "the plan of the agency and the year has an item of this title", "")),
    ("create_training_course", Retry::Key(Key { scope: OF_AGENCY, said: "body", thing: "course", answer: "the course", rest: "" })),
    (
        "create_training_session",
        Retry::Key(Key { scope: OF_AGENCY, said: "path and body", thing: "session", answer: "the course with its sessions", rest: "" }),
    ),
    ("create_training_material", Retry::Refused(EXISTS, "the agency has material of this title in the programme", "")),
    ("add_training_material_version", Retry::Refused(FAULTY, "a version in a language has its number alone", "")),
    ("create_webhook", Retry::Key(Key { scope: "the account", said: "body", thing: "webhook", answer: "the webhook", rest: REPLACED })),
    (
        "rotate_webhook_secret",
        Retry::Key(Key { scope: "the account", said: "path and body", thing: "secret", answer: "the secret", rest: REPLACED }),
    ),
];

/// What sending an operation again does.
fn of(operation: &str) -> Option<Retry> {
    RETRIES.iter().find(|(known, _)| *known == operation).map(|(_, retry)| *retry)
}

/// Says it behind what the operation says of itself.
pub fn tell(operation: &mut Value) {
    let Some(mut told) = operation["operationId"].as_str().and_then(of).and_then(Retry::words) else { return };
    if operation["parameters"].as_array().is_some_and(|all| all.iter().any(|one| one["name"] == "dryRun")) {
        told.push_str(" A rehearsal (`dryRun=true`) keeps nothing, however often it is sent.");
    }
    let described = operation["description"].as_str().unwrap_or_default();
    operation["description"] = format!("{described}\n\n{told}").into();
}

impl Retry {
    /// In words; nothing where they are said already.
    fn words(self) -> Option<String> {
        match self {
            Self::Key(key) => Some(key.words()),
            Self::Needed => Some(
                "Needs `Idempotency-Key`, as pushing a report does: sent again with the same key, the same body gives the first answer \
                 again."
                    .to_owned(),
            ),
            Self::Refused(with, since, rest) => {
                let told = format!(
                    "Takes no `Idempotency-Key`: sent again, it is refused with {with}, as {since}, and makes no second one. {rest}"
                );
                Some(told.trim_end().to_owned())
            }
            Self::Changed => Some(
                "Takes no `Idempotency-Key`, as it rests on `If-Match`: sent again with the tag that was seen, it is refused with 412 \
                 `PRECONDITION_FAILED`, and nothing is done twice."
                    .to_owned(),
            ),
            Self::Words(words) => Some(words.to_owned()),
            Self::Told => None,
        }
    }
}

impl Key {
    fn words(self) -> String {
        let Self { scope, said, thing, answer, rest } = self;
        let told = format!(
            "Takes an `Idempotency-Key` (scope: {scope}, and this operation; kept 72 hours). Sent again with the same key, the same {said} \
             makes no second {thing}: the answer tells {answer} as it stands then, with `Idempotency-Replayed: true`. Another {said} with \
             the same key is refused with 422 `IDEMPOTENCY_KEY_REUSED`, and what is refused does not use up its key. Without a key, a \
             request that is sent again makes another {thing}. {rest}"
        );
        told.trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use domain::error::Code;

    use super::*;

    /// Method, name and description of every operation.
    fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
        let items = document["paths"].as_object().expect("paths").values().filter_map(Value::as_object);
        let named = items.flatten().map(|(method, operation)| (method.as_str(), operation["operationId"].as_str(), operation));
        named.filter_map(|(method, name, operation)| Some((method, name?, operation))).collect()
    }

    /// Whether a header has to be sent; nothing where the operation reads none of this name.
    fn header(operation: &Value, name: &str) -> Option<bool> {
        let found = operation["parameters"].as_array()?.iter().find(|one| one["in"] == "header" && one["name"] == name)?;
        Some(found["required"] == true)
    }

    #[test]
    fn whatever_makes_something_says_what_a_retry_does() {
        let document = super::super::document().expect("a description");
        let makes = |operation: &Value, name: &str| operation["responses"]["201"].is_object() || name == "create_agency";
        let mut posts = operations(&document);
        posts.retain(|(method, name, operation)| *method == "post" && makes(operation, name));
        assert!(posts.len() > 35, "{}", posts.len());
        for (_, name, operation) in posts {
            let described = operation["description"].as_str().unwrap_or_default();
            let is_said = described.contains("`Idempotency-Key`") || described.contains("sent again");
            assert!(is_said, "{name}: {described}");
            assert!(of(name).is_some() || header(operation, "Idempotency-Key") == Some(true), "{name} stands in no table");
        }
    }

    #[test]
    fn every_entry_is_of_an_operation_of_its_kind() {
        let document = super::super::document().expect("a description");
        let all = operations(&document);
        for (i, (name, retry)) in RETRIES.iter().enumerate() {
            assert!(RETRIES[..i].iter().all(|(earlier, _)| earlier != name), "{name} twice");
            let found = all.iter().find(|(method, known, _)| *method == "post" && known == name);
            let (_, _, operation) = found.unwrap_or_else(|| panic!("{name} is no operation"));
            let described = operation["description"].as_str().unwrap_or_default();
            let words = retry.words().unwrap_or_default();
            assert_eq!(described.matches(words.as_str()).count() == 1, !words.is_empty(), "{name}: {described}");
            let key = match retry {
                Retry::Key(_) => Some(false),
                Retry::Needed => Some(true),
                _ => None,
            };
            assert_eq!(header(operation, "Idempotency-Key"), key, "{name}");
            assert_eq!(header(operation, "If-Match") == Some(true), matches!(retry, Retry::Changed), "{name}");
        }
    }

    #[test]
    fn what_is_named_is_there() {
        let document = super::super::document().expect("a description");
        let all = operations(&document);
        for (name, retry) in RETRIES {
            let words = retry.words().unwrap_or_default();
            for told in words.split('`').skip(1).step_by(2).filter(|told| told.contains('_')) {
                let is_code = Code::ALL.iter().any(|code| code.label() == told);
                assert!(is_code || all.iter().any(|(_, known, _)| *known == told), "{name}: {told}");
            }
        }
    }
}
