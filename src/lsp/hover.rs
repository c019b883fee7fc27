//! What is shown beside the pointer: the identity chain that goes through the place, or the page of the rule named there.

use serde_json::{Value, json};

use super::client::Client;
use super::navigation;
use super::places::{Many, Places};
use super::project::Project;
use super::protocol::Range;
use crate::catalogue::RuleInfo;
use crate::text::{SourceId, Span};
use crate::workspace::Chain;

/// Most chains that are shown; more would not be read.
const MAX_CHAINS: usize = 8;

/// The hover for a place in a text with chains; `None` when none goes through it.
pub(super) fn chains(
    project: &Project,
    places: &Places<'_>,
    client: &Client,
    source: SourceId,
    offset: u32,
) -> Option<Value> {
    let covers = |span: Span| span.source == source && span.start <= offset && offset <= span.end;
    let targets = navigation::targets(project, source, offset);
    let through = |chain: &&Chain| chain.links.iter().any(|link| covers(link.span));
    let mut found: Vec<&Chain> = project.chains().iter().filter(through).collect();
    if found.is_empty() {
        // A place on the way that is no link itself, such as the argument of a module call.
        let leads = |chain: &&Chain| chain.links.iter().any(|link| targets.contains(&link.span));
        found = project.chains().iter().filter(leads).collect();
    }
    let mut many = places.many(project);
    let parts: Vec<String> =
        found.iter().take(MAX_CHAINS).map(|chain| describe(chain, client, &mut many, project)).collect();
    if parts.is_empty() {
        return None;
    }
    let mut text = parts.join(if client.markdown { "\n\n---\n\n" } else { "\n\n" });
    if found.len() > MAX_CHAINS {
        text.push_str(&format!("\n\nand {} more", found.len() - MAX_CHAINS));
    }
    let here = found.iter().flat_map(|chain| &chain.links).map(|link| link.span).filter(|span| covers(*span));
    let range = here.min_by_key(Span::len).map(|span| many.range(span));
    Some(answer(client, text, range))
}

/// One chain: its verdict, why, and its links with their places.
fn describe(chain: &Chain, client: &Client, many: &mut Many<'_>, project: &Project) -> String {
    let sources = project.workspace().sources();
    let when = chain.when.as_deref().map(|when| format!(" when {when}")).unwrap_or_default();
    let why = if chain.why.is_empty() { String::new() } else { format!(": {}", chain.why) };
    let verdict = chain.verdict.as_str();
    let mut text = if client.markdown {
        format!("**{}** `{}` **{verdict}**{}\n", escape(&chain.resource), chain.slot, escape(&format!("{why}{when}")))
    } else {
        format!("{} {}: {verdict}{why}{when}\n", chain.resource, chain.slot)
    };
    for (number, link) in chain.links.iter().enumerate() {
        let place = many.location(link.span);
        let line = place.range.start.line + 1;
        let path = sources.path(link.span.source);
        if client.markdown {
            let name = escape(&format!("{path}:{line}"));
            text.push_str(&format!("\n{}. {} [{name}]({}#L{line})", number + 1, escape(&link.text), place.uri));
        } else {
            text.push_str(&format!("\n{}. {} ({path}:{line})", number + 1, link.text));
        }
    }
    text
}

/// The hover for the name of a rule in a comment or in the configuration.
pub(super) fn rule(client: &Client, rule: &RuleInfo, range: Range) -> Value {
    answer(client, rule.docs.to_owned(), Some(range))
}

fn answer(client: &Client, text: String, range: Option<Range>) -> Value {
    let kind = if client.markdown { "markdown" } else { "plaintext" };
    let mut hover = json!({ "contents": { "kind": kind, "value": text } });
    if let Some(range) = range {
        hover["range"] = json!(range);
    }
    hover
}

/// Text of the user's, so that it is shown as it is: nothing in it is Markdown.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\t' => escaped.push(' '),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '!' | '&' => {
                escaped.push('\\');
                escaped.push(character);
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_the_user_is_no_markdown() {
        assert_eq!(escape("a_b[0] <b>\n*x*"), "a\\_b\\[0\\] \\<b\\> \\*x\\*");
    }
}
