/** The sentences of the page, in its language: a flat JSON object in `#texts`. */

let all;

function texts() {
  all ??= JSON.parse(document.getElementById("texts")?.textContent ?? "null");
  return all;
}

/** Return whether the page carries the sentences of figures. */
export const hasTexts = () => Boolean(texts()?.["serve_figures.play"]);

/** Return a sentence with its values filled in. */
export function say(key, values = {}) {
  const sentence = texts()[key];
  if (sentence === undefined) throw new Error(`the page has no text ${key}`);
  return sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
