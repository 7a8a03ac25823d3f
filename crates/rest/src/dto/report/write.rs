//! Bodies that agencies' systems and reviewers send about reports.
//! Must not let a client set what the service decides (identifier, status, version, times).
//! The published schemas are what bodies are checked against.

use std::collections::BTreeMap;

use app::report as app_report;
use chrono::NaiveDate;
use domain::report as model;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

/// A report as it is sent, alone or as a row of many: the fields that every way has, and those that one way says otherwise or has besides.
macro_rules! report_as_sent {
    ($(#[$about:meta])* pub struct $name:ident { $($others:tt)* }) => {
        $(#[$about])*
        #[derive(Deserialize, ToSchema)]
        #[serde(deny_unknown_fields, rename_all = "camelCase")]
        pub struct $name {
            /// Code of the programme.
            #[schema(example = "HP-1593-2013", min_length = 1, max_length = 64, pattern = r"^[^\x00]*$")]
            pub programme: String,
            /// Code of the task within the programme. Needed, unless a regime is named that wants reports about the whole programme.
            #[schema(example = "V.2", min_length = 1, max_length = 64, pattern = r"^[^\x00]*$")]
            pub task: Option<String>,
            /// A year in which the task is carried out.
            #[schema(example = 2014, minimum = 1945, maximum = 2200)]
            pub year: i32,
            /// Code of the agency. Not needed; if given, it must be the caller's own.
            #[schema(example = "bao-hai-phong", min_length = 1, max_length = 64)]
            pub agency: Option<String>,
            /// The period that it is about, as `2019`, `2019-Q2`, `2019-H1`, `2019-9M` or `2019-M04`; the year where nothing is said.
            /// Where a regime is named whose reports are asked for, the label of the request.
            #[schema(example = "2014", min_length = 1, max_length = 64, pattern = r"^[^\x00]*$")]
            pub period: Option<String>,
            /// Code of the reporting regime that it answers to. Where none is named, the ordinary one for the task and period is meant,
            /// but the sections and fields that it requires may be missing: only a report that names its regime is held to them.
            #[schema(min_length = 2, max_length = 64, pattern = r"^[^\x00]*$")]
            pub regime: Option<String>,
            /// How far the task is done. Needed for a report about a task.
            #[schema(example = 40, minimum = 0, maximum = 100)]
            pub percent: Option<i32>,
            /// What the agency says, in its own words.
            #[schema(
                example = "Đã mở chuyên mục tiếng Anh trên báo điện tử.",
                min_length = 1,
                max_length = 20000,
                pattern = r"^[^\x00]*[^\s\x00\u200B-\u200F\u2060\uFEFF][^\x00]*$"
            )]
            pub narrative: String,
            /// What was produced.
            #[serde(default)]
            #[schema(max_items = 200)]
            pub produced: Vec<Product>,
            /// The sections of the regime's outline, by code.
            #[serde(default)]
            pub sections: BTreeMap<String, String>,
            $($others)*
        }

        impl From<$name> for app_report::NewReport {
            fn from(body: $name) -> Self {
                let about = app_report::About {
                    programme: body.programme,
                    task: body.task,
                    year: body.year,
                    period: body.period,
                    regime: body.regime,
                };
                let content = DraftBody {
                    percent: body.percent,
                    narrative: body.narrative,
                    produced: body.produced,
                    sections: body.sections,
                    values: body.values,
                };
                Self { about, agency: body.agency, contents: content.into(), external_ref: body.external_ref }
            }
        }
    };
}

report_as_sent! {
    /// A report to hand in. The agency is the caller's own.
    pub struct NewReport {
        /// The fields of the regime's data form, by code.
        #[serde(default)]
        #[schema(value_type = Object)]
        pub values: Map<String, Value>,
        /// The sender's own reference, unique within its agency.
        #[schema(
            example = "BHP-1",
            min_length = 1,
            max_length = 128,
            pattern = r"^\.{0,2}[\x21-\x2d\x2f-\x7e][\x21-\x7e]*$|^\.{3}[\x21-\x7e]*$"
        )]
        pub external_ref: Option<String>,
    }
}

report_as_sent! {
    /// A report of a batch; in a table the columns are named as the fields, with points: `values.CODE`, `sections.CODE`,
    /// `produced.1.description`.
    pub struct BatchRow {
        /// The fields of the regime's data form, by code. In a table, numbers may be written as in Vietnamese: `1.234,5 triệu đồng`.
        #[serde(default)]
        #[schema(value_type = Object)]
        pub values: Map<String, Value>,
        /// The sender's own reference, unique within its agency. Where there is a report under it, the row is a change of that.
        #[schema(
            example = "BHP-1",
            min_length = 1,
            max_length = 128,
            pattern = r"^\.{0,2}[\x21-\x2d\x2f-\x7e][\x21-\x7e]*$|^\.{3}[\x21-\x7e]*$"
        )]
        pub external_ref: Option<String>,
        /// The entity tag of the report as it was read; needed for a change.
        #[schema(example = "r1", min_length = 1, max_length = 64)]
        pub if_match: Option<String>,
    }
}

/// Something that was produced.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// What was produced, in words.
    #[schema(
        example = "Chuyên mục tiếng Anh",
        min_length = 1,
        max_length = 2000,
        pattern = r"^[^\x00]*[^\s\x00\u200B-\u200F\u2060\uFEFF][^\x00]*$"
    )]
    pub description: String,
    /// How many, in whole numbers; left out where that is not told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 1, minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub quantity: Option<i64>,
    /// What the quantity counts; left out where that is not told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "chuyên mục", min_length = 1, max_length = 100, pattern = r"^[^\x00]*[^\s\x00\u200B-\u200F\u2060\uFEFF][^\x00]*$")]
    pub unit: Option<String>,
}

/// A report to begin. What is missing can be written later, but for what it is about.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewDraft {
    /// Code of the programme.
    #[schema(example = "HP-1593-2013", min_length = 1, max_length = 64, pattern = r"^[^\x00]*$")]
    pub programme: String,
    /// Code of the task within the programme. Needed, unless a regime is named that wants reports about the whole programme.
    #[schema(example = "V.2", min_length = 1, max_length = 64, pattern = r"^[^\x00]*$")]
    pub task: Option<String>,
    /// A year in which the task is carried out.
    #[schema(example = 2014, minimum = 1945, maximum = 2200)]
    pub year: i32,
    /// Code of the agency; needed by those who hold roles in several.
    #[schema(example = "bao-hai-phong", min_length = 1, max_length = 64)]
    pub agency: Option<String>,
    /// The period that it is about, as `2019`, `2019-Q2`, `2019-H1`, `2019-9M` or `2019-M04`; the year where nothing is said.
    /// Where a regime is named whose reports are asked for, the label of the request.
    #[schema(example = "2014", min_length = 1, max_length = 64, pattern = r"^[^\x00]*$")]
    pub period: Option<String>,
    /// Code of the reporting regime that it answers to.
    #[schema(min_length = 2, max_length = 64, pattern = r"^[^\x00]*$")]
    pub regime: Option<String>,
    /// The sender's own reference, unique within its agency.
    #[schema(
        example = "BHP-1",
        min_length = 1,
        max_length = 128,
        pattern = r"^\.{0,2}[\x21-\x2d\x2f-\x7e][\x21-\x7e]*$|^\.{3}[\x21-\x7e]*$"
    )]
    pub external_ref: Option<String>,
    #[serde(default)]
    pub content: DraftBody,
}

/// What is being written, in whole; what is left out is empty from then on.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct DraftBody {
    /// How far the task is done.
    #[schema(example = 40, minimum = 0, maximum = 100)]
    pub percent: Option<i32>,
    /// What the agency says, in its own words.
    #[schema(max_length = 20000, pattern = r"^[^\x00]*$")]
    pub narrative: String,
    /// What was produced.
    #[schema(max_items = 200)]
    pub produced: Vec<Product>,
    /// The sections of the regime's outline, by code.
    pub sections: BTreeMap<String, String>,
    /// The fields of the regime's data form, by code.
    #[schema(value_type = Object)]
    pub values: Map<String, Value>,
}

/// A report that came in on paper or by other ways, or that is entered for its agency.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct EnteredReport {
    /// By which way it came in.
    #[schema(pattern = "^(ON_BEHALF|PAPER|E_OFFICE)$", max_length = 16)]
    pub channel: String,
    /// When it came in; what timeliness counts. Not in the future.
    pub received_on: NaiveDate,
    /// What came in; `agency` is needed here.
    pub report: NewReport,
}

/// A report to build from accepted ones.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewConsolidation {
    /// Code of the programme.
    #[schema(example = "HP-1593-2013", min_length = 1, max_length = 64, pattern = r"^[^\x00]*$")]
    pub programme: String,
    /// The year of the period that it is about.
    #[schema(example = 2014, minimum = 1945, maximum = 2200)]
    pub year: i32,
    /// The period that it is about, as `2019`, `2019-Q2`, `2019-H1`, `2019-9M` or `2019-M04`; the year where nothing is said.
    /// Where a regime is named whose reports are asked for, the label of the request.
    #[schema(example = "2014", min_length = 1, max_length = 64, pattern = r"^[^\x00]*$")]
    pub period: Option<String>,
    /// Code of the reporting regime about the whole programme under which the caller's agency owes it, and whose form it fills in.
    /// Without one it answers to nothing that is owed.
    #[schema(min_length = 2, max_length = 64, pattern = r"^[^\x00]*$")]
    pub regime: Option<String>,
    /// The reports that it is built from, in the versions that are accepted now.
    #[schema(min_items = 1, max_items = 500)]
    pub sources: Vec<Uuid>,
    /// The sender's own reference, unique within its agency.
    #[schema(
        example = "BC-2014",
        min_length = 1,
        max_length = 128,
        pattern = r"^\.{0,2}[\x21-\x2d\x2f-\x7e][\x21-\x7e]*$|^\.{3}[\x21-\x7e]*$"
    )]
    pub external_ref: Option<String>,
    pub content: DraftBody,
}

/// Why a report is given back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnBody {
    /// Why it is given back.
    #[schema(
        example = "Chưa có số liệu về chuyên mục tiếng Anh.",
        min_length = 1,
        max_length = 5000,
        pattern = r"^[^\x00]*[^\s\x00\u200B-\u200F\u2060\uFEFF][^\x00]*$"
    )]
    pub reason: String,
    /// What is to be mended, field by field.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub remarks: Vec<Remark>,
}

/// What is to be mended, and where.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportRemark)]
pub struct Remark {
    /// JSON pointer into the report, e.g. `/percent` or `/produced/0`; empty for the whole of it.
    #[schema(example = "/percent", max_length = 500, pattern = r"^(/[^\x00]*)?$")]
    pub pointer: String,
    /// What is to be mended there.
    #[schema(
        example = "Cần nêu số tin đã đăng.",
        min_length = 1,
        max_length = 5000,
        pattern = r"^[^\x00]*[^\s\x00\u200B-\u200F\u2060\uFEFF][^\x00]*$"
    )]
    pub text: String,
}

/// Why and until when a report is opened once more.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReopenBody {
    /// Why it is opened once more.
    #[schema(
        example = "Bổ sung số liệu quyết toán.",
        min_length = 1,
        max_length = 5000,
        pattern = r"^[^\x00]*[^\s\x00\u200B-\u200F\u2060\uFEFF][^\x00]*$"
    )]
    pub reason: String,
    /// The last day on which the agency may submit it again.
    pub until: NaiveDate,
}

impl From<&model::Product> for Product {
    fn from(product: &model::Product) -> Self {
        Self { description: product.description.clone(), quantity: product.quantity, unit: product.unit.clone() }
    }
}

impl From<Product> for model::Product {
    fn from(product: Product) -> Self {
        Self { description: product.description, quantity: product.quantity, unit: product.unit }
    }
}

impl From<DraftBody> for app_report::Contents {
    fn from(body: DraftBody) -> Self {
        Self {
            percent: body.percent,
            narrative: body.narrative,
            produced: body.produced.into_iter().map(Into::into).collect(),
            sections: body.sections,
            values: body.values,
        }
    }
}

impl From<NewDraft> for app_report::NewReport {
    fn from(body: NewDraft) -> Self {
        let about =
            app_report::About { programme: body.programme, task: body.task, year: body.year, period: body.period, regime: body.regime };
        Self { about, agency: body.agency, contents: body.content.into(), external_ref: body.external_ref }
    }
}

impl From<NewConsolidation> for app_report::Consolidation {
    fn from(body: NewConsolidation) -> Self {
        Self {
            programme: body.programme,
            year: body.year,
            period: body.period,
            regime: body.regime,
            contents: body.content.into(),
            sources: body.sources.into_iter().map(model::ReportId::from_uuid).collect(),
            external_ref: body.external_ref,
        }
    }
}

impl From<Remark> for model::Remark {
    fn from(remark: Remark) -> Self {
        Self { pointer: remark.pointer, text: remark.text }
    }
}
