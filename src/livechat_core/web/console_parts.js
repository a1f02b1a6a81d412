/** Pieces that the console's lists have in common. */

import { h, link } from "./render.js";
import { button, unseen } from "./staff.js";

/** @typedef {import("./console.js").LiveChatConsole} Console */

/** Who it is, and on which site. */
export function who({ name, number, site_name, queue_name }) {
  return h(
    "span",
    { class: "who" },
    h("bdi", null, name),
    number > 0 && h("span", { class: "number" }, `#${number}`),
    h("span", { class: "small" }, [site_name, queue_name].filter(Boolean).join(" · ")),
  );
}

/** The page, the address and the place, as far as they are known. */
export function facts({ page, title, email, location, browser }) {
  return h(
    "dl",
    { class: "facts" },
    [
      ["Page", page && [link(page, title || page), title && h("span", { class: "address" }, page)]],
      ["E-mail", email && h("bdi", null, email)],
      ["Location", location],
      ["Browser", browser && h("span", { title: browser }, browserName(browser))],
    ].map(([name, value]) => value && h("div", { key: name }, h("dt", null, name), h("dd", null, value))),
  );
}

/** What a browser that calls itself by many names is. @param {string} agent */
function browserName(agent) {
  const first = (...names) => names.find((name) => agent.includes(name));
  const name = first("Edg", "OPR", "Firefox", "Chrome", "Safari");
  const system = first("iPhone", "iPad", "Android", "Windows", "Mac", "Linux");
  return name && system ? `${{ Edg: "Edge", OPR: "Opera" }[name] ?? name} on ${system}` : agent.slice(0, 40);
}

/** The notes on a chat are written. @param {Console} c @param {string} stream */
export function notesDone(c, stream) {
  return button(["Notes done", unseen(` on the chat with ${c.known(stream).name}`)], () => c.finishNotes(stream), "", {
    "aria-disabled": c.busy.has(`notes ${stream}`),
  });
}

/** A list with its heading, which says so when it is empty; `more` stands above it. */
export function list(id, name, empty, items, more = null) {
  return h(
    "section",
    { key: id, class: "list", "aria-labelledby": id },
    h(
      "div",
      { class: "row" },
      h("h2", { id }, name),
      items.length > 0 && h("span", { class: "count", "aria-hidden": "true" }, items.length),
    ),
    more,
    h(
      "ul",
      { key: "items", role: "list", "aria-labelledby": id },
      items.length ? items : h("li", { key: "none", class: "none" }, empty),
    ),
  );
}
