// Apply a stored theme before the first paint; without one, the page follows the system.

const THEME = "learncnn-theme";
const chosen = localStorage.getItem(THEME);
if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
