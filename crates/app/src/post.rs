//! Who holds a post of an agency from a day on, or that nobody does; each by a document.
//! Must not rewrite what was: whoever held the post leaves it on the day.
//! Other changes of agencies are `organisation`; seats of committees that go with posts follow by themselves, see `committee`.

use chrono::NaiveDate;
use domain::{
    agency::{Agency, Holder, Post},
    document::{DocumentId, ENDS, Place},
    error::{Code, Fault},
    id::Id,
    person::PersonId,
    validity::Validity,
};
use persistence::{Conn, document, organisation as stored, person};
use serde_json::{Value, json};

use crate::{
    App, Error,
    document::named_in,
    organisation::{Change, absent, begins_later, refused, too_early},
    place::{cite, cite_at},
    words::read_among,
};

/// Characters of a post's title and of a holder's name.
const MAX_NAME: usize = 200;

/// Who holds a post, or that nobody does: a name, or that it is vacant.
#[derive(Clone, Debug)]
pub struct Holding {
    /// Whoever holds the post heads the agency.
    pub is_head: bool,
    /// The post; it may be left out where the head leaves, under whatever title.
    pub title: Option<String>,
    pub name: Option<String>,
    pub is_vacant: bool,
    pub is_acting: bool,
    /// Which person of the register that is, where that is known.
    pub person: Option<PersonId>,
}

/// Whoever headed the agency before, in this post or another, heads it no more; another post has one holder at a time as well.
pub(crate) fn set(app: &App, conn: &mut Conn, (change, agency): (&Change, &Agency), new: &Holding) -> Result<Value, Error> {
    let basis = named_in(conn, "/basis", change.basis.trim())?;
    let mut faults = Vec::new();
    let place = change.place.read(&mut faults);
    let title = new.title.as_deref().map(|title| read_among("/title", title, MAX_NAME, &mut faults));
    if title.is_none() && !(new.is_head && new.is_vacant) {
        faults.push(Fault::new("/title", Code::FieldRequired));
    }
    let name = holder_name(new, &mut faults);
    if let Some(title) = &title
        && agency.posts.iter().any(|post| *post.title == **title && post.is_head != new.is_head)
    {
        let words = ("Chức danh này là của một chức vụ khác của cơ quan.", "This is the title of another post of the agency.");
        faults.push(Fault::worded("/title", Code::RuleBroken, words.0, words.1));
    }
    if !agency.is_active_on(change.from) {
        faults.push(absent("/from".into(), change.from));
    }
    let is_titled = |post: &Post| title.as_deref().is_some_and(|title| is_title(post, title));
    let posts: Vec<&Post> = agency.posts.iter().filter(|post| post.is_head == new.is_head && (new.is_head || is_titled(post))).collect();
    if posts.iter().flat_map(|post| &post.holders).any(|holder| holds_later(holder, change.from)) {
        faults.push(too_early("/from"));
    }
    let Some(name) = name else { return vacate((app, conn), (change, basis, place.as_ref()), (&posts, title.as_deref()), faults) };
    let known = new.person.map(|id| person::by_ids(conn, &[id])).transpose()?.map(|mut found| found.pop());
    if known.is_some_and(|person| person.is_none_or(|person| person.pseudonymised.is_some())) {
        faults.push(Fault::new("/person", Code::ReferenceUnknown));
    }
    refused(faults)?;
    let title = title.unwrap_or_default();
    let post = match posts.iter().find(|post| is_title(post, &title)) {
        Some(post) => post.id,
        None => make(app, conn, agency, (&title, new.is_head))?,
    };
    let beside: Vec<Id<Post>> = posts.iter().map(|post| post.id).chain([post]).collect();
    let holder = Holder {
        id: app.0.ids.next(),
        name: name.as_str().into(),
        is_acting: new.is_acting,
        person: new.person,
        validity: Validity { from: Some(change.from), to: agency.end() },
        basis,
        ended_by: None,
    };
    stored::set_holder(conn, post, &beside, &holder, change.from)?;
    cite(app, conn, (holder.id.uuid(), basis), place.as_ref())?;
    if let Some(person) = new.person {
        person::link_post(conn, holder.id, person)?;
    }
    let person = new.person.map(|id| id.to_string());
    Ok(json!({"title": title, "name": name, "isHead": new.is_head, "isActing": new.is_acting, "person": person}))
}

fn is_title(post: &Post, title: &str) -> bool {
    *post.title == *title
}

/// The name of whoever holds the post; none where it is vacant, or where a fault says what is wrong.
fn holder_name(new: &Holding, faults: &mut Vec<Fault>) -> Option<String> {
    let either = (
        "Ghi tên người giữ chức vụ hoặc ghi là khuyết, một trong hai.",
        "Give the name of whoever holds the post, or that it is vacant, one of both.",
    );
    match (&new.name, new.is_vacant) {
        (Some(name), false) => return Some(read_among("/name", name, MAX_NAME, faults)),
        (Some(_), true) => faults.push(Fault::worded("/vacant", Code::RuleBroken, either.0, either.1)),
        (None, false) => faults.push(Fault::worded("/name", Code::FieldRequired, either.0, either.1)),
        (None, true) => {}
    }
    for (at, is_given) in [("/isActing", new.is_acting), ("/person", new.person.is_some())] {
        if new.is_vacant && is_given {
            let words = ("Chức vụ khuyết thì không có ai giữ.", "Nobody holds a post that is vacant.");
            faults.push(Fault::worded(at, Code::RuleBroken, words.0, words.1));
        }
    }
    None
}

/// Whether somebody holds the post from a day on or later, or a document says that it is vacant from a later day.
fn holds_later(holder: &Holder, from: NaiveDate) -> bool {
    begins_later(holder.validity, from) || (holder.ended_by.is_some() && holder.validity.to.is_some_and(|to| from < to))
}

fn make(app: &App, conn: &mut Conn, agency: &Agency, (title, is_head): (&str, bool)) -> Result<Id<Post>, Error> {
    let post = Post { id: app.0.ids.next(), title: title.into(), is_head, holders: Vec::new() };
    stored::insert_post(conn, agency.id, &post)?;
    Ok(post.id)
}

/// Whoever holds one of these posts leaves it; the one with a title where one is given.
fn vacate(
    (app, conn): (&App, &mut Conn),
    (change, basis, place): (&Change, DocumentId, Option<&Place>),
    (posts, title): (&[&Post], Option<&str>),
    mut faults: Vec<Fault>,
) -> Result<Value, Error> {
    let is_held = |post: &&&Post| post.holders.iter().any(|holder| holder.validity.contains(change.from));
    let held = posts.iter().filter(|post| title.is_none_or(|title| is_title(post, title))).find(is_held);
    if held.is_none() && faults.is_empty() {
        let words = ("Vào ngày đó không có ai giữ chức vụ này.", "Nobody holds this post on that day.");
        faults.push(Fault::worded("/from", Code::RuleBroken, words.0, words.1));
    }
    refused(faults)?;
    let Some(post) = held else { return Err(Error::Internal("a vacancy of no post")) };
    stored::vacate(conn, &[post.id], change.from, basis)?;
    let leaving = post.holders.iter().find(|holder| holder.validity.contains(change.from));
    // The place of an end stands after the one of the beginning, should both rest on one document, and where it was to end before.
    if let Some(holder) = leaving {
        document::forget_ends(conn, &[holder.id.uuid()])?;
        cite_at(app, conn, (holder.id.uuid(), basis, ENDS), place)?;
    }
    Ok(json!({"title": &*post.title, "isHead": post.is_head, "vacant": true}))
}
