//! Made-up programmes as the files that `import` takes: programme by programme, and the reporting regimes of a province.
//! Must not write anything: what is wrong with such a file, the import finds as with any other.
//! How large they are is `unit`, what became of them `life` and `flow`.

use serde_json::{Value, json};

use super::{
    chance::Chance,
    unit::{Body, Unit, code},
    words::{GROUPS, PLACES_OF_WORK, THEMES},
};

/// First and last years, in turn.
const YEARS: [(i32, i32); 5] = [(2021, 2025), (2020, 2025), (2021, 2030), (2020, 2026), (2021, 2026)];

/// A programme to import.
pub(super) struct Programme {
    pub code: String,
    pub tasks: usize,
    pub file: Value,
    /// Its reporting regime.
    pub regime: Value,
}

/// What a file is made of.
struct Making<'a> {
    unit: &'a Unit,
    /// From 0.
    number: usize,
    years: (i32, i32),
    collective: String,
    chance: &'a mut Chance,
}

/// A programme of a province, the `number`th from 0.
pub(super) fn programme(unit: &Unit, number: usize, chance: &mut Chance) -> Programme {
    let (start, end) = YEARS[number % YEARS.len()];
    let theme = &THEMES[number % THEMES.len()];
    let standing = &unit.bodies[1 + number % (unit.bodies.len() - 1)];
    let collective = code(unit.number, &format!("cac-co-quan-thuc-hien-{}", number + 1));
    let title = format!("Chương trình {} tỉnh {} giai đoạn {start} - {end}", theme.title, unit.name);
    let programme_code = format!("TAI-{:02}-{}-{start}", unit.number, number + 1);
    let decision_number = format!("{}/QĐ-UBND", 300 + 400 * number as u64 + chance.below(300));
    let day = chance.between(1, 28);
    let date = format!("{}-12-{day:02}", start - 1);
    let decision = decision(unit, (&decision_number, &title), (start - 1, day), standing, chance);
    let mut making = Making { unit, number, years: (start, end), collective, chance };
    let tasks: Vec<Value> = (0..unit.programmes[number]).map(|place| making.task(place)).collect();
    let file = json!({
        "schema": "programme-seed/1",
        "generated_from": {"file": "haidang generate", "sha256": "0".repeat(64), "encoding": "UTF-8 NFC", "chars": 1},
        "decision": decision,
        "programme": {
            "code": programme_code, "title_vi": title, "start_year": start, "end_year": end,
            "period_vi": format!("Từ năm {start} đến hết năm {end}."), "standing_agency": standing.code, "reports_to": unit.bodies[0].code,
        },
        "policy": {"annual_due": {"month": 12, "day": 15}},
        "objectives": [], "targets": [], "measures": [], "responsibilities": [], "systems": [], "known_defects_in_seed": [],
        "groups": groups(),
        "tasks": tasks,
        "funding": {
            "section": "4", "quotes_vi": ["Ngân sách nhà nước và các nguồn vốn huy động hợp pháp khác."],
            "sources": [{"code": "ngan-sach", "name_vi": "Ngân sách nhà nước"}, {"code": "huy-dong", "name_vi": "Nguồn vốn huy động hợp pháp khác"}],
        },
        "agencies": making.agencies(theme.title),
    });
    let regime = regime(&programme_code, (&title, &decision_number), &date, standing, number);
    Programme { code: programme_code, tasks: unit.programmes[number], file, regime }
}

fn decision(unit: &Unit, (number, title): (&str, &str), (year, day): (i32, i64), standing: &Body, chance: &mut Chance) -> Value {
    let (issuer, date) = (&unit.bodies[0], format!("{year}-12-{day:02}"));
    let submission = format!("{}/TTr-{}", chance.between(10, 400), unit.number);
    let proposal = format!("Theo đề nghị của {} tại Tờ trình số {submission}.", standing.name);
    json!({
        "number": number, "type_vi": "Quyết định", "title_vi": format!("Phê duyệt {title}"), "issuer": issuer.code,
        "issuer_as_written": issuer.name, "date": date, "date_as_written": format!("ngày {day} tháng 12 năm {year}"),
        "effective_date": date, "effective_vi": "Quyết định này có hiệu lực kể từ ngày ký.", "signatory": {"name": "Nguyễn Văn A", "position": "TM. ỦY BAN NHÂN DÂN, CHỦ TỊCH"},
        "legal_bases": [{
            "order": 1, "type": "submission", "number": submission, "date": format!("{year}-11-{day:02}"), "issuer": standing.code,
            "issuer_vi": standing.name, "title_vi": format!("Về việc phê duyệt {title}"), "quote_vi": proposal,
        }],
        "related_documents": [],
    })
}

fn groups() -> Value {
    GROUPS
        .iter()
        .enumerate()
        .map(|(i, group)| json!({"code": group.number, "number": group.number, "order": i + 1, "title_vi": group.heading}))
        .collect()
}

impl Making<'_> {
    fn agencies(&mut self, theme: &str) -> Vec<Value> {
        let parent = &self.unit.bodies[0].code;
        let body = |body: &Body| {
            let mut agency =
                json!({"code": body.code, "name_vi": body.name, "kind": body.kind, "parent": null, "names_as_written": [body.name]});
            if let Some(subkind) = body.subkind {
                agency["subkind"] = json!(subkind);
            }
            if body.code != *parent {
                agency["parent"] = json!(parent);
            }
            agency
        };
        let mut agencies: Vec<Value> = self.unit.bodies.iter().map(body).collect();
        let name = format!("Các cơ quan, đơn vị, địa phương thực hiện Chương trình {theme}");
        let count = 4 + self.chance.index(5);
        let members: Vec<String> = self.chance.some(&self.unit.bodies[1..], count).into_iter().map(|body| body.code).collect();
        agencies.push(json!({
            "code": self.collective, "name_vi": name, "kind": "collective", "parent": null, "names_as_written": [name],
            "members_named_in_seed": members, "membership_complete": true, "membership_rule": "closed",
        }));
        agencies
    }

    /// The `place`th task from 0: in its group, with leads and coordinators, for all years or for some.
    fn task(&mut self, place: usize) -> Value {
        let group = &GROUPS[place % GROUPS.len()];
        let number = place / GROUPS.len() + 1;
        let objects = &THEMES[self.number % THEMES.len()].objects;
        let (verb, object, at) = (*self.chance.one_of(&group.verbs), *self.chance.one_of(objects), *self.chance.one_of(&PLACES_OF_WORK));
        let (lead, coordinating) = self.assignees(place);
        json!({
            "code": format!("{}.{number}", group.number), "group": group.number, "number": number,
            "title_vi": format!("{verb} {object} {at}"), "lead": lead, "coordinating": coordinating, "period": self.period(place),
        })
    }

    /// Mostly one lead, at times two or three, or a collective; mostly several coordinators, at times none. The first task has both.
    fn assignees(&mut self, place: usize) -> (Value, Value) {
        let leads = match self.chance.below(100) {
            0..70 => 1,
            70..85 => 2,
            85..90 => 3,
            _ => 0,
        };
        let others = if place > 0 && self.chance.in_hundred(8) { 0 } else { 3 + self.chance.index(7) };
        let mut drawn = self.chance.some(&self.unit.bodies[1..], leads + others);
        let coordinating = drawn.split_off(leads.min(drawn.len()));
        let collective = [(self.collective.clone(), "Các cơ quan, đơn vị, địa phương thực hiện Chương trình".to_owned(), true)];
        let named = |bodies: Vec<Body>| bodies.into_iter().map(|body| (body.code, body.name, false)).collect::<Vec<_>>();
        let leads = if drawn.is_empty() { collective.to_vec() } else { named(drawn) };
        (assigned(&leads), assigned(&named(coordinating)))
    }

    /// Mostly every year of the programme.
    fn period(&mut self, place: usize) -> Value {
        let (start, end) = self.years;
        if place == 0 || self.chance.in_hundred(75) {
            let years: Vec<i32> = (start..=end).collect();
            return json!({"as_written": "Hằng năm", "kind": "annual", "start_year": start, "end_year": end, "years": years,
                          "rule": "every year of the programme"});
        }
        let offset = self.chance.below((end - start + 1).unsigned_abs().into());
        let first = start + i32::try_from(offset).unwrap_or(0);
        let last = end.min(first + i32::try_from(self.chance.below(3)).unwrap_or(0));
        let words = if first == last { format!("Năm {first}") } else { format!("{first} - {last}") };
        json!({"as_written": words, "kind": "fixed", "start_year": first, "end_year": last, "years": (first..=last).collect::<Vec<i32>>()})
    }
}

fn assigned(agencies: &[(String, String, bool)]) -> Value {
    let lines: Vec<&str> = agencies.iter().map(|(_, name, _)| name.as_str()).collect();
    let agencies: Vec<Value> = agencies.iter().map(|(code, _, collective)| json!({"agency": code, "collective": collective})).collect();
    json!({"as_written_lines": lines, "agencies": agencies})
}

/// Quarterly reports on each task: of its leads, and in every fifth programme of its coordinators too.
fn regime(programme: &str, (title, decision): (&str, &str), from: &str, standing: &Body, number: usize) -> Value {
    let field = |code: &str, label: &str, unit: &str| json!({"code": code, "label": label, "type": "INTEGER", "unit": unit, "required": false, "min": "0", "max": "1000000"});
    json!({
        "code": format!("{programme}-QUY"), "name": format!("Báo cáo quý kết quả thực hiện {title}"), "programme": programme,
        "kind": "PERIODIC", "subject": "TASK", "frequency": "QUARTER", "window": {"day": 15, "monthsBefore": 1},
        "due": {"rule": "CALENDAR_DAY", "monthOffset": 0, "day": 20, "rolls": false}, "isEstimate": false,
        "obligedRoles": if number.is_multiple_of(5) { "ALL" } else { "LEAD" }, "receiver": standing.code,
        "form": {"fields": [field("hoi_nghi", "Số hội nghị, lớp tập huấn", "hội nghị"), field("luot_nguoi", "Số lượt người tham dự", "lượt")]},
        "basis": {"document": decision, "asWritten": format!("Quyết định số {decision} phê duyệt {title}")},
        "validFrom": from, "validTo": null,
    })
}
