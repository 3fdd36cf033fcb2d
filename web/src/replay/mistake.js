/** `<learncnn-mistake>`: step through the numbers of both sides, which the server has drawn. */
import { WHOLE, after, before, shownFrom, stepOfKey } from "./steps.js";

const PAUSE_MS = 900;
const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export class Mistake extends HTMLElement {
  #step = WHOLE;
  #timer = 0;
  #controls = null;

  connectedCallback() {
    if (!this.#controls && this.querySelector(".sides")) this.#begin();
  }

  disconnectedCallback() {
    this.#pause();
  }

  get #count() {
    return Number(this.dataset.steps);
  }

  #begin() {
    this.texts = JSON.parse(this.dataset.texts ?? "{}");
    this.sides = [...this.querySelectorAll(".side")].map((side) => this.#words(side));
    this.#step = WHOLE;
    if (this.#count < 2) return;
    this.#controls = this.#buttons();
    this.append(this.#controls.bar);
    this.addEventListener("keydown", this.#key);
    this.#show();
  }

  /** Return the words of a side, each with the step from which it is shown. */
  #words(side) {
    const lines = [...side.querySelectorAll(".worked")].map((line) => [...line.children]);
    const product = (word) => (word.dataset.n === undefined ? null : Number(word.dataset.n));
    const from = shownFrom(lines.map((line) => line.map(product))).flat();
    const words = lines.flat();
    const totals = words.filter((word) => word.dataset.n !== undefined);
    return { side, words, from, totals: totals.map((word) => word.dataset.total) };
  }

  #buttons() {
    const make = (name, text, act) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = name;
      button.textContent = text;
      button.addEventListener("click", act);
      return button;
    };
    const bar = document.createElement("div");
    bar.className = "steps";
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", this.texts.controls);
    const back = make("step-back", `‹ ${this.texts.back}`, () => this.#go(before(this.#step, this.#count)));
    const play = make("step-play", this.texts.play, () => (this.#timer ? this.#pause() : this.#play()));
    const next = make("step-next", `${this.texts.next} ›`, () => this.#go(after(this.#step, this.#count)));
    const said = document.createElement("output");
    said.setAttribute("aria-live", "polite");
    play.hidden = still();
    bar.append(back, play, next, said);
    return { bar, play, said };
  }

  #key = (event) => {
    const step = stepOfKey(event.key, this.#step, this.#count);
    if (step === null || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.#go(step);
  };

  #go(step) {
    this.#pause();
    this.#step = step;
    this.#show();
  }

  #play() {
    this.#controls.play.textContent = this.texts.pause;
    this.#step = this.#step === WHOLE ? 0 : this.#step;
    this.#show();
    this.#timer = setInterval(() => {
      this.#step = after(this.#step, this.#count);
      if (this.#step === WHOLE) this.#pause();
      this.#show();
    }, PAUSE_MS);
  }

  #pause() {
    clearInterval(this.#timer);
    this.#timer = 0;
    if (this.#controls) this.#controls.play.textContent = this.texts.play;
  }

  #show() {
    const step = this.#step;
    this.classList.toggle("stepping", step !== WHOLE);
    for (const marked of this.querySelectorAll("[data-n]")) {
      const numbers = marked.dataset.n.split(" ").map(Number);
      marked.classList.toggle("on", numbers.includes(step));
      marked.classList.toggle("seen", step !== WHOLE && numbers.some((n) => n < step));
    }
    for (const { words, from } of this.sides)
      words.forEach((word, i) => word.classList.toggle("later", step !== WHOLE && from[i] > step));
    this.#controls.said.textContent = step === WHOLE ? "" : this.#sentence();
  }

  /** Return a sentence with the number of the step and the sums of both sides so far. */
  #sentence() {
    const step = this.texts.step
      .replace("{step}", this.#step + 1)
      .replace("{count}", this.#count);
    const totals = this.sides
      .filter(({ totals }) => totals.length)
      .map(({ side, totals }) => {
        const sign = side.classList.contains("right") ? "✓" : "✗";
        return `${sign} ${totals[Math.min(this.#step, totals.length - 1)]}`;
      });
    return `${step} · ${this.texts.so_far} ${totals.join("  ")}`;
  }
}
