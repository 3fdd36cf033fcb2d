/** Turn one DOM tree into another in place, so that focus and transitions continue. */

/** Make the children of `old` equal to `wanted`. */
export function morphChildren(old, wanted) {
  const now = [...old.childNodes];
  wanted.forEach((node, n) => {
    if (n < now.length) morph(now[n], node);
    else old.append(node);
  });
  now.slice(wanted.length).forEach((node) => node.remove());
}

function morph(old, wanted) {
  if (old.nodeName !== wanted.nodeName || old.nodeType !== wanted.nodeType) {
    old.replaceWith(wanted);
  } else if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== wanted.data) old.data = wanted.data;
  } else {
    morphAttributes(old, wanted);
    morphChildren(old, [...wanted.childNodes]);
  }
}

function morphAttributes(old, wanted) {
  for (const { name } of [...old.attributes]) {
    if (!wanted.hasAttribute(name) && name !== "tabindex") old.removeAttribute(name);
  }
  for (const { name, value } of [...wanted.attributes]) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}
