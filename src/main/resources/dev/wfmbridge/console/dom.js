// Elements from data. Text is always text: nothing that a server says becomes markup.
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) {
      element.addEventListener(key.slice(2), value);
    } else if (value === true) {
      element.setAttribute(key, "");
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(key, value);
    }
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

export const byId = (id) => document.getElementById(id);

/** Replaces what an element holds, but only if it would look different: a screen reader says again whatever is put in. */
export function show(element, ...children) {
  const next = document.createElement(element.tagName);
  next.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  if (next.innerHTML !== element.innerHTML) {
    element.replaceChildren(...next.childNodes);
  }
}
