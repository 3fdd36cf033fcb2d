/** The page's live region: short sentences for those who do not see what changed. */

/** Say a sentence to screen readers. The same sentence twice is said twice. */
export function announce(sentence) {
  const region = document.getElementById("status");
  region.textContent = "";
  requestAnimationFrame(() => (region.textContent = sentence));
}
