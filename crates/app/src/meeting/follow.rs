//! What was concluded at a meeting as tasks, once its minutes are signed.
//! Must not show in a title what is not published: until then it names the conclusion by its number.
//! Making the tasks is `tracked`; a programme's file neither changes nor removes them.

use chrono::NaiveDate;
use domain::{document::DocumentId, meeting::Conclusion};
use persistence::Conn;
use serde_json::{Map, json};

use super::Desk;
use crate::{
    Error,
    outbox::News,
    tracked::{Item, Source, track, written},
};

/// Makes each conclusion of a meeting a task from the day of the signature on, and tells whoever has a part in it. Gives the codes of
/// the tasks.
pub(super) fn follow(
    desk: &mut Desk<'_>,
    conn: &mut Conn,
    (document, on): (DocumentId, NaiveDate),
) -> Result<(Vec<News>, Vec<String>), Error> {
    let (day, programme) = (desk.meeting.day(), desk.meeting.programme);
    let mut conclusions = std::mem::take(&mut desk.meeting.conclusions);
    let items: Vec<Item<'_>> = conclusions.iter().map(|one| item(one, day)).collect();
    let source = Source { programme, document, holds_from: on, named_on: day };
    let about = Map::from_iter([("meeting".to_owned(), json!(desk.meeting.id.to_string()))]);
    let tracked = track(desk.app, conn, &desk.catalogue, source, &items, &about)?;
    let (mut news, mut codes) = (Vec::new(), Vec::new());
    for (one, (task, told)) in conclusions.iter_mut().zip(tracked) {
        one.task = Some(task.id);
        codes.push(task.code.to_string());
        news.extend(told);
    }
    desk.meeting.conclusions = conclusions;
    Ok((news, codes))
}

fn item(one: &Conclusion, day: NaiveDate) -> Item<'_> {
    Item {
        title: format!("Kết luận số {}, cuộc họp ngày {}", one.number, written(day)),
        section: format!("Kết luận số {}", one.number),
        quote: None,
        lead: one.lead,
        coordinators: &one.coordinators,
        due_on: one.due_on,
    }
}
