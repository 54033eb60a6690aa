// SPDX-License-Identifier: MulanPSL-2.0
// Builds one entry a face. Browser floor: portal, field and demo run on Chromium 86.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import cascadeLayers from "@csstools/postcss-cascade-layers";
import type { Plugin as PostcssPlugin } from "postcss";
import logical from "postcss-logical";
import { defineConfig, type Plugin } from "vite";

const FACES = ["portal", "field", "console", "cockpit", "demo"];

/** `100dvh` is newer than the floor: the same declaration in `vh` goes before it. */
const viewportFallback: PostcssPlugin = {
  postcssPlugin: "linli-viewport-fallback",
  Declaration(node) {
    if (!/\ddvh\b/.test(node.value)) return;
    const older = node.value.replace(/(\d)dvh\b/g, "$1vh");
    const before = node.prev();
    if (before?.type === "decl" && before.prop === node.prop && before.value === older) return;
    node.cloneBefore({ value: older });
  },
};

/** The icon sheet is one file with a hash in its name; pages point into it with `<use>`. */
function iconSheet(): Plugin {
  return {
    name: "linli-icons",
    generateBundle() {
      const source = readFileSync(new URL("./icons/icons.svg", import.meta.url), "utf8");
      this.emitFile({ type: "asset", name: "icons.svg", originalFileName: "icons/icons.svg", source });
    },
  };
}

/** In a face's sheet the comment "modules" stands for `modules/<module>/css/<face>.css` of every module. */
function moduleSheets(): Plugin {
  const modules = new URL("./modules/", import.meta.url);
  return {
    name: "linli-modules",
    enforce: "pre",
    transform(code, id) {
      const face = FACES.find((name) => id.endsWith(`/frontend/css/${name}.css`));
      if (!face) return null;
      const sheets = readdirSync(modules)
        .sort()
        .map((module) => `${module}/css/${face}.css`)
        .filter((sheet) => existsSync(new URL(sheet, modules)));
      return code.replace("/* modules */", sheets.map((sheet) => `@import "../modules/${sheet}";`).join("\n"));
    },
  };
}

export default defineConfig({
  base: "./",
  publicDir: false,
  plugins: [iconSheet(), moduleSheets()],
  css: {
    postcss: {
      plugins: [
        cascadeLayers(),
        logical({ inlineDirection: "left-to-right", blockDirection: "top-to-bottom" }),
        viewportFallback,
      ],
    },
  },
  build: {
    target: ["es2019", "chrome86"],
    cssTarget: "chrome86",
    outDir: "../src/linli/shells/frame/static/dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      checks: { eval: false, pluginTimings: false },
      input: {
        ...Object.fromEntries(FACES.map((face) => [face, `ts/entries/${face}.ts`])),
        worker: "ts/worker.ts",
      },
      output: {
        entryFileNames: (chunk) => (chunk.name === "worker" ? "worker.js" : "assets/[name]-[hash].js"),
      },
    },
  },
});
