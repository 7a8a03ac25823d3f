//! The accounts that made-up acts are done by: a system for each agency, and those who review and decide.
//! Must not give anybody a secret: nobody signs in as one of them before an administrator makes one.
//! What they do is `life` and `flow`.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};
use domain::{
    account::{AccountId, AccountKind, Grant, Held, Limits, Role, Scopes},
    agency::AgencyId,
    programme::Programme,
    validity::Validity,
};
use persistence::{Conn, DbError, account, account::NewAccount, grant};

use super::unit::{Unit, code};
use crate::{App, Error, catalogue::Catalogue};

/// Who acts in a programme.
pub(super) struct People {
    /// The systems of agencies.
    pub systems: Arc<HashMap<AgencyId, AccountId>>,
    /// The secretariat, and for which agency it works.
    pub standing: (AccountId, AgencyId),
    /// The People's Committee, which decides on what is the standing agency's own matter.
    pub authority: AccountId,
}

impl People {
    /// Who decides on the matter of these agencies: nobody on their own.
    pub fn decides(&self, on: &[AgencyId]) -> AccountId {
        if on.contains(&self.standing.1) { self.authority } else { self.standing.0 }
    }
}

/// Makes the accounts of a province, as of an instant: those who act in each of its programmes, in their order.
pub(super) fn make(
    app: &App,
    conn: &mut Conn,
    catalogue: &Catalogue,
    (unit, programmes): (&Unit, &[Arc<Programme>]),
    at: DateTime<Utc>,
) -> Result<Vec<People>, Error> {
    let mut making = Making { app, conn, at };
    let mut systems = HashMap::new();
    for body in &unit.bodies {
        let agency = catalogue.agency_by_code(&body.code).ok_or(Error::Internal("an agency that was imported is not there"))?.id;
        let account = making.account(AccountKind::Service, body.code.clone(), format!("Hệ thống của {}", body.name), agency)?;
        making.grant(account, Held { role: Role::AgencySystem, agency: Some(agency), programme: None })?;
        systems.insert(agency, account);
    }
    let systems = Arc::new(systems);
    let committee = catalogue.agency_by_code(&unit.bodies[0].code).ok_or(Error::Internal("a province without a committee"))?.id;
    let authority = making.account(
        AccountKind::User,
        code(unit.number, "lanh-dao"),
        format!("Lãnh đạo Ủy ban nhân dân tỉnh {}", unit.name),
        committee,
    )?;
    let mut people = Vec::new();
    for (i, programme) in programmes.iter().enumerate() {
        let agency = programme.standing_agency.ok_or(Error::Internal("a programme without a standing agency"))?;
        let login = code(unit.number, &format!("thuong-truc-{}", i + 1));
        let standing = making.account(AccountKind::User, login, format!("Thường trực chương trình {}", programme.code), agency)?;
        for (account, role) in [(standing, Role::Standing), (authority, Role::Authority)] {
            making.grant(account, Held { role, agency: None, programme: Some(programme.id) })?;
        }
        people.push(People { systems: Arc::clone(&systems), standing: (standing, agency), authority });
    }
    Ok(people)
}

struct Making<'a> {
    app: &'a App,
    conn: &'a mut Conn,
    at: DateTime<Utc>,
}

impl Making<'_> {
    fn account(&mut self, kind: AccountKind, login: String, name: String, agency: AgencyId) -> Result<AccountId, DbError> {
        let id = self.app.0.ids.next();
        let limits = Limits { expires_at: None, networks: None };
        let agency = Some(agency);
        let new = NewAccount {
            id,
            kind,
            login,
            name,
            agency,
            password_hash: None,
            limits,
            scopes: Scopes::ALL,
            external: None,
            created_at: self.at,
        };
        account::insert(self.conn, &new)?;
        Ok(id)
    }

    fn grant(&mut self, account: AccountId, held: Held) -> Result<(), DbError> {
        let grant = Grant {
            held,
            id: self.app.0.ids.next(),
            account,
            validity: Validity { from: None, to: None },
            basis: None,
            created_at: self.at,
            revoked_at: None,
        };
        grant::insert(self.conn, &grant)
    }
}
