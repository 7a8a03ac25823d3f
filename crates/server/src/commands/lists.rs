//! `haidang user list|sessions` and `haidang client list|keys|secrets`: what is there, a line each.
//! Must not print what the audit log was not told that it was seen.
//! What changes accounts is `accounts`.

use app::{
    App, View,
    access::{self, AccountFilter, AccountListed, Credential, Credentials},
    catalogue::Catalogue,
    listing::PageArgs,
    personal::look,
};
use chrono::{DateTime, Utc};
use domain::{
    account::{AccountKind, Restricted},
    clock::{Clock, SystemClock},
};

use super::{
    accounts::{of_kind, system},
    block_on, operator, say,
};
use crate::failure::Failure;

/// Accounts read at once.
const PAGE: i32 = 200;

fn used(at: Option<DateTime<Utc>>) -> String {
    at.map_or_else(|| "never used".into(), |at| format!("last used {at}"))
}

/// Every account of a kind by login, with the roles in force today.
pub(super) fn accounts(app: &App, kind: AccountKind) -> Result<(), Failure> {
    let view = View::new(app, operator());
    let lines = block_on(async {
        let (filter, mut args) = (AccountFilter { kind: Some(kind), agency: None }, PageArgs { first: Some(PAGE), ..PageArgs::default() });
        let mut lines = Vec::new();
        loop {
            let page = access::list(&view, &filter, &args).await?;
            let catalogue = view.catalogue().await?;
            lines.extend(page.items.iter().map(|(_, listed)| line(&view, listed, catalogue)));
            args.after = page.end().map(str::to_owned);
            if !page.has_next {
                break;
            }
        }
        view.end().await?;
        Ok::<_, app::Error>(lines)
    })?;
    lines.iter().try_for_each(|line| say(line))
}

fn line(view: &View, listed: &AccountListed, catalogue: &Catalogue) -> String {
    let account = &listed.account;
    look(view, account, &[Restricted::LastUsedAt], 1);
    let agency = catalogue.agency_code(account.agency).map_or_else(String::new, |code| format!(" of {code}"));
    let roles: Vec<&str> = account.roles().iter().map(|role| role.label()).collect();
    let roles = if roles.is_empty() { "no role".into() } else { roles.join(" ") };
    let issuer = listed.external.as_ref().map_or_else(String::new, |(issuer, _)| format!(", signs in at {issuer}"));
    let ends = account.limits.expires_at.map_or_else(String::new, |at| format!(", until {at}"));
    format!("{}{agency} {}, {roles}{issuer}{ends}, {}: {}", account.login, account.status.label(), used(listed.last_used_at), account.name)
}

/// The sessions of a person that go on.
pub(super) fn sessions(app: &App, login: &str) -> Result<(), Failure> {
    let (view, account) = (View::new(app, operator()), of_kind(app, login, AccountKind::User)?.account);
    let sessions = block_on(async {
        let sessions = access::sessions(&view, &account).await?;
        view.end().await?;
        Ok::<_, app::Error>(sessions)
    })?;
    sessions.iter().try_for_each(|session| {
        let network = session.network.as_deref().map_or_else(String::new, |network| format!(" from {network}"));
        let client = session.user_agent.as_deref().map_or_else(String::new, |client| format!(" with {client}"));
        let times = format!("begun {}, last used {}, until {}", session.created_at, session.last_used_at, session.expires_at);
        say(&format!("{}{network}{client}, {times}", session.id))
    })
}

/// Secrets or public keys of a system, without what they prove.
pub(super) fn credentials(app: &App, login: &str, which: impl Fn(Credentials) -> Vec<Credential>) -> Result<(), Failure> {
    let (view, id) = (View::new(app, operator()), system(app, login)?);
    let kept = block_on(access::credentials(&view, id))?;
    let now = SystemClock.now();
    which(kept).iter().try_for_each(|kept| {
        let state = match (kept.revoked_at, kept.expires_at) {
            (Some(_), _) => "revoked".to_owned(),
            (None, Some(end)) if end <= now => format!("over since {end}"),
            (None, Some(end)) => format!("in force until {end}"),
            (None, None) => "in force".to_owned(),
        };
        let name = kept.kid.as_deref().map_or_else(String::new, |kid| format!(" {kid}"));
        say(&format!("{}{name} {state}, made {}, {}", kept.id, kept.created_at, used(kept.last_used_at)))
    })
}
