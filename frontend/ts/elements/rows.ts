// SPDX-License-Identifier: MulanPSL-2.0
// <linli-rows>: a table in a form gets more rows; without script it has one empty one.
import { define } from "../lib/dom";

class Rows extends HTMLElement {
  private count = 0;
  private from = 0;
  private pattern: HTMLElement | null = null;

  connectedCallback(): void {
    const more = this.querySelector<HTMLElement>("[data-more]");
    const rows = this.querySelectorAll<HTMLElement>("[data-row]");
    const last = rows[rows.length - 1];
    if (!more || !last || this.pattern) return;
    this.pattern = last.cloneNode(true) as HTMLElement;
    this.from = rows.length - 1;
    this.count = rows.length;
    more.hidden = false;
    more.addEventListener("click", () => this.add(more));
  }

  private add(more: HTMLElement): void {
    if (!this.pattern) return;
    const row = this.pattern.cloneNode(true) as HTMLElement;
    const before = `${this.dataset.name ?? ""}.${this.from}.`;
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
