/** The chats that wait, on the console: who is asked, why nobody is, and what can be done by hand. */

import { named } from "./console_head.js";
import { list, who } from "./console_parts.js";
import { h, span } from "./render.js";
import { button, field, form, unseen } from "./staff.js";

/** @typedef {import("./console.js").LiveChatConsole} Console */

const MINUTE = 6e7;

/** @param {Console} c */
export function waiting(c) {
  const rows = c.rows("waiting", "since").sort((one, other) => other.priority - one.priority);
  return list(
    "waiting",
    "Waiting",
    "Nobody is waiting.",
    rows.map((row) => item(c, row, rows)),
    counts(c, rows),
  );
}

/** How many wait in each line (S3-11). @param {Console} c @param {any[]} rows */
function counts(c, rows) {
  const lines = new Map(c.session.queues.map(({ id, name }) => [id, { name, count: 0 }]));
  for (const { queue, queue_name: name } of rows) {
    const line = lines.get(queue) ?? { name, count: 0 };
    lines.set(queue, line);
    line.count++;
  }
  if (lines.size < 2) return null;
  return h(
    "ul",
    { key: "lines", class: "lines", role: "list", "aria-label": "Waiting by line" },
    [...lines].map(([key, { name, count }]) =>
      h("li", { key, class: count ? "mark some" : "mark" }, name, " ", h("strong", null, count)),
    ),
  );
}

/** @param {Console} c */
function item(c, row, rows) {
  const { key, stream, name, number, question, pick, assignment, offered_to } = row;
  const about = unseen(` ${name}, number ${number}`);
  const panel = (label, kind) =>
    button([label, about], () => c.open(`${kind} ${stream}`), "", {
      "aria-expanded": String(c.panel === `${kind} ${stream}`),
    });
  const byReply = assignment === "first_reply";
  return h(
    "li",
    { key, class: "item" },
    h(
      "div",
      { class: "row" },
      who(row),
      byReply
        ? panel("Reply…", "answer")
        : pick &&
            ["", c.me].includes(offered_to) &&
            button(["Take", about], () => c.take({ ...row, offer: "" }), "", {
              "aria-disabled": c.busy.has(`take ${stream}`),
            }),
    ),
    question && h("p", { class: "line", dir: "auto" }, question),
    h("p", { class: "small" }, place(c, row)),
    h("p", { class: "small asked" }, asked(c, row)),
    c.panel === `answer ${stream}` && answer(c, row),
    c.alert(`take ${stream}`),
    h(
      "div",
      { class: "actions" },
      panel("Why?", "why"),
      panel("Assign…", "assign"),
      c.isSupervisor && row.position > 1 && button(["Move up", about], () => c.moveUp(row, rows)),
    ),
    c.panel === `why ${stream}` && why(c, row),
    c.panel === `assign ${stream}` && assign(c, row),
    c.alert(`wait ${stream}`),
  );
}

/** @param {Console} c */
function place(c, { since, position, usual_wait: usual }) {
  return [
    `Waiting ${span(c.desk.now() - since)}`,
    position > 0 && `place ${position}`,
    usual && `usually ${span(Math.max(MINUTE, usual))}`,
  ]
    .filter(Boolean)
    .join(" · ");
}

/** @param {Console} c */
function asked(c, { offered_to, offered_to_name, assignment }) {
  if (offered_to) return offered_to === c.me ? "You are being asked." : `${offered_to_name} is being asked.`;
  return {
    first_reply: "Nobody is asked: whoever replies first has this chat.",
    manual: "Nobody is asked: take it from the line.",
  }[assignment] ?? "Nobody is being asked now.";
}

/** Have a chat by the first reply (S3-15, F11). @param {Console} c */
function answer(c, row) {
  const place = `answer ${row.stream}`;
  return form(
    place,
    () => c.answer(row),
    h(
      "div",
      { class: "panel" },
      field("answer", "Your reply", h("textarea", { ...c.typed(place), required: true, maxlength: 5000 })),
      h(
        "div",
        { class: "actions" },
        h("button", { class: "main", "aria-disabled": c.busy.has(`take ${row.stream}`) }, "Reply and take the chat"),
        button("Cancel", () => c.open(place)),
      ),
    ),
  );
}

/** Why the chat waits, and why each agent is or is not asked. @param {Console} c */
function why(c, { assignment }) {
  if (!c.shown) return h("p", { class: "panel small" }, "Loading…");
  const [{ why: told, agents }] = c.shown;
  return h(
    "div",
    { class: "panel why" },
    assignment === "offer" && told && h("p", null, told),
    agents.length
      ? h(
          "ol",
          { "aria-label": "Agents, in the order in which they are asked" },
          agents.map(({ agent, name, can, why: reason }) =>
            h(
              "li",
              { key: agent },
              h(
                "div",
                { class: "row" },
                h("bdi", { class: "who" }, name),
                h("span", { class: can ? "mark good" : "mark" }, can ? "can be asked" : "not asked"),
              ),
              h("p", null, named(c, reason)),
            ),
          ),
        )
      : h("p", null, "None of those who serve this line is at work."),
  );
}

/** Choose who is asked (S1-10). @param {Console} c */
function assign(c, { stream, queue, queue_name }) {
  if (!c.shown) return h("p", { class: "panel small" }, "Loading…");
  const serves = ({ queues }) => queues.includes(queue);
  const free = c.shown[0].filter(({ agent, why_not }) => agent !== c.me && !why_not);
  if (!free.length) return h("p", { class: "panel" }, "No colleague is free at the moment.");
  const options = [...free.filter(serves), ...free.filter((one) => !serves(one))];
  const place = `assignee ${stream}`;
  const send = async () => {
    const agent = c.drafts[place] ?? options[0].agent;
    if (await c.order(`wait ${stream}`, "conversation.assign", { stream, agent })) {
      c.draft(place, "");
      c.set({ panel: "" });
    }
  };
  return form(
    place,
    send,
    h(
      "div",
      { class: "panel" },
      field(
        "assignee",
        "Assign to",
        h(
          "select",
          c.typed(place, options[0].agent),
          options.map((one) =>
            h(
              "option",
              { key: one.agent, value: one.agent },
              `${one.name} (${one.load} of ${one.capacity}${serves(one) ? " chats" : `, not in ${queue_name}`})`,
            ),
          ),
        ),
        "The chat is offered to this person alone.",
      ),
      h(
        "div",
        { class: "actions" },
        h("button", { class: "main" }, "Assign"),
        button("Cancel", () => c.open(`assign ${stream}`)),
      ),
    ),
  );
}
