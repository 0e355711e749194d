//! Poolings by their definition: the windows of each axis are written out first, then joined.

use crate::array::{cells, position};
use crate::axis::{Axis, index, option, padding_option, shape};
use crate::exact::{Ties, ratio};
use crate::judge::Claims;
use crate::plan::{Entry, Plan, Slot, Term};

/// By what an average divides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Count {
    /// The cells of the padded input in the window.
    Padded,
    /// The cells of the input itself.
    Real,
    /// A number.
    Fixed(i64),
}

/// What is made of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The mean.
    Average(Count),
    /// The largest entry.
    Max(Ties),
    /// The norm with this exponent.
    Norm(i64),
}

/// Where the windows are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// At steps.
    Steps {
        /// The axes.
        axes: Vec<Axis>,
        /// Is the number of windows rounded up?
        ceil: bool,
    },
    /// As many as are asked for: size of the input and of the output along each axis.
    Adaptive(Vec<[i64; 2]>),
}

/// One window along one axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// The cells of the input in it.
    pub(crate) cells: Vec<i64>,
    /// How many cells count if padding counts.
    pub(crate) padded: i64,
    /// How many there are in full.
    pub(crate) full: i64,
}

/// A pooling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pool {
    /// What is made of a window.
    pub(crate) kind: Kind,
    /// Where the windows are.
    pub(crate) layout: Layout,
    /// How many samples.
    pub(crate) batch: Option<usize>,
    /// How many channels.
    pub(crate) channels: Option<usize>,
}

/// How many windows there are along an axis. One that would begin in the padding after the input is dropped.
pub(crate) fn windows_of(axis: &Axis, ceil: bool) -> i64 {
    if !ceil {
        return axis.outputs();
    }
    let up = -(-axis.room()).div_euclid(axis.stride) + 1;
    if (up - 1) * axis.stride >= axis.size + axis.low { up - 1 } else { up }
}

/// The first `count` windows of an axis.
pub(crate) fn windows_at_steps(axis: &Axis, count: i64) -> Vec<Window> {
    let window = |o: i64| {
        let places = || (0..axis.kernel).map(move |r| axis.stride * o + axis.dilation * r - axis.low);
        let cells = places().filter(|at| (0..axis.size).contains(at)).collect();
        let counted = places().filter(|&at| at < axis.size + axis.high).count();
        Window { cells, padded: i64::try_from(counted).expect("a small window"), full: axis.kernel }
    };
    (0..count).map(window).collect()
}

/// The windows that cover an axis of `size` in `count` parts, from ⌊oH/O⌋ up to ⌈(o+1)H/O⌉.
fn adaptive_windows(size: i64, count: i64) -> Vec<Window> {
    let window = |o: i64| {
        let (from, to) = ((o * size).div_euclid(count), -(-(o + 1) * size).div_euclid(count));
        Window { cells: (from..to).collect(), padded: to - from, full: to - from }
    };
    (0..count).map(window).collect()
}

impl Pool {
    /// A pooling of one sample with one channel.
    pub(crate) fn new(kind: Kind, axes: Vec<Axis>, ceil: bool) -> Pool {
        Pool { kind, layout: Layout::Steps { axes, ceil }, batch: None, channels: None }
    }

    /// A pooling to a given size.
    pub(crate) fn adaptive(kind: Kind, sizes: Vec<[i64; 2]>) -> Pool {
        Pool { kind, layout: Layout::Adaptive(sizes), batch: None, channels: None }
    }

    /// The windows of each axis.
    pub(crate) fn windows(&self) -> Vec<Vec<Window>> {
        match &self.layout {
            Layout::Steps { axes, ceil } => {
                axes.iter().map(|axis| windows_at_steps(axis, windows_of(axis, *ceil))).collect()
            }
            Layout::Adaptive(sizes) => sizes.iter().map(|&[size, count]| adaptive_windows(size, count)).collect(),
        }
    }

    /// The spatial sizes of the input.
    fn sizes(&self) -> Vec<i64> {
        match &self.layout {
            Layout::Steps { axes, .. } => axes.iter().map(|axis| axis.size).collect(),
            Layout::Adaptive(sizes) => sizes.iter().map(|&[size, _]| size).collect(),
        }
    }

    /// Is there an output, does every window see something, and is nothing padded beyond half a window?
    pub(crate) fn is_sound(&self) -> bool {
        if let Layout::Steps { axes, .. } = &self.layout
            && axes.iter().any(|axis| axis.room() < 0 || axis.low.max(axis.high) > axis.kernel / 2)
        {
            return false;
        }
        self.windows()
            .iter()
            .all(|windows| !windows.is_empty() && windows.iter().all(|window| !window.cells.is_empty()))
    }

    /// The operators that the gradient is to be recognised as: none where the windows are of many kinds, or hardly are windows.
    pub(crate) fn claims(&self) -> Claims {
        let several = |windows: &Vec<Window>| windows.len() > 1 && windows.iter().any(|w| w.cells.len() > 1);
        if matches!(self.layout, Layout::Adaptive(_)) || !self.windows().iter().all(several) {
            return Vec::new();
        }
        match self.kind {
            Kind::Average(_) => vec![("a", &["upsample"])],
            Kind::Max(_) => vec![("a", &["route"])],
            Kind::Norm(_) => Vec::new(),
        }
    }

    /// The command line.
    pub(crate) fn line(&self) -> String {
        let word = match self.kind {
            Kind::Average(_) => "avg",
            Kind::Max(_) => "max",
            Kind::Norm(_) => "lp",
        };
        let mut line = format!("pool {word} --input {}", shape(self.sizes().into_iter()));
        match &self.layout {
            Layout::Steps { axes, ceil } => {
                let each = |number: fn(&Axis) -> i64| axes.iter().map(number).collect::<Vec<i64>>();
                line += &format!(" --window {}", shape(each(|axis| axis.kernel).into_iter()));
                if each(|axis| axis.stride) != each(|axis| axis.kernel) {
                    line += &option("stride", &each(|axis| axis.stride), 0);
                }
                line += &padding_option(axes);
                line += &option("dilation", &each(|axis| axis.dilation), 1);
                line += if *ceil { " --ceil" } else { "" };
            }
            Layout::Adaptive(sizes) => line += &format!(" --adaptive {}", shape(sizes.iter().map(|&[_, count]| count))),
        }
        line += &match self.kind {
            Kind::Average(Count::Padded) | Kind::Max(Ties::First) => String::new(),
            Kind::Average(Count::Real) => " --exclude-padding".to_owned(),
            Kind::Average(Count::Fixed(divisor)) => format!(" --divisor {divisor}"),
            Kind::Max(ties) => format!(" --ties {}", ties.word()),
            Kind::Norm(p) => format!(" --norm {p}"),
        };
        line += &self.channels.map_or(String::new(), |channels| format!(" --channels {channels}"));
        line + &self.batch.map_or(String::new(), |batch| format!(" --batch {batch}"))
    }

    /// The definition, written out.
    pub(crate) fn plan(&self) -> Plan {
        self.plan_with(&self.windows())
    }

    /// The same with other windows.
    pub(crate) fn plan_with(&self, windows: &[Vec<Window>]) -> Plan {
        let lead: Vec<usize> = self.batch.into_iter().chain(self.channels).collect();
        let sizes: Vec<usize> = self.sizes().into_iter().map(index).collect();
        let outputs: Vec<usize> = windows.iter().map(Vec::len).collect();
        let images = lead.iter().product::<usize>();
        let mut entries = Vec::new();
        for image in 0..images {
            let start = image * sizes.iter().product::<usize>();
            for o in cells(&outputs) {
                let joined: Vec<&Window> = windows.iter().zip(&o).map(|(windows, &o)| &windows[o]).collect();
                let counts: Vec<usize> = joined.iter().map(|window| window.cells.len()).collect();
                let place = |cell: &Vec<usize>| {
                    let at: Vec<i64> = joined.iter().zip(cell).map(|(window, &k)| window.cells[k]).collect();
                    start + position(&sizes, &at).expect("a cell of the input")
                };
                entries.push(self.entry(cells(&counts).iter().map(place).collect(), &joined));
            }
        }
        let slot = Slot { name: "a", role: "input", shape: [lead.clone(), sizes].concat() };
        Plan { slots: vec![slot], output: [lead, outputs].concat(), entries }
    }

    /// What is made of the cells at these positions.
    fn entry(&self, places: Vec<usize>, joined: &[&Window]) -> Entry {
        // no layer has an empty window, but a mistaken one may
        if places.is_empty() {
            return Entry::Sum(Vec::new());
        }
        let real = i64::try_from(places.len()).expect("a small window");
        let product = |number: fn(&Window) -> i64| joined.iter().map(|window| number(window)).product::<i64>();
        match self.kind {
            Kind::Average(count) => {
                let divisor = match count {
                    Count::Padded => product(|window| window.padded),
                    Count::Real => real,
                    Count::Fixed(divisor) => divisor,
                };
                let share = |at| Term { factor: ratio(1, divisor), reads: vec![(0, at)] };
                Entry::Sum(places.into_iter().map(share).collect())
            }
            Kind::Max(ties) => Entry::Max(places, ties),
            // a mean times the size of the full window, so that a window that is cut off weighs as much
            Kind::Norm(p) => Entry::Norm(places, p, ratio(product(|window| window.full), real)),
        }
    }
}

#[test]
fn windows_by_hand() {
    let seen =
        |windows: Vec<Window>| windows.into_iter().map(|window| (window.cells, window.padded)).collect::<Vec<_>>();
    let axis = Axis::new(6, 3).steps(3, 1).padded(1, 1);
    let expected = [(vec![0, 1], 3), (vec![2, 3, 4], 3), (vec![5], 2)];
    assert_eq!(seen(windows_at_steps(&axis, windows_of(&axis, true))), expected);
    assert_eq!(windows_of(&axis, false), 2);
    // a window that would begin beyond the input is dropped
    assert_eq!(windows_of(&Axis::new(3, 2).steps(2, 1).padded(1, 1), true), 2);
    assert_eq!(windows_of(&Axis::new(1, 1).steps(2, 1), true), 1);
    assert_eq!(seen(adaptive_windows(5, 3)), [(vec![0, 1], 2), (vec![1, 2, 3], 3), (vec![3, 4], 2)]);
}
