/** Steps of a replay: -1 shows everything, 0 … count - 1 one number after the other. */

export const WHOLE = -1;

/** Return the next step; after the last one everything is shown again. */
export const after = (step, count) => (step + 1 < count ? step + 1 : WHOLE);

/** Return the previous step; before the first one everything is shown. */
export const before = (step, count) => (step === WHOLE ? count - 1 : step - 1);

/** Return the step that a key leads to, or null for any other key. */
export function stepOfKey(key, step, count) {
  if (key === "ArrowRight") return after(step, count);
  if (key === "ArrowLeft") return before(step, count);
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  return key === "Escape" ? WHOLE : null;
}

/**
 * Return the step from which each word of a calculation is shown. `numbers` has for each line the
 * product that each word belongs to, or null. A sign appears with the product after it, the end of
 * a line with the line's last product, and a line without products with the last product of all.
 */
export function shownFrom(numbers) {
  const last = Math.max(0, ...numbers.flat().filter((n) => n !== null));
  return numbers.map((line) => {
    const known = line.filter((n) => n !== null);
    return line.map((n, i) => n ?? line.slice(i).find((m) => m !== null) ?? known.at(-1) ?? last);
  });
}
