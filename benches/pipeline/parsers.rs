//! Our parsers against others that read the same texts.

use std::hint::black_box;
use std::sync::Arc;

use rolecall::syntax::{self, Language};
use rolecall::text::SourceId;

use crate::clock::{median, time};
use crate::stages::Input;

/// How often each parser has its turn.
const ROUNDS: usize = 9;

/// For each language that is there: what is compared, over how many bytes, and our time by the other's.
pub fn compare(inputs: &[Input]) -> Vec<(&'static str, usize, f64)> {
    type Other = fn(&str);
    let pairs: [(&'static str, Language, Other); 3] = [
        ("HCL by hcl-edit", Language::Hcl, |text| {
            black_box(hcl_edit::parser::parse_body(text).is_ok());
        }),
        ("YAML by bare events", Language::Yaml, |text| {
            black_box(granit_parser::Parser::new_from_str(text).take_while(Result::is_ok).count());
        }),
        ("JSON by serde_json", Language::Json, |text| {
            black_box(serde_json::from_str::<serde_json::Value>(text).is_ok());
        }),
    ];
    let mut rows = Vec::new();
    for (name, language, other) in pairs {
        let texts: Vec<&Arc<str>> =
            inputs.iter().filter(|input| input.language == language).map(|input| &input.text).collect();
        let bytes: usize = texts.iter().map(|text| text.len()).sum();
        if bytes == 0 {
            continue;
        }
        let ratios = (0..ROUNDS).map(|_| {
            let ours = time(|| {
                for text in &texts {
                    black_box(syntax::parse(SourceId(0), text, language));
                }
            });
            let theirs = time(|| texts.iter().for_each(|text| other(text)));
            ours / theirs
        });
        rows.push((name, bytes, median(ratios.collect())));
    }
    rows
}
