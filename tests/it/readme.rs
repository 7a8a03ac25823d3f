//! What the README says in tables is what the program knows.
//! Its tour is walked against an optimised binary by `.ci/tour`.

use std::{collections::BTreeSet, path::Path};

use domain::{
    account::Role,
    allowance::{Allowance, Allowances},
};
use testkit::once;

once!(
    the_settings_of_the_readme_are_those_of_the_program,
    the_limits_of_the_readme_are_those_in_force,
    the_limits_of_requests_are_those_in_force,
    the_roles_of_the_readme_are_those_of_the_policy,
);

const ACCESS: &str = include_str!("../../docs/access.md");

/// The rows of the table that follows a marker, as cells.
fn table(marker: &str) -> Vec<Vec<String>> {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md")).expect("a README");
    let (_, after) = readme.split_once(marker).expect("the marker");
    let rows = after.trim_start().lines().take_while(|line| line.starts_with('|')).skip(2);
    rows.map(|row| row.trim_matches('|').split(" | ").map(|cell| cell.trim().trim_matches('`').to_owned()).collect()).collect()
}

fn the_settings_of_the_readme_are_those_of_the_program() {
    let told: BTreeSet<(String, String, String)> =
        table("<!-- settings -->").iter().map(|row| (row[0].clone(), row[1].clone(), row[2].clone())).collect();
    let known = server::settings_known();
    assert!(known.len() > 5);
    assert_eq!(told, known.into_iter().collect());
}

fn the_limits_of_the_readme_are_those_in_force() {
    let number = |value: u32| value.to_string();
    let known: Vec<[String; 3]> = Allowance::PUBLIC
        .shown()
        .into_iter()
        .zip(Allowance::ACCOUNT.shown())
        .map(|((name, public), (_, account))| [name.to_owned(), number(public), number(account)])
        .collect();
    let rows = table("<!-- limits -->");
    let told: Vec<[String; 3]> = rows.iter().map(|row| [row[0].clone(), row[1].clone(), row[2].clone()]).collect();
    assert_eq!(told, known);
    let system = Allowances::default().of([Role::AgencySystem].into_iter());
    for ((name, of_account), (_, of_system)) in Allowance::ACCOUNT.shown().into_iter().zip(system.shown()) {
        let row = rows.iter().find(|row| row[0] == name).expect("a row");
        let aside = format!("(`AGENCY_SYSTEM`: {of_system})");
        assert_eq!(row[3].ends_with(&aside), of_system != of_account, "{name}");
    }
}

fn the_limits_of_requests_are_those_in_force() {
    let told: Vec<[String; 3]> = table("<!-- http -->").iter().map(|row| [row[0].clone(), row[1].clone(), row[2].clone()]).collect();
    let known: Vec<[String; 3]> = server::http_known()
        .into_iter()
        .map(|(name, usual, range)| [name.to_owned(), usual.to_string(), format!("{}–{}", range.start(), range.end())])
        .collect();
    assert_eq!(told, known);
}

fn the_roles_of_the_readme_are_those_of_the_policy() {
    let told = table("<!-- roles -->");
    let known: Vec<Vec<String>> =
        Role::ALL.iter().map(|role| [role.label(), role.purpose(), role.scope().label()].map(str::to_owned).to_vec()).collect();
    let row = format!("| `{}` | {} | {} |", told[0][0], told[0][1], told[0][2]);
    assert!(told[0][0] == "PUBLIC" && ACCESS.contains(&row), "docs/access.md says something else than {row}");
    assert_eq!(told[1..], known);
}
