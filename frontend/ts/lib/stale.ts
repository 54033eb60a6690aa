// SPDX-License-Identifier: MulanPSL-2.0
// A page that was open for so long that the server no longer answers for it says so, once, and offers
// to be loaded again. What is being typed stays as it is until the reader presses the button.
import { icon, make, say } from "./dom";

const ID = "stale-page";

/** Say that this page no longer follows what happens, with a button that loads it anew. */
export function staleSay(): void {
  if (document.getElementById(ID)) return;
  const again = make("button", "", say("stale_reload"));
  again.type = "button";
  again.addEventListener("click", () => window.location.reload());
  const line = make("div", "toast", icon("clock"), make("span", "grow", say("stale")), again);
  line.id = ID;
  line.setAttribute("role", "status");
  document.body.append(line);
}
