/** The page's live region, which tells screen readers what has changed. */

/** Announce a sentence to screen readers, even if it equals the previous one. */
export function announce(sentence) {
  const region = document.getElementById("status");
  region.textContent = "";
  requestAnimationFrame(() => (region.textContent = sentence));
}
