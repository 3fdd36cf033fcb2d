/** What a report says of lines, as the editor's marks. */

/** Return the marks for problems `{line, column, message, code}`, which count from 1.
 *
 * A mark reaches from its column, or from where the line's text begins, to the end of the line.
 * Problems of lines that are gone by now are left out.
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
