// SPDX-License-Identifier: MulanPSL-2.0
// <linli-rows>: a table in a form gets more rows; without script it has one.
import { define } from "../lib/dom";

class Rows extends HTMLElement {
  private count = 1;
  private pattern: HTMLElement | null = null;

  connectedCallback(): void {
    const more = this.querySelector<HTMLElement>("[data-more]");
    const first = this.querySelector<HTMLElement>("[data-row]");
    if (!more || !first || this.pattern) return;
    this.pattern = first.cloneNode(true) as HTMLElement;
    more.hidden = false;
    more.addEventListener("click", () => this.add(more));
  }

  private add(more: HTMLElement): void {
    if (!this.pattern) return;
    const row = this.pattern.cloneNode(true) as HTMLElement;
    const before = `${this.dataset.name ?? ""}.0.`;
    const after = `${this.dataset.name ?? ""}.${this.count}.`;
    row.querySelectorAll<HTMLInputElement>("[name], [id], [for]").forEach((part) => {
      if (part.name?.startsWith(before)) part.name = part.name.replace(before, after);
      if (part.id) part.id += `-${this.count}`;
      const target = part.getAttribute("for");
      if (target) part.setAttribute("for", `${target}-${this.count}`);
    });
    this.count += 1;
    more.before(row);
    row.querySelector<HTMLElement>("input, select, textarea")?.focus();
  }
}

define("linli-rows", Rows);
