/** The team on the console: all colleagues, how they stand, and how many chats they have (S3-14). */

import { named } from "./console_head.js";
import { h } from "./render.js";
import { button, form, unseen } from "./staff.js";

/** @typedef {import("./console.js").LiveChatConsole} Console */

/** @param {Console} c */
export function team(c) {
  const { team: rows } = c;
  return h(
    "section",
    { key: "team", class: "list", "aria-labelledby": "team" },
    h(
      "div",
      { class: "row" },
      h("h2", { id: "team" }, "Team"),
      button([rows ? "Hide" : "Show", unseen(" the team")], () => c.showTeam(), "text", { "aria-expanded": String(!!rows) }),
    ),
    rows &&
      h(
        "ul",
        { role: "list", "aria-labelledby": "team" },
        rows.map((row) => member(c, row)),
      ),
  );
}

/** @param {Console} c */
function member(c, { agent, name, stream, status, why_not, reason, load, capacity, queues }) {
  const lines = queues.map((id) => c.session.queues.find((queue) => queue.id === id)?.name ?? id);
  return h(
    "li",
    { key: agent, class: "item" },
    h(
      "div",
      { class: "row" },
      h("span", { class: "who" }, h("bdi", null, name)),
      h("span", { class: why_not ? "mark" : "mark good" }, named(c, status)),
    ),
    h(
      "p",
      { class: "small" },
      [
        stream && `${load} of ${capacity} chats`,
        stream && why_not === "full" && "all places taken",
        reason === "missed" && "missed offers in a row",
        lines.join(", "),
      ]
        .filter(Boolean)
        .join(" · "),
    ),
    c.isSupervisor && stream && limit(c, agent, name, stream, capacity),
    c.alert(`capacity ${agent}`),
  );
}

/** A supervisor changes how much somebody can have at a time. @param {Console} c */
function limit(c, agent, name, stream, capacity) {
  const place = `capacity ${agent}`;
  const send = async () => {
    const wanted = { stream, capacity: Number(c.drafts[place] ?? capacity) };
    if (await c.order(place, "presence.set_capacity", wanted)) {
      c.draft(place, "");
      c.loadTeam();
    }
  };
  return form(
    place,
    send,
    h(
      "div",
      { class: "limit" },
      h("label", { for: place }, "Chats at most", unseen(` for ${name}`)),
      h("input", { ...c.typed(place, `${capacity}`), id: place, type: "number", min: 0, max: 99, required: true }),
      h("button", { "aria-disabled": c.busy.has(place) }, "Set"),
    ),
  );
}
