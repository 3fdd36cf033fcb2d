/** The sentences of the page in its language: key → sentence with `{names}` to fill in. */

const element = document.getElementById("texts");
const texts = element ? JSON.parse(element.textContent) : {};

/** Return a sentence of the page with its values filled in. */
export function text(key, values = {}) {
  const sentence = texts[key];
  if (sentence === undefined) throw new Error(`the page has no text "${key}"`);
  return sentence.replace(/\{(\w+)\}/g, (name, value) => values[value] ?? name);
}

/** Return whether the page has a sentence for a key. */
export const has = (key) => key in texts;
