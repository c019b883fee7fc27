//! The channels from outside: formats from a subdirectory, several outputs at once, the graph, and that every JSON is as
//! its published schema says.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// What a test cannot go on without.
fn must<T, E: std::fmt::Display>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| unreachable!("{error}"))
}

/// A copy of the demo as a repository of its own, made anew.
fn repository(name: &str) -> PathBuf {
    fn copy(from: &Path, to: &Path) {
        must(fs::create_dir_all(to));
        for entry in must(fs::read_dir(from)).flatten() {
            let target = to.join(entry.file_name());
            if entry.path().is_dir() { copy(&entry.path(), &target) } else { drop(fs::copy(entry.path(), target)) }
        }
    }
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("channels").join(name);
    let _ = fs::remove_dir_all(&root);
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/demo"), &root.join("envs/demo"));
    must(fs::create_dir_all(root.join(".git")));
    must(root.canonicalize())
}

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

fn rolecall(directory: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
    command.current_dir(directory).args(arguments).env_remove("GITHUB_STEP_SUMMARY").envs(variables.iter().copied());
    let output = must(command.output());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ran { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
}

fn json(text: &str) -> Value {
    must(serde_json::from_str(text).map_err(|error| format!("{error}: {text}")))
}

/// What is wrong with `value` by the published schema of that name.
fn wrong(schema: &str, value: &Value) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema").join(format!("{schema}.schema.json"));
    let schema = json(&must(fs::read_to_string(path)));
    let validator = must(jsonschema::draft202012::new(&schema));
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn every_format_has_the_same_exit_code_and_paths_from_the_root() {
    let root = repository("formats");
    let here = root.join("envs/demo");
    for format in ["full", "plain", "concise", "json", "sarif", "github", "gitlab", "junit"] {
        let ran = rolecall(&here, &["check", "--format", format], &[]);
        assert_eq!(ran.code, Some(1), "{format}: {}", ran.err);
        let from_root = ["sarif", "github", "gitlab", "junit"].contains(&format);
        assert_eq!(ran.out.contains("envs/demo/main.tf"), from_root, "{format}: {}", ran.out);
        assert!(!ran.out.contains(root.to_str().unwrap()), "{format} has absolute paths");
        let never = rolecall(&here, &["check", "--format", format, "--fail-on", "never"], &[]);
        assert_eq!((never.code, &never.out), (Some(0), &ran.out), "{format}");
    }
}

#[test]
fn every_lasting_option_has_a_variable() {
    let root = repository("variables");
    let here = root.join("envs/demo");
    let ran = |name: &str, value: &str, arguments: &[&str]| {
        rolecall(&here, &[&["check", "--fail-on", "never"], arguments].concat(), &[(name, value)])
    };
    assert!(ran("ROLECALL_FORMAT", "json", &[]).out.starts_with('{'));
    assert!(
        !ran("ROLECALL_FORMAT", "json", &["--format", "concise"]).out.starts_with('{'),
        "the option goes before it"
    );
    let concise = ["--format", "concise"];
    let all = ran("OTHER", "", &concise);
    assert_eq!(ran("ROLECALL_PEDANTIC", "0", &concise).out, all.out);
    let pedantic = ran("ROLECALL_PEDANTIC", "1", &concise);
    assert!(pedantic.out.lines().count() > all.out.lines().count(), "{}", pedantic.out);
    assert!(ran("ROLECALL_SELECT", "wildcard-trust", &concise).out.is_empty());
    assert!(ran("ROLECALL_STATISTICS", "true", &concise).err.lines().count() > all.err.lines().count());
    assert_eq!(rolecall(&here, &["check"], &[("ROLECALL_FAIL_ON", "never")]).code, Some(0));
    fs::write(here.join("own.yaml"), "select: [wildcard-trust]\n").unwrap();
    assert!(ran("ROLECALL_CONFIG", "own.yaml", &concise).out.is_empty());
    assert_eq!(ran("ROLECALL_CONFIG", "own.yaml", &["--format", "concise", "--isolated"]).out, all.out);
    assert!(ran("ROLECALL_OUTPUT", "json=report.json", &concise).code == Some(0) && here.join("report.json").is_file());
    assert_eq!(ran("ROLECALL_BASELINE", "missing.json", &[]).code, Some(2));
}

#[test]
fn what_is_read_and_what_holds_can_be_shown() {
    let root = repository("settings");
    let here = root.join("envs/demo");
    let files = rolecall(&here, &["check", "--show-files"], &[]);
    assert_eq!((files.code, files.out.as_str()), (Some(0), "iam.tf\nmain.tf\nmodules/worker/main.tf\nsearch.yaml\n"));
    let config = "severity:\n  missing-service-trust: info\nignore: [profile-without-role]\nbaseline: known.json\n\
                  exclude: ['old *']\nmodules:\n  a/b/aws: modules/worker\n";
    fs::write(here.join(".rolecall.yaml"), config).unwrap();
    let shown = rolecall(&here, &["check", "--show-settings", "--var", "key=secret", "--fail-on", "never"], &[]);
    assert_eq!(shown.code, Some(0), "{}", shown.err);
    for line in ["# configuration file: .rolecall.yaml\n", "  missing-service-trust: info\n", "fail-on: never\n"] {
        assert!(shown.out.contains(line), "{line}: {}", shown.out);
    }
    assert!(!shown.out.contains("profile-without-role") && !shown.out.contains("secret"), "{}", shown.out);
    // They are a configuration themselves, which says the same.
    fs::write(here.join("shown.yaml"), &shown.out).unwrap();
    let again = rolecall(&here, &["check", "--show-settings", "--config", "shown.yaml"], &[]);
    let rest =
        |text: &str| text.lines().skip(1).filter(|line| !line.starts_with("# --var")).collect::<Vec<_>>().join("\n");
    let same = rest(&again.out).replace("  profile-without-role: error\n", "");
    assert_eq!(same, rest(&shown.out), "{}", again.err);
}

#[test]
fn manual_pages_are_there_for_every_command() {
    let root = repository("manual");
    let page = rolecall(&root, &["man"], &[]);
    assert_eq!(page.code, Some(0), "{}", page.err);
    assert!(page.out.contains(".TH rolecall 1") && page.out.contains(".SH OPTIONS"), "{}", page.out);
    let check = rolecall(&root, &["man", "check"], &[]).out;
    assert!(check.contains(".TH rolecall-check 1") && check.contains("\\-\\-baseline"), "{check}");
    let unknown = rolecall(&root, &["man", "chek"], &[]);
    assert_eq!(unknown.code, Some(2));
    assert!(unknown.err.contains("did you mean `check`"), "{}", unknown.err);
}

#[test]
fn results_do_not_depend_on_where_in_the_repository_the_command_runs() {
    let root = repository("places");
    let from = |directory: &str, path: &str, format: &str| {
        rolecall(&root.join(directory), &["check", path, "--format", format], &[]).out
    };
    for format in ["sarif", "gitlab", "github", "junit"] {
        let (below, above) = (from("envs/demo", ".", format), from("", "envs/demo", format));
        assert_eq!(below, above, "{format}");
    }
    assert!(from("envs", "demo", "sarif").contains("\"id\": \"rolecall/envs/demo/\""));
    assert!(from("envs", "..", "sarif").contains("\"id\": \"rolecall/\""));
}

#[test]
fn one_run_writes_several_reports() {
    let root = repository("outputs");
    let names = ["json=report.json", "sarif=report.sarif", "gitlab=gl.json", "junit=report.xml", "github=github.txt"];
    let mut arguments = vec!["check", "envs"];
    arguments.extend(names.iter().flat_map(|name| ["--output", name]));
    let summary = root.join("summary.md");
    fs::write(&summary, "before\n").unwrap();
    let ran = rolecall(&root, &arguments, &[("GITHUB_STEP_SUMMARY", summary.to_str().unwrap())]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(ran.out.contains("error[role-as-instance-profile]"), "people still get theirs: {}", ran.out);
    let read = |name: &str| fs::read_to_string(root.join(name)).unwrap();
    let findings = json(&read("report.json"))["findings"].as_array().unwrap().len();
    assert!(findings > 3);
    assert_eq!(json(&read("report.sarif"))["runs"][0]["results"].as_array().unwrap().len(), findings);
    assert_eq!(json(&read("gl.json")).as_array().unwrap().len(), findings);
    assert_eq!(read("report.xml").matches("<failure ").count(), findings);
    assert_eq!(read("github.txt").matches("\n::error ").count(), findings);
    let summary = read("summary.md");
    assert!(summary.starts_with("before\n### rolecall\n"), "{summary}");
    assert_eq!(summary.lines().filter(|line| line.starts_with("| error |")).count(), findings);
}

#[test]
fn a_clean_root_module_is_a_test_that_passed() {
    let root = repository("clean");
    fs::create_dir_all(root.join("clean")).unwrap();
    fs::write(root.join("clean/main.tf"), "# nothing\n").unwrap();
    fs::write(root.join("stack.yaml"), "Resources: {Topic: {Type: 'AWS::SNS::Topic'}}\n").unwrap();
    let ran = rolecall(&root, &["check", "--format", "junit", "clean", "stack.yaml"], &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.contains("<testcase name=\"root module clean\""), "{}", ran.out);
    assert!(ran.out.contains("<testcase name=\"template stack.yaml\""), "{}", ran.out);
    assert!(ran.out.contains("tests=\"2\" failures=\"0\""), "{}", ran.out);
}

#[test]
fn every_json_is_as_its_schema_says() {
    let root = repository("schemas");
    fs::write(root.join("envs/demo/broken.tf"), "resource \"aws_instance\" {\n").unwrap();
    for (schema, arguments) in [
        ("report", &["check", "--format", "json", "--show-undecided"][..]),
        ("report", &["check", "--format", "json", "--pedantic"]),
        ("trace", &["trace", "--format", "json"]),
        ("graph", &["graph", "--format", "json"]),
        ("rules", &["rules", "--format", "json"]),
    ] {
        let ran = rolecall(&root, arguments, &[]);
        let value = json(&ran.out);
        assert!(ran.out.len() > 1000, "{arguments:?} says next to nothing");
        assert_eq!(wrong(schema, &value), [""; 0], "{arguments:?}");
    }
    let gaps = json(r#"{"version": 1, "findings": [{"rule": "X"}], "undecided": -1, "summary": {}}"#);
    assert!(wrong("report", &gaps).len() >= 3);
}

/// The schema of the configuration takes what the program takes: the same keys, and the examples of this test.
#[test]
fn the_schema_of_the_configuration_is_that_of_the_program() {
    let root = repository("config");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema/config.schema.json");
    let schema = json(&fs::read_to_string(path).unwrap());
    let known: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    fs::write(root.join(".rolecall.yaml"), "zzzzzz: 1\n").unwrap();
    let err = rolecall(&root, &["check"], &[]).err;
    let listed = err.split("the keys are ").nth(1).unwrap_or_else(|| panic!("no list of keys in {err}"));
    let words = |text: &str| -> Vec<String> {
        // The message may be broken into lines, at a hyphen too.
        let text = text.split("\n\n").next().unwrap_or(text).replace(['\n', '│', '╰', '─', '·'], " ");
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace("- ", "-");
        text.split(", ").map(|key| key.split(' ').next().unwrap_or("").to_owned()).collect()
    };
    let mut listed = words(listed);
    listed.sort();
    let mut known: Vec<String> = known.into_iter().cloned().collect();
    known.sort();
    assert_eq!(
        listed, known,
        "left: the keys of src/config/read.rs; right: the properties of docs/schema/config.schema.json. Add what is missing"
    );
    let cases = [
        ("select: [default, trust]\nignore: [syntax-error]\nseverity: {missing-service-trust: warning}\n", true),
        ("exclude: [old/]\nper-path:\n  'examples/**': {ignore: [chain]}\nfail-on: never\n", true),
        ("modules: {a/b/c: envs}\n", true),
        ("", true),
        ("fail-on: fatal\n", false),
        ("selct: []\n", false),
        ("exclude: old\n", false),
        ("per-path: {x: {nope: 1}}\n", false),
        ("severity: {missing-service-trust: fatal}\n", false),
    ];
    for (text, good) in cases {
        fs::write(root.join(".rolecall.yaml"), text).unwrap();
        let ran = rolecall(&root, &["check", "-qq"], &[]);
        assert_eq!(ran.code != Some(2), good, "{text}: {}", ran.err);
        let value: Value = serde_yaml::from_str(text).unwrap();
        assert_eq!(wrong("config", &value).is_empty(), good, "{text}");
    }
}

#[test]
fn the_graph_shows_what_is_broken_in_every_format() {
    let root = repository("graph");
    let here = root.join("envs/demo");
    let graph = |format: &str| {
        let ran = rolecall(&here, &["graph", ".", "--format", format], &[]);
        assert_eq!(ran.code, Some(0), "{format}: {}", ran.err);
        ran.out
    };
    let value = json(&graph("json"));
    let units = value["units"].as_array().unwrap();
    let node = |unit: &Value, name: &str| {
        unit["nodes"].as_array().unwrap().iter().find(|node| node["name"] == name).cloned().unwrap_or_default()
    };
    let terraform = units.iter().find(|unit| unit["language"] == "terraform").unwrap();
    assert_eq!(node(terraform, "aws_instance.web")["verdict"], "broken");
    assert_eq!(node(terraform, "ec2.amazonaws.com")["kind"], "service");
    // What is linked to nothing because of a mistake is there all the same.
    assert_eq!(node(terraform, "module.invoices.aws_launch_template.worker")["verdict"], "broken");
    let template = units.iter().find(|unit| unit["path"] == "search.yaml").unwrap();
    let (profile, role) = (node(template, "SearchProfile"), node(template, "SearchRole"));
    let holds =
        |edge: &Value| edge["from"] == profile["id"] && edge["to"] == role["id"] && edge["kind"] == "holds-role";
    assert!(template["edges"].as_array().unwrap().iter().any(holds));

    let html = graph("html");
    for part in ["aws_instance.web", "class=\"node resource broken\"", "<details>", "Content-Security-Policy"] {
        assert!(html.contains(part), "{part}");
    }
    assert!(!html.contains("http://") && !html.contains("https://"), "the page loads something");
    assert!(graph("dot").starts_with("digraph rolecall {\n"));
    assert!(graph("mermaid").starts_with("flowchart LR\n"));
    fs::create_dir_all(root.join("empty")).unwrap();
    assert_eq!(rolecall(&root, &["graph", "empty"], &[]).code, Some(3));
}

/// Names are chosen by whoever writes the configuration, and none of them leaves its place in the page.
#[test]
fn names_are_no_markup_in_the_graph() {
    let root = repository("markup");
    let role = "resource \"aws_iam_role\" \"r\" {\n  for_each = toset([\"</title><script>alert(1)</script>\\\"'\"])\n  \
                name = \"x\"\n  assume_role_policy = jsonencode({Statement = [{Effect = \"Allow\", Action = \
                \"sts:AssumeRole\", Principal = {Service = \"ec2.amazonaws.com\"}}]})\n}\n";
    fs::write(root.join("envs/demo/x.tf"), role).unwrap();
    let html = rolecall(&root, &["graph", "--format", "html"], &[]).out;
    assert!(html.contains("alert(1)") && !html.contains("<script>alert(1)"), "{html}");
    let dot = rolecall(&root, &["graph", "--format", "dot"], &[]).out;
    assert!(dot.contains("alert(1)</script>\\\\\\\"'") || dot.contains("alert(1)"), "{dot}");
}
