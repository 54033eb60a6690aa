// SPDX-License-Identifier: MulanPSL-2.0
// Small helpers over the page: words, icons, cookies, the account that the page was made for.

/** The words of this page in the reader's language, written by the server (`{% words %}`). */
let words: Record<string, string> | null = null;

/** A sentence by its key, with `{name}` filled in; the key itself when the page carries no words. */
export function say(key: string, values: Record<string, string | number> = {}): string {
  if (words === null) {
    const source = document.getElementById("linli-words");
    words = source ? (JSON.parse(source.textContent || "{}") as Record<string, string>) : {};
  }
  const sentence = words[key] ?? key;
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** An icon of the icon sheet as an element. */
export function icon(name: string): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `${document.documentElement.dataset.icons ?? ""}#i-${name}`);
  svg.append(use);
  return svg;
}

/** A new element with a class and children; text becomes text nodes, never markup. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = "",
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/** The value of a cookie, or an empty string. */
export function cookie(name: string): string {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

/** Forget a cookie that the server left for the script. */
export function cookieDrop(name: string): void {
  document.cookie = `${name}=; Max-Age=0; path=/; SameSite=Lax`;
}

/** The account the page was made for; empty for somebody who has not signed in. */
export function account(): string {
  return document.documentElement.dataset.account ?? "";
}

/** A random name for one submission (RFC 4122, version 4); `crypto.randomUUID` is above the floor. */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** Register an element once; the same chunk may be asked for by two entries. */
export function define(name: string, element: CustomElementConstructor): void {
  if (!customElements.get(name)) customElements.define(name, element);
}
