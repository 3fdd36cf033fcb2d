/** The switch between light and dark. A choice is stored unless it equals the system's. */

import { text } from "./texts.js";

const THEME = "learncnn-theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

const current = () => document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light");

function choose(theme) {
  if (theme === (dark.matches ? "dark" : "light")) {
    localStorage.removeItem(THEME);
    delete document.documentElement.dataset.theme;
  } else {
    localStorage.setItem(THEME, theme);
    document.documentElement.dataset.theme = theme;
  }
}

/** Make a button the switch; its label names the theme that it turns on. */
export function switchThemes(button) {
  const show = () =>
    (button.textContent = text(current() === "dark" ? "theme.light" : "theme.dark"));
  button.addEventListener("click", () => {
    choose(current() === "dark" ? "light" : "dark");
    show();
  });
  dark.addEventListener("change", show);
  show();
  button.hidden = false;
}
