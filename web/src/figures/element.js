/** `<learncnn-figure data-figure="…">`: make a figure drawn by the server interactive. */

import { barHtml } from "./controls/bar.js";
import { openField } from "./controls/editing.js";
import { greyOf, imageIn, mapsOfOwnFunction } from "./controls/picture_file.js";
import { arrowOf, markStops, walk } from "./controls/walking.js";
import { rowsHtml, wordsHtml } from "./drawing/drawing.js";
import { html } from "./drawing/shapes.js";
import { KINDS } from "./kinds/index.js";
import { morphChildren } from "./morph.js";
import { has, say } from "./texts.js";

/** Time between two steps while playing, in milliseconds; the motion itself takes at most 300. */
const PACE = 1000;
/** Part of the state that any change by the reader resets. */
const AT_REST = { step: null, problem: null };

export class MovingFigure extends HTMLElement {
  #kind;
  #first;
  #state;
  #parts;
  #squares = [];
  #actions = [];
  #timer = null;

  connectedCallback() {
    const description = JSON.parse(this.dataset.figure);
    this.#kind = KINDS[description.kind];
    if (!this.#kind || !has("serve_figures.play") || this.#parts) return;
    const exercise = this.closest("[data-exercise]")?.dataset.exercise ?? null;
    this.#first = { ...this.#kind.start(description), exercise, ...AT_REST };
    this.#state = this.#first;
    this.#parts = partsIn(this.querySelector("figure"));
    this.#listen();
    this.#draw();
  }

  disconnectedCallback() {
    this.#pause();
  }

  #listen() {
    const { board, bar } = this.#parts;
    board.addEventListener("pointermove", (event) => this.#point(event));
    board.addEventListener("click", (event) => {
      const surface = surfaceAt(event.target);
      if (surface) this.#track(surface, event);
      else this.#press(event.target, null);
    });
    board.addEventListener("focusin", (event) => this.#pick(squareAt(event.target)));
    board.addEventListener("keydown", (event) => this.#key(event));
    bar.addEventListener("click", (event) => {
      const number = event.target.closest("[data-act]")?.dataset.act;
      if (number !== undefined) this.#act(this.#actions[number]);
    });
    bar.addEventListener("keydown", (event) => {
      if (!event.target.closest(".move-steps")) return;
      if (event.key === "ArrowRight") this.#act("next");
      if (event.key === "ArrowLeft") this.#act("back");
    });
    if (this.#kind.takesPicture) this.#listenForPictures();
  }

  #listenForPictures() {
    this.addEventListener("dragover", (event) => {
      event.preventDefault();
      this.classList.add("over");
    });
    this.addEventListener("dragleave", () => this.classList.remove("over"));
    this.addEventListener("drop", (event) => {
      event.preventDefault();
      this.classList.remove("over");
      this.#take(imageIn(event.dataTransfer));
    });
    this.addEventListener("paste", (event) => this.#take(imageIn(event.clipboardData)));
  }

  /** Change the state, let the kind adjust what no longer fits, and draw it. */
  #change(patch) {
    const next = { ...this.#state, ...patch };
    this.#state = this.#kind.settled?.(next) ?? next;
    this.#draw();
  }

  #act(does) {
    if (does === "play") this.#timer === null ? this.#play() : this.#pause();
    else if (does === "next") this.#step(1);
    else if (does === "back") this.#step(-1);
    else if (does === "picture") this.#choosePicture();
    else if (does === "own") this.#useOwnFunction();
    else if (does === "reset") this.#reset();
    else this.#rest(does);
  }

  #reset() {
    this.#pause();
    this.#state = this.#first;
    this.#draw();
  }

  #play() {
    const { step } = this.#state;
    const steps = this.#kind.steps(this.#state);
    if (step === null || step >= steps.length - 1) this.#change({ ...steps[0], step: 0 });
    this.#timer = setInterval(() => {
      const last = this.#kind.steps(this.#state).length - 1;
      if (!this.isConnected || this.#state.step >= last) this.#pause();
      else this.#go(1);
    }, PACE);
    this.#draw();
  }

  #pause() {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    if (this.isConnected) this.#draw();
  }

  #step(by) {
    this.#pause();
    this.#go(by);
  }

  /** Move by one step; before the first and after the last, show everything. */
  #go(by) {
    const steps = this.#kind.steps(this.#state);
    const { step } = this.#state;
    const next = step === null ? (by > 0 ? 0 : steps.length - 1) : step + by;
    this.#change(steps[next] ? { ...steps[next], step: next } : AT_REST);
  }

  #point(event) {
    if (event.pointerType === "touch") return;
    const surface = surfaceAt(event.target);
    if (surface) this.#track(surface, event);
    else this.#pick(squareAt(event.target));
  }

  /** Choose the point of a plot or picture under the pointer. */
  #track(drawn, event) {
    const box = drawn.getBoundingClientRect();
    const scale = drawn.viewBox.baseVal.width / box.width;
    const [x, y] = [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
    const patch = this.#onSurface(drawn).track(x, y);
    if (differs(this.#state, patch)) this.#rest(patch);
  }

  #onSurface(drawn) {
    return this.#squares[drawn.dataset.plot ?? drawn.dataset.picture].square;
  }

  #pick(number) {
    const patch = this.#squares[number]?.square.pick;
    if (patch && differs(this.#state, patch)) this.#rest(patch);
  }

  #rest(patch) {
    this.#pause();
    this.#change({ ...AT_REST, ...patch });
  }

  /** Open a square for editing, or apply the change that pressing it makes. */
  #press(target, typed) {
    const number = squareAt(target);
    if (number === undefined) return;
    const { square, panel } = this.#squares[number];
    if (square.press) this.#rest(square.press);
    if (!square.edit) return this.#pick(number);
    this.#pause();
    const { name, value } = square.edit;
    openField(target.closest("[data-square]"), {
      label: panel.title,
      value,
      typed,
      done: (found) =>
        found !== null && found !== value && this.#rest(written(this.#state, name, found)),
    });
  }

  #key(event) {
    const arrow = arrowOf(event.key);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const surface = surfaceAt(event.target);
    if (surface && arrow) {
      event.preventDefault();
      this.#rest(this.#onSurface(surface).walk(arrow));
    }
    if (squareAt(event.target) === undefined) return;
    const types = /^[-0-9.−]$/.test(event.key);
    if (arrow) {
      if (walk(event.target.closest("[data-square]"), arrow)) event.preventDefault();
    } else if (event.key === "Enter" || event.key === " " || event.key === "F2" || types) {
      event.preventDefault();
      this.#press(event.target, types ? event.key : null);
    }
  }

  #choosePicture() {
    const field = html("input", "");
    field.type = "file";
    field.accept = "image/*";
    field.addEventListener("change", () => this.#take(imageIn(field)));
    field.click();
  }

  async #take(file) {
    if (!file) return;
    try {
      this.#rest({ image: await greyOf(file), own: null });
    } catch {
      this.#rest({ problem: say("serve_figures.no_picture") });
    }
  }

  async #useOwnFunction() {
    this.#rest({ own: null, problem: say("serve_figures.running") });
    try {
      const maps = await mapsOfOwnFunction(this.#state.exercise, this.#kind.imageOf(this.#state));
      this.#rest({ own: maps });
    } catch (error) {
      this.#rest({ own: null, problem: error.message });
    }
  }

  #draw() {
    const { board, sums, note, bar } = this.#parts;
    const state = this.#state;
    this.#squares = [];
    this.#actions = [];
    const drawing = this.#kind.draw(state);
    const remember = (square, panel) => this.#squares.push({ square, panel }) - 1;
    morphChildren(board, rowsHtml(drawing, remember));
    markStops(board);
    sums.setAttribute("aria-live", this.#timer === null ? "polite" : "off");
    morphChildren(sums, wordsHtml(drawing));
    const told =
      state.problem || this.#kind.note?.(state) || say(`serve_figures.hint.${state.kind}`);
    if (note.textContent !== told) note.textContent = told;
    const steps = this.#kind.steps?.(state).length ?? 0;
    const controls = this.#kind.controls?.(state) ?? [];
    const changed = state !== this.#first;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const given = { steps, playing: this.#timer !== null, mayPlay: !still, changed, controls };
    morphChildren(
      bar,
      barHtml(given, (does) => this.#actions.push(does) - 1),
    );
    keepHeight(sums);
  }
}

/** Return a figure's parts: its rows, its sentences, and empty places for the note and the bar. */
function partsIn(figure) {
  const caption = figure.querySelector("figcaption");
  const [board, sums] = [html("div", "move-board"), html("div", "move-sums")];
  board.append(...figure.querySelectorAll(":scope > .panels"));
  sums.append(...figure.querySelectorAll(":scope > .worked"));
  const [note, bar] = [html("p", "move-note"), html("div", "move-controls")];
  note.setAttribute("aria-live", "polite");
  figure.replaceChildren(board, sums, note, bar, caption);
  return { board, sums, note, bar };
}

/** Keep the greatest height of the sentences so far, so that the page below does not jump. */
function keepHeight(sums) {
  const needed = [...sums.children].reduce((total, p) => total + p.offsetHeight, 0);
  const kept = sums.dataset.width === String(sums.offsetWidth) ? Number(sums.dataset.height) : 0;
  sums.dataset.width = sums.offsetWidth;
  sums.dataset.height = Math.max(kept, needed);
  sums.style.minHeight = `${sums.dataset.height}px`;
}

/** Return the plot or picture that an event's target belongs to, or null. */
const surfaceAt = (target) => target.closest("[data-plot], [data-picture]");

const squareAt = (target) => target.closest("[data-square]")?.dataset.square;

const differs = (state, patch) =>
  Object.entries(patch).some(
    ([key, value]) => JSON.stringify(state[key]) !== JSON.stringify(value),
  );

/** Return the change that writes a number at a path such as ["kernel", 0, 1]. */
function written(state, [key, ...path], number) {
  const copy = (value, [at, ...rest]) => {
    if (at === undefined) return number;
    const made = Array.isArray(value) ? [...value] : { ...value };
    made[at] = copy(value[at], rest);
    return made;
  };
  return { [key]: copy(state[key], path) };
}
