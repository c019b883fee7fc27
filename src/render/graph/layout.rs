//! Where the nodes of a drawing are: in columns from what needs to what is needed, in each column near what they are
//! linked to.

use crate::picture::{NodeKind, Picture, PictureEdge};

/// The columns: resources, profiles, roles, then what roles trust and what belongs to them.
const COLUMNS: usize = 4;

/// Height of a node.
pub(super) const NODE_HEIGHT: f64 = 44.0;

/// From the top of one node to the top of the next.
const ROW: f64 = 58.0;

/// Between two columns.
const GAP: f64 = 110.0;

/// Around everything.
const MARGIN: f64 = 12.0;

/// Width of a character of the names.
const CHARACTER: f64 = 7.3;

/// Width of a character of what stands under them.
const SMALL_CHARACTER: f64 = 6.4;

/// Most characters of a name that are shown.
pub(super) const MAX_CHARACTERS: usize = 44;

/// A node with its place; units are those of the drawing.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Placed {
    /// The node's position in the picture.
    pub(super) node: usize,
    /// Its left edge.
    pub(super) x: f64,
    /// Its upper edge.
    pub(super) y: f64,
    /// Its width.
    pub(super) width: f64,
}

/// A drawing.
pub(super) struct Layout {
    pub(super) nodes: Vec<Placed>,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Layout {
    /// Places `nodes` of a picture, which `edges` link. `under` gives what stands under the name of a node.
    pub(super) fn new(
        picture: &Picture,
        nodes: &[usize],
        edges: &[&PictureEdge],
        under: &dyn Fn(usize) -> String,
    ) -> Layout {
        let mut columns: [Vec<usize>; COLUMNS] = Default::default();
        for node in nodes {
            columns[column(picture.nodes[*node].kind)].push(*node);
        }
        let mut y = vec![0.0; picture.nodes.len()];
        for (row, node) in columns[0].iter().enumerate() {
            y[*node] = row as f64 * ROW;
        }
        // Once to the right and once back, so that both ends of an edge have a say.
        for number in [1, 2, 3, 2, 1, 0, 1, 2, 3] {
            arrange(&mut columns[number], edges, &mut y);
        }
        let top = nodes.iter().map(|node| y[*node]).fold(f64::MAX, f64::min);
        let mut placed = Vec::new();
        let mut x = MARGIN;
        for column in columns.iter().filter(|column| !column.is_empty()) {
            let width = |node: usize| width(&picture.nodes[node].name, &under(node));
            let width = column.iter().map(|node| width(*node)).fold(0.0, f64::max);
            placed.extend(column.iter().map(|node| Placed { node: *node, x, y: y[*node] - top + MARGIN, width }));
            x += width + GAP;
        }
        let bottom = placed.iter().map(|node| node.y + NODE_HEIGHT).fold(0.0, f64::max);
        placed.sort_by_key(|node| node.node);
        Layout { nodes: placed, width: (x - GAP + MARGIN).max(2.0 * MARGIN), height: bottom + MARGIN }
    }

    /// The place of a node.
    pub(super) fn find(&self, node: usize) -> Option<&Placed> {
        self.nodes.binary_search_by_key(&node, |placed| placed.node).ok().and_then(|at| self.nodes.get(at))
    }
}

fn column(kind: NodeKind) -> usize {
    match kind {
        NodeKind::Resource | NodeKind::Module => 0,
        NodeKind::Profile => 1,
        NodeKind::Role => 2,
        NodeKind::Service | NodeKind::Policy => 3,
    }
}

fn width(name: &str, under: &str) -> f64 {
    let characters = |text: &str| text.chars().count().min(MAX_CHARACTERS) as f64;
    (characters(name) * CHARACTER).max(characters(under) * SMALL_CHARACTER) + 22.0
}

/// Moves the nodes of a column to the middle of what they are linked to, as far as they have room. What is not linked
/// follows behind.
fn arrange(column: &mut [usize], edges: &[&PictureEdge], y: &mut [f64]) {
    let wanted = |node: usize| {
        let others = edges.iter().filter_map(|edge| match (edge.from == node, edge.to == node) {
            (true, false) => Some(edge.to),
            (false, true) => Some(edge.from),
            _ => None,
        });
        let (count, sum) = others.fold((0.0, 0.0), |(count, sum), other| (count + 1.0, sum + y[other]));
        if count == 0.0 { f64::MAX } else { sum / count }
    };
    let mut places: Vec<(f64, usize)> = column.iter().map(|node| (wanted(*node), *node)).collect();
    places.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut free = 0.0;
    for (at, (wanted, node)) in places.into_iter().enumerate() {
        let top = if wanted == f64::MAX { free } else { wanted.max(free) };
        y[node] = top;
        free = top + ROW;
        column[at] = node;
    }
}
