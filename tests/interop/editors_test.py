"""The language server, driven by pytest-lsp with the recorded capabilities of several editors."""

import asyncio
import os
import pathlib
import shutil

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

WORKSPACE = pathlib.Path(__file__).parent / "workspace"
PATIENCE = 60

# Names as pytest-lsp has recorded them.
EDITORS = ["neovim@0.6.1", "neovim@0.11.0", "visual-studio-code@1.65.2", "emacs@29.1"]


@pytest.fixture()
def workspace(tmp_path):
    """A copy of the workspace whose path needs encoding, as a repository of its own."""
    root = tmp_path / "a workspace é"
    shutil.copytree(WORKSPACE, root)
    (root / ".git").mkdir()
    return root


@pytest_lsp.fixture(
    config=ClientServerConfig(server_command=[os.environ["ROLECALL"], "lsp"]),
    params=EDITORS,
)
async def client(request, lsp_client: LanguageClient, workspace):
    # What pytest-lsp does not answer by itself, every editor does.
    @lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(*_):
        return None

    result = await lsp_client.initialize_session(
        types.InitializeParams(
            capabilities=client_capabilities(request.param),
            workspace_folders=[types.WorkspaceFolder(uri=workspace.as_uri(), name="workspace")],
        )
    )
    lsp_client.encoding = result.capabilities.position_encoding
    yield lsp_client
    await lsp_client.shutdown_session()


async def until(condition):
    """Waits for findings; they come when they come."""
    for _ in range(PATIENCE * 20):
        if condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not come to that")


def codes(client, path):
    return sorted(diagnostic.code for diagnostic in client.diagnostics.get(path.as_uri(), []))


def open_document(client, path):
    client.text_document_did_open(
        types.DidOpenTextDocumentParams(
            text_document=types.TextDocumentItem(
                uri=path.as_uri(), language_id="terraform", version=1, text=path.read_text()
            )
        )
    )


@pytest.mark.asyncio
async def test_findings_follow_the_text(client, workspace):
    main, iam = workspace / "main.tf", workspace / "iam.tf"
    open_document(client, main)
    await until(lambda: codes(client, main) == ["role-as-instance-profile"])
    # The file that is not open is told of too.
    await until(lambda: codes(client, iam) == ["profile-without-role"])

    found = client.diagnostics[main.as_uri()][0]
    text = main.read_text().splitlines()[found.range.start.line]
    before = text[: text.index("aws_iam_role.web.name")]
    # The emoji in it is two units of UTF-16, four bytes, or one character.
    columns = {"utf-8": len(before.encode()), "utf-16": len(before.encode("utf-16-le")) // 2, "utf-32": len(before)}
    assert found.range.start.character == columns[client.encoding]

    client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            text_document=types.VersionedTextDocumentIdentifier(uri=main.as_uri(), version=2),
            content_changes=[
                types.TextDocumentContentChangeWholeDocument(
                    text=main.read_text().replace("aws_iam_role.web.name", "aws_iam_instance_profile.web.name")
                )
            ],
        )
    )
    await until(lambda: codes(client, main) == [])
    assert codes(client, iam) == ["profile-without-role"]


@pytest.mark.asyncio
async def test_hover_definition_and_actions(client, workspace):
    main = workspace / "main.tf"
    open_document(client, main)
    await until(lambda: codes(client, main) == ["role-as-instance-profile"])
    found = client.diagnostics[main.as_uri()][0]
    document = types.TextDocumentIdentifier(uri=main.as_uri())

    hover = await client.text_document_hover_async(
        types.HoverParams(text_document=document, position=found.range.start)
    )
    shown = hover.contents.value if hasattr(hover.contents, "value") else str(hover.contents)
    assert "broken" in shown and "trusts ec2.amazonaws.com" in shown

    definition = await client.text_document_definition_async(
        types.DefinitionParams(text_document=document, position=found.range.start)
    )
    first = definition[0] if isinstance(definition, list) else definition
    assert (getattr(first, "uri", None) or first.target_uri).endswith("/iam.tf")

    actions = await client.text_document_code_action_async(
        types.CodeActionParams(
            text_document=document,
            range=found.range,
            context=types.CodeActionContext(diagnostics=[found], only=[types.CodeActionKind.QuickFix]),
        )
    )
    assert any(action.title == "Use aws_iam_instance_profile.web.name" for action in actions)
