//! The one table of error codes, and the shape of every "no" the service says.
//! Must not know HTTP or GraphQL; the transports read the class and the texts from here.
//! A code is stable once released: clients switch on it.

use std::borrow::Cow;

use serde::Serialize;

/// What kind of no a code is; each transport has one answer per class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The request could not be read at all (syntax, headers, cursors).
    Malformed,
    /// No or no valid proof of who is calling.
    Unauthenticated,
    /// Known caller, not allowed.
    Forbidden,
    /// Not there, or not for this caller to know of.
    NotFound,
    MethodNotAllowed,
    NotAcceptable,
    RequestTimeout,
    /// Its line and headers are too much.
    HeadTooLarge,
    /// Contradicts what is stored or going on.
    Conflict,
    /// Changed since the caller looked.
    PreconditionFailed,
    /// A change must say which state it was made for.
    PreconditionRequired,
    TooLarge,
    UnsupportedMediaType,
    /// Readable, but breaks rules; the faults say which.
    Invalid,
    /// Part of a larger answer only (a fault inside `Invalid`).
    Fault,
    TooMany,
    /// Cannot be served now; may be repeated.
    Unavailable,
    /// A defect of the service.
    Internal,
}

/// A text for people, in Vietnamese and English.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    pub vi: Cow<'static, str>,
    pub en: Cow<'static, str>,
}

impl Message {
    /// A message from its two wordings.
    pub fn new(vi: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Self {
        Self { vi: vi.into(), en: en.into() }
    }
}

macro_rules! codes {
    ($($variant:ident $label:literal $class:ident $vi:literal $en:literal;)+) => {
        /// A stable error code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $($variant,)+ }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)+];

            /// The code as clients see it.
            pub const fn label(self) -> &'static str {
                match self { $(Code::$variant => $label,)+ }
            }

            /// The class that decides status codes.
            pub const fn class(self) -> Class {
                match self { $(Code::$variant => Class::$class,)+ }
            }

            /// What the code means, whatever the occasion.
            pub const fn meaning(self) -> Message {
                match self { $(Code::$variant => Message { vi: Cow::Borrowed($vi), en: Cow::Borrowed($en) },)+ }
            }
        }
    };
}

codes! {
    BodyUnreadable "BODY_UNREADABLE" Malformed "Không đọc được nội dung yêu cầu." "The request body cannot be read.";
    QueryInvalid "QUERY_INVALID" Malformed "Tham số truy vấn không hợp lệ." "The query parameters are not valid.";
    HeaderInvalid "HEADER_INVALID" Malformed "Tiêu đề yêu cầu không hợp lệ." "A request header is not valid.";
    CursorInvalid "CURSOR_INVALID" Malformed "Con trỏ trang không thuộc danh sách này." "The cursor does not belong to this list.";
    PageInvalid "PAGE_INVALID" Malformed "Kích thước trang không hợp lệ." "The page asked for is not valid.";
    IdempotencyKeyMissing "IDEMPOTENCY_KEY_MISSING" Malformed "Thiếu tiêu đề Idempotency-Key." "The Idempotency-Key header is missing.";
    IdempotencyKeyInvalid "IDEMPOTENCY_KEY_INVALID" Malformed "Idempotency-Key không hợp lệ." "The Idempotency-Key header is not valid.";
    GraphqlInvalid "GRAPHQL_INVALID" Malformed "Câu truy vấn GraphQL không hợp lệ." "The GraphQL document is not valid.";
    GraphqlTooLarge "GRAPHQL_TOO_LARGE" Malformed "Câu truy vấn GraphQL đòi hỏi quá nhiều dữ liệu; hãy chia nhỏ hoặc lấy theo trang." "The GraphQL operation asks for too much; split it or take smaller pages.";
    PersistedQueryNotFound "PERSISTED_QUERY_NOT_FOUND" Malformed "Chưa biết câu truy vấn mang mã băm này; hãy gửi cả câu." "PersistedQueryNotFound";
    PersistedQueryMismatch "PERSISTED_QUERY_MISMATCH" Malformed "Mã băm không phải của câu truy vấn đã gửi." "The hash is not that of the query that was sent.";
    PersistedQueryRequired "PERSISTED_QUERY_REQUIRED" Forbidden "Chỉ thực hiện những câu truy vấn đã đăng ký trước." "Only documents that were registered before are executed.";
    IntrospectionClosed "INTROSPECTION_CLOSED" Forbidden "Lược đồ GraphQL không mở cho người gọi này." "The GraphQL schema is closed to this caller.";
    GraphqlTooSlow "GRAPHQL_TOO_SLOW" Unavailable "Câu truy vấn GraphQL chạy quá lâu." "The GraphQL operation took too long.";
    TooSlow "TOO_SLOW" Unavailable "Việc đọc dữ liệu chạy quá lâu nên đã bị dừng; hãy thu hẹp phạm vi hoặc lấy theo trang." "Reading took too long and was ended; ask for less or take smaller pages.";
    Unauthenticated "UNAUTHENTICATED" Unauthenticated "Cần đăng nhập." "Authentication is required.";
    TokenInvalid "TOKEN_INVALID" Unauthenticated "Mã truy cập không hợp lệ hoặc đã hết hạn." "The access token is not valid or has expired.";
    CredentialsInvalid "CREDENTIALS_INVALID" Unauthenticated "Thông tin đăng nhập không đúng." "The credentials are not right.";
    Forbidden "FORBIDDEN" Forbidden "Không được phép thực hiện việc này." "This is not allowed.";
    SecondFactorRequired "SECOND_FACTOR_REQUIRED" Unauthenticated "Cần mã xác thực dùng một lần." "A one-time password is needed as well.";
    NetworkNotAllowed "NETWORK_NOT_ALLOWED" Forbidden "Tài khoản không được dùng từ địa chỉ mạng này." "The account may not be used from this network address.";
    ScopeInsufficient "SCOPE_INSUFFICIENT" Forbidden "Mã truy cập được cấp cho phạm vi hẹp hơn." "The access token was given for less than this.";
    OwnMatter "OWN_MATTER" Forbidden "Không ai được tự quyết định việc của chính mình." "Nobody decides in their own matter.";
    AgencyNotYours "AGENCY_NOT_YOURS" Forbidden "Chỉ chính cơ quan đó mới được làm việc này cho mình." "Only the agency itself may do this for itself.";
    NotALead "NOT_A_LEAD" Forbidden "Chỉ cơ quan chủ trì nhiệm vụ mới được làm việc này." "Only an agency that leads the task may do this.";
    NotFound "NOT_FOUND" NotFound "Không tìm thấy." "Not found.";
    MethodNotAllowed "METHOD_NOT_ALLOWED" MethodNotAllowed "Phương thức không được hỗ trợ ở địa chỉ này." "The method is not allowed here.";
    NotAcceptable "NOT_ACCEPTABLE" NotAcceptable "Không có định dạng trả lời phù hợp." "No acceptable representation.";
    HeadersTooLarge "HEADERS_TOO_LARGE" HeadTooLarge "Dòng đầu và các header của yêu cầu quá lớn." "The line and the headers of the request are too large.";
    RequestTimeout "REQUEST_TIMEOUT" RequestTimeout "Yêu cầu gửi đến quá chậm." "The request arrived too slowly.";
    IdempotencyInProgress "IDEMPOTENCY_IN_PROGRESS" Conflict "Yêu cầu đầu tiên với khóa này đang được xử lý." "The first request with this key is still being processed.";
    ExternalRefTaken "EXTERNAL_REF_TAKEN" Conflict "Số tham chiếu này đã dùng cho một báo cáo hoặc mục khác của cơ quan." "This reference already names another report or entry of the agency.";
    WrongState "WRONG_STATE" Conflict "Trạng thái hiện tại không cho phép việc này." "The present state does not allow this.";
    ReopeningOver "REOPENING_OVER" Conflict "Đã quá ngày được phép gửi lại." "The day until which it could be submitted again has passed.";
    PreconditionFailed "PRECONDITION_FAILED" PreconditionFailed "Dữ liệu đã thay đổi từ lần đọc trước; hãy đọc lại." "It has changed since it was read; read it again.";
    PreconditionRequired "PRECONDITION_REQUIRED" PreconditionRequired "Thiếu tiêu đề If-Match với ETag của lần đọc trước." "The If-Match header with the ETag that was read is missing.";
    ValidationTokenInvalid "VALIDATION_TOKEN_INVALID" PreconditionFailed "Mã kiểm tra không thuộc nội dung, dữ liệu hoặc người gửi này, hoặc đã hết hạn; hãy kiểm tra lại." "The validation token is not of this content, state and caller, or has expired; check again.";
    TooManySecrets "TOO_MANY_SECRETS" Conflict "Đã có hai khóa bí mật còn hiệu lực; hãy thu hồi một khóa trước." "Two secrets are in force already; revoke one first.";
    TooManyWebhooks "TOO_MANY_WEBHOOKS" Conflict "Đã có đủ số webhook cho phép; hãy xóa bớt trước." "There are as many webhooks as there may be; delete one first.";
    EvidenceClosed "EVIDENCE_CLOSED" Conflict "Chỉ thêm hoặc gỡ được tệp minh chứng khi báo cáo đang soạn, bị trả lại hoặc được mở lại." "Files are put on a report and taken off only while it is a draft, returned or reopened.";
    TooManyFiles "TOO_MANY_FILES" Conflict "Báo cáo đã có đủ số tệp cho phép; hãy gỡ bớt trước." "The report has as many files as it may; take one off first.";
    AlreadyExists "ALREADY_EXISTS" Conflict "Đã tồn tại." "It exists already.";
    OccurrenceState "OCCURRENCE_STATE" Conflict "Trạng thái hiện tại của nhiệm vụ không cho phép việc này." "The task's present state does not allow this.";
    ExtensionOpen "EXTENSION_OPEN" Conflict "Đã có một đề nghị gia hạn đang chờ quyết định." "A request for extension is waiting for a decision already.";
    ExtensionDecided "EXTENSION_DECIDED" Conflict "Đề nghị gia hạn này đã được giải quyết." "This request for extension has been settled.";
    NoDeadline "NO_DEADLINE" Conflict "Nhiệm vụ không có thời hạn." "The task has no deadline.";
    PersonalDataRestricted "PERSONAL_DATA_RESTRICTED" Conflict "Việc xử lý dữ liệu cá nhân của người này đang bị hạn chế; chỉ được mở để giải quyết yêu cầu của chính họ." "The processing of this person's data is restricted; it is opened for a request of the person alone.";
    BodyTooLarge "BODY_TOO_LARGE" TooLarge "Nội dung yêu cầu quá lớn." "The request body is too large.";
    MediaTypeUnsupported "MEDIA_TYPE_UNSUPPORTED" UnsupportedMediaType "Kiểu nội dung không được hỗ trợ." "The media type is not supported.";
    ContentEncodingUnsupported "CONTENT_ENCODING_UNSUPPORTED" UnsupportedMediaType "Nội dung yêu cầu không được nén hay mã hóa." "The request body must not be compressed or otherwise encoded.";
    BodyInvalid "BODY_INVALID" Invalid "Nội dung yêu cầu có lỗi." "The request body has faults.";
    ReportRefused "REPORT_REFUSED" Invalid "Báo cáo không được chấp nhận vì không khớp với nhiệm vụ." "The report does not fit the task it names.";
    BatchRefused "BATCH_REFUSED" Invalid "Lô báo cáo có dòng lỗi nên không dòng nào được lưu." "Rows of the batch have faults, so none of it was stored.";
    FileRefused "FILE_REFUSED" Invalid "Tệp không được nhận." "The file is not taken.";
    DocumentSecret "DOCUMENT_SECRET" Invalid "Tài liệu mang dấu độ mật (MẬT, TỐI MẬT, TUYỆT MẬT) nên không được lưu ở đây: tài liệu chứa bí mật nhà nước chỉ được gửi theo quy định của pháp luật về bảo vệ bí mật nhà nước." "The document is marked as a state secret (MẬT, TỐI MẬT, TUYỆT MẬT), so it is not kept here: such documents go the way that the law on the protection of state secrets provides.";
    ImportInvalid "IMPORT_INVALID" Invalid "Tệp nhập có lỗi." "The file has faults.";
    IdempotencyKeyReused "IDEMPOTENCY_KEY_REUSED" Invalid "Khóa này đã dùng cho một yêu cầu khác." "This key was used for another request.";
    FieldRequired "FIELD_REQUIRED" Fault "Thiếu trường bắt buộc." "A required field is missing.";
    FieldUnknown "FIELD_UNKNOWN" Fault "Trường không có trong biểu mẫu." "The field is not known.";
    TypeMismatch "TYPE_MISMATCH" Fault "Giá trị sai kiểu." "The value is of the wrong type.";
    NumberAmbiguous "NUMBER_AMBIGUOUS" Fault "Số này có thể hiểu theo hai cách; hãy viết rõ, ví dụ 1234 hoặc 1,2340." "This could mean two numbers; write it so that it cannot, e.g. 1234 or 1,2340.";
    AmountOverflow "AMOUNT_OVERFLOW" Fault "Số tiền hoặc tổng số tiền vượt quá giới hạn lưu trữ (64 bit)." "The amount, or a sum with it, is larger than 64 bits hold.";
    DisbursedOverAssigned "DISBURSED_OVER_ASSIGNED" Fault "Số giải ngân vượt quá kinh phí được bố trí; chỉ được ghi khi có lý do ngoại lệ." "More would be disbursed than is there for it; an exception with its reason is needed.";
    SettledOverDisbursed "SETTLED_OVER_DISBURSED" Fault "Số quyết toán vượt quá số đã giải ngân; chỉ được ghi khi có lý do ngoại lệ." "More would be settled than was disbursed; an exception with its reason is needed.";
    BooksClosed "BOOKS_CLOSED" Fault "Đã hết thời gian chỉnh lý quyết toán của năm ngân sách; chỉ được chi tiếp khi có văn bản cho phép chuyển nguồn." "The books of the budget year are closed; more is paid only on a document that carries money over.";
    AlreadyReversed "ALREADY_REVERSED" Fault "Bút toán này đã được hủy." "This movement was reversed before.";
    OutOfRange "OUT_OF_RANGE" Fault "Giá trị nằm ngoài khoảng cho phép." "The value is out of range.";
    LengthOutOfRange "LENGTH_OUT_OF_RANGE" Fault "Độ dài nằm ngoài khoảng cho phép." "The length is out of range.";
    PatternMismatch "PATTERN_MISMATCH" Fault "Giá trị sai khuôn dạng." "The value does not have the required form.";
    NotOneOf "NOT_ONE_OF" Fault "Giá trị không thuộc danh sách cho phép." "The value is not one of those allowed.";
    RuleBroken "RULE_BROKEN" Fault "Vi phạm quy tắc của khuôn dạng." "A rule of the format is broken.";
    Duplicate "DUPLICATE" Fault "Trùng với một mục trước đó." "The same as an earlier entry.";
    ReferenceUnknown "REFERENCE_UNKNOWN" Fault "Mã được dẫn chiếu không tồn tại." "The code referred to does not exist.";
    PeriodInconsistent "PERIOD_INCONSISTENT" Fault "Thời gian thực hiện mâu thuẫn." "The period contradicts itself.";
    CountMismatch "COUNT_MISMATCH" Fault "Số lượng không khớp với phần kiểm tra của tệp." "The count differs from the file's own checks.";
    FileEmpty "FILE_EMPTY" Fault "Tệp rỗng." "The file is empty.";
    FileNameInvalid "FILE_NAME_INVALID" Fault "Tên tệp không hợp lệ." "The file name is not valid.";
    FileTypeNotAllowed "FILE_TYPE_NOT_ALLOWED" Fault "Loại tệp không được phép: chỉ nhận PDF, DOCX, XLSX, PPTX, ODT, ODS, PNG, JPEG, WebP, MP4, MP3, văn bản và CSV mã hóa UTF-8." "Files of this type are not taken: PDF, DOCX, XLSX, PPTX, ODT, ODS, PNG, JPEG, WebP, MP4, MP3, text and CSV in UTF-8 are.";
    FileTypeContradicts "FILE_TYPE_CONTRADICTS" Fault "Phần mở rộng hoặc kiểu khai báo trái với nội dung của tệp." "The extension or the declared type contradicts what the file holds.";
    SinceUnknown "SINCE_UNKNOWN" Fault "Dòng sự kiện này chưa có số đó: số được lấy từ một cơ sở dữ liệu khác." "The feed has no such number yet: it was taken from another database.";
    ProgrammeUnknown "PROGRAMME_UNKNOWN" Fault "Không có chương trình mang mã này." "There is no programme with this code.";
    TaskUnknown "TASK_UNKNOWN" Fault "Chương trình không có nhiệm vụ mang mã này." "The programme has no task with this code.";
    YearNotScheduled "YEAR_NOT_SCHEDULED" Fault "Nhiệm vụ không có kỳ thực hiện trong năm này." "The task has no occurrence in this year.";
    AgencyNotAssigned "AGENCY_NOT_ASSIGNED" Fault "Cơ quan không chủ trì, cũng không phối hợp thực hiện nhiệm vụ này." "The agency neither leads nor coordinates this task.";
    ObligationUnknown "OBLIGATION_UNKNOWN" Fault "Cơ quan không có nghĩa vụ báo cáo theo chế độ và kỳ này." "The agency owes no report under this regime for this period.";
    ObligationMet "OBLIGATION_MET" Fault "Nghĩa vụ này đã có báo cáo khác." "Another report answers to this obligation already.";
    NotAccepted "NOT_ACCEPTED" Fault "Báo cáo này chưa được chấp nhận." "This report is not accepted.";
    PercentNeeded "PERCENT_NEEDED" Fault "Báo cáo về nhiệm vụ cần có tỷ lệ hoàn thành." "A report about a task needs its per cent.";
    DayNotLater "DAY_NOT_LATER" Fault "Thời hạn mới phải sau thời hạn hiện tại." "The new due day must be later than the present one.";
    DayInFuture "DAY_IN_FUTURE" Fault "Ngày này chưa đến." "This day has not come yet.";
    ReferenceAmbiguous "REFERENCE_AMBIGUOUS" Fault "Nhiều văn bản mang số này; hãy dùng định danh." "Several documents have this number; use the identifier.";
    PasswordWeak "PASSWORD_WEAK" Fault "Mật khẩu quá dễ đoán hoặc đã bị lộ." "The password is too easy to guess or has leaked before.";
    AddressForbidden "ADDRESS_FORBIDDEN" Fault "Không được gửi tới địa chỉ, cổng hoặc giao thức này." "Nothing is sent to this address, port or scheme.";
    StillInUse "STILL_IN_USE" Fault "Không thể xóa vì đã có báo cáo liên quan." "It cannot go: reports rest on it.";
    TooManyAttempts "TOO_MANY_ATTEMPTS" TooMany "Đăng nhập sai quá nhiều lần; xin chờ rồi thử lại." "Too many failed attempts; wait and try again.";
    TooManyRequests "TOO_MANY_REQUESTS" TooMany "Quá nhiều yêu cầu." "Too many requests.";
    PersonalKeyMissing "PERSONAL_KEY_MISSING" Unavailable "Thiếu khóa mã hóa dữ liệu cá nhân; các trường hạn chế không ghi và không mở được. Hãy báo người vận hành." "The key for personal data is missing; restricted fields can be neither written nor opened. Tell whoever runs the service.";
    Unavailable "UNAVAILABLE" Unavailable "Dịch vụ tạm thời không phục vụ được; xin thử lại." "The service cannot answer now; try again.";
    PersonalDataBroken "PERSONAL_DATA_BROKEN" Internal "Dữ liệu cá nhân đã mã hóa không mở được: nội dung đã bị thay đổi hoặc chuyển chỗ." "Sealed personal data cannot be opened: it was changed, or put in another place.";
    Internal "INTERNAL" Internal "Lỗi nội bộ." "Internal error.";
}

/// One thing wrong with an input, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// JSON pointer (RFC 6901) into the input; empty for the whole of it.
    pub pointer: String,
    pub code: Code,
    pub message: Message,
}

impl Fault {
    /// A fault worded by its code alone.
    pub fn new(pointer: impl Into<String>, code: Code) -> Self {
        Self { pointer: pointer.into(), code, message: code.meaning() }
    }

    /// A fault worded for the occasion.
    pub fn worded(pointer: impl Into<String>, code: Code, vi: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Self {
        Self { pointer: pointer.into(), code, message: Message::new(vi, en) }
    }
}

/// A "no" that the caller can understand and act on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {}", code.label(), message.en)]
pub struct Refusal {
    pub code: Code,
    pub message: Message,
    /// Everything found wrong, not only the first.
    pub faults: Vec<Fault>,
}

impl Refusal {
    /// A refusal worded by its code alone.
    pub fn new(code: Code) -> Self {
        Self { code, message: code.meaning(), faults: Vec::new() }
    }

    /// A refusal worded for the occasion.
    pub fn worded(code: Code, vi: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: Message::new(vi, en), faults: Vec::new() }
    }

    /// A refusal for these faults; never call it with none.
    pub fn with_faults(code: Code, faults: Vec<Fault>) -> Self {
        Self { code, message: code.meaning(), faults }
    }
}

/// A label that no variant of an enumeration has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{label:?} is not a label of {of}")]
pub struct UnknownLabel {
    pub of: &'static str,
    pub label: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn labels_are_unique_and_screaming() {
        let labels: HashSet<_> = Code::ALL.iter().map(|c| c.label()).collect();
        assert_eq!(labels.len(), Code::ALL.len());
        assert!(labels.iter().all(|l| l.chars().all(|c| c.is_ascii_uppercase() || c == '_')));
    }

    #[test]
    fn every_code_speaks_both_languages() {
        for code in Code::ALL {
            let message = code.meaning();
            assert!(!message.vi.is_empty() && !message.en.is_empty() && message.vi != message.en, "{}", code.label());
        }
    }
}
