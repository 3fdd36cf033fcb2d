// Where a replay stands: -1 shows everything at once, 0 … count - 1 one number after the other.

export const WHOLE = -1;

/** The step that follows; after the last one everything is shown again. */
export const after = (step, count) => (step + 1 < count ? step + 1 : WHOLE);

/** The step before; before the first one everything is shown. */
export const before = (step, count) => (step === WHOLE ? count - 1 : step - 1);

/** The step that a key leads to, or null for a key that means nothing here. */
export function stepOfKey(key, step, count) {
  if (key === "ArrowRight") return after(step, count);
  if (key === "ArrowLeft") return before(step, count);
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  return key === "Escape" ? WHOLE : null;
}

/**
 * The step from which each word of a calculation is shown. `numbers` holds, line by line, the
 * product of each word or null: a sign belongs to the product after it, what stands at the end of a
 * line to the last one in it, and a line without products to the last of all.
 */
export function shownFrom(numbers) {
  const last = Math.max(0, ...numbers.flat().filter((n) => n !== null));
  return numbers.map((line) => {
    const known = line.filter((n) => n !== null);
    return line.map((n, i) => n ?? line.slice(i).find((m) => m !== null) ?? known.at(-1) ?? last);
  });
}
