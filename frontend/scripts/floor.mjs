// SPDX-License-Identifier: MulanPSL-2.0
// Refuses built files that need a browser newer than the floor (Chromium 86 for portal, field and demo),
// and a portal whose first load is heavier than promised.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { parse } from "acorn";
import postcss from "postcss";

const DIST = new URL("../../src/linli/shells/frame/static/dist/", import.meta.url);
const LOW_FACES = ["portal", "field", "demo"];
const PORTAL_MOST = 150 * 1024;

/** Properties that arrived after Chromium 86 and that a page would miss. */
const LATE_PROPERTIES = /^(inset|inset-(block|inline)(-start|-end)?|(margin|padding)-(inline|block)|translate|rotate|scale|container(-type|-name)?|accent-color|border-(start|end)-(start|end)-radius)$/;
/** Properties that are only an enhancement where a fallback stands beside them. */
const NEED_FALLBACK = /^aspect-ratio$/;
const LATE_VALUES = /color-mix\(|oklch\(|oklab\(|\d(dvh|svh|lvh|dvw|cqw|cqi)\b|light-dark\(/;
const LATE_SELECTORS = /:has\(|:is\(|:where\(|:popover-open|:user-(in)?valid|&/;
const LATE_RULES = new Set(["layer", "container", "scope", "starting-style", "property"]);
const LATE_CALLS = /\bstructuredClone\(|\.randomUUID\(|Object\.hasOwn\(|\.findLast\(|\.toSorted\(|Promise\.withResolvers|AbortSignal\.timeout|Object\.groupBy/;

const problems = [];
const manifest = JSON.parse(readFileSync(new URL("manifest.json", DIST), "utf8"));

function chunksOf(key, seen = new Set(), lazy = false) {
  if (seen.has(key)) return seen;
  seen.add(key);
  const chunk = manifest[key];
  for (const next of chunk.imports ?? []) chunksOf(next, seen, lazy);
  if (lazy) for (const next of chunk.dynamicImports ?? []) chunksOf(next, seen, lazy);
  return seen;
}

function filesOf(key, lazy) {
  const files = new Set();
  for (const name of chunksOf(key, new Set(), lazy)) {
    files.add(manifest[name].file);
    for (const sheet of manifest[name].css ?? []) files.add(sheet);
  }
  return files;
}

function checkStyle(file) {
  const root = postcss.parse(readFileSync(new URL(file, DIST), "utf8"));
  const guarded = new Set();
  root.walkAtRules("supports", (rule) => rule.walkRules((inner) => guarded.add(inner.selector)));
  const isGuarded = (node) => {
    for (let up = node.parent; up; up = up.parent) if (up.type === "atrule" && up.name === "supports") return true;
    return false;
  };
  root.walkAtRules((rule) => {
    if (LATE_RULES.has(rule.name)) problems.push(`${file}: @${rule.name}`);
    if (rule.name === "media" && /[<>]/.test(rule.params)) problems.push(`${file}: @media ${rule.params}`);
  });
  root.walkRules((rule) => {
    if (LATE_SELECTORS.test(rule.selector) && !isGuarded(rule)) problems.push(`${file}: ${rule.selector}`);
  });
  root.walkDecls((decl) => {
    const where = `${file}: ${decl.parent.selector} { ${decl.prop}: ${decl.value} }`;
    if (isGuarded(decl)) return;
    if (LATE_PROPERTIES.test(decl.prop)) problems.push(where);
    const hasFallback = decl.parent.nodes.some((other) => other !== decl && other.prop === decl.prop);
    if (LATE_VALUES.test(decl.value) && !hasFallback) problems.push(where);
    if (NEED_FALLBACK.test(decl.prop) && !guarded.has(decl.parent.selector)) problems.push(`${where} without a fallback`);
  });
}

function checkScript(file) {
  const text = readFileSync(new URL(file, DIST), "utf8");
  try {
    parse(text, { ecmaVersion: 2020, sourceType: "module" });
  } catch (error) {
    problems.push(`${file}: ${error.message}`);
  }
  const late = LATE_CALLS.exec(text);
  if (late) problems.push(`${file}: ${late[0]}`);
}

for (const face of LOW_FACES) {
  for (const file of filesOf(`ts/entries/${face}.ts`, true)) {
    if (file.endsWith(".css")) checkStyle(file);
    else if (file.endsWith(".js")) checkScript(file);
  }
}
checkScript("worker.js");

const icons = manifest["icons/icons.svg"]?.file;
if (!icons) problems.push("manifest: icons/icons.svg is missing");
let weight = 0;
for (const file of [...filesOf("ts/entries/portal.ts", false), icons].filter(Boolean)) {
  weight += gzipSync(readFileSync(new URL(file, DIST))).length;
}
if (weight > PORTAL_MOST) problems.push(`portal: ${weight} bytes gzipped, at most ${PORTAL_MOST}`);

if (problems.length) {
  console.error(`Above the browser floor:\n  ${[...new Set(problems)].join("\n  ")}`);
  process.exit(1);
}
console.log(`floor: ok; portal first load ${(weight / 1024).toFixed(1)} KB gzipped, page aside`);
