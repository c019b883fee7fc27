//! `check --fix`, `--unsafe-fixes` and `--diff`, as their users see them.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A repository of its own for one test, made anew.
fn scratch(name: &str, files: &[(&str, &str)]) -> io::Result<PathBuf> {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fixes").join(name);
    let _ = fs::remove_dir_all(&root);
    for (path, text) in files.iter().chain(&[(".git/HEAD", "")]) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap_or(&root))?;
        fs::write(&path, text)?;
    }
    root.canonicalize()
}

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

fn rolecall(directory: &Path, arguments: &[&str], input: Option<&str>) -> io::Result<Ran> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rolecall"))
        .current_dir(directory)
        .args(arguments)
        .args(["--color", "never"])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input.unwrap_or_default().as_bytes())?;
    }
    let output = child.wait_with_output()?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(Ran { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) })
}

const ROLE: &str = "resource \"aws_iam_role\" \"job\" {\n  name = \"job\"\n  assume_role_policy = jsonencode({\n    \
    Statement = [{\n      Effect    = \"Allow\"\n      Action    = \"sts:AssumeRole\"\n      Principal = { Service = \
    \"lambda.amazonaws.com\" }\n    }]\n  })\n}\n";

/// A function whose role is given by its name, for which the fix is safe.
const FUNCTION: &str = "resource \"aws_lambda_function\" \"job\" {\n  function_name = \"job\"\n  role          = aws_iam_role.job.name # its role\n}\n";

/// A rule whose role trusts another service, for which the fix is not safe.
const RULE: &str =
    "resource \"aws_sfn_state_machine\" \"job\" {\n  name     = \"job\"\n  role_arn = aws_iam_role.job.arn\n}\n";

fn mended() -> String {
    FUNCTION.replace("job.name", "job.arn")
}

#[test]
fn safe_fixes_are_written_and_the_rest_is_reported() {
    let root = scratch("safe", &[("role.tf", ROLE), ("main.tf", FUNCTION), ("flow.tf", RULE)]).unwrap();
    let ran = rolecall(&root, &["check", "--fix", "--format", "concise"], None).unwrap();
    assert_eq!(fs::read_to_string(root.join("main.tf")).unwrap(), mended());
    assert_eq!(fs::read_to_string(root.join("role.tf")).unwrap(), ROLE);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(ran.out.contains("missing-service-trust") && !ran.out.contains("name-instead-of-arn"), "{}", ran.out);
    assert!(ran.err.contains("mended 1 finding in 1 file"), "{}", ran.err);

    let ran = rolecall(&root, &["check", "--unsafe-fixes"], None).unwrap();
    assert_eq!((ran.code, &*ran.out), (Some(0), ""));
    let role = fs::read_to_string(root.join("role.tf")).unwrap();
    assert!(role.contains("Principal = { Service = [\"lambda.amazonaws.com\", \"states.amazonaws.com\"] }"), "{role}");
}

#[test]
fn a_diff_shows_the_changes_and_makes_none() {
    let root = scratch("diff", &[("role.tf", ROLE), ("main.tf", FUNCTION)]).unwrap();
    let ran = rolecall(&root, &["check", "--diff"], None).unwrap();
    let expected = "--- a/main.tf\n+++ b/main.tf\n@@ -1,4 +1,4 @@\n resource \"aws_lambda_function\" \"job\" {\n   \
        function_name = \"job\"\n-  role          = aws_iam_role.job.name # its role\n+  role          = \
        aws_iam_role.job.arn # its role\n }\n";
    assert_eq!(ran.out, expected);
    assert_eq!(ran.code, Some(1), "the finding is still there: {}", ran.err);
    assert_eq!(fs::read_to_string(root.join("main.tf")).unwrap(), FUNCTION);
}

#[test]
fn standard_input_is_mended_on_standard_output() {
    let root = scratch("stdin", &[("role.tf", ROLE), ("main.tf", "")]).unwrap();
    let arguments = ["check", "--fix", "-", "--stdin-filename", "main.tf"];
    let ran = rolecall(&root, &arguments, Some(FUNCTION)).unwrap();
    assert_eq!((ran.code, ran.out), (Some(0), mended()), "{}", ran.err);
    assert_eq!(fs::read_to_string(root.join("main.tf")).unwrap(), "", "the file on the disk stays");
    // What cannot be mended comes back as it was, and the finding is told beside it.
    let ran = rolecall(&root, &arguments, Some(RULE)).unwrap();
    assert_eq!((ran.code, &*ran.out), (Some(1), RULE));
    assert!(ran.err.contains("missing-service-trust"), "{}", ran.err);
}

#[test]
fn line_ends_and_byte_order_marks_stay() {
    let windows = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let template = "Resources:\n  Web:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: !Ref \
        WebRole # here\n  WebRole:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument:\n        \
        Statement:\n        - Effect: Allow\n          Action: sts:AssumeRole\n          Principal: { Service: \
        ec2.amazonaws.com }\n";
    let root = scratch("windows", &[("stack.yaml", &windows(template))]).unwrap();
    let ran = rolecall(&root, &["check", "--unsafe-fixes"], None).unwrap();
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    let profile = "  WebInstanceProfile:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Roles:\n      - \
        !Ref WebRole\n";
    let expected = template.replace("!Ref WebRole # here", "!Ref WebInstanceProfile # here") + profile;
    assert_eq!(fs::read_to_string(root.join("stack.yaml")).unwrap(), windows(&expected));
}

#[test]
fn files_of_others_are_left_alone() {
    let module = format!("{ROLE}{FUNCTION}");
    let call = "module \"job\" {\n  source = \"../modules/job\"\n}\n";
    let root = scratch("others", &[("prod/main.tf", call), ("modules/job/main.tf", &module)]).unwrap();
    let ran = rolecall(&root, &["check", "prod", "--fix"], None).unwrap();
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert_eq!(fs::read_to_string(root.join("modules/job/main.tf")).unwrap(), module);
    assert!(ran.err.contains("modules/job/main.tf could be mended too"), "{}", ran.err);
    // Named together with what calls it, it is as much to be changed as that.
    assert_eq!(rolecall(&root, &["check", ".", "--fix"], None).unwrap().code, Some(0));
    assert_eq!(fs::read_to_string(root.join("modules/job/main.tf")).unwrap(), format!("{ROLE}{}", mended()));
}

#[test]
fn what_is_not_utf8_is_not_written() {
    let root = scratch("latin", &[("role.tf", ROLE)]).unwrap();
    let text = [b"# caf\xe9\n".as_slice(), FUNCTION.as_bytes()].concat();
    fs::write(root.join("main.tf"), &text).unwrap();
    let ran = rolecall(&root, &["check", "--fix"], None).unwrap();
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("main.tf was not changed"), "{}", ran.err);
    assert_eq!(fs::read(root.join("main.tf")).unwrap(), text);
}

/// Runs a program that applies patches, with the patch as its input.
fn patched(directory: &Path, program: &str, arguments: &[&str], patch: &str) -> io::Result<bool> {
    let mut child = Command::new(program).args(arguments).current_dir(directory).stdin(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(patch.as_bytes())?;
    }
    Ok(child.wait()?.success())
}

#[test]
fn a_diff_is_a_patch() {
    let windows = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let unended = FUNCTION.trim_end();
    let files = [
        ("a/role.tf", ROLE),
        ("a/main.tf", FUNCTION),
        ("of windows/role.tf", &windows(ROLE)),
        ("of windows/main.tf", &windows(FUNCTION)),
        ("unended/role.tf", ROLE),
        ("unended/main.tf", unended),
        ("unended/flow.tf", RULE),
    ];
    let names = files.map(|(path, _)| path);
    let texts = |root: &Path| names.map(|path| fs::read_to_string(root.join(path)).unwrap());
    for (program, arguments) in [("patch", &["-p1", "--binary", "--quiet"][..]), ("git", &["apply", "-"])] {
        let fixed = scratch(&format!("{program}-fixed"), &files).unwrap();
        assert_eq!(rolecall(&fixed, &["check", "--unsafe-fixes"], None).unwrap().code, Some(0));
        let root = scratch(program, &files).unwrap();
        let before = texts(&root);
        let diff = rolecall(&root, &["check", "--diff", "--unsafe-fixes"], None).unwrap();
        assert_eq!((diff.code, texts(&root)), (Some(1), before), "{}", diff.err);
        let Ok(done) = patched(&root, program, arguments, &diff.out) else {
            assert_ne!(program, "git", "git is needed to test this");
            continue;
        };
        assert!(done, "{program} does not take\n{}", diff.out);
        assert_eq!(texts(&root), texts(&fixed), "{program} makes something else than --unsafe-fixes of\n{}", diff.out);
    }
}

#[test]
fn what_is_silenced_is_not_mended() {
    let quiet = FUNCTION.replace("# its role", "# rolecall: ignore[name-instead-of-arn] -- a test");
    let other = FUNCTION.replace("\"job\" {", "\"other\" {");
    let files = [("role.tf", ROLE), ("main.tf", FUNCTION), ("quiet.tf", &quiet.replace("\"job\" {", "\"quiet\" {"))];
    let root = scratch("silenced", &files).unwrap();
    let written = rolecall(&root, &["check", "--baseline", "known.json", "--write-baseline"], None).unwrap();
    assert_eq!(written.code, Some(0), "{}", written.err);
    fs::write(root.join("other.tf"), &other).unwrap();
    for arguments in [&["--diff"][..], &["--fix"], &["--unsafe-fixes"]] {
        let ran = rolecall(&root, &[&["check", "--baseline", "known.json"], arguments].concat(), None).unwrap();
        let shown = arguments == ["--diff"];
        assert_eq!(ran.code, Some(if shown { 1 } else { 0 }), "{}", ran.err);
        assert!(!ran.out.contains("main.tf") && !ran.out.contains("quiet.tf"), "{}", ran.out);
        assert_eq!(ran.out.contains("+++ b/other.tf"), shown, "{}", ran.out);
        let now = files.map(|(path, _)| fs::read_to_string(root.join(path)).unwrap());
        assert_eq!(now, files.map(|(_, text)| text.to_owned()), "after {arguments:?}");
    }
    assert_eq!(fs::read_to_string(root.join("other.tf")).unwrap(), other.replace("job.name", "job.arn"));
    // Without the baseline they are findings like any other.
    assert_eq!(rolecall(&root, &["check", "--fix"], None).unwrap().code, Some(0));
    assert_eq!(fs::read_to_string(root.join("main.tf")).unwrap(), mended());
}
