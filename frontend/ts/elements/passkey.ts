// SPDX-License-Identifier: MulanPSL-2.0
// <linli-passkey>: says so when the device would not make or show a passkey.
import { define, icon, make } from "../lib/dom";

const FAILED = "allauth.error"; // what django-allauth's script sends

class Passkey extends HTMLElement {
  connectedCallback(): void {
    document.addEventListener(FAILED, this.tell);
  }

  disconnectedCallback(): void {
    document.removeEventListener(FAILED, this.tell);
  }

  private tell = (event: Event): void => {
    event.preventDefault(); // the script need not write it to the console
    const line = make("p", "notice", icon("alert"), make("span", "", this.dataset.failed ?? ""));
    line.dataset.tone = "late";
    this.replaceChildren(line);
  };
}

define("linli-passkey", Passkey);
