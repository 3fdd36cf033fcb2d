// Build the study page's scripts and styles into a folder, grader/serve/static unless one is given.
//
//     node build.mjs [FOLDER]
//
// The same sources and lock file give the same bytes, so CI compares them with those committed.

import { build } from "esbuild";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const STATIC = resolve(HERE, "../grader/serve/static");
//: A rule for dark screens: `@media (prefers-color-scheme: dark) { SELECTOR { COLOURS } }`.
const DARK =
  /@media ((?:screen and )?)\(prefers-color-scheme: dark\) \{\s+([^{}]+?) \{([^{}]*)\}\s+\}/g;

/** Repeat each rule for dark screens so that `data-theme` on the root overrides the system's. */
function followTheme(css, path) {
  const followed = css.replace(DARK, (_, screen, selector, colours) => {
    const below = (root) => selector.replace(/^(:root)?/, (own) => (own ? root : `${root} `));
    return `
      @media ${screen}(prefers-color-scheme: dark) { ${below(":root:not([data-theme=light])")} {${colours}} }
      @media ${screen ? "screen" : "all"} { ${below(":root[data-theme=dark]")} {${colours}} }`;
  });
  const count = (text, pattern) => text.match(pattern)?.length ?? 0;
  if (count(css, /prefers-color-scheme: dark/g) !== count(followed, /data-theme=dark/g)) {
    throw new Error(
      `${path}: a rule for dark screens is not @media (prefers-color-scheme: dark) { ONE { … } }`,
    );
  }
  return followed;
}

/** Return a file's rules; light.css and dark.css hold bare colours, which get a selector here. */
async function sheet(path) {
  const css = await readFile(path, "utf8");
  if (basename(path) === "light.css") return `:root { color-scheme: light dark;\n${css}}`;
  if (basename(path) !== "dark.css") return css;
  return `@media screen and (prefers-color-scheme: dark) { :root {\n${css}} }`;
}

const themes = {
  name: "themes",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => ({
      contents: followTheme(await sheet(path), path),
      loader: "css",
    }));
  },
};

/** Return the licences of the bundled packages; they require their text to be distributed. */
async function licences(inputs) {
  const names = Object.keys(inputs).map(
    (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1],
  );
  const packages = [...new Set(names.filter(Boolean))].sort();
  const texts = packages.map(async (name) => {
    const folder = join(HERE, "node_modules", name);
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    if (!file) throw new Error(`${name} comes without the text of its licence`);
    return `${name}\n\n${(await readFile(join(folder, file), "utf8")).trim()}\n`;
  });
  return (await Promise.all(texts)).join("\n---\n\n");
}

const folder = process.argv[2] ? resolve(process.argv[2]) : STATIC;
const { metafile } = await build({
  absWorkingDir: HERE,
  entryPoints: ["src/app.js", "src/theme.js", "src/app.css"],
  outdir: folder,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome111", "firefox115", "safari16.4"],
  charset: "utf8",
  metafile: true,
  plugins: [themes],
});
await writeFile(join(folder, "LICENSES.txt"), await licences(metafile.inputs));
