//! How much one caller may ask for, by its roles: the size of an operation, how often, how many at once.
//! Must not count anything; operations are counted in `graphql::limits`, requests by the server.
//! The defaults are the table of the README, which a test holds against this.

use crate::account::Role;

macro_rules! allowance {
    ($($(#[doc = $doc:literal])+ $field:ident: $public:literal, $account:literal, $least:literal..=$most:literal;)+) => {
        /// What a caller may ask for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct Allowance {
            $($(#[doc = $doc])+ pub $field: u32,)+
        }

        /// What a role changes of what every account has.
        #[derive(Clone, Copy, Debug, Default)]
        struct Changes {
            $($field: Option<u32>,)+
        }

        impl Allowance {
            /// The names of the fields, as the configuration has them.
            pub const NAMES: &[&str] = &[$(stringify!($field)),+];

            /// For callers without a token, all of one network address together.
            pub const PUBLIC: Self = Self { $($field: $public),+ };
            /// For accounts, whatever their roles.
            pub const ACCOUNT: Self = Self { $($field: $account),+ };
            /// The most of everything; for tests and measurements.
            pub const MOST: Self = Self { $($field: $most),+ };

            /// Name and value of every field.
            pub fn shown(&self) -> Vec<(&'static str, u32)> {
                vec![$((stringify!($field), self.$field)),+]
            }

            /// The larger of each.
            fn max(self, other: Self) -> Self {
                Self { $($field: self.$field.max(other.$field)),+ }
            }

            fn changed(self, changes: Changes) -> Self {
                Self { $($field: changes.$field.unwrap_or(self.$field)),+ }
            }
        }

        impl Changes {
            fn set(&mut self, name: &str, value: u32) -> Result<(), Unsettable> {
                match name {
                    $(stringify!($field) if ($least..=$most).contains(&value) => self.$field = Some(value),
                    stringify!($field) => return Err(Unsettable::Value { least: $least, most: $most }),)+
                    _ => return Err(Unsettable::Name),
                }
                Ok(())
            }
        }
    };
}

allowance! {
    /// GraphQL: fields within fields; the standard introspection query needs 15.
    depth: 16, 16, 1..=30;
    /// GraphQL: values of the estimated answer, a page counted by its size, another list as ten.
    cost: 60_000, 60_000, 100..=10_000_000;
    /// GraphQL: fields and spreads of a document, every spread counted with all it brings.
    fields: 2_000, 2_000, 10..=100_000;
    /// GraphQL: fields with another name, counted so.
    aliases: 200, 200, 0..=100_000;
    /// GraphQL: directives, counted so.
    directives: 200, 200, 0..=100_000;
    /// GraphQL: fields of the operation itself.
    root_fields: 50, 50, 1..=10_000;
    /// GraphQL: fields that ask the database by arguments of their own, once for each however long the page around them is.
    reads: 100, 100, 1..=10_000;
    /// GraphQL: `__schema` and `__type` in a document; 0 closes introspection, while the schema itself stays published.
    introspection: 5, 5, 0..=1_000;
    /// GraphQL: bytes of a document, counted before anything of it is read.
    bytes: 102_400, 102_400, 100..=102_400;
    /// GraphQL: names, numbers, strings and signs of a document, and the gaps between them.
    tokens: 15_000, 15_000, 100..=100_000;
    /// GraphQL: entries of lists below lists that an operation reads.
    entries: 100_000, 100_000, 100..=10_000_000;
    /// Seconds until a GraphQL operation or a read of REST ends, answered or not, in the database as well.
    seconds: 20, 20, 1..=600;
    /// Requests that are being answered at once.
    concurrent: 32, 32, 1..=10_000;
    /// Requests a minute. A GraphQL operation counts once for each field of its own, each thousand of its cost and each ten of its reads,
    /// whichever is most.
    requests_per_minute: 600, 1_200, 1..=100_000_000;
}

/// Why a setting cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsettable {
    #[error("there is no such limit")]
    Name,
    #[error("it is a number from {least} to {most}")]
    Value { least: u32, most: u32 },
    #[error("it is neither PUBLIC, nor ACCOUNT, nor a role")]
    Caller,
}

/// What each kind of caller may ask for.
#[derive(Clone, Debug)]
pub struct Allowances {
    public: Allowance,
    account: Allowance,
    roles: Vec<(Role, Changes)>,
}

impl Default for Allowances {
    /// The defaults: systems of agencies push often and many at once.
    fn default() -> Self {
        let systems = Changes { concurrent: Some(128), requests_per_minute: Some(6_000), ..Changes::default() };
        Self { public: Allowance::PUBLIC, account: Allowance::ACCOUNT, roles: vec![(Role::AgencySystem, systems)] }
    }
}

impl Allowances {
    /// The same for everybody.
    pub const fn equal(allowance: Allowance) -> Self {
        Self { public: allowance, account: allowance, roles: Vec::new() }
    }

    /// Changes one limit of `PUBLIC`, `ACCOUNT` or a role. What a role does not say is what every account has.
    ///
    /// # Errors
    /// For a caller or a limit that there is not, and a number out of its range.
    pub fn set(&mut self, caller: &str, name: &str, value: u32) -> Result<(), Unsettable> {
        let mut changes = Changes::default();
        changes.set(name, value)?;
        match caller {
            "PUBLIC" => self.public = self.public.changed(changes),
            "ACCOUNT" => self.account = self.account.changed(changes),
            label => {
                let role = Role::ALL.iter().copied().find(|role| role.label() == label).ok_or(Unsettable::Caller)?;
                match self.roles.iter_mut().find(|(known, _)| *known == role) {
                    Some((_, known)) => known.set(name, value)?,
                    None => self.roles.push((role, changes)),
                }
            }
        }
        Ok(())
    }

    /// For a caller without a token.
    pub const fn public(&self) -> Allowance {
        self.public
    }

    /// For an account with these roles: of each limit the most that one of them has.
    pub fn of(&self, roles: impl Iterator<Item = Role>) -> Allowance {
        roles.map(|role| self.of_role(role)).reduce(Allowance::max).unwrap_or(self.account)
    }

    fn of_role(&self, role: Role) -> Allowance {
        let changes = self.roles.iter().find(|(known, _)| *known == role).map(|(_, changes)| *changes);
        self.account.changed(changes.unwrap_or_default())
    }

    /// What the public has, every account, and each role that has something else, with their names.
    pub fn named(&self) -> impl Iterator<Item = (&'static str, Allowance)> {
        let roles = self.roles.iter().map(|(role, _)| (role.label(), self.of_role(*role)));
        [("PUBLIC", self.public), ("ACCOUNT", self.account)].into_iter().chain(roles)
    }

    /// Those that some caller has, whatever its roles are, field by field.
    pub fn each(&self) -> impl Iterator<Item = Allowance> {
        self.named().map(|(_, allowance)| allowance)
    }

    /// The most that anybody has, of each.
    pub fn most(&self) -> Allowance {
        self.each().fold(self.public, Allowance::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_of_its_roles_counts() {
        let mut allowances = Allowances::default();
        assert_eq!(allowances.set("AGENCY_VIEWER", "depth", 5), Ok(()));
        assert_eq!(allowances.set("AGENCY_VIEWER", "requests_per_minute", 7), Ok(()));
        let viewer = allowances.of([Role::AgencyViewer].into_iter());
        assert_eq!((viewer.depth, viewer.requests_per_minute, viewer.cost), (5, 7, Allowance::ACCOUNT.cost));
        let both = allowances.of([Role::AgencyViewer, Role::AgencySystem].into_iter());
        assert_eq!((both.depth, both.requests_per_minute), (Allowance::ACCOUNT.depth, 6_000));
        assert_eq!(allowances.of(std::iter::empty()), Allowance::ACCOUNT);
        assert_eq!((allowances.public(), allowances.most().concurrent), (Allowance::PUBLIC, 128));
    }

    #[test]
    fn what_every_account_has_reaches_its_roles() {
        let mut allowances = Allowances::default();
        assert_eq!(allowances.set("ACCOUNT", "aliases", 0), Ok(()));
        assert_eq!(allowances.of([Role::Admin].into_iter()).aliases, 0);
        assert_eq!(allowances.public().aliases, Allowance::PUBLIC.aliases);
    }

    #[test]
    fn only_what_there_is_can_be_set() {
        let mut allowances = Allowances::default();
        assert_eq!(allowances.set("ADMIN", "width", 1), Err(Unsettable::Name));
        assert_eq!(allowances.set("NOBODY", "depth", 1), Err(Unsettable::Caller));
        assert_eq!(allowances.set("PUBLIC", "depth", 0), Err(Unsettable::Value { least: 1, most: 30 }));
    }
}
