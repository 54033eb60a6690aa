// SPDX-License-Identifier: MulanPSL-2.0
// <linli-look>: theme and size change at once; the same links work without script.
import { define } from "../lib/dom";

class Look extends HTMLElement {
  connectedCallback(): void {
    this.querySelector<HTMLAnchorElement>("a[data-theme-next]")?.addEventListener("click", this.onTheme);
  }

  private onTheme = (event: Event): void => {
    const root = document.documentElement;
    const isDark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : window.matchMedia("(prefers-color-scheme: dark)").matches;
    const next = isDark ? "light" : "dark";
    root.dataset.theme = next;
    document.cookie = `linli_theme=${next}; path=/; Max-Age=31536000; SameSite=Lax`;
    event.preventDefault();
  };
}

define("linli-look", Look);
