"use strict";

// What a user sees of the extension: run by `check`, with the page's address and the directory for pictures.

const assert = require("node:assert");
const path = require("node:path");
const { chromium } = require("playwright-core");

const [address, pictures] = process.argv.slice(2);

async function main() {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync",
    ],
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(90_000);
  const picture = (name) => page.screenshot({ path: path.join(pictures, `vscode-${name}.png`) });
  const said = (what) => console.log(`ok: ${what}`);
  try {
    await connected(page, address);
    await page.keyboard.press("Control+P");
    await page.locator(".quick-input-widget input").fill("main.tf");
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "main.tf" }).first().click();
    await page.locator(".view-lines", { hasText: "aws_instance" }).waitFor();

    await page.locator(".squiggly-error").first().waitFor({ state: "attached" });
    said("a squiggle under the mistake");
    await page.keyboard.press("Control+Shift+M");
    const problems = page.locator(".markers-panel .monaco-list-rows");
    await problems.getByText("role-as-instance-profile").waitFor();
    await problems.getByText("iam.tf").first().waitFor();
    said("problems in the open file and in the other one");
    const row = problems.locator(".monaco-list-row", { hasText: "role-as-instance-profile" });
    if ((await row.getAttribute("aria-expanded")) === "false") {
      await row.locator(".monaco-tl-twistie").click();
    }
    await problems.getByText("the instance profile that holds it", { exact: true }).waitFor();
    said("the other end of the chain below the problem");
    await picture("problems");

    const role = page.locator(".view-line span", { hasText: /^aws_iam_role/ }).last();
    await role.hover();
    const hover = page.locator(".monaco-hover:not(.hidden)", { hasText: "ec2" });
    await hover.first().waitFor();
    said("the chain under the pointer");
    await picture("hover");
    await page.keyboard.press("Escape");
    await page.mouse.move(5, 5);

    await role.click();
    await page.keyboard.press("Control+.");
    const menu = page.locator(".action-widget");
    await menu.getByText("aws_iam_instance_profile.web.name").first().waitFor();
    await picture("quick-fix");
    await page.keyboard.press("Enter");
    await page.locator(".view-line", { hasText: "aws_iam_instance_profile.web.name" }).waitFor();
    await problems.getByText("role-as-instance-profile").waitFor({ state: "detached" });
    assert.strictEqual(await page.locator(".squiggly-error").count(), 0);
    said("the quick fix, after which the problem is gone");
    await picture("fixed");

    await page.keyboard.press("Control+J");
    await page.keyboard.press("F1");
    await page.locator(".quick-input-widget input").fill(">rolecall: Show the identity graph");
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "identity graph" }).first().click();
    const graph = page.frameLocator("iframe.webview").frameLocator("iframe#active-frame");
    await graph.locator("svg").first().waitFor();
    await graph.getByText("aws_instance.web").first().waitFor({ state: "attached" });
    said("the identity graph beside the text");
    await picture("graph");
  } catch (error) {
    await picture("failure");
    throw error;
  } finally {
    await browser.close();
  }
}

/** The editor, once the server answers. */
async function connected(page, url) {
  for (let tries = 0; ; tries += 1) {
    try {
      await page.goto(url, { waitUntil: "domcontentloaded" });
      break;
    } catch (error) {
      if (tries === 60) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
  await page.locator(".monaco-workbench .explorer-viewlet", { hasText: "main.tf" }).waitFor();
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
