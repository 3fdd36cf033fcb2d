/** Syntax colours for Python, taken from the page's variables so that they follow its theme. */

import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { tags } from "@lezer/highlight";

export const highlighting = syntaxHighlighting(
  HighlightStyle.define([
    {
      tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword],
      color: "var(--code-keyword)",
    },
    { tag: [tags.string, tags.docString], color: "var(--code-string)" },
    { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
    { tag: tags.comment, color: "var(--dim)", fontStyle: "italic" },
    {
      tag: [tags.function(tags.definition(tags.variableName)), tags.definition(tags.className)],
      color: "var(--code-name)",
      fontWeight: "600",
    },
    { tag: tags.meta, color: "var(--code-name)" },
    { tag: tags.invalid, color: "var(--bad)" },
  ]),
);
