//! The mistakes: each an edit of a correct configuration, with the rules that have to tell of it.

use std::ops::Range;

use rolecall::aws::principals;
use rolecall::aws::slots::SlotConfidence;
use rolecall::graph::Dialect;

use super::model::{Identity, Model, Place, Reference, Site, holds_roles};
use super::support::Files;

/// A configuration with one mistake in it.
pub struct Mutant {
    /// What was done.
    pub mistake: &'static str,
    /// Where.
    pub place: String,
    /// One of these rules has to find something.
    pub expected: &'static [&'static str],
    /// These may, because the mistake has that consequence too.
    pub allowed: &'static [&'static str],
    pub files: Files,
}

/// What a role or profile that is not reached any more leads to.
const LOOSE: &[&str] = &["role-without-instance-profile", "unused-instance-profile"];

/// Every mistake at each place where it fits.
pub fn all(files: &Files) -> Vec<Mutant> {
    let model = Model::read(files);
    let mut made = Made { files, mutants: Vec::new() };
    for site in &model.sites {
        references(&model, site, &mut made);
    }
    for (name, profile) in &model.profiles {
        profiles(&model, name, profile, &mut made);
    }
    for (name, role) in &model.roles {
        roles(&model, name, role, &mut made);
    }
    for (name, kind, block) in &model.instances {
        instances(&model, name, kind, block, &mut made);
    }
    for holder in &model.holders {
        made.add("text for a block", &["wrong-slot-shape"], LOOSE, holder, vec![shape(holder, &made)]);
    }
    made.mutants
}

struct Made<'f> {
    files: &'f Files,
    mutants: Vec<Mutant>,
}

/// Bytes of a file and what takes their place.
type Change = (Place, String);

impl Made<'_> {
    fn text(&self, place: &Place) -> &str {
        self.files.get(&place.path).and_then(|text| text.get(place.bytes.clone())).unwrap_or("")
    }

    fn add(
        &mut self,
        mistake: &'static str,
        expected: &'static [&'static str],
        allowed: &'static [&'static str],
        at: &Place,
        mut changes: Vec<Change>,
    ) {
        if changes.is_empty() || !expected.iter().any(|rule| rolecall::rules::find(rule).is_some()) {
            return;
        }
        changes.sort_by_key(|(place, _)| std::cmp::Reverse(place.bytes.start));
        let mut files = self.files.clone();
        for (place, text) in changes {
            if let Some(file) = files.get_mut(&place.path) {
                file.replace_range(place.bytes, &text);
            }
        }
        let line = self.files.get(&at.path).map_or(0, |text| text[..at.bytes.start].lines().count().max(1));
        let place = format!("{}:{line}", at.path);
        self.mutants.push(Mutant { mistake, place, expected, allowed, files });
    }
}

/// The place with the line it is alone on.
fn whole_lines(place: &Place, files: &Files) -> Place {
    let text = files.get(&place.path).map_or("", String::as_str);
    let Range { start, end } = place.bytes;
    let line = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let next = text[end..].find('\n').map_or(text.len(), |newline| end + newline + 1);
    // Of the last member of a JSON object the comma before it goes too.
    let before = text[..start].trim_end();
    let in_json = text.trim_start().starts_with('{');
    if in_json && before.ends_with(',') && !text[end..].trim_start().starts_with(',') {
        return Place { path: place.path.clone(), bytes: before.len() - 1..end };
    }
    let alone = text[line..start].trim().is_empty() && text[end..next].trim_start_matches(',').trim().is_empty();
    Place { path: place.path.clone(), bytes: if alone { line..next } else { start..end } }
}

/// The source of a reference, as the file of `place` writes it.
fn written(target: &Reference, like: &str) -> String {
    let Reference { name, is_profile, index, is_arn } = target;
    if like.starts_with("aws_") {
        let kind = if *is_profile { "aws_iam_instance_profile" } else { "aws_iam_role" };
        return format!("{kind}.{name}{index}.{}", if *is_arn { "arn" } else { "name" });
    }
    match (like.trim_start().starts_with('{') || like.trim_start().starts_with('"'), is_arn) {
        (true, true) => format!("{{\"Fn::GetAtt\": [\"{name}\", \"Arn\"]}}"),
        (true, false) => format!("{{\"Ref\": \"{name}\"}}"),
        (false, true) if like.starts_with('!') => format!("!GetAtt {name}.Arn"),
        (false, false) if like.starts_with('!') => format!("!Ref {name}"),
        (false, true) => format!("Fn::GetAtt: [{name}, Arn]"),
        (false, false) => format!("Ref: {name}"),
    }
}

fn references(model: &Model, site: &Site, made: &mut Made<'_>) {
    let (wants, target, place) = (site.slot.wants, &site.target, &site.place);
    if site.slot.confidence == SlotConfidence::Inferred || wants.takes_profile() != target.is_profile {
        return;
    }
    let old = made.text(place).to_string();
    let put = |new: Reference| vec![(place.clone(), written(&new, &old))];
    match (target.is_arn, wants.accepts_name(), wants.accepts_arn()) {
        (false, true, false) => {
            let other = put(Reference { is_arn: true, ..target.clone() });
            made.add("ARN for a name", &["arn-instead-of-name"], &[], place, other);
        }
        (true, false, true) => {
            let other = put(Reference { is_arn: false, ..target.clone() });
            made.add("name for an ARN", &["name-instead-of-arn"], &[], place, other);
        }
        _ => {}
    }
    let (named, other) = match target.is_profile {
        true => (model.profiles.get(&target.name), model.role_in(&target.name).cloned()),
        false => {
            let profile = model.profiles_of(&target.name).find(|profile| **profile != site.user);
            let profile = profile.map(|name| Reference { name: name.clone(), is_profile: true, ..target.clone() });
            (model.roles.get(&target.name), profile)
        }
    };
    if let Some(other) = other {
        let other = Reference {
            is_arn: target.is_arn,
            index: if target.index.is_empty() { String::new() } else { other.index.clone() },
            ..other
        };
        // What an instance key means for the other one is not known here.
        let alike = !same_names(model, &site.target, &other, made) && other.index == target.index;
        match target.is_profile {
            true if alike => {
                made.add("role for a profile", &["role-as-instance-profile"], LOOSE, place, put(other));
            }
            false if alike => {
                made.add("profile for a role", &["instance-profile-as-role"], LOOSE, place, put(other));
            }
            _ => {}
        }
    }
    instance_keys(model, site, made);
    another_role(model, site, made);
    let quoted = |text: &str| vec![(place.clone(), format!("\"{text}\""))];
    let terraform = site.slot.dialect == Dialect::Terraform;
    if !target.is_arn && target.index.is_empty() {
        let kind = if target.is_profile { "aws_iam_instance_profile" } else { "aws_iam_role" };
        let address = if terraform { format!("{kind}.{}", target.name) } else { target.name.clone() };
        let is_name = named.and_then(|identity| identity.given_name.as_ref()).is_some_and(|(name, _)| *name == address);
        if !is_name {
            let allowed = &["role-without-instance-profile", "unused-instance-profile", "invalid-identity-name"];
            made.add("address as text", &["logical-id-as-name"], allowed, place, quoted(&address));
        }
        if !terraform {
            let text = format!("${{{}}}", target.name);
            let allowed = &["role-without-instance-profile", "unused-instance-profile", "invalid-identity-name"];
            made.add("reference as text", &["missing-substitution"], allowed, place, quoted(&text));
        }
    }
    if let Some((name, _)) = named.and_then(|identity| identity.given_name.as_ref())
        && !target.is_arn
        && wants.accepts_name()
        && !refers_twice(model, site, made)
    {
        made.add("name as text", &["literal-instead-of-reference"], &[], place, quoted(name));
    }
}

/// An instance that there is not: another literal key behind a role or profile.
fn instance_keys(model: &Model, site: &Site, made: &mut Made<'_>) {
    let identities = if site.target.is_profile { &model.profiles } else { &model.roles };
    let whole = identities.get(&site.target.name).map_or("", |identity| made.text(&identity.declaration));
    // How many there are may hang on what is not known.
    if ["count", "for_each"].iter().any(|word| whole.lines().any(|line| line.contains(word) && line.contains("var."))) {
        return;
    }
    let index = &site.target.index;
    let inner = index.strip_prefix('[').and_then(|index| index.strip_suffix(']')).unwrap_or("");
    let other = match inner.strip_prefix('"').and_then(|key| key.strip_suffix('"')) {
        Some(key) if !key.contains(['$', '%']) => format!("[\"{key}-of-another\"]"),
        None if !inner.is_empty() && inner.bytes().all(|byte| byte.is_ascii_digit()) => "[97]".to_string(),
        _ => return,
    };
    let old = made.text(&site.place).to_string();
    if old.matches(index.as_str()).count() == 1 {
        let allowed = &["role-without-instance-profile", "unused-instance-profile"];
        let change = vec![(site.place.clone(), old.replace(index.as_str(), &other))];
        made.add("instance that is not there", &["unresolved-reference"], allowed, &site.place, change);
    }
}

/// A role that was made for something else: the two roles of a task swapped, the role of a function for a rule.
fn another_role(model: &Model, site: &Site, made: &mut Made<'_>) {
    let (target, principals) = (&site.target, &site.slot.principals);
    let is_service = principals.iter().all(|wanted| principals::parse(wanted).is_some());
    if target.is_profile || !target.index.is_empty() || principals.is_empty() || !is_service {
        return;
    }
    let lets_in = |role: &Identity| {
        let Some(trust) = &role.trust else { return true };
        let hosts = services(trust, made);
        let same = |host: &str| {
            principals.iter().any(|wanted| principals::same_service(host, wanted) != principals::Answer::No)
        };
        hosts.is_empty()
            || hosts.iter().any(|(host, _)| same(host))
            || made.text(trust).to_lowercase().contains("condition")
    };
    let repeats =
        |role: &Identity| ["count", "for_each"].iter().any(|word| made.text(&role.declaration).contains(word));
    let plain = |name: &str| model.roles.get(name).is_some_and(|role| !repeats(role));
    let other = model.roles.iter().find(|(name, role)| **name != target.name && !lets_in(role) && plain(name));
    let Some((other, _)) = other.filter(|_| plain(&target.name) && model.roles.get(&target.name).is_some_and(lets_in))
    else {
        return;
    };
    let new = written(&Reference { name: other.clone(), ..target.clone() }, made.text(&site.place));
    let allowed = &["role-without-instance-profile", "wrong-assume-action", "admin-instance-role"];
    let change = vec![(site.place.clone(), new)];
    made.add("role of another service", &["missing-service-trust"], allowed, &site.place, change);
}

/// Whether a profile refers to its role elsewhere too, so that the order stays right without this reference.
fn refers_twice(model: &Model, site: &Site, made: &Made<'_>) -> bool {
    let profile = model.profiles.get(&site.user);
    let whole = profile.map_or("", |profile| made.text(&profile.declaration));
    whole.matches(&format!("aws_iam_role.{}.", site.target.name)).count() > 1
}

/// Whether both have one name, so that either reference is right.
fn same_names(model: &Model, one: &Reference, other: &Reference, made: &Made<'_>) -> bool {
    let (role, profile) = if one.is_profile { (other, one) } else { (one, other) };
    let given =
        |identity: Option<&Identity>| identity.and_then(|identity| identity.given_name.clone()).map(|(name, _)| name);
    let (role_name, profile_name) = (given(model.roles.get(&role.name)), given(model.profiles.get(&profile.name)));
    let whole = model.profiles.get(&profile.name).map_or("", |profile| made.text(&profile.declaration));
    // `name = aws_iam_role.x.name`, or both from the same expression.
    let refers = whole.lines().any(|line| {
        let line = line.trim();
        (line.starts_with("name ") || line.starts_with("name=") || line.starts_with("InstanceProfileName"))
            && !line.contains("_prefix")
    });
    match (role_name, profile_name) {
        (Some(role), Some(profile)) => role == profile,
        _ => refers,
    }
}

fn profiles(model: &Model, name: &str, profile: &Identity, made: &mut Made<'_>) {
    let users: Vec<&Site> = model
        .sites
        .iter()
        .filter(|site| site.target.is_profile && site.target.name == name && !holds_roles(site.slot.resource_type))
        .collect();
    if users.is_empty() {
        return;
    }
    if let Some((_, attribute)) = &profile.roles {
        let lines = whole_lines(attribute, made.files);
        made.add("profile without its role", &["profile-without-role"], LOOSE, attribute, vec![(lines, String::new())]);
    }
    let whole = whole_lines(&profile.declaration, made.files);
    made.add("profile deleted", &["unresolved-reference"], LOOSE, &whole, vec![(whole.clone(), String::new())]);
    let role = model.role_in(name);
    let role_name = role.and_then(|role| model.roles.get(&role.name)?.given_name.clone());
    if let Some((role_name, _)) = role_name
        && users.iter().all(|site| !site.target.is_arn && site.slot.wants.accepts_name())
    {
        let mut changes = vec![(whole.clone(), String::new())];
        changes.extend(users.iter().map(|site| (site.place.clone(), format!("\"{role_name}\""))));
        made.add(
            "role's name for a profile that is not there",
            &["undeclared-instance-profile"],
            LOOSE,
            &whole,
            changes,
        );
    }
    if let (Some((roles, attribute)), Some(role)) = (&profile.roles, role) {
        let change = (roles.clone(), with_second(roles, role, model, made));
        let (place, text) = if made.text(roles).starts_with("aws_") {
            (attribute.clone(), format!("roles = {}", change.1))
        } else {
            change
        };
        // Two of them can only be written with the argument that newer providers do not have.
        let allowed = &["missing-service-trust", "wrong-assume-action", "removed-roles-argument"];
        made.add("second role in a profile", &["multiple-roles-in-profile"], allowed, attribute, vec![(place, text)]);
    }
}

/// The roles of a profile with one more: another one that is declared, else one that is only named.
fn with_second(roles: &Place, role: &Reference, model: &Model, made: &Made<'_>) -> String {
    let old = made.text(roles);
    let unconditional = |identity: &Identity| {
        let whole = made.text(&identity.declaration);
        !whole.contains("count") && !whole.contains("for_each") && !whole.contains("Condition:")
    };
    let second = model.roles.iter().find(|(name, identity)| **name != role.name && unconditional(identity));
    let second = second.map(|(name, _)| Reference {
        name: name.clone(),
        is_profile: false,
        index: String::new(),
        is_arn: false,
    });
    if old.starts_with("aws_") || old.starts_with('[') {
        let bracketed = format!("[{}", old.trim_start_matches('[').trim_end_matches(']').trim_end());
        let like = if old.contains("!Ref") {
            "!"
        } else if old.contains('{') {
            "{"
        } else {
            old
        };
        let second = second.map_or("\"second\"".to_string(), |second| written(&second, like));
        return format!("{bracketed}, {second}]");
    }
    let text = made.files.get(&roles.path).map_or("", String::as_str);
    let dash = roles.bytes.start + old.find('-').unwrap_or(0);
    let line = text[..dash].rfind('\n').map_or(0, |newline| newline + 1);
    let second = second.map_or("second".to_string(), |second| written(&second, "Ref"));
    format!("{}\n{}- {second}", old.trim_end(), &text[line..dash])
}

/// The bytes of every `word` inside `place`, each by itself.
fn words(place: &Place, word: &str, made: &Made<'_>) -> Vec<Place> {
    let text = made.text(place);
    let start = place.bytes.start;
    let at = |offset: usize| Place { path: place.path.clone(), bytes: start + offset..start + offset + word.len() };
    text.match_indices(word).map(|(offset, _)| at(offset)).collect()
}

/// The service principals that are written in a trust policy.
fn services(trust: &Place, made: &Made<'_>) -> Vec<(String, Place)> {
    let text = made.text(trust);
    let host =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || matches!(letter, '.' | '-' | '_');
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find(".amazonaws.com").map(|at| from + at) {
        let begin = text[..at].rfind(|letter| !host(letter)).map_or(0, |before| before + 1);
        let end = at + text[at..].find(|letter| !host(letter)).unwrap_or(text.len() - at);
        let service = text[begin..end].to_string();
        let bytes = trust.bytes.start + begin..trust.bytes.start + end;
        // An audience, and a federated principal, which may have any name.
        let is_service = !["sts.amazonaws.com", "cognito-identity.amazonaws.com"].contains(&&*service);
        if is_service && !service.starts_with('.') && principals::is_known(&service) {
            found.push((service, Place { path: trust.path.clone(), bytes }));
        }
        from = end;
    }
    found
}

fn roles(model: &Model, name: &str, role: &Identity, made: &mut Made<'_>) {
    if let Some((given, place)) = &role.given_name {
        let terraform = made.text(&role.declaration).starts_with("resource");
        let whole = made.text(&role.declaration).to_string();
        let allowed = &["role-without-instance-profile", "shared-instance-role"];
        let gap = "\n\n";
        if terraform && !whole.contains("count ") && !whole.contains("for_each") {
            let copy = whole.replacen(&format!("\"{name}\""), &format!("\"{name}_copy\""), 1);
            let end = Place {
                path: role.declaration.path.clone(),
                bytes: role.declaration.bytes.end..role.declaration.bytes.end,
            };
            made.add(
                "two roles of one name",
                &["duplicate-identity-name"],
                allowed,
                place,
                vec![(end, format!("{gap}{copy}"))],
            );
        }
        let invalid = format!("\"{given} / main!\"");
        let others = model.sites.is_empty();
        if !others {
            let allowed = &["undeclared-instance-profile", "unresolved-reference", "literal-instead-of-reference"];
            made.add(
                "a name that IAM refuses",
                &["invalid-identity-name"],
                allowed,
                place,
                vec![(place.clone(), invalid)],
            );
        }
    }
    let used = model.sites.iter().any(|site| !site.target.is_profile && site.target.name == name);
    // SAM may make what is called like a resource and more.
    let in_sam = made.files.get(&role.declaration.path).is_some_and(|text| text.contains("AWS::Serverless"));
    if used && !in_sam {
        let whole = whole_lines(&role.declaration, made.files);
        let change = vec![(whole.clone(), String::new())];
        made.add("role deleted", &["unresolved-reference"], LOOSE, &whole, change);
    }
    let Some(trust) = &role.trust else { return };
    elements(trust, made);
    let users: Vec<&Site> = model
        .sites
        .iter()
        .filter(|site| !site.target.is_profile && site.target.name == name && !site.slot.principals.is_empty())
        .filter(|site| site.slot.confidence != SlotConfidence::Inferred)
        .collect();
    let hosts = services(trust, made);
    let conditioned = made.text(trust).to_lowercase().contains("condition");
    for (service, place) in &hosts {
        let needed = users.iter().any(|site| {
            let lets_in = |host: &str| {
                site.slot
                    .principals
                    .iter()
                    .any(|wanted| principals::same_service(host, wanted) != principals::Answer::No)
            };
            let others = hosts.iter().filter(|(_, other)| other != place).any(|(host, _)| lets_in(host));
            lets_in(service) && (!others || site.slot.all_principals)
        });
        if let Some(typo) = misspelt(service) {
            let expected: &[&str] = if needed {
                &["unknown-service-principal", "missing-service-trust"]
            } else {
                &["unknown-service-principal"]
            };
            let allowed = &["missing-service-trust", "role-without-instance-profile"];
            made.add("misspelt service", expected, allowed, place, vec![(place.clone(), typo)]);
        }
        if needed {
            let other =
                if service.starts_with("cloudtrail.") { "glue.amazonaws.com" } else { "cloudtrail.amazonaws.com" };
            let taken = hosts.iter().any(|(host, _)| host == other);
            if !taken {
                made.add(
                    "another service",
                    &["missing-service-trust"],
                    &[],
                    place,
                    vec![(place.clone(), other.into())],
                );
            }
        }
    }
    let actions: Vec<Place> = words(trust, "sts:AssumeRole", made)
        .into_iter()
        .filter(|place| {
            let behind = made.files.get(&place.path).and_then(|text| text[place.bytes.end..].chars().next());
            !behind.is_some_and(char::is_alphanumeric)
        })
        .collect();
    let serves = users.iter().any(|site| {
        hosts.iter().any(|(host, _)| {
            site.slot.principals.iter().any(|wanted| principals::same_service(host, wanted) == principals::Answer::Yes)
        })
    });
    if let Some(first) = actions.first() {
        let replaced = |new: &str| actions.iter().map(|place| (place.clone(), new.to_string())).collect::<Vec<_>>();
        if serves {
            let expected = &["wrong-assume-action", "missing-service-trust"];
            let allowed = &["wrong-assume-action", "missing-service-trust", "malformed-policy"];
            made.add("wrong assume action", expected, allowed, first, replaced("sts:AssumeRoleWithSAML"));
            made.add(
                "no assume action",
                &["malformed-policy", "wrong-assume-action"],
                allowed,
                first,
                replaced("iam:PassRole"),
            );
        }
    }
    let effects = words(trust, "Allow", made);
    if let (true, true, [effect]) = (serves, !conditioned, &effects[..]) {
        let change = vec![(effect.clone(), "Deny".to_string())];
        made.add("denied", &["missing-service-trust"], &["role-without-instance-profile"], effect, change);
    }
    let keys: Vec<Place> = words(trust, "Service", made)
        .into_iter()
        .filter(|place| {
            let text = made.files.get(&place.path).map_or("", String::as_str);
            let behind = text[place.bytes.end..].trim_start_matches(['"', ' ']).chars().next();
            behind.is_some_and(|letter| matches!(letter, ':' | '='))
                || text[..place.bytes.start].ends_with("type        = \"")
        })
        .collect();
    // Where there are accounts as well, it would be a repeated key.
    let accounts = !words(trust, "AWS\":", made).is_empty() || !words(trust, "AWS:", made).is_empty();
    if let (Some(key), false) = (keys.first(), hosts.is_empty() || accounts) {
        let changes = keys.iter().map(|place| (place.clone(), "AWS".to_string())).collect::<Vec<_>>();
        let allowed = &["missing-service-trust", "role-without-instance-profile"];
        made.add("service under AWS", &["malformed-policy"], allowed, key, changes.clone());
        if let ([(_, host)], false) = (&hosts[..], conditioned) {
            let mut anyone = changes;
            anyone.push((host.clone(), "*".to_string()));
            if made.text(&Place { path: host.path.clone(), bytes: host.bytes.start - 1..host.bytes.start }) == "\"" {
                made.add("anyone", &["wildcard-trust"], allowed, key, anyone);
            }
        }
    }
    let json = made.text(trust).starts_with("<<");
    let last = made.text(trust).rfind('}').map(|at| trust.bytes.start + at);
    if let (true, Some(last)) = (json, last) {
        let brace = Place { path: trust.path.clone(), bytes: last..last + 1 };
        let allowed = &["missing-service-trust", "syntax-error"];
        made.add("brace missing", &["malformed-policy"], allowed, &brace, vec![(brace.clone(), String::new())]);
    }
}

/// Elements of a trust policy as they are misspelt.
fn elements(trust: &Place, made: &mut Made<'_>) {
    let is_key = |place: &Place| {
        let text = made.files.get(&place.path).map_or("", String::as_str);
        let (before, behind) = (&text[..place.bytes.start], &text[place.bytes.end..]);
        let starts = before.ends_with(|letter: char| !letter.is_alphanumeric());
        starts && behind.trim_start_matches(['"', ' ']).starts_with([':', '='])
    };
    let allowed = &["missing-service-trust", "role-without-instance-profile"];
    let cases = [("Principal", "Principle", "element misspelt"), ("Action", "Actions", "element in the plural")];
    for (element, typo, mistake) in cases {
        let keys: Vec<Place> = words(trust, element, made).into_iter().filter(|place| is_key(place)).collect();
        if let Some(key) = keys.first() {
            made.add(mistake, &["malformed-policy"], allowed, key, vec![(key.clone(), typo.to_string())]);
        }
    }
    let bare: Vec<Place> = words(trust, "\"sts:AssumeRole\"", made);
    if let [action] = &bare[..] {
        let change = vec![(action.clone(), "\"AssumeRole\"".to_string())];
        made.add("action without its service", &["malformed-policy"], allowed, action, change);
    }
}

/// A service with two letters swapped that make it another word.
fn misspelt(service: &str) -> Option<String> {
    let (label, rest) = service.split_once('.')?;
    let letters: Vec<char> = label.chars().collect();
    for at in (0..letters.len().saturating_sub(1)).rev() {
        let mut swapped = letters.clone();
        swapped.swap(at, at + 1);
        let text = format!("{}.{rest}", swapped.iter().collect::<String>());
        if text != service && principals::suggest(&text).as_deref() == Some(service) {
            return Some(text);
        }
    }
    None
}

/// A block or object of compute as the text that people write in its place.
fn shape(holder: &Place, made: &Made<'_>) -> Change {
    let text = made.text(holder);
    match text.split_once('{').filter(|_| text.starts_with(|letter: char| letter.is_alphabetic())) {
        Some((word, _)) if !text.contains(':') => (holder.clone(), format!("{} = \"web\"", word.trim())),
        _ => (holder.clone(), "\"web\"".to_string()),
    }
}

fn instances(model: &Model, name: &str, kind: &str, block: &Place, made: &mut Made<'_>) {
    let text = made.text(block).to_string();
    if kind == "aws_instance" && text.starts_with("resource") && !text.contains("metadata_options") {
        let end = block.bytes.end - 1;
        let at = Place { path: block.path.clone(), bytes: end..end };
        let off = "\n  metadata_options {\n    http_endpoint = \"disabled\"\n  }\n".to_string();
        made.add("metadata service off", &["imds-disabled"], &[], block, vec![(at.clone(), off)]);
        if !text.contains("user_data") {
            let secret = "\n  user_data = \"export AWS_ACCESS_KEY_ID=AKIAQ3EGUHYXF7JLZ2MN AWS_SECRET_ACCESS_KEY=\
                          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\"\n";
            made.add("keys in user data", &["hardcoded-credentials"], &[], block, vec![(at, secret.to_string())]);
        }
    }
    let profile = model.sites.iter().find(|site| site.user == name && site.target.is_profile).map(|site| &site.target);
    let role = profile.and_then(|profile| model.role_in(&profile.name));
    if let (Some(role), true) = (role.filter(|role| role.index.is_empty()), text.starts_with("resource")) {
        let end = Place { path: block.path.clone(), bytes: block.bytes.end..block.bytes.end };
        let policy = format!(
            "\n\nresource \"aws_iam_role_policy_attachment\" \"all\" {{\n  role       = aws_iam_role.{}.name\n  policy_arn = \
             \"arn:aws:iam::aws:policy/AdministratorAccess\"\n}}",
            role.name
        );
        made.add("administrator on an instance", &["admin-instance-role"], &[], block, vec![(end, policy)]);
    }
}
