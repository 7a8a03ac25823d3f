//! How far an outsider must hold it possible that a hidden figure is larger than it is.
//! Must not change a figure; it only says what could be, and by hiding which others.
//! What has to be possible is the parent module's rule.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
};

/// A figure, by row and column; the last of each holds the totals.
type Place = (usize, usize);

/// What hiding a total costs, in cells: whole tables of cells go before one total does.
const TOTAL_COST: u64 = 1 << 40;
/// What hiding a cell costs beside its value: fewer cells go before smaller ones do.
const CELL_COST: u64 = 1 << 20;

/// A table with totals as a flow that goes round.
///
/// Its nodes are rows and columns, the row of totals and the column of totals among them. A cell flows from its row to its column, a
/// column's total from its column to the row of totals, a row's total from the column of totals to its row, and the total of all from
/// the row of totals to the column of totals: what flows into a node is what flows out of it, as parts add up.
pub(super) struct Network {
    figures: Vec<Vec<u64>>,
    hidden: Vec<Vec<bool>>,
    /// No hidden figure is smaller, as everybody knows.
    floor: u64,
}

/// A step along a figure: to which node, which figure, and by how much it can be changed that way.
struct Step {
    to: usize,
    at: Place,
    room: u64,
}

impl Network {
    pub fn new(figures: Vec<Vec<u64>>, floor: u64) -> Self {
        let hidden = figures.iter().map(|row| vec![false; row.len()]).collect();
        Self { figures, hidden, floor }
    }

    /// Rows and columns without those of totals.
    pub fn size(&self) -> (usize, usize) {
        (self.figures.len() - 1, self.figures[0].len() - 1)
    }

    pub fn places(&self) -> impl Iterator<Item = Place> + use<> {
        let (rows, columns) = self.size();
        (0..=rows).flat_map(move |row| (0..=columns).map(move |column| (row, column)))
    }

    pub fn value(&self, (row, column): Place) -> u64 {
        self.figures[row][column]
    }

    pub fn is_hidden(&self, (row, column): Place) -> bool {
        self.hidden[row][column]
    }

    pub fn hide(&mut self, (row, column): Place) {
        self.hidden[row][column] = true;
    }

    fn is_total(&self, (row, column): Place) -> bool {
        let (rows, columns) = self.size();
        row == rows || column == columns
    }

    /// The nodes between which a figure flows, from and to.
    fn ends(&self, (row, column): Place) -> (usize, usize) {
        let (rows, columns) = self.size();
        let (row_node, column_node) = (row, rows + 1 + column);
        // One total turns the direction round, two turn it back.
        if (row == rows) == (column == columns) { (row_node, column_node) } else { (column_node, row_node) }
    }

    /// The steps out of a node along figures that may be used, without the one that is asked about.
    fn steps<'a>(&'a self, node: usize, without: Place, change: &'a [Vec<i128>]) -> impl Iterator<Item = Step> + 'a {
        let (rows, columns) = self.size();
        let of_row = (node <= rows).then(|| (0..=columns).map(move |column| (node, column)));
        let of_column = (node > rows).then(|| (0..=rows).map(move |row| (row, node - rows - 1)));
        let places = of_row.into_iter().flatten().chain(of_column.into_iter().flatten());
        places.filter(move |at| *at != without).map(move |at| {
            let (from, to) = self.ends(at);
            if from == node {
                return Step { to, at, room: u64::MAX };
            }
            let now = i128::from(self.value(at)) + change[at.0][at.1] - i128::from(self.floor);
            Step { to: from, at, room: u64::try_from(now.max(0)).unwrap_or(u64::MAX) }
        })
    }

    /// By how much the figure could be larger, as far as anybody outside can tell; not counted beyond what is wanted.
    pub fn can_grow(&self, at: Place, wanted: u64) -> u64 {
        let (from, to) = self.ends(at);
        let mut change: Vec<Vec<i128>> = self.figures.iter().map(|row| vec![0; row.len()]).collect();
        let mut grown = 0;
        while grown < wanted {
            // What more flows through the figure has to flow back through other hidden ones.
            let Some(way) = self.way(to, from, at, &change) else { break };
            let room = way.iter().map(|(_, room, _)| *room).min().unwrap_or(0).min(wanted - grown);
            for ((row, column), _, is_forward) in way {
                change[row][column] += if is_forward { i128::from(room) } else { -i128::from(room) };
            }
            grown += room;
        }
        grown
    }

    /// The shortest way along hidden figures: each with its room and whether it grows.
    fn way(&self, from: usize, to: usize, without: Place, change: &[Vec<i128>]) -> Option<Vec<(Place, u64, bool)>> {
        let mut came: Vec<Option<(usize, Place, u64)>> = vec![None; self.nodes()];
        let mut open = VecDeque::from([from]);
        while let Some(node) = open.pop_front() {
            for step in self.steps(node, without, change).filter(|step| step.room > 0 && self.is_hidden(step.at)) {
                if step.to != from && came[step.to].is_none() {
                    came[step.to] = Some((node, step.at, step.room));
                    open.push_back(step.to);
                }
            }
        }
        let mut way = Vec::new();
        let mut node = to;
        while node != from {
            let (before, at, room) = came[node]?;
            way.push((at, room, self.ends(at).0 == before));
            node = before;
        }
        Some(way)
    }

    fn nodes(&self) -> usize {
        let (rows, columns) = self.size();
        rows + columns + 2
    }

    /// The figures to hide, cheapest first, so that this one could be larger by what is wanted. There are always some: the totals that it
    /// goes into can grow with it.
    pub fn cheapest_way(&self, at: Place, wanted: u64) -> Vec<Place> {
        let (to, from) = self.ends(at);
        let unchanged: Vec<Vec<i128>> = self.figures.iter().map(|row| vec![0; row.len()]).collect();
        let mut best: Vec<Option<(u64, usize, Place)>> = vec![None; self.nodes()];
        let mut open = BinaryHeap::from([Reverse((0_u64, from))]);
        while let Some(Reverse((cost, node))) = open.pop() {
            if node == to {
                break;
            }
            for step in self.steps(node, at, &unchanged).filter(|step| step.room >= wanted && self.may_hide(step.at)) {
                let dearer = cost.saturating_add(self.cost(step.at));
                if step.to != from && best[step.to].is_none_or(|(known, ..)| dearer < known) {
                    best[step.to] = Some((dearer, node, step.at));
                    open.push(Reverse((dearer, step.to)));
                }
            }
        }
        let mut way = Vec::new();
        let mut node = to;
        while let Some((_, before, at)) = best[node] {
            way.push(at);
            node = before;
        }
        way
    }

    /// A figure smaller than any that is hidden would be none of those that outsiders think of.
    fn may_hide(&self, at: Place) -> bool {
        self.is_hidden(at) || self.value(at) >= self.floor
    }

    fn cost(&self, at: Place) -> u64 {
        match (self.is_hidden(at), self.is_total(at)) {
            (true, _) => 0,
            (false, true) => TOTAL_COST,
            (false, false) => CELL_COST + self.value(at).min(CELL_COST - 1),
        }
    }
}
