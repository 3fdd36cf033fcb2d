// Runs before the first paint: the theme that was chosen here before, if any.
// The system's is followed otherwise.

const THEME = "learncnn-theme";
const chosen = localStorage.getItem(THEME);
if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
