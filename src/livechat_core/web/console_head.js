/** The head of the console: who it is, how many chats he has, and whether he is asked for more. */

import { h } from "./render.js";
import { button } from "./staff.js";

/** @typedef {import("./console.js").LiveChatConsole} Console */

const STATUS = { available: "Available", busy: "Busy", away: "Away", offline: "Offline" };
const STATE = { connecting: "Connecting…", open: "Connected", lost: "Reconnecting…" };

/** Why somebody is not asked, to himself. */
const WHY = {
  "": "You are asked for new chats.",
  full: "You are not asked for new chats: all your places are taken.",
  busy: "You are busy, so you are not asked for new chats.",
  away: "You are away, so you are not asked for new chats.",
  offline: "You are offline. Choose another status to begin.",
  draining: "You will be offline when your chats are over.",
  grace: "Your connection was lost, so you are not asked for new chats.",
};

/** The same to colleagues, in a word or two. */
const STANDING = {
  full: "all places taken",
  draining: "offline when the chats are over",
  grace: "connection lost",
};

/** What a status is called, a custom one by its own name (F28). @param {Console} c @param {string} status */
export function named(c, status) {
  return STATUS[status] ?? custom(c, status)?.name ?? STANDING[status] ?? status;
}

function custom(c, status) {
  return c.session.statuses?.find(({ id }) => id === status);
}

/** @param {Console} c */
export function head(c) {
  const active = c.lists.mine?.size ?? 0;
  return h(
    "header",
    { class: "head" },
    h(
      "div",
      { class: "bar" },
      h("div", null, h("h1", null, c.session.name), h("p", { class: `state ${c.state}`, role: "status" }, STATE[c.state])),
      h("p", { class: active ? "active some" : "active" }, h("strong", null, active), active === 1 ? " active chat" : " active chats"),
    ),
    standing(c),
    globalThis.Notification?.permission === "default" &&
      button("Tell me when this page is hidden", () => c.allowNotices(), "text"),
    c.alert("status"),
  );
}

/** The own status, and what follows from it. @param {Console} c */
function standing(c) {
  const { status, why_not = "", load = 0, capacity, in_call = false, statuses = [] } = c.session;
  const shown = status === "draining" ? "offline" : status === "grace" ? "available" : status;
  return h(
    "div",
    { class: "standing" },
    h(
      "div",
      { class: "choice" },
      h("label", { for: "status" }, "Status"),
      h(
        "select",
        { id: "status", class: why_not ? "" : "asked", value: shown, onchange: ({ target }) => c.setStatus(target.value) },
        [...Object.entries(STATUS), ...statuses.map(({ id, name }) => [id, name])].map(([value, text]) =>
          h("option", { key: value, value }, text),
        ),
      ),
      status !== "offline" &&
        h(
          "label",
          { class: "check" },
          h("input", { type: "checkbox", id: "in-call", checked: in_call, onchange: ({ target }) => c.setCall(target.checked) }),
          "In a call",
        ),
    ),
    h(
      "p",
      { class: "small" },
      status !== "offline" && h("strong", { key: "load" }, `${load} of ${capacity} chats. `),
      h("span", { key: "why", role: "status" }, sentence(c)),
    ),
  );
}

/** Whether somebody is asked, in a sentence to him. @param {Console} c */
function sentence(c) {
  const { why_not = "", reason, missed = "several", in_call } = c.session;
  if (reason === "missed")
    return `You missed ${missed} offers in a row, so you are away. Choose Available to be asked again.`;
  if (!why_not && in_call) return "You are in a call, so you are asked after your colleagues.";
  return WHY[why_not] ?? `Your status is “${named(c, why_not)}”, so you are not asked for new chats.`;
}
