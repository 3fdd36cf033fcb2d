/** Turn a report's problems into marks of the editor. */

/** Return the marks for problems `{line, column, message, code}`, with lines and columns from 1.
 *
 * A mark extends from its column, or from the first character that is not blank, to the end of the
 * line. Problems on lines that no longer exist are omitted.
 */
export function marksOf(problems, document) {
  return problems
    .filter(({ line }) => line >= 1 && line <= document.lines)
    .map(({ line, column, message, code }) => {
      const { from, to, text } = document.line(line);
      const indent = text.length - text.trimStart().length;
      const start = Math.min(from + Math.max(indent, (column ?? 1) - 1), to);
      return { from: start, to, severity: "error", message, source: code || undefined };
    });
}
