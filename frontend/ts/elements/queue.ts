// SPDX-License-Identifier: MulanPSL-2.0
// <linli-queue>: the work list by keyboard (J K Enter X /) and its bulk bar.
import { define } from "../lib/dom";

class Queue extends HTMLElement {
  private at = "";

  connectedCallback(): void {
    document.addEventListener("keydown", this.onKey);
    this.addEventListener("change", () => this.bulk());
    this.addEventListener("click", this.onClick);
    this.addEventListener("htmx:afterSwap", () => this.restore());
    this.querySelector("[data-none]")?.addEventListener("click", () => this.pick(false));
    this.querySelector<HTMLInputElement>("[data-all]")?.addEventListener("change", (event) => {
      this.pick((event.target as HTMLInputElement).checked);
    });
    this.bulk();
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.onKey);
  }

  private get items(): HTMLElement[] {
    return Array.from(this.querySelectorAll<HTMLElement>(".item"));
  }

  private get current(): HTMLElement | undefined {
    return this.querySelector<HTMLElement>(".item[aria-current]") ?? undefined;
  }

  private onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const key = event.key.toLowerCase();
    if (key === "j") this.step(1);
    else if (key === "k") this.step(-1);
    else if (key === "x") this.tick();
    else if (key === "enter" && !isPressable(event.target)) this.open();
    else if (key === "/") this.find();
    else return;
    event.preventDefault();
  };

  private onClick = (event: Event): void => {
    const item = (event.target as HTMLElement).closest<HTMLElement>(".item");
    if (item && (event.target as HTMLElement).closest("a")) this.mark(item);
  };

  private step(by: number): void {
    const items = this.items;
    const now = this.current ? items.indexOf(this.current) : -1;
    const next = items[Math.max(0, Math.min(items.length - 1, now + by))];
    if (!next) return;
    this.mark(next);
    next.scrollIntoView({ block: "nearest" });
    next.querySelector("a")?.click();
  }

  private mark(item: HTMLElement): void {
    this.items.forEach((one) => {
      one.classList.toggle("on", one === item);
      if (one === item) one.setAttribute("aria-current", "true");
      else one.removeAttribute("aria-current");
    });
    this.at = item.id;
  }

  /** After the list was fetched anew the open item stays the open one. */
  private restore(): void {
    const item = this.at ? document.getElementById(this.at) : null;
    if (item) this.mark(item);
    this.bulk();
  }

  private tick(): void {
    const box = this.current?.querySelector<HTMLInputElement>(".tick");
    if (!box) return;
    box.checked = !box.checked;
    this.bulk();
  }

  private open(): void {
    const full = document.querySelector<HTMLAnchorElement>("[data-open-full]");
    if (full) full.click();
    else this.current?.querySelector("a")?.click();
  }

  private find(): void {
    (this.querySelector<HTMLElement>("input[type=search]") ?? document.querySelector<HTMLElement>("[data-find]"))?.focus();
  }

  private pick(isOn: boolean): void {
    this.querySelectorAll<HTMLInputElement>(".item .tick").forEach((box) => (box.checked = isOn));
    this.bulk();
  }

  private bulk(): void {
    const count = this.querySelectorAll(".item .tick:checked").length;
    const bar = this.querySelector<HTMLElement>(".bulk");
    if (bar) bar.hidden = count === 0;
    this.querySelectorAll("[data-picked]").forEach((place) => (place.textContent = String(count)));
  }
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
}

function isPressable(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("a, button, summary");
}

define("linli-queue", Queue);
