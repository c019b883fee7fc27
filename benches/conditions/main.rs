//! How long templates take whose values hang on many conditions, or that have many resources: `cargo bench --bench
//! conditions` measures generated forms, `cargo bench --bench conditions -- PATH…` the templates named as well.
//!
//! Of each form there is a template and one of twice the size. All numbers are ratios of medians over rounds in which both
//! take their turn, in processor time, so that what else the machine does disturbs them alike: to parsing the same text, and
//! of the larger to the smaller one, which is 2 where the work grows with the text. It prints and asserts nothing.

#[path = "../pipeline/clock.rs"]
mod clock;
mod forms;

use rolecall::source::Sources;
use rolecall::syntax::{self, Language};
use rolecall::workspace::{Settings, Workspace};

use clock::{median, time};

/// How often everything is measured.
const ROUNDS: usize = 7;

fn main() {
    // Cargo itself passes `--bench`.
    let named: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    println!("{:<34}{:>10}{:>14}{:>18}", "form", "ms", "times parsing", "twice the size");
    for (name, size, make) in forms::ALL {
        let (small, large) = (make(size), make(size * 2));
        let [mut parsing, mut checking, mut larger] = [const { Vec::new() }; 3];
        for _ in 0..ROUNDS {
            parsing.push(time(|| parse(&small)));
            checking.push(time(|| check(&small)));
            larger.push(time(|| check(&large)));
        }
        let (parsing, checking, larger) = (median(parsing), median(checking), median(larger));
        print(name, checking, checking / parsing, Some(larger / checking));
    }
    for path in named {
        let Ok(text) = std::fs::read_to_string(&path) else {
            eprintln!("{path} cannot be read");
            continue;
        };
        let parsing = median((0..ROUNDS).map(|_| time(|| parse(&text))).collect());
        let checking = median((0..ROUNDS).map(|_| time(|| check(&text))).collect());
        print(&path, checking, checking / parsing, None);
    }
}

fn print(name: &str, seconds: f64, to_parsing: f64, growth: Option<f64>) {
    let growth = growth.map(|growth| format!("{growth:.1} times")).unwrap_or_default();
    println!("{name:<34}{:>10.2}{to_parsing:>14.1}{growth:>18}", seconds * 1e3);
}

fn parse(text: &str) -> usize {
    let mut sources = Sources::new();
    let source = sources.set("template.yaml", text);
    syntax::parse(source, sources.text(source), Language::Yaml).0.len()
}

fn check(text: &str) -> usize {
    let mut workspace = Workspace::new(Settings::default());
    workspace.set("template.yaml", text);
    workspace.set_directory("", vec!["template.yaml".to_owned()]);
    workspace.check().diagnostics.len()
}
