/** `<learncnn-editor>`: a student's file in CodeMirror.
 *
 * It starts with the text of its `<pre>`, which is shown without JavaScript. It sends `edit` after
 * a change by the student, and `check` on Ctrl/Cmd-Enter and Ctrl/Cmd-S.
 */

import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import {
  defaultKeymap,
  history,
  historyKeymap,
  indentWithTab,
  isolateHistory,
} from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { Annotation, EditorState } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { text } from "../page/texts.js";
import { highlighting } from "./highlighting.js";
import { look } from "./look.js";
import { marksOf } from "./problems.js";
import { changeBetween } from "./replacing.js";

/** Annotation of changes made by the page rather than the student. */
const fromPage = Annotation.define();

export class Editor extends HTMLElement {
  #view;

  connectedCallback() {
    if (this.#view) return;
    const begun = this.querySelector("pre").textContent;
    const root = this.attachShadow({ mode: "open" });
    this.#view = new EditorView({ parent: root, root, doc: begun, extensions: this.#extensions() });
  }

  /** Return whether the text cannot be edited here, as with a notebook. */
  get readOnly() {
    return this.hasAttribute("data-readonly");
  }

  get text() {
    return this.#view.state.doc.toString();
  }

  /** Replace the text; undo restores the previous one. */
  replace(text) {
    const changes = changeBetween(this.text, text);
    // A separate undo step; otherwise undo would also remove what was typed just before.
    const annotations = [fromPage.of(true), isolateHistory.of("full")];
    this.#view.dispatch({ changes, annotations });
  }

  /** Replace the marks by those of a report's problems. */
  mark(problems) {
    const { state } = this.#view;
    this.#view.dispatch(setDiagnostics(state, marksOf(problems, state.doc)));
  }

  focus() {
    this.#view.focus();
  }

  #extensions() {
    const ask = () => this.dispatchEvent(new Event("check"));
    const keys = [
      { key: "Mod-Enter", run: ask, preventDefault: true },
      { key: "Mod-s", run: ask, preventDefault: true },
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...historyKeymap,
      ...lintKeymap,
      indentWithTab,
    ];
    return [
      lineNumbers(),
      lintGutter(),
      highlightActiveLine(),
      highlightActiveLineGutter(),
      history(),
      drawSelection(),
      indentOnInput(),
      bracketMatching(),
      closeBrackets(),
      python(),
      indentUnit.of("    "),
      EditorState.tabSize.of(4),
      EditorState.readOnly.of(this.readOnly),
      keymap.of(keys),
      highlighting,
      look,
      EditorView.contentAttributes.of({
        tabindex: "0",
        "aria-label": this.dataset.label,
        "aria-description": text("editor.leave"),
      }),
      EditorView.updateListener.of((update) => {
        const own = update.transactions.some((change) => change.annotation(fromPage));
        if (update.docChanged && !own) this.dispatchEvent(new Event("edit"));
      }),
    ];
  }
}

customElements.define("learncnn-editor", Editor);
