// SPDX-License-Identifier: MulanPSL-2.0
// <linli-speak>: reads the page aloud where the device has a voice for its language; hidden elsewhere.
import { define } from "../lib/dom";

class Speak extends HTMLElement {
  connectedCallback(): void {
    this.hidden = true;
    if (!("speechSynthesis" in window)) return;
    this.show();
    window.speechSynthesis.addEventListener("voiceschanged", () => this.show());
    this.querySelector("button")?.addEventListener("click", () => this.toggle());
    window.addEventListener("pagehide", () => window.speechSynthesis.cancel());
  }

  private get voice(): SpeechSynthesisVoice | undefined {
    const wanted = document.documentElement.lang.slice(0, 2);
    return window.speechSynthesis.getVoices().find((voice) => voice.lang.replace("_", "-").startsWith(wanted));
  }

  private show(): void {
    this.hidden = !this.voice;
  }

  private toggle(): void {
    const speech = window.speechSynthesis;
    const wasSpeaking = speech.speaking;
    speech.cancel();
    if (wasSpeaking) return;
    const text = document.querySelector<HTMLElement>(this.dataset.of ?? "main")?.innerText ?? "";
    const sentence = new SpeechSynthesisUtterance(text);
    const voice = this.voice;
    if (voice) sentence.voice = voice;
    sentence.lang = document.documentElement.lang;
    sentence.rate = 0.9;
    speech.speak(sentence);
  }
}

define("linli-speak", Speak);
