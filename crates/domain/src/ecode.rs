//! Electronic codes of state agencies: the old form `000.00.13.H24`, the new one `H24.13`, and how they correspond.
//! Must not be used as a key: codes change with mergers and schemes.
//! Which agency bears which code from when on is `agency::AgencyCode`.

use crate::labels::labelled_enum;

labelled_enum! {
    /// By which rule a code is made.
    pub enum Scheme {
        /// QCVN 102:2016/BTTTT: four levels, the lowest first, e.g. `000.00.13.H24`.
        Qcvn102 = "QCVN_102_2016",
        /// Decision 20/2020/QĐ-TTg, from 15/9/2020: groups, the highest first, e.g. `H24.13`.
        Qd20 = "QD_20_2020",
    }
}

/// Length of a new code at most.
const MAX: usize = 35;

/// The scheme whose form a code has, if it has one.
pub fn scheme_of(code: &str) -> Option<Scheme> {
    [Scheme::Qcvn102, Scheme::Qd20].into_iter().find(|scheme| is_valid(*scheme, code))
}

/// Whether a code has the form of a scheme.
pub fn is_valid(scheme: Scheme, code: &str) -> bool {
    let groups: Vec<&str> = code.split('.').collect();
    match (scheme, groups.as_slice()) {
        (Scheme::Qcvn102, [third, second, first, top]) => digits(third, 3) && digits(second, 2) && digits(first, 2) && is_top(top),
        (Scheme::Qd20, [top, below @ ..]) => code.len() <= MAX && is_top(top) && below.len() <= 5 && below.iter().all(|g| is_group(g)),
        _ => false,
    }
}

/// The new code of an old one: the highest level first, without the empty ones below.
pub fn renewed(old: &str) -> Option<String> {
    if !is_valid(Scheme::Qcvn102, old) {
        return None;
    }
    let mut groups: Vec<&str> = old.rsplit('.').collect();
    while groups.len() > 1 && groups.last().is_some_and(|group| group.bytes().all(|digit| digit == b'0')) {
        groups.pop();
    }
    Some(groups.join("."))
}

fn digits(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A letter and two digits: a ministry or a province.
fn is_top(text: &str) -> bool {
    text.len() == 3 && text.as_bytes()[0].is_ascii_uppercase() && digits(&text[1..], 2)
}

fn is_group(text: &str) -> bool {
    (1..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_both_schemes_are_told_apart() {
        for old in ["000.00.13.H24", "000.00.00.H49"] {
            assert_eq!(scheme_of(old), Some(Scheme::Qcvn102), "{old}");
        }
        for new in ["H24.13", "G22", "G12.01", "H55.242"] {
            assert_eq!(scheme_of(new), Some(Scheme::Qd20), "{new}");
        }
        for none in
            ["", "H24.", ".H24", "h24.13", "H2.13", "00.00.13.H24", "000.00.13.24H", "H24.1234567", "H24.1.2.3.4.5.6", "Ở24", "H24 .13"]
        {
            assert_eq!(scheme_of(none), None, "{none}");
        }
    }

    #[test]
    fn an_old_code_corresponds_to_a_new_one() {
        assert_eq!(renewed("000.00.13.H24").as_deref(), Some("H24.13"));
        assert_eq!(renewed("000.00.00.H49").as_deref(), Some("H49"));
        assert_eq!(renewed("005.02.13.H24").as_deref(), Some("H24.13.02.005"));
        assert_eq!(renewed("H24.13"), None);
    }
}
