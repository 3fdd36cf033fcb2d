/** The student's file, in the editor and on disk.
 *
 * `base` is the hash of the text that the editor started from. The server overwrites only that
 * text; if another program has written the file since, both versions are shown. Unsaved text is
 * kept in the browser in case the tab is closed or crashes.
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

  /** `saved` is the element with the saving state, `conflict` the place to show both versions. */
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

  /** Return the hash of the text that the editor started from. */
  get base() {
    return this.#base;
  }

  get changed() {
    return this.#editor.text !== this.#saved.text;
  }

  /** Write the text with `send` and return its response, or nothing if there is a conflict. */
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

  /** Show a file that another program has written, unless unsaved text would be lost. */
  async lookAgain() {
    await this.#writing; // The file may have been written by this page.
    const file = await get(this.#path);
    if (file.hash === this.#base) return;
    if (this.changed && file.text !== this.#editor.text) this.#dispute(file);
    else this.#take(file);
  }

  /** Read the file again after a reset. */
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
