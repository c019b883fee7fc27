//! What a check costs after one text changed, as it does while somebody types, compared with the first check.

use rolecall::workspace::Workspace;

use crate::clock::{median, time};
use crate::stages::Input;

/// How many files are typed in, spread evenly over the tree.
const FILES: usize = 25;

/// The costs of typing.
pub struct Keystroke {
    /// Processor time of a check after a change, in seconds; the median over the files.
    pub seconds: f64,
    /// The same for the file with the highest cost.
    pub worst: f64,
    /// The first check by the median.
    pub first_to_seconds: f64,
    /// How many units are evaluated anew; the median over the files.
    pub units: usize,
}

/// Checks `workspace`, which was not checked before, and then types in some of its files.
pub fn measure(workspace: &mut Workspace, texts: &[Input]) -> Keystroke {
    let first = time(|| workspace.check());
    let mut seconds = Vec::new();
    let mut units = Vec::new();
    for input in texts.iter().step_by(texts.len().div_ceil(FILES).max(1)) {
        workspace.set(&input.path, format!("{}\n", input.text));
        seconds.push(time(|| workspace.check()));
        units.push(workspace.effort().evaluated as f64);
        workspace.set(&input.path, input.text.clone());
        workspace.check();
    }
    let worst = seconds.iter().copied().fold(0.0, f64::max);
    let seconds = median(seconds);
    Keystroke { seconds, worst, first_to_seconds: first / seconds, units: median(units) as usize }
}
