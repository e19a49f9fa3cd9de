// Makes `there` like `wanted` and keeps what it can: an element that has an id is found again wherever it went to, so
// that focus, scroll, what is opened and what is ticked outlive a refresh. The properties of fields are left alone.
export function morph(there, wanted) {
  if (there.getAttribute("role") === "status") return; // what was said stays said
  for (const { name } of [...there.attributes]) if (!wanted.hasAttribute(name) && name !== "open") there.removeAttribute(name);
  for (const { name, value } of wanted.attributes) {
    if (name === "open" || there.getAttribute(name) === value) continue;
    there.setAttribute(name, value);
  }
  children(there, wanted);
}

function children(there, wanted) {
  const known = new Map([...there.children].filter((one) => one.id).map((one) => [one.id, one]));
  const stays = new Set([...wanted.children].map((one) => one.id).filter(Boolean));
  let at = there.firstChild;
  for (const next of [...wanted.childNodes]) {
    // What has an id that is wanted further on waits for its turn; what is wanted no more makes way.
    while (at && at.nodeType === Node.ELEMENT_NODE && at.id && !stays.has(at.id)) at = dropped(at);
    const found = next.nodeType === Node.ELEMENT_NODE && next.id ? known.get(next.id) : like(at, next);
    if (!found || found.nodeName !== next.nodeName) {
      there.insertBefore(document.importNode(next, true), at);
      continue;
    }
    if (found === at) at = at.nextSibling;
    else there.insertBefore(found, at);
    if (found.nodeType === Node.ELEMENT_NODE) morph(found, next);
    else if (found.data !== next.data) found.data = next.data;
  }
  while (at) at = dropped(at);
}

function dropped(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

// Without an id, only what stands at the same place can be the same.
function like(at, next) {
  return at && at.nodeName === next.nodeName && !at.id && !next.id ? at : null;
}
