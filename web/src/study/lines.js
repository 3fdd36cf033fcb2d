/** Compare two texts line by line. */

/** Return each text's lines as `{text, differs}`; equal lines are in both, in the same order. */
export function compareLines(one, other) {
  const a = one.split("\n");
  const b = other.split("\n");
  const common = commonLengths(a, b);
  const sides = [[], []];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      sides[0].push({ text: a[i++], differs: false });
      sides[1].push({ text: b[j++], differs: false });
    } else if (j === b.length || (i < a.length && common[i + 1][j] >= common[i][j + 1])) {
      sides[0].push({ text: a[i++], differs: true });
    } else {
      sides[1].push({ text: b[j++], differs: true });
    }
  }
  return sides;
}

/** Return a table with the longest common subsequence length of `a[i:]` and `b[j:]` at `[i][j]`. */
function commonLengths(a, b) {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      lengths[i][j] =
        a[i] === b[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  return lengths;
}
