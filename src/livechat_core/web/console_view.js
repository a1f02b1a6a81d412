/** The console, drawn: its head, the incoming chat, the lists. */

import { conversation } from "./console_chat.js";
import { head } from "./console_head.js";
import { facts, list, notesDone, who } from "./console_parts.js";
import { team } from "./console_team.js";
import { bans, visitors } from "./console_visitors.js";
import { waiting } from "./console_waiting.js";
import { h, span } from "./render.js";
import { button, unseen } from "./staff.js";

/** @typedef {import("./console.js").LiveChatConsole} Console */

/** @param {Console} c */
export function view(c) {
  return h(
    "div",
    { class: c.chosen && c.chats.has(c.chosen) ? "console talking" : "console" },
    head(c),
    h(
      "div",
      { class: "lists" },
      incoming(c),
      c.alert("offer"),
      mine(c),
      notes(c),
      waiting(c),
      team(c),
      visitors(c),
      bans(c),
    ),
    h("section", { class: "chat", "aria-label": "Chat" }, conversation(c) ?? nothing(c)),
  );
}

/** The chat that is offered, the most urgent first. @param {Console} c */
function incoming(c) {
  const [offer, ...more] = c.rows("offers", "until");
  if (!offer) return null;
  const left = Math.max(0, Math.ceil((offer.until - c.desk.now()) / 1e6));
  return h(
    "section",
    { key: `offer ${offer.key}`, class: "incoming", "aria-labelledby": "incoming" },
    h(
      "div",
      { class: "row" },
      h("h2", { id: "incoming" }, "Incoming chat"),
      h("p", { class: "left", role: "timer", "aria-label": "Seconds left" }, `${left} s`),
    ),
    offer.kind === "transfer" &&
      h(
        "p",
        { class: "mark" },
        `${offer.from ?? "A colleague"} asks you to take over.`,
        offer.comment && ` “${offer.comment}”`,
      ),
    who(offer),
    offer.question && h("blockquote", { dir: "auto" }, offer.question),
    facts(offer),
    h(
      "div",
      { class: "actions" },
      button("Accept", () => c.take(offer), "main wide", { "aria-disabled": c.busy.has("offer") }),
      button("Decline", () => c.decline(offer)),
    ),
    more.length > 0 &&
      h("p", { class: "small" }, `${more.length} more ${more.length === 1 ? "chat is" : "chats are"} offered to you.`),
  );
}

/** @param {Console} c */
function mine(c) {
  return list(
    "mine",
    "My chats",
    "You have no chats.",
    c.rows("mine", "joined").map((row) =>
      h(
        "li",
        { key: row.key },
        button(
          [who(row), h("span", { class: "line", dir: "auto" }, row.last_line), marks(c, row)],
          () => c.choose(row.stream),
          "item",
          { "aria-current": row.stream === c.chosen ? "true" : null },
        ),
      ),
    ),
  );
}

/** Chats that are over, while there is time for notes on them (F26). @param {Console} c */
function notes(c) {
  const wrapping = c.session.wrapping ?? [];
  if (!wrapping.length) return null;
  return list(
    "notes",
    "Time for notes",
    "",
    wrapping.map((stream) => {
      const { name } = c.known(stream);
      return h(
        "li",
        { key: stream, class: "item" },
        h("p", { class: "who" }, h("bdi", null, name)),
        h(
          "div",
          { class: "actions" },
          button(["Open", unseen(` the chat with ${name}`)], () => c.choose(stream)),
          notesDone(c, stream),
        ),
        c.alert(`notes ${stream}`),
      );
    }),
  );
}

/** What asks for attention in one of my chats. @param {Console} c */
function marks(c, { stream, unanswered_since, visitor_gone, transfer_to }) {
  const unread = c.chats.get(stream)?.unread ?? 0;
  return h(
    "span",
    { class: "marks" },
    unread > 0 && h("span", { class: "mark new" }, `${unread} new`),
    unanswered_since && h("span", { class: "mark" }, `Unanswered for ${span(c.desk.now() - unanswered_since)}`),
    visitor_gone && h("span", { class: "mark" }, "Connection lost"),
    transfer_to && h("span", { class: "mark" }, "Being handed over"),
  );
}

/** @param {Console} c */
function nothing(c) {
  const ready = !c.session.why_not;
  return h(
    "div",
    { class: "blank" },
    h("h2", null, ready ? "Ready for a chat" : "No chat is open"),
    h(
      "p",
      null,
      ready
        ? "An incoming chat appears on this page and rings. You can also take one from the line."
        : "You are not asked at the moment. You can still take a chat from the line.",
    ),
  );
}
