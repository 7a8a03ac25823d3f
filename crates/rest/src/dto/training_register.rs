//! Teaching materials, yearly plans and staff rolls, as REST shows and takes them.
//! Must not take a missing count for nought.
//! Courses are `training`; see `app::training` and `app::staff_roll`.

use app::{
    catalogue::Catalogue,
    staff_roll::NewRoll,
    training::{self as model, PlanProgress},
};
use chrono::NaiveDate;
use domain::{
    id::Id,
    training::{CourseKind, Material as Kept, StaffRoll as Returned, TrainingAudience},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::page::page;

/// Which materials, and which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct MaterialParams {
    /// Code of the programme.
    #[param(max_length = 64)]
    pub programme: Option<String>,
    /// Rows on the page; 20 where nothing is asked.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i32>,
    /// `endCursor` of the page before.
    #[param(max_length = 2000)]
    pub after: Option<String>,
}

/// Material to write down.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewTrainingMaterial {
    /// Code of the programme.
    #[schema(min_length = 1, max_length = 64)]
    pub programme: String,
    /// Code of the task.
    #[schema(example = "III.3", min_length = 1, max_length = 64)]
    pub task: Option<String>,
    /// Code of whoever compiles it.
    #[schema(min_length = 2, max_length = 64)]
    pub agency: String,
    /// What the material is called, for everybody to read.
    #[schema(min_length = 1, max_length = 500)]
    pub title: String,
}

impl From<NewTrainingMaterial> for model::NewMaterial {
    fn from(body: NewTrainingMaterial) -> Self {
        Self { programme: body.programme, task: body.task, agency: body.agency, title: body.title }
    }
}

/// A version of material, in one language.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewMaterialVersion {
    /// From 1; once in each language.
    #[schema(minimum = 1, maximum = 10000)]
    pub number: u32,
    /// A BCP 47 tag.
    #[schema(example = "vi", min_length = 2, max_length = 35, pattern = r"^\s*[A-Za-z][A-Za-z0-9]{0,7}(-[A-Za-z0-9]{1,8})*\s*$")]
    pub language: String,
    /// The day of issue, not in the future; a later version is not older.
    pub issued_on: NaiveDate,
    /// Number or identifier of the document whose files it is.
    #[schema(min_length = 1, max_length = 200)]
    pub document: Option<String>,
    /// Where it is read.
    #[schema(min_length = 8, max_length = 2000, pattern = r"^\s*https?://")]
    pub link: Option<String>,
}

impl From<NewMaterialVersion> for model::NewVersion {
    fn from(body: NewMaterialVersion) -> Self {
        let (number, language, issued_on) = (body.number, body.language, body.issued_on);
        Self { number, language, issued_on, document: body.document, link: body.link }
    }
}

/// A version of material.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MaterialVersion {
    /// From 1; once in each language.
    pub number: u32,
    /// A BCP 47 tag.
    #[schema(max_length = 35)]
    pub language: String,
    /// The day of issue.
    pub issued_on: NaiveDate,
    /// Identifier of the document whose files it is.
    pub document: Option<Uuid>,
    /// Where it is read.
    #[schema(max_length = 2000)]
    pub link: Option<String>,
}

/// Teaching material with its versions.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TrainingMaterial {
    pub id: Uuid,
    /// Code.
    #[schema(max_length = 64)]
    pub programme: Option<String>,
    /// Identifier of the task; null where none was named.
    pub task: Option<Uuid>,
    /// Code of whoever compiles it.
    #[schema(max_length = 64)]
    pub agency: Option<String>,
    /// What the material is called, for everybody to read.
    #[schema(max_length = 500)]
    pub title: String,
    /// In the order of their numbers and languages.
    pub versions: Vec<MaterialVersion>,
}

impl TrainingMaterial {
    pub fn of(material: &Kept, catalogue: &Catalogue) -> Self {
        let version = |version: &domain::training::MaterialVersion| MaterialVersion {
            number: version.number,
            language: version.language.to_string(),
            issued_on: version.issued_on,
            document: version.document.map(Id::uuid),
            link: version.link.as_deref().map(str::to_owned),
        };
        Self {
            id: material.id.uuid(),
            programme: catalogue.programme(material.programme).map(|programme| programme.code.to_string()),
            task: material.task.map(Id::uuid),
            agency: catalogue.agency_code(Some(material.agency)).map(|code| code.to_string()),
            title: material.title.to_string(),
            versions: material.versions.iter().map(version).collect(),
        }
    }
}

page!(TrainingMaterialPage of TrainingMaterial, "A page of teaching materials, the newest first.");

/// Which year's plan.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct PlanParams {
    /// Code of the programme.
    #[param(max_length = 64)]
    pub programme: String,
    #[param(minimum = 1945, maximum = 2200)]
    pub year: i32,
}

/// An item of a year's training plan.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewTrainingPlanItem {
    /// Code of the programme.
    #[schema(min_length = 1, max_length = 64)]
    pub programme: String,
    /// The calendar year of the plan.
    #[schema(minimum = 1945, maximum = 2200)]
    pub year: i32,
    /// Code of the agency whose plan it is.
    #[schema(example = "so-noi-vu", min_length = 2, max_length = 64)]
    pub agency: String,
    /// `FORMAL`: đào tạo; `REFRESHER`: bồi dưỡng; `WORKSHOP`: tập huấn.
    #[schema(value_type = String, max_length = 16, pattern = "^(FORMAL|REFRESHER|WORKSHOP)$")]
    pub kind: CourseKind,
    /// What the plan calls it.
    #[schema(min_length = 1, max_length = 500)]
    pub title: String,
    /// For whom it is; left out where the plan does not say.
    #[schema(value_type = Option<String>, max_length = 32, pattern = "^(LEADER|MANAGER|STAFF|EXTERNAL_INFORMATION_STAFF|PRESS|SPEAKER)$")]
    pub audience: Option<TrainingAudience>,
    /// How many sessions are planned; left out where the plan does not say.
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub sessions: Option<u32>,
    /// How many attendances are planned.
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub attendances: Option<u32>,
    /// Number or identifier of the plan.
    #[schema(min_length = 1, max_length = 200)]
    pub document: String,
}

impl From<NewTrainingPlanItem> for model::NewPlanItem {
    fn from(body: NewTrainingPlanItem) -> Self {
        Self {
            programme: body.programme,
            year: body.year,
            agency: body.agency,
            kind: body.kind,
            title: body.title,
            audience: body.audience,
            sessions: body.sessions,
            attendances: body.attendances,
            document: body.document,
        }
    }
}

/// An item of the plan with what came of it; `item` and `title` are null for what was held beside the plan.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TrainingPlanItem {
    /// Identifier of the item; null for what was held beside the plan.
    pub item: Option<Uuid>,
    /// Code of the agency whose plan it is.
    #[schema(max_length = 64)]
    pub agency: Option<String>,
    /// What the plan calls it; null for what was held beside the plan.
    #[schema(max_length = 500)]
    pub title: Option<String>,
    /// `FORMAL`: đào tạo; `REFRESHER`: bồi dưỡng; `WORKSHOP`: tập huấn. Null for what was held beside the plan.
    #[schema(example = "REFRESHER", max_length = 16, pattern = "^(FORMAL|REFRESHER|WORKSHOP)$")]
    pub kind: Option<String>,
    /// For whom it is; null where the plan does not say.
    #[schema(max_length = 32, pattern = "^(LEADER|MANAGER|STAFF|EXTERNAL_INFORMATION_STAFF|PRESS|SPEAKER)$")]
    pub audience: Option<String>,
    /// Identifier of the document of the plan.
    pub document: Option<Uuid>,
    /// Null where the plan does not say.
    pub planned_sessions: Option<u32>,
    /// Lượt người; null where the plan does not say.
    pub planned_attendances: Option<u32>,
    /// Sessions for it that began in the year and were held.
    pub held_sessions: u32,
    /// Sessions for it that were to begin in the year and were cancelled.
    pub cancelled_sessions: u32,
    /// Lượt người; for those who may know of each agency's.
    pub attendances: Option<u64>,
    /// Different people, at the least and at the most; for the same.
    pub persons_at_least: Option<u64>,
    /// Different people at the most: as if nobody who is not named came twice; for the same.
    pub persons_at_most: Option<u64>,
}

impl TrainingPlanItem {
    pub fn of(one: &PlanProgress, catalogue: &Catalogue) -> Self {
        let (item, progress) = (one.item.as_ref(), &one.progress);
        let people = progress.held.people;
        Self {
            item: item.map(|item| item.id.uuid()),
            agency: item.and_then(|item| catalogue.agency_code(Some(item.agency))).map(|code| code.to_string()),
            title: item.map(|item| item.title.to_string()),
            kind: item.map(|item| item.kind.label().into()),
            audience: item.and_then(|item| item.audience).map(|audience| audience.label().into()),
            document: item.map(|item| item.document.uuid()),
            planned_sessions: progress.planned_sessions,
            planned_attendances: progress.planned_attendances,
            held_sessions: progress.held.sessions,
            cancelled_sessions: progress.held.cancelled,
            attendances: people.map(|people| people.attendances),
            persons_at_least: people.map(|people| people.persons.at_least),
            persons_at_most: people.map(|people| people.persons.at_most),
        }
    }
}

/// A year's training plan.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TrainingPlan {
    /// In the order in which it was written down; at last what was held beside it.
    pub items: Vec<TrainingPlanItem>,
}

/// Which rolls, and which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct StaffRollParams {
    /// Code of the agency.
    #[param(max_length = 64)]
    pub agency: Option<String>,
    /// Only those for a day up to this one.
    pub as_of: Option<NaiveDate>,
    /// Rows on the page; 20 where nothing is asked.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i32>,
    /// `endCursor` of the page before.
    #[param(max_length = 2000)]
    pub after: Option<String>,
}

/// The counts of a roll. What is left out is not known, which is not nought.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewStaffRoll {
    /// Cán bộ, công chức, viên chức, all of them.
    #[schema(minimum = 0, maximum = 10_000_000)]
    pub headcount: Option<u64>,
    /// Of them in charge of external information; of these the following ones:
    #[schema(minimum = 0, maximum = 10_000_000)]
    pub in_charge: Option<u64>,
    /// With a university degree.
    #[schema(minimum = 0, maximum = 10_000_000)]
    pub with_degree: Option<u64>,
    /// With a fitting major.
    #[schema(minimum = 0, maximum = 10_000_000)]
    pub with_fitting_major: Option<u64>,
    /// Who read and translate a foreign language.
    #[schema(minimum = 0, maximum = 10_000_000)]
    pub with_language: Option<u64>,
    /// Who have all three.
    #[schema(minimum = 0, maximum = 10_000_000)]
    pub fully_qualified: Option<u64>,
    /// Posts for external information.
    #[schema(minimum = 0, maximum = 10_000_000)]
    pub posts: Option<u64>,
    /// Who do this work full time; no more than `headcount`.
    #[schema(minimum = 0, maximum = 10_000_000)]
    pub full_time: Option<u64>,
    /// Who do this work part time; no more than `headcount`.
    #[schema(minimum = 0, maximum = 10_000_000)]
    pub part_time: Option<u64>,
    /// Whether somebody is named as whom to turn to.
    pub has_focal_point: Option<bool>,
    /// Number or identifier of the document that it rests on.
    #[schema(min_length = 1, max_length = 200)]
    pub document: Option<String>,
}

impl From<NewStaffRoll> for NewRoll {
    fn from(body: NewStaffRoll) -> Self {
        Self {
            headcount: body.headcount,
            in_charge: body.in_charge,
            with_degree: body.with_degree,
            with_fitting_major: body.with_fitting_major,
            with_language: body.with_language,
            fully_qualified: body.fully_qualified,
            posts: body.posts,
            full_time: body.full_time,
            part_time: body.part_time,
            has_focal_point: body.has_focal_point,
            document: body.document,
        }
    }
}

/// What an agency returned of its staff for a day; null is not known.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StaffRoll {
    pub id: Uuid,
    /// Code of the agency that returned it.
    #[schema(max_length = 64)]
    pub agency: Option<String>,
    /// The day that the counts are of.
    pub on: NaiveDate,
    /// Cán bộ, công chức, viên chức, all of them.
    pub headcount: Option<u64>,
    /// Of them in charge of external information.
    pub in_charge: Option<u64>,
    /// Of those in charge, with a university degree.
    pub with_degree: Option<u64>,
    /// Of those in charge, with a fitting major.
    pub with_fitting_major: Option<u64>,
    /// Of those in charge, who read and translate a foreign language.
    pub with_language: Option<u64>,
    /// Who have all three.
    pub fully_qualified: Option<u64>,
    /// Posts for external information.
    pub posts: Option<u64>,
    /// Who do this work full time.
    pub full_time: Option<u64>,
    /// Who do this work part time.
    pub part_time: Option<u64>,
    /// Whether somebody is named as whom to turn to.
    pub has_focal_point: Option<bool>,
    /// Identifier of the document that it rests on.
    pub document: Option<Uuid>,
}

impl StaffRoll {
    pub fn of(roll: &Returned, catalogue: &Catalogue) -> Self {
        Self {
            id: roll.id.uuid(),
            agency: catalogue.agency_code(Some(roll.agency)).map(|code| code.to_string()),
            on: roll.on,
            headcount: roll.headcount,
            in_charge: roll.in_charge,
            with_degree: roll.with_degree,
            with_fitting_major: roll.with_fitting_major,
            with_language: roll.with_language,
            fully_qualified: roll.fully_qualified,
            posts: roll.posts,
            full_time: roll.full_time,
            part_time: roll.part_time,
            has_focal_point: roll.has_focal_point,
            document: roll.document.map(Id::uuid),
        }
    }
}

page!(StaffRollPage of StaffRoll, "A page of staff rolls, those first written down last first.");
