/** Theme of the editor: the page's fonts, lines and colours. */

import { EditorView } from "@codemirror/view";

const MONOSPACE =
  'ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace';

export const look = EditorView.theme({
  "&": {
    backgroundColor: "var(--ground)",
    color: "var(--text)",
    border: "1px solid var(--line-strong)",
    borderRadius: ".4rem",
    fontSize: ".875rem",
    maxHeight: "var(--editor-height)",
  },
  "&.cm-focused, &:focus-within": { outline: "2px solid var(--accent)", outlineOffset: "1px" },
  ".cm-scroller": {
    fontFamily: MONOSPACE,
    lineHeight: "1.5",
    overflow: "auto",
    borderRadius: ".4rem",
  },
  ".cm-content": { padding: ".5rem 0", caretColor: "var(--text)" },
  ".cm-cursor": { borderLeftColor: "var(--text)", borderLeftWidth: "2px" },
  ".cm-gutters": {
    backgroundColor: "var(--soft)",
    color: "var(--dim)",
    borderRight: "1px solid var(--line)",
  },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 .5rem 0 .6rem", minWidth: "2rem" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent) 5%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--accent-soft)", color: "var(--text)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
    {
      backgroundColor: "var(--code-selection)",
    },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
    backgroundColor: "var(--accent-soft)",
    outline: "1px solid var(--accent)",
  },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "var(--bad-soft)" },
  ".cm-tooltip": {
    backgroundColor: "var(--ground)",
    color: "var(--text)",
    border: "1px solid var(--line-strong)",
    borderRadius: ".4rem",
    boxShadow: "0 .25rem 1rem rgb(0 0 0 / .15)",
    maxWidth: "min(34rem, 90vw)",
  },
  ".cm-tooltip-autocomplete > ul": { fontFamily: MONOSPACE },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    backgroundColor: "var(--accent-soft)",
    color: "var(--text)",
  },
  ".cm-diagnostic": {
    padding: ".4rem .7rem",
    fontFamily: "system-ui, sans-serif",
    lineHeight: "1.45",
  },
  ".cm-diagnostic-error": { borderLeft: ".25rem solid var(--bad)" },
  ".cm-diagnosticSource": {
    fontFamily: MONOSPACE,
    color: "var(--dim)",
    fontSize: ".8rem",
    opacity: "1",
  },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--bad) 1.5px",
    textUnderlineOffset: "3px",
    textDecorationSkipInk: "none",
  },
  ".cm-gutter-lint": { width: "1.1rem" },
  ".cm-gutter-lint .cm-gutterElement": { padding: "0 .2em" },
  ".cm-lint-marker": { width: "1em", height: "auto", lineHeight: "inherit" },
  ".cm-lint-marker-error": { content: "normal" },
  ".cm-lint-marker-error::after": { content: '"✗"', color: "var(--bad)", fontWeight: "700" },
  ".cm-panels": {
    backgroundColor: "var(--soft)",
    color: "var(--text)",
    borderColor: "var(--line)",
  },
});
