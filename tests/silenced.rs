//! What is silenced stays visible: suppressions, the configuration and baselines, as the binary treats them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const ROLE: &str = "resource \"aws_iam_role\" \"r\" {\n  name = \"r\"\n  assume_role_policy = jsonencode({\n    \
    Version = \"2012-10-17\"\n    Statement = [{ Effect = \"Allow\", Action = \"sts:AssumeRole\", Principal = { \
    Service = \"ec2.amazonaws.com\" } }]\n  })\n}\n";

/// A profile with the mistake `arn-instead-of-name` in line 2.
fn profile(name: &str, comment: &str) -> String {
    format!(
        "resource \"aws_iam_instance_profile\" \"{name}\" {{\n  role = aws_iam_role.r.arn{comment}\n  name = \"{name}\"\n}}\n"
    )
}

/// A repository of its own for one test, made anew.
fn scratch(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("silenced").join(name);
    let _ = fs::remove_dir_all(&root);
    for (path, text) in files.iter().chain(&[(".git/HEAD", "")]) {
        let path = root.join(path);
        let made = fs::create_dir_all(path.parent().unwrap_or(&root)).and_then(|()| fs::write(&path, text));
        assert!(made.is_ok(), "{}", path.display());
    }
    root
}

/// The exit code, the findings as `path:line rule severity`, and standard error.
fn check(directory: &Path, arguments: &[&str]) -> (Option<i32>, Vec<String>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_rolecall"))
        .args(["check", "--format", "json", "--color", "never"])
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .output()
        .unwrap_or_else(|error| unreachable!("the binary does not run: {error}"));
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let word = |value: &serde_json::Value| value.as_str().unwrap_or("").to_string();
    let findings = value["findings"].as_array().cloned().unwrap_or_default();
    let line = |finding: &serde_json::Value| {
        format!(
            "{}:{} {} {}",
            word(&finding["file"]),
            finding["start"]["line"],
            word(&finding["rule"]),
            word(&finding["severity"])
        )
    };
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), findings.iter().map(line).collect(), err)
}

#[test]
fn a_suppressed_finding_is_counted_and_does_not_fail() {
    let comment = " # rolecall: ignore[arn-instead-of-name] -- made so by hand";
    let here = scratch("suppressed", &[("main.tf", &(ROLE.to_string() + &profile("a", comment)))]);
    let (code, findings, err) = check(&here, &[]);
    assert_eq!((code, findings.len()), (Some(0), 0), "{err}");
    assert!(err.contains("nothing found (1 suppressed) in 1 file"), "{err}");
    let (code, findings, err) = check(&here, &["--no-suppressions"]);
    assert_eq!((code, findings), (Some(1), vec!["main.tf:9 arn-instead-of-name error".to_owned()]), "{err}");
    let (_, _, err) = check(&here, &["--show-suppressed"]);
    assert!(err.contains("suppressed on line 9 because \"made so by hand\""), "{err}");
    // A rule that does not run has no findings to suppress either, and the suppression is not unused for that.
    let (_, findings, err) = check(&here, &["--ignore", "chain"]);
    assert!(findings.is_empty() && !err.contains("suppressed"), "{findings:?} {err}");
}

#[test]
fn suppressions_that_do_nothing_are_findings() {
    let typo = " # rolecall: ignore[arn-instead-of-nam] -- x";
    let unused = "# rolecall: ignore[malformed-policy] -- x\n";
    let here = scratch("unused", &[("main.tf", &(unused.to_string() + ROLE + &profile("a", typo)))]);
    let (code, findings, _) = check(&here, &[]);
    let expected = [
        "main.tf:1 unused-suppression warning",
        "main.tf:10 arn-instead-of-name error",
        "main.tf:10 malformed-suppression warning",
    ];
    assert_eq!((code, findings), (Some(1), expected.map(str::to_string).to_vec()));
}

#[test]
fn a_baseline_hides_what_it_knows_counts_what_is_alike_and_shrinks() {
    let two = ROLE.to_string() + &profile("a", "") + &profile("b", "");
    let here = scratch("baseline", &[("main.tf", &two), ("sub/x.tf", "")]);
    let with = ["--baseline", "known.json"];
    let write = ["--baseline", "known.json", "--write-baseline"];
    let (code, _, err) = check(&here, &with);
    assert_eq!(code, Some(2), "{err}");
    let (code, findings, err) = check(&here, &write);
    assert_eq!((code, findings.len()), (Some(0), 0), "{err}");
    assert!(err.contains("known.json knows 2 findings now") && err.contains("(2 in the baseline)"), "{err}");
    let written = fs::read_to_string(here.join("known.json")).unwrap();

    // From another directory the file means the same.
    let (code, findings, err) = check(&here.join("sub"), &["--baseline", "../known.json", ".."]);
    assert_eq!((code, findings.len()), (Some(0), 0), "{err}");
    // What was not looked at is not stale.
    let (_, _, err) = check(&here, &["--baseline", "known.json", "sub"]);
    assert!(!err.contains("gone"), "{err}");

    // One is mended, a new one comes: the new one is shown, and writing takes out the one and takes in nothing.
    fs::write(here.join("main.tf"), ROLE.to_string() + &profile("a", "") + &profile("c", "")).unwrap();
    let (code, findings, err) = check(&here, &with);
    assert_eq!((code, findings), (Some(1), vec!["main.tf:13 arn-instead-of-name error".to_string()]));
    assert!(err.contains("1 finding of known.json is gone") && err.contains("(aws_iam_instance_profile.b)"), "{err}");
    assert_eq!(fs::read_to_string(here.join("known.json")).unwrap(), written, "only --write-baseline writes");
    let (code, findings, _) = check(&here, &write);
    assert_eq!((code, findings.len()), (Some(1), 1));
    assert_eq!(fs::read_to_string(here.join("known.json")).unwrap().matches("\"rule\"").count(), 1);
    let (code, _, err) = check(&here, &[&write[..], &["--force"]].concat());
    assert!(code == Some(0) && err.contains("knows 2 findings now"), "{err}");

    fs::write(here.join("known.json"), "{\"version\": 1}").unwrap();
    let (code, _, err) = check(&here, &with);
    assert!(code == Some(2) && err.contains("cannot use known.json: missing field `findings`"), "{err}");
}

#[test]
fn two_findings_with_one_fingerprint_are_two() {
    // The same list twice in one resource: rule, path, resource and text are the same.
    let statement = "{ Effect = \"allow\" }";
    let policy = |count: usize| {
        format!(
            "resource \"aws_iam_policy\" \"p\" {{\n  policy = jsonencode({{\n    Version = \"2012-10-17\"\n    Statement = [\n{}    ]\n  }})\n}}\n",
            format!("      {statement},\n").repeat(count)
        )
    };
    let here = scratch("alike", &[("main.tf", &policy(1))]);
    let (_, first, _) = check(&here, &[]);
    check(&here, &["--baseline", "b.json", "--write-baseline"]);
    fs::write(here.join("main.tf"), policy(2)).unwrap();
    let (code, second, _) = check(&here, &["--baseline", "b.json"]);
    assert!(!first.is_empty());
    assert_eq!((code, second.len()), (Some(1), first.len()), "{first:?} {second:?}");
}

#[test]
fn the_configuration_is_followed_per_path() {
    let text = ROLE.to_string() + &profile("a", "");
    let config = "select: [chain]\nexclude: [old/]\nseverity:\n  arn-instead-of-name: warning\nper-path:\n  \"examples/**\":\n    \
                  ignore: [arn-instead-of-name]\n  \"lab/\":\n    severity:\n      arn-instead-of-name: info\nfail-on: warning\n";
    let here = scratch(
        "config",
        &[
            (".rolecall.yaml", config),
            ("main.tf", &text),
            ("examples/x/main.tf", &text),
            ("lab/main.tf", &text),
            ("old/main.tf", &text),
        ],
    );
    let (code, findings, _) = check(&here, &[]);
    let expected = ["lab/main.tf:9 arn-instead-of-name info", "main.tf:9 arn-instead-of-name warning"];
    assert_eq!((code, findings), (Some(1), expected.map(str::to_string).to_vec()));
    let (code, findings, _) = check(&here.join("lab"), &[]);
    assert_eq!((code, findings), (Some(0), vec!["main.tf:9 arn-instead-of-name info".to_string()]));
    let (_, findings, _) = check(&here, &["--isolated"]);
    assert_eq!(findings.len(), 4);
}

#[test]
fn variable_files_and_modules_of_the_configuration_are_relative_to_it() {
    let call = "module \"m\" {\n  source = \"example.com/x/m/aws\"\n  role   = aws_iam_role.r.arn\n}\n";
    let module =
        "variable \"role\" {}\nresource \"aws_iam_instance_profile\" \"p\" {\n  name = \"p\"\n  role = var.role\n}\n";
    let by_variable =
        "variable \"x\" {}\nresource \"aws_iam_instance_profile\" \"q\" {\n  name = \"q\"\n  role = var.x\n}\n";
    let config = "modules:\n  example.com/x/m/aws: shared/m\nvar-files: [prod.tfvars]\n";
    let here = scratch(
        "values",
        &[
            (".rolecall.yaml", config),
            ("prod.tfvars", "x = \"arn:aws:iam::111122223333:role/q\"\n"),
            ("env/main.tf", &(ROLE.to_string() + call + by_variable)),
            ("shared/m/main.tf", module),
        ],
    );
    let (_, findings, err) = check(&here.join("env"), &[]);
    let wrong: Vec<&str> = findings.iter().filter_map(|finding| finding.split(' ').nth(1)).collect();
    assert_eq!(wrong, ["arn-instead-of-name", "arn-instead-of-name"], "{findings:?} {err}");
    assert!(!err.contains("not at hand"), "{err}");
}

#[test]
fn mistakes_in_the_configuration_point_at_their_key_or_value() {
    let here = scratch("mistakes", &[("main.tf", "")]);
    for (config, place, message) in [
        ("ignore: [chain]\nper_path: {}\n", "2:1", "unknown key `per_path`; did you mean `per-path`?"),
        ("severity:\n  arn-instead-of-name: fatal\n", "2:24", "`fatal` is none of error, warning, info"),
        ("severity:\n  arn-insted-of-name: info\n", "2:3", "did you mean `arn-instead-of-name`?"),
        ("severity:\n  syntax-error: info\n  syntax-error: error\n", "3:3", "the key `syntax-error` stands here twice"),
        ("per-path:\n  \"a/\":\n    ignored: []\n", "3:5", "unknown key `ignored`; did you mean `ignore`?"),
        ("per-path:\n  \"a/\": {}\n  \"a/\": {}\n", "3:3", "the key `a/` stands here twice"),
        ("per-path:\n  \"a/\":\n    ignore: [chains]\n", "3:14", "did you mean `chain`?"),
        ("fail-on: sometimes\n", "1:10", "`sometimes` is none of"),
        ("var-files: prod.tfvars\n", "1:12", "a list"),
        ("exclude: ['']\n", "1:11", "this is empty"),
        ("modules:\n  a: ''\n", "2:6", "this is empty"),
    ] {
        fs::write(here.join(".rolecall.yaml"), config).unwrap();
        let (code, _, err) = check(&here, &[]);
        assert_eq!(code, Some(2), "{config}{err}");
        let words =
            err.replace('│', " ").split_whitespace().collect::<Vec<_>>().join(" ").replace("- instead", "-instead");
        assert!(err.contains(&format!(".rolecall.yaml:{place}")) && words.contains(message), "{config}\n{err}");
    }
}
