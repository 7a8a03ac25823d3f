//! The parts of a value by agency, year, language and outlet, and what became of it since the baseline.
//! Must not break a figure down by what its parts do not add up over.
//! Parts that rest on single records are counted where these are read; how a whole is judged is `evaluate`.

use super::{Actual, Definition, Disaggregation, Evaluation, Measure, Reckoning};

/// A part of a value. The parts of one dimension add up to the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub dimension: Disaggregation,
    /// Code of an agency, a language, an outlet or a year.
    pub key: String,
    /// None where nothing is on record of it.
    pub reached: Option<u64>,
    /// Of how many; none where the whole has no such part.
    pub of: Option<u64>,
}

impl Definition {
    /// Whether parts by a dimension add up to the value.
    pub const fn adds_up_by(&self, dimension: Disaggregation) -> bool {
        use Disaggregation::{Agency, Language, Outlet, Year};
        match (&self.measure, self.reckoning) {
            (_, Reckoning::Stated) | (Measure::Qualitative, _) => false,
            (Measure::Percentage { .. }, Reckoning::PeopleTrained) | (Measure::Range { .. } | Measure::Count { .. }, _) => {
                matches!(dimension, Agency | Year)
            }
            (Measure::Percentage { .. } | Measure::CountPerMember { .. }, _) => matches!(dimension, Agency),
            (Measure::SetCoverage { .. }, _) => matches!(dimension, Language),
            (Measure::Matrix { .. }, _) => matches!(dimension, Language | Outlet),
        }
    }

    /// What changed since the baseline: per cent of a share that is exact, with two digits; else a number. None without both.
    pub fn change(&self, evaluation: &Evaluation) -> Option<String> {
        let began = hundredths(&self.baseline.as_ref()?.value)?;
        if let Some(count) = evaluation.count {
            let since = i64::try_from(count).ok()?.checked_mul(100)?.checked_sub(began)?;
            return Some(if since % 100 == 0 { (since / 100).to_string() } else { written(since) });
        }
        let (low, high) = evaluation.share.filter(|(low, high)| low == high)?;
        let now = hundredths(&low.percent().or_else(|| high.percent())?)?;
        Some(written(now.checked_sub(began)?))
    }
}

/// A number with two digits at most, in hundredths.
fn hundredths(text: &str) -> Option<i64> {
    let (whole, digits) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || digits.len() > 2 || !is_digits(whole) || !is_digits(digits) {
        return None;
    }
    whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(format!("{digits:0<2}").parse().ok()?)
}

fn written(hundredths: i64) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100)
}

impl Measure {
    /// The parts of a set, a table, or of members by a dimension; of everything else nothing.
    pub fn parts(&self, value: &Actual, dimension: Disaggregation) -> Vec<Part> {
        let part = |key: &String, reached: Option<usize>, of: usize| Part {
            dimension,
            key: key.clone(),
            reached: reached.map(|reached| reached as u64),
            of: Some(of as u64),
        };
        match (self, value, dimension) {
            (Self::SetCoverage { required }, Actual::Items(Some(there)), Disaggregation::Language) => {
                required.iter().map(|item| part(item, Some(usize::from(there.contains(item))), 1)).collect()
            }
            (Self::Matrix { outlets, items, contents }, Actual::Cells(Some(there)), Disaggregation::Outlet) => {
                let wanted = |outlet: &str, item: &str, content: &str| {
                    outlets.contains(outlet) && items.contains(item) && contents.contains(content)
                };
                let of = |outlet: &String| there.iter().filter(|(one, item, content)| one == outlet && wanted(one, item, content)).count();
                outlets.iter().map(|outlet| part(outlet, Some(of(outlet)), items.len() * contents.len())).collect()
            }
            (Self::Matrix { outlets, items, contents }, Actual::Cells(Some(there)), Disaggregation::Language) => {
                let wanted = |outlet: &str, content: &str| outlets.contains(outlet) && contents.contains(content);
                let of = |item: &String| there.iter().filter(|(outlet, one, content)| one == item && wanted(outlet, content)).count();
                items.iter().map(|item| part(item, Some(of(item)), outlets.len() * contents.len())).collect()
            }
            (Self::CountPerMember { members, at_least }, Actual::PerMember(counts), Disaggregation::Agency) if !counts.is_empty() => {
                members.iter().map(|member| part(member, counts.get(member).map(|count| usize::from(count >= at_least)), 1)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What a set, a table or members have of what is wanted, and how many are wanted.
    pub fn held_of_wanted(&self, evaluation: &Evaluation) -> Option<(u64, u64)> {
        let wanted = match self {
            Self::SetCoverage { required } => required.len(),
            Self::Matrix { outlets, items, contents } => outlets.len() * items.len() * contents.len(),
            Self::CountPerMember { members, .. } => members.len(),
            _ => return None,
        };
        evaluation.share.map(|_| ((wanted.saturating_sub(evaluation.missing.len())) as u64, wanted as u64))
    }
}
