//! What the server offers.

use serde_json::{Value, json};

use super::actions::FIX_ALL;
use super::client::Client;
use super::commands;

/// The result of `initialize`. Completion, formatting, renaming and colouring are left to the servers of the languages:
/// two servers on one file are usual.
pub(super) fn of(client: &Client) -> Value {
    json!({
        "capabilities": {
            "positionEncoding": client.encoding(),
            "textDocumentSync": { "openClose": true, "change": 2, "save": { "includeText": false } },
            "hoverProvider": true,
            "definitionProvider": true,
            "referencesProvider": true,
            "documentLinkProvider": { "resolveProvider": true },
            "codeActionProvider": if client.code_action_literals {
                json!({ "codeActionKinds": ["quickfix", FIX_ALL], "resolveProvider": true })
            } else {
                json!(true)
            },
            "executeCommandProvider": { "commands": commands::ALL },
            "workspace": { "workspaceFolders": { "supported": true, "changeNotifications": true } },
        },
        "serverInfo": { "name": "rolecall", "version": env!("CARGO_PKG_VERSION") },
    })
}

/// What the client shall tell from now on, as the parameters of `client/registerCapability`; `None` if it can tell
/// nothing of it. With `pull` it shall ask for diagnostics.
pub(super) fn registrations(client: &Client, pull: bool) -> Option<Value> {
    let mut registrations = Vec::new();
    if client.watches_files {
        let patterns = [
            "**/*.{tf,tofu,tfvars}",
            "**/*.{json,yaml,yml,template}",
            "**/{.rolecall.yaml,.gitignore,.ignore,.rolecallignore}",
        ];
        let watchers: Vec<Value> = patterns.iter().map(|pattern| json!({ "globPattern": pattern })).collect();
        registrations.push(json!({
            "id": "rolecall-files",
            "method": "workspace/didChangeWatchedFiles",
            "registerOptions": { "watchers": watchers },
        }));
    }
    if client.registers_configuration {
        registrations.push(json!({
            "id": "rolecall-settings",
            "method": "workspace/didChangeConfiguration",
            "registerOptions": { "section": super::preferences::SECTION },
        }));
    }
    if pull {
        registrations.push(json!({
            "id": PULL,
            "method": "textDocument/diagnostic",
            "registerOptions": {
                "documentSelector": null,
                "identifier": "rolecall",
                "interFileDependencies": true,
                "workspaceDiagnostics": true,
            },
        }));
    }
    (!registrations.is_empty()).then(|| json!({ "registrations": registrations }))
}

/// The id under which the client is asked to ask for diagnostics.
const PULL: &str = "rolecall-diagnostics";
