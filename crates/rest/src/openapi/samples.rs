//! What examples show where a schema by itself says nothing plausible, and what they leave out.
//! Must not name what the description does not have: a test looks up every entry.
//! What is made of it is `examples`.

use serde_json::Value;

/// Texts by the names of their fields.
pub const TEXTS: &[(&str, &str)] = &[
    ("abstract", "Về việc triển khai Chương trình thông tin đối ngoại năm 2014"),
    ("access_token", "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJiYW8taGFpLXBob25nIn0.c2lnbmF0dXJl"),
    ("accountableAsWritten", "Giám đốc các Sở, Thủ trưởng các ban, ngành"),
    ("address", "otpauth://totp/nguyen-van-an?secret=JBSWY3DPEHPK3PXP"),
    ("after", "eyJpZCI6IjAxOTJmMGM0In0"),
    ("agencies", "bao-hai-phong"),
    ("agency", "bao-hai-phong"),
    ("agencyName", "Báo Hải Phòng"),
    ("agenda", "Đánh giá kết quả năm 2014"),
    ("agreement", "07/2014/HĐTT"),
    ("aliases", "Sở TT&TT"),
    ("alternative", "Biểu đồ cột: số nhiệm vụ của từng cơ quan theo trạng thái."),
    ("answer", "OK"),
    ("answersNow", "so-tttt"),
    ("approver", "Nguyễn Văn An"),
    ("assetNote", "Mua sắm thiết bị trường quay"),
    ("atLeast", "83.40"),
    ("atMost", "83.40"),
    ("author", "Nguyễn Văn An"),
    ("authority", "ubnd-tp-hai-phong"),
    ("baseline", "12.50"),
    ("basis", "1593/QĐ-UBND"),
    ("birthDate", "1971-08-13"),
    ("by", "Nguyễn Văn An"),
    ("centralOrganiser", "Cục Thông tin đối ngoại"),
    ("certificateNumber", "CC-2014-01"),
    ("change", "4.50"),
    ("clientSecret", "hds_bi-mat-duoc-cap"),
    ("client_assertion", "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJiYW8taGFpLXBob25nIn0.c2lnbmF0dXJl"),
    ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
    ("client_id", "bao-hai-phong-system"),
    ("client_secret", "hds_bi-mat-duoc-cap"),
    ("code", "ket_qua"),
    ("collective", "cac-co-quan-don-vi-lien-quan"),
    ("committee", "bcd-ttdn"),
    ("confirmedBy", "Nguyễn Văn An"),
    ("content", "tin tức"),
    ("contents", "tin tức"),
    ("coordinatingAgencies", "so-ngoai-vu"),
    ("coordinators", "so-ngoai-vu"),
    ("currentPassword", "mật khẩu đang dùng"),
    ("decisionReason", "Đối tác nước ngoài lùi lịch làm việc."),
    ("denominator", "Cán bộ, công chức làm thông tin đối ngoại"),
    ("description", "Phần mềm tổng hợp báo cáo của cơ quan"),
    ("detail", "The year is not one in which the task is reported on."),
    ("directedAt", "so-ngoai-vu"),
    ("directedAtAwaiting", "so-ngoai-vu"),
    ("document", "1593/QĐ-UBND"),
    ("documentNumber", "1593/QĐ-UBND"),
    ("duty", "Phụ trách công tác thông tin đối ngoại"),
    ("eCodes", "H24.13"),
    ("en", "The year is not one in which the task is reported on."),
    ("endCursor", "eyJpZCI6IjAxOTJmMGM0In0"),
    ("endedByQuote", "Thôi giữ chức vụ kể từ ngày ký"),
    ("endedBySection", "Điều 1"),
    ("error_description", "The secret is not valid."),
    ("exception", "Ứng trước theo văn bản của Ủy ban nhân dân thành phố"),
    ("externalIssuer", "https://dang-nhap.haiphong.gov.vn"),
    ("externalRef", "BHP-1"),
    ("externalSubject", "nguyen-van-an"),
    ("from", "so-tttt"),
    ("function", "EXTERNAL_INFORMATION"),
    ("group", "V"),
    ("homeAddress", "Số 17 ngõ Cây Khế"),
    ("identityNumber", "031071998877"),
    ("issuer", "ubnd-tp-hai-phong"),
    ("issuerAsWritten", "Ủy ban nhân dân thành phố Hải Phòng"),
    ("item", "en"),
    ("items", "en"),
    ("key", "so-tttt"),
    ("kid", "bao-hai-phong-1"),
    ("label", "Sở Thông tin và Truyền thông"),
    ("language", "vi"),
    ("lead", "so-tttt"),
    ("leadAgencies", "so-tttt"),
    ("leadAgency", "so-tttt"),
    ("legalGround", "Điểm c khoản 1 Điều 14"),
    ("link", "https://haiphong.gov.vn/tai-lieu"),
    ("login", "nguyen-van-an"),
    ("max", "1000000"),
    ("member", "so-ngoai-vu"),
    ("members", "bao-hai-phong"),
    ("min", "0"),
    ("minutes", "Ban Chỉ đạo nghe báo cáo và thống nhất kế hoạch năm 2015."),
    ("missing", "zh"),
    ("name", "Nguyễn Văn An"),
    ("narrative", "Đã mở chuyên mục tiếng Anh trên báo điện tử."),
    ("network", "203.0.113.7"),
    ("networks", "203.0.113.0/24"),
    ("newPassword", "mật khẩu mới đủ dài"),
    ("note", "Ghi theo bản sao của văn bản"),
    ("number", "1593/QĐ-UBND"),
    ("numerator", "Cán bộ, công chức đã được bồi dưỡng"),
    ("oneTimePassword", "123456"),
    ("options", "Đã phát hành"),
    ("organiser", "so-noi-vu"),
    ("otp", "123456"),
    ("outlet", "bao-hai-phong"),
    ("outlets", "bao-hai-phong"),
    ("parent", "ubnd-tp-hai-phong"),
    ("password", "mật khẩu đang dùng"),
    ("path", "/api/v1/calendars/bi-mat-chi-hien-mot-lan.ics"),
    ("percentAtLeast", "83.40"),
    ("percentAtMost", "83.40"),
    ("period", "2014"),
    ("periodAsWritten", "Từ năm 2013 đến hết năm 2020."),
    ("personalPhone", "0913 776 655"),
    ("place", "Trụ sở Ủy ban nhân dân thành phố"),
    ("population", "so-tttt"),
    ("position", "Phó Chủ tịch UBND thành phố"),
    ("positionTitle", "Phó Giám đốc"),
    ("post", "Giám đốc Sở Thông tin và Truyền thông"),
    ("postAgency", "so-tttt"),
    ("predecessors", "so-ngoai-vu"),
    ("previous", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
    ("programme", "HP-1593-2013"),
    ("proposedAgency", "so-ngoai-vu"),
    ("pseudonym", "Nhà tài trợ 1"),
    ("purpose", "In ấn phẩm giới thiệu thành phố"),
    ("quote", "Thực hiện Chương trình hành động này"),
    ("reason", "Chờ ý kiến của cơ quan phối hợp"),
    ("recipients", "Sở Ngoại vụ"),
    ("recoveryCodes", "k7Qm2ZxR9tLw4BvN"),
    ("refersTo", "0192f0c4-7b1a-7e70-9b0e-3f6d2c1a5b77"),
    ("refresh_token", "hdr_lam-moi-phien"),
    ("regime", "HP-1593-NAM"),
    ("regimeName", "Báo cáo năm"),
    ("remark", "Đã đối chiếu với bản có dấu"),
    ("representedBy", "Phó Giám đốc Sở Ngoại vụ"),
    ("request", "0192f0c4-7b1a-7e70-9b0e-3f6d2c1a5b77"),
    ("requester", "ubnd-tp-hai-phong"),
    ("required", "en"),
    ("scope", "Các Sở, ban, ngành và Ủy ban nhân dân các quận, huyện"),
    ("section", "Mục 2"),
    ("sha256", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
    ("shortName", "Sở TT&TT"),
    ("signer", "Nguyễn Văn An"),
    ("signerPosition", "Chủ tịch"),
    ("source", "Niên giám của Ủy ban nhân dân thành phố"),
    ("standingAgency", "so-tttt"),
    ("subject", "account"),
    ("subjectId", "0192f0c4-7b1a-7e70-9b0e-3f6d2c1a5b77"),
    ("subkind", "provincial_department"),
    ("submittedBy", "Nguyễn Văn An"),
    ("successor", "so-vhttdl"),
    ("successors", "so-vhttdl"),
    ("target", "T1"),
    ("targets", "T1"),
    ("task", "V.2"),
    ("tasks", "V.2"),
    ("text", "Mở chuyên mục tiếng Anh trên báo điện tử."),
    ("there", "en"),
    ("through", "cac-co-quan-don-vi-lien-quan"),
    ("title", "Kế hoạch thông tin đối ngoại năm 2014"),
    ("to", "so-vhttdl"),
    ("token", "hdr_lam-moi-phien"),
    ("token_type_hint", "refresh_token"),
    ("undesignated", "cac-co-quan-don-vi-lien-quan"),
    ("unit", "lượt"),
    ("url", "https://haiphong.gov.vn/tai-lieu"),
    ("userAgent", "Mozilla/5.0"),
    ("username", "nguyen-van-an"),
    ("validationToken", "ma-xac-nhan-cua-lan-chay-thu"),
    ("valuation", "Theo giá thị trường tại thời điểm nhận"),
    ("value", "12.50"),
    ("vi", "Năm này không thuộc các năm phải báo cáo nhiệm vụ."),
    ("withAgencies", "so-ngoai-vu"),
    ("withAwaiting", "so-ngoai-vu"),
    ("within", "so-tttt"),
    ("words", "Đại diện Hội Nhà báo thành phố"),
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
    ("AgencyEventEntry", "code", r#""hp-2016-so-vhttdl""#),
    ("AgencyNames", "kind", r#""DEPARTMENT""#),
    ("AgencyTerm", "name", r#""Sở Thông tin và Truyền thông""#),
    ("AmendedField", "after", r#""Mở chuyên mục tiếng Anh và tiếng Trung""#),
    ("AmendedField", "before", r#""Mở chuyên mục tiếng Anh""#),
    ("AnswersNow", "name", r#""Báo và Phát thanh, Truyền hình Hải Phòng""#),
    ("AssignedAgency", "name", r#""Sở Thông tin và Truyền thông""#),
    ("AuditEntry", "changes", r#""{\"after\": {\"role\": \"AGENCY_APPROVER\", \"agency\": \"so-ngoai-vu\"}}""#),
    ("AuditEntry", "code", "null"),
    ("AuditEntry", "token", r#""0192f0c4-7b1a-7e70-9b0e-3f6d2c1a5b77""#),
    ("BudgetCode", "code", r#""427""#),
    ("BudgetCode", "name", r#""Văn phòng Ủy ban nhân dân""#),
    ("BudgetLine", "title", r#""Kinh phí mở chuyên mục tiếng Anh""#),
    ("BudgetLineChange", "title", r#""Kinh phí mở chuyên mục tiếng Anh""#),
    ("BudgetRules", "source", r#""Luật Ngân sách nhà nước""#),
    ("Chart", "name", r#""tasks""#),
    ("Chart", "source", r#""Sổ theo dõi nhiệm vụ của Chương trình""#),
    ("Chart", "title", r#""Nhiệm vụ theo cơ quan chủ trì""#),
    ("ChartColumn", "key", r#""completed""#),
    ("ChartColumn", "title", r#""Hoàn thành""#),
    ("ChartEntry", "by", r#"["GROUP", "AGENCY", "TASK", "YEAR"]"#),
    ("ChartEntry", "title", r#""Nhiệm vụ""#),
    ("Committee", "name", r#""Ban Chỉ đạo thông tin đối ngoại""#),
    ("DataField", "code", r#""so_luot""#),
    ("DataField", "label", r#""Số lượt truy cập""#),
    ("DataField", "options", "[]"),
    ("Deliverable", "title", r#""Bản tiếng Anh của báo điện tử""#),
    (
        "DeliverableBody",
        "details",
        r#"{"outlet": "bao-hai-phong-dien-tu", "language": "en", "contents": ["tin tức"], "launchedOn": "2014-01-10"}"#,
    ),
    ("DeliverableVersion", "title", r#""Bản tiếng Anh của báo điện tử""#),
    ("DocumentChange", "kind", r#""DECISION""#),
    ("DraftBody", "narrative", r#""Đã mở chuyên mục tiếng Anh trên báo điện tử.""#),
    ("DraftBody", "produced", "[]"),
    ("FigureColumn", "title", r#""Bồi dưỡng nghiệp vụ thông tin đối ngoại""#),
    ("HeadOfAgency", "title", r#""Giám đốc""#),
    ("MovedBy", "code", r#""hp-2016-so-vhttdl""#),
    ("NewAccount", "roles", r#"["AGENCY_SYSTEM"]"#),
    ("NewAccount", "scopes", r#"["read", "reports"]"#),
    ("NewBaseline", "value", r#""12""#),
    ("NewBudgetCode", "name", r#""Văn phòng Ủy ban nhân dân""#),
    ("NewBudgetLine", "title", r#""Kinh phí mở chuyên mục tiếng Anh""#),
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
    ("NewTargetDefinition", "words", r#""Tỷ lệ cán bộ, công chức được bồi dưỡng kiến thức về thông tin đối ngoại""#),
    ("NewTrainingMaterial", "title", r#""Tài liệu nghiệp vụ thông tin đối ngoại""#),
    ("NewTrainingPlanItem", "title", r#""Bồi dưỡng nghiệp vụ thông tin đối ngoại""#),
    ("PeopleInCourse", "title", r#""Bồi dưỡng nghiệp vụ thông tin đối ngoại""#),
    ("PersonPost", "title", r#""Phó Chủ tịch""#),
    ("Problem", "title", r#""The report is refused.""#),
    ("Programme", "name", r#""Chương trình hành động về thông tin đối ngoại giai đoạn 2013 - 2020""#),
    ("ProgrammeGroup", "name", r#""Thông tin đối ngoại trên báo chí""#),
    ("ProgrammeTask", "name", r#""Mở chuyên mục tiếng Anh trên báo điện tử""#),
    ("ReportRequest", "label", r#""2014-05""#),
    ("Section", "title", r#""Kết quả""#),
    ("SourceLadder", "tooLarge", "null"),
    ("SupportingFigure", "label", r#""Số lượt truy cập""#),
    ("SupportingFigure", "value", r#""1200""#),
    ("TargetDefinition", "words", r#""Tỷ lệ cán bộ, công chức được bồi dưỡng kiến thức về thông tin đối ngoại""#),
    ("Task", "name", r#""Mở chuyên mục tiếng Anh trên báo điện tử""#),
    ("TokenRequest", "scope", r#""read reports""#),
    ("TrainingCourse", "title", r#""Bồi dưỡng nghiệp vụ thông tin đối ngoại""#),
    ("TrainingMaterial", "title", r#""Tài liệu nghiệp vụ thông tin đối ngoại""#),
    ("TrainingPlanItem", "title", r#""Bồi dưỡng nghiệp vụ thông tin đối ngoại""#),
    ("TranslationBody", "source", r#""Sở Ngoại vụ""#),
    ("YearlyMeansShown", "tooLarge", "null"),
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

/// Bodies that are one text, sent or answered, by path and media type.
const WHOLE: &[(&str, &str, &str)] = &[
    (
        "/api/v1/admin/translations/{lang}",
        "text/csv",
        "subject,text,state\n0192f0c4-7b1a-7e70-9b0e-3f6d2c1a5b77,Department of Foreign Affairs,REVIEWED\n",
    ),
    ("/api/v1/calendars/{file}", "text/calendar", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Hai Dang//VI\r\nEND:VCALENDAR\r\n"),
    (
        "/api/v1/charts/{file}",
        "image/svg+xml",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\"><title>Nhiệm vụ theo cơ quan chủ trì</title></svg>",
    ),
    ("/api/v1/charts/{file}", "text/csv", "Mã,Cơ quan,Hoàn thành (nhiệm vụ)\r\nso-tttt,Sở Thông tin và Truyền thông,12\r\n"),
    ("/api/v1/regimes/{code}/template", "text/csv", "programme,task,year,percent,narrative\nHP-1593-2013,V.2,2014,,\n"),
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
pub fn whole(path: &str, media: &str) -> Option<&'static str> {
    WHOLE.iter().find(|(known, kind, _)| *known == path && *kind == media).map(|(_, _, text)| *text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_of_something_that_is_described() {
        let document = super::super::document().expect("a description");
        let schemas = document["components"]["schemas"].as_object().expect("schemas");
        // What holds all of another schema has fields of its own beside it.
        let has = |schema: &Value, name: &str| {
            let parts = schema["allOf"].as_array().into_iter().flatten();
            parts.chain([schema]).any(|part| part["properties"][name].is_object())
        };
        let is_there = |schema: &str, name: &str| schemas.get(schema).is_some_and(|schema| has(schema, name));
        let names = [TEXTS, DAYS, TIMES].concat().into_iter().map(|(name, _)| name).chain(NUMBERS.iter().map(|(name, _)| *name));
        for name in names {
            assert!(schemas.values().any(|schema| has(schema, name)), "{name}");
        }
        for (schema, name, shown) in FIELDS {
            assert!(is_there(schema, name) && field(schema, name).is_some(), "{schema} {name}: {shown}");
        }
        for (schema, names) in LEFT_OUT {
            assert!(names.iter().all(|name| is_there(schema, name)), "{schema}: {names:?}");
            let mut required = schemas[*schema]["required"].as_array().into_iter().flatten();
            assert!(!required.any(|one| names.iter().any(|name| one == name)), "{schema} without what it needs");
        }
        for (path, media, _) in WHOLE {
            let operations = document["paths"][path].as_object().expect("a path");
            let bodies = |operation: &Value| {
                [&operation["requestBody"], &operation["responses"]["200"]].map(|body| body["content"][media].is_object())
            };
            assert!(operations.values().any(|operation| bodies(operation).contains(&true)), "{path} {media}");
        }
    }
}
