/** The student's file: what the page shows of it, and what lies on disk.
 *
 * `base` is the hash of the text that the editor began from. The server writes only over that
 * text; if another program has written the file meanwhile, both versions are shown. What was typed
 * and not written yet is kept in the browser, for a tab that is closed or crashes.
 */

import { get, put, Refused } from "../page/api.js";
import { text } from "../page/texts.js";
import { showConflict } from "./conflict.js";

export class File {
  #editor;
  #path;
  #draft;
  #saved;
  #base;
  #conflict;
  #writing = Promise.resolve();

  /** `saved` is the element that says whether the text is written, `conflict` holds both versions. */
  constructor(editor, { saved, conflict }) {
    this.#editor = editor;
    this.#path = `/api/e/${editor.dataset.exercise}/file`;
    this.#draft = `learncnn-draft:${editor.dataset.exercise}`;
    this.#base = editor.dataset.hash;
    this.#saved = { element: saved, text: editor.text };
    this.#conflict = conflict;
    editor.addEventListener("edit", () => this.#edited());
    addEventListener("pagehide", () => this.#keepDraft());
    this.#restoreDraft();
  }

  /** The hash of the text that the editor began from. */
  get base() {
    return this.#base;
  }

  get changed() {
    return this.#editor.text !== this.#saved.text;
  }

  /** Hand the text to `send`, which writes it. Returns its answer; none if both versions are shown. */
  async write(send) {
    if (!this.#conflict.hidden) return null;
    if (this.#editor.readOnly) return send({});
    const written = this.#editor.text;
    const answered = send({ text: written, base: this.#base });
    this.#writing = answered.catch(() => {});
    try {
      const answer = await answered;
      this.#settle(written, answer.hash);
      return answer;
    } catch (error) {
      if (!(error instanceof Refused) || error.body.hash === undefined) throw error;
      this.#dispute(error.body);
      this.#conflict.querySelector("button").focus();
      return null;
    }
  }

  /** Take the text of a file that another program has written, unless there is one to lose here. */
  async lookAgain() {
    await this.#writing; // it may have been this page that wrote it
    const file = await get(this.#path);
    if (file.hash === this.#base) return;
    if (this.changed && file.text !== this.#editor.text) this.#dispute(file);
    else this.#take(file);
  }

  /** Read the file anew, after a reset. */
  async reread() {
    this.#take(await get(this.#path));
  }

  #take({ text: theirs, hash }) {
    this.#editor.replace(theirs);
    this.#settle(theirs, hash);
  }

  #settle(written, hash) {
    this.#base = hash;
    this.#saved.text = written;
    this.#conflict.hidden = true;
    this.#edited();
  }

  #dispute(theirs) {
    showConflict(this.#conflict, {
      mine: () => this.#editor.text,
      theirs: theirs.text,
      keepMine: async () => {
        const mine = this.#editor.text;
        const { hash } = await put(this.#path, { text: mine, base: theirs.hash, backup: true });
        this.#settle(mine, hash);
      },
      takeTheirs: () => this.#take(theirs),
    });
  }

  #edited() {
    this.#saved.element.textContent = text(this.changed ? "unsaved" : "saved");
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.#keepDraft(), 500);
  }

  #keepDraft() {
    if (!this.changed) localStorage.removeItem(this.#draft);
    else
      localStorage.setItem(
        this.#draft,
        JSON.stringify({ base: this.#base, text: this.#editor.text }),
      );
  }

  #restoreDraft() {
    const kept = JSON.parse(localStorage.getItem(this.#draft) ?? "null");
    if (kept && kept.text !== this.#editor.text) {
      const theirs = { text: this.#editor.text, hash: this.#base };
      this.#editor.replace(kept.text);
      if (kept.base !== this.#base) this.#dispute(theirs);
    }
    this.#edited();
  }
}
