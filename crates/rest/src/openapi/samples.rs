//! What examples show where a schema by itself says nothing plausible, and what they leave out.
//! Must not name what the description does not have: a test looks up every entry.
//! What is made of it is `examples`.

use serde_json::Value;

/// Texts by the names of their fields.
pub const TEXTS: &[(&str, &str)] = &[
    ("access_token", "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJiYW8taGFpLXBob25nIn0.c2lnbmF0dXJl"),
    ("after", "eyJpZCI6IjAxOTJmMGM0In0"),
    ("agencies", "bao-hai-phong"),
    ("agency", "bao-hai-phong"),
    ("basis", "1593/QĐ-UBND"),
    ("certificateNumber", "CC-2014-01"),
    ("clientSecret", "hds_bi-mat-duoc-cap"),
    ("client_id", "bao-hai-phong-system"),
    ("client_secret", "hds_bi-mat-duoc-cap"),
    ("coordinators", "so-ngoai-vu"),
    ("currentPassword", "mật khẩu đang dùng"),
    ("document", "1593/QĐ-UBND"),
    ("documentNumber", "1593/QĐ-UBND"),
    ("endCursor", "eyJpZCI6IjAxOTJmMGM0In0"),
    ("externalRef", "BHP-1"),
    ("group", "V"),
    ("homeAddress", "Số 17 ngõ Cây Khế"),
    ("identityNumber", "031071998877"),
    ("issuer", "ubnd-tp-hai-phong"),
    ("language", "vi"),
    ("lead", "so-tttt"),
    ("leadAgency", "so-tttt"),
    ("link", "https://haiphong.gov.vn/tai-lieu"),
    ("login", "nguyen-van-an"),
    ("members", "bao-hai-phong"),
    ("name", "Nguyễn Văn An"),
    ("network", "203.0.113.7"),
    ("networks", "203.0.113.0/24"),
    ("newPassword", "mật khẩu mới đủ dài"),
    ("number", "1593/QĐ-UBND"),
    ("oneTimePassword", "123456"),
    ("parent", "ubnd-tp-hai-phong"),
    ("password", "mật khẩu đang dùng"),
    ("personalPhone", "0913 776 655"),
    ("positionTitle", "Phó Giám đốc"),
    ("predecessors", "so-ngoai-vu"),
    ("programme", "HP-1593-2013"),
    ("recipients", "Sở Ngoại vụ"),
    ("refresh_token", "hdr_lam-moi-phien"),
    ("regime", "HP-1593-NAM"),
    ("section", "Mục 2"),
    ("signer", "Nguyễn Văn An"),
    ("signerPosition", "Chủ tịch"),
    ("subkind", "provincial_department"),
    ("successor", "so-vhttdl"),
    ("task", "V.2"),
    ("token", "hdr_lam-moi-phien"),
    ("token_type_hint", "refresh_token"),
    ("url", "https://haiphong.gov.vn/tai-lieu"),
    ("workEmail", "an@haiphong.gov.vn"),
    ("workPhone", "0225 3842 123"),
];

/// Numbers by the names of their fields.
pub const NUMBERS: &[(&str, i64)] = &[
    ("ageing", 30),
    ("allocationDays", 30),
    ("amount", 50_000_000),
    ("bookingYear", 2014),
    ("dueYear", 2020),
    ("fromYear", 2014),
    ("toYear", 2016),
    ("year", 2014),
];

/// Days that others come before: all else is of one day.
pub const DAYS: &[(&str, &str)] = &[
    ("birthDate", "1971-08-13"),
    ("comparedTo", "2014-05-31"),
    ("due", "2014-07-15"),
    ("dueOn", "2014-12-31"),
    ("effectiveOn", "2014-07-01"),
    ("expiresOn", "2020-12-31"),
    ("to", "2014-12-31"),
    ("until", "2014-12-31"),
    ("validTo", "2015-07-01"),
];

/// Times that others come before.
pub const TIMES: &[(&str, &str)] = &[("endsAt", "2014-06-30T04:00:00Z"), ("expiresAt", "2039-12-31T17:00:00Z")];

/// Of a schema a field that is shown as this JSON.
pub const FIELDS: &[(&str, &str, &str)] = &[
    ("AgencyNames", "kind", r#""DEPARTMENT""#),
    (
        "DeliverableBody",
        "details",
        r#"{"outlet": "bao-hai-phong-dien-tu", "language": "en", "contents": ["tin tức"], "launchedOn": "2014-01-10"}"#,
    ),
    ("DocumentChange", "kind", r#""DECISION""#),
    ("DraftBody", "narrative", r#""Đã mở chuyên mục tiếng Anh trên báo điện tử.""#),
    ("DraftBody", "produced", "[]"),
    ("NewAccount", "roles", r#"["AGENCY_SYSTEM"]"#),
    ("NewAccount", "scopes", r#"["read", "reports"]"#),
    ("NewBaseline", "value", r#""12""#),
    ("NewBudgetCode", "name", r#""Văn phòng Ủy ban nhân dân""#),
    ("NewBudgetRules", "source", r#""Luật Ngân sách nhà nước""#),
    (
        "NewClientKey",
        "jwk",
        r#"{"kty": "EC", "crv": "P-256", "kid": "bao-hai-phong-1", "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}"#,
    ),
    ("NewCount", "goal", "12"),
    (
        "NewDeliverable",
        "details",
        r#"{"outlet": "bao-hai-phong-dien-tu", "language": "en", "contents": ["tin tức"], "launchedOn": "2014-01-10"}"#,
    ),
    ("NewDeliverable", "kind", r#""FOREIGN_EDITION""#),
    ("NewDocument", "kind", r#""PLAN""#),
    ("NewDocument", "number", r#""45/KH-UBND""#),
    ("NewReportRequest", "cutOff", r#""2039-05-31""#),
    ("NewReportRequest", "due", r#""2039-06-10""#),
    ("NewReportRequest", "from", r#""2039-05-12""#),
    ("TranslationBody", "source", r#""Sở Ngoại vụ""#),
];

/// Fields that a whole example leaves out, by schema: what excludes another, goes with another kind, or is for few.
const LEFT_OUT: &[(&str, &[&str])] = &[
    ("AgencyNames", &["parent"]),
    ("BatchRow", &["ifMatch", "regime", "sections", "values"]),
    ("DeliverableBody", &["documents"]),
    ("DocumentChange", &["expiresOn", "issuerAsWritten"]),
    ("DraftBody", &["sections", "values"]),
    ("NewAccount", &["validFrom", "validTo"]),
    ("NewAgencyEvent", &["code", "duties", "successors"]),
    ("NewAttendance", &["reason", "representedBy"]),
    ("NewBudgetLine", &["assetNote", "contribution", "isCapital"]),
    ("NewBudgetMovement", &["bookingYear", "exception", "refersTo", "workDoneOn"]),
    ("NewCommitteeAct", &["note", "person", "position", "post", "postTitle"]),
    ("NewCommitteeSeat", &["person", "postTitle", "unit"]),
    ("NewConsolidation", &["regime"]),
    ("NewContribution", &["agency"]),
    ("NewDeliverable", &["documents"]),
    ("NewDocument", &["expiresOn", "issuerAsWritten"]),
    ("NewDraft", &["regime"]),
    ("NewFrozenStatistics", &["group", "leadAgency", "task"]),
    ("NewGrant", &["validTo"]),
    ("NewInvitee", &["words"]),
    ("NewMeetingAct", &["document", "reason", "signedOn", "signer", "text"]),
    ("NewMeetingPlan", &["quorum"]),
    ("NewParticipant", &["certificateNumber", "certificateOn", "result"]),
    ("NewPersonalRequestStep", &["legalGround", "reason", "until"]),
    ("NewReport", &["regime", "sections", "values"]),
    ("NewReportRequest", &["task"]),
    ("NewTargetDefinition", &["countPerMember", "matrix", "percentage", "population", "qualitative", "range", "reckoning", "setCoverage"]),
    ("NewTargetValue", &["cells", "items", "members", "narrative", "share"]),
    ("NewTrainingCourse", &["centralOrganiser", "isCentral"]),
    ("NewTrainingRelease", &["asOf"]),
    ("NewTrainingSession", &["materials"]),
    ("NewWebhook", &["since"]),
    ("SetHeadOfAgency", &["isActing", "vacant"]),
    ("TokenRequest", &["client_assertion", "client_assertion_type", "otp", "password", "refresh_token", "scope", "username"]),
];

/// Bodies that are one text, by path and media type.
const UPLOADS: &[(&str, &str, &str)] = &[
    (
        "/api/v1/admin/translations/{lang}",
        "text/csv",
        "subject,text,state\n0192f0c4-7b1a-7e70-9b0e-3f6d2c1a5b77,Department of Foreign Affairs,REVIEWED\n",
    ),
    (
        "/api/v1/reports/batch",
        "application/x-ndjson",
        "{\"programme\": \"HP-1593-2013\", \"task\": \"V.2\", \"year\": 2014, \"percent\": 40, \"narrative\": \"Đã mở chuyên mục tiếng Anh.\"}\n",
    ),
    ("/api/v1/reports/batch", "text/csv", "programme,task,year,percent,narrative\nHP-1593-2013,V.2,2014,40,Đã mở chuyên mục tiếng Anh.\n"),
];

/// What a table has for a name.
pub fn of<T: Copy>(table: &[(&str, T)], name: &str) -> Option<T> {
    table.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
}

/// What a field of a schema is shown as, where that is special.
pub fn field(schema: &str, name: &str) -> Option<Value> {
    let (_, _, shown) = FIELDS.iter().find(|(of, known, _)| *of == schema && *known == name)?;
    serde_json::from_str(shown).ok()
}

/// Whether the example of a schema leaves a field out.
pub fn is_left_out(schema: &str, name: &str) -> bool {
    of(LEFT_OUT, schema).is_some_and(|names| names.contains(&name))
}

/// A body that is one text.
pub fn upload(path: &str, media: &str) -> Option<&'static str> {
    UPLOADS.iter().find(|(known, kind, _)| *known == path && *kind == media).map(|(_, _, text)| *text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_of_something_that_is_described() {
        let document = super::super::document().expect("a description");
        let schemas = document["components"]["schemas"].as_object().expect("schemas");
        let is_there = |schema: &str, name: &str| schemas.get(schema).is_some_and(|schema| schema["properties"][name].is_object());
        let names = [TEXTS, DAYS, TIMES].concat().into_iter().map(|(name, _)| name).chain(NUMBERS.iter().map(|(name, _)| *name));
        for name in names {
            assert!(schemas.values().any(|schema| schema["properties"][name].is_object()), "{name}");
        }
        for (schema, name, shown) in FIELDS {
            assert!(is_there(schema, name) && field(schema, name).is_some(), "{schema} {name}: {shown}");
        }
        for (schema, names) in LEFT_OUT {
            assert!(names.iter().all(|name| is_there(schema, name)), "{schema}: {names:?}");
            let mut required = schemas[*schema]["required"].as_array().into_iter().flatten();
            assert!(!required.any(|one| names.iter().any(|name| one == name)), "{schema} without what it needs");
        }
        for (path, media, _) in UPLOADS {
            let operations = document["paths"][path].as_object().expect("a path");
            assert!(operations.values().any(|operation| operation["requestBody"]["content"][media].is_object()), "{path} {media}");
        }
    }
}
