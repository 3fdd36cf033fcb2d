// Sorting and filtering of the table of students; without it the table shows everyone, by id.
"use strict";
const table = document.querySelector("table.class");
const body = table.tBodies[0];
const rows = [...body.rows];
const words = table.dataset;
const heads = [...table.tHead.rows[0].cells];
const language = document.documentElement.lang;
const named = new Intl.Collator(language, { numeric: true });

const valueOf = (row, column) => {
  const text = row.cells[column].textContent.trim();
  if (column === 0 || heads[column].dataset.kind === "text") return text;
  const number = parseFloat(text.replace(/[^\d.]/g, ""));
  return Number.isNaN(number) ? null : number;
};

const sortBy = (column) => {
  const before = heads[column].getAttribute("aria-sort");
  const text = column === 0 || heads[column].dataset.kind === "text";
  const first = text ? "ascending" : "descending";
  const order = before === first ? (text ? "descending" : "ascending") : first;
  for (const head of heads) head.removeAttribute("aria-sort");
  heads[column].setAttribute("aria-sort", order);
  const sign = order === "ascending" ? 1 : -1;
  const keys = new Map(rows.map((row) => [row, valueOf(row, column)]));
  rows.sort((a, b) => {
    const x = keys.get(a), y = keys.get(b);
    if (x === null || y === null) return (x === null) - (y === null); // without a number: last
    return sign * (text ? named.compare(x, y) : x - y);
  });
  body.append(...rows);
};

heads.forEach((head, column) => {
  const button = document.createElement("button");
  button.type = "button";
  button.title = head.title || `${words.sort}: ${head.textContent.trim()}`;
  button.append(...head.childNodes);
  button.addEventListener("click", () => sortBy(column));
  head.append(button);
});

const tools = document.querySelector(".tools");
const section = tools.querySelector("select");
const search = tools.querySelector("input");
const shown = tools.querySelector("output");
const filter = () => {
  const part = search.value.trim().toLocaleLowerCase(language);
  let count = 0;
  for (const row of rows) {
    const fits = (!section || section.value === "*" || row.dataset.section === section.value)
      && row.cells[0].textContent.toLocaleLowerCase(language).includes(part);
    row.hidden = !fits;
    count += fits;
  }
  shown.value = words.shown.replace("{count}", count).replace("{of}", rows.length);
};
section?.addEventListener("change", filter);
search.addEventListener("input", filter);
tools.hidden = false;
filter();
