/** The chat that is shown on the console: what was said, what happened, what can be done. */

import { explain, h, link, linkify, time } from "./render.js";
import { attach, attached } from "./console_files.js";
import { notesDone } from "./console_parts.js";
import { typing } from "./console_typing.js";
import { button, field, form } from "./staff.js";

/** @typedef {import("./console.js").LiveChatConsole} Console */

const SCORES = { 3: "good", 2: "okay", 1: "bad" };
const ENDS = {
  visitor: "The visitor has ended the chat.",
  agent: "The chat was closed.",
  inactive: "The chat was closed because nobody wrote for a while.",
  visitor_lost: "The chat was closed because the visitor's connection was lost.",
  answered: "The question has been answered by e-mail.",
  waited_too_long: "The visitor has waited too long and was asked for a message.",
  nobody_answered: "Nobody took the chat; the visitor was asked for a message.",
};
const REFUSALS = { declined: "said no", lapsed: "did not answer in time", withdrawn: "can no longer be asked" };

/** What an event says to staff, in a sentence. */
const TOLD = {
  Offered: ({ seat }) => `Offered to ${seat.name}.`,
  Declined: ({ seat }) => `${seat.name} declined.`,
  OfferLapsed: ({ seat }) => `${seat.name} did not answer in time.`,
  OfferWithdrawn: ({ seat }) => `${seat.name} can no longer be asked.`,
  Accepted: ({ agent }) => `${agent} has the chat.`,
  TransferOffered: ({ seat, comment }) => `${seat.name} was asked to take over${comment ? `: “${comment}”` : "."}`,
  TransferEnded: ({ seat, reason }) => `${seat.name} ${REFUSALS[reason] ?? "did not take over"}.`,
  TransferAccepted: ({ agent }) => `${agent} has taken over.`,
  Requeued: () => "The chat waits for somebody else.",
  Overflowed: () => "The chat waits in another line now.",
  Prioritized: () => "The chat has another place in the line.",
  ReplyOverdue: () => "The visitor still waits for a first reply.",
  VisitorLeft: () => "The visitor's connection is lost.",
  VisitorReturned: () => "The visitor is back.",
  MessageLeft: ({ email, reason }) =>
    `${reason ? "What the visitor wrote became a message" : "The visitor left a message"}; the answer goes to ${email}.`,
  TranscriptAsked: ({ email }) => `The visitor asked for the history, to ${email}.`,
  Closed: ({ reason }) => ENDS[reason] ?? "The chat is over.",
  Rated: ({ value, comment }) => `The visitor found it ${SCORES[value]}${comment ? `: “${comment}”` : "."}`,
};

/** @param {Console} c */
export function conversation(c) {
  const chat = c.chats.get(c.chosen);
  if (!chat) return null;
  const { transcript } = chat;
  const mine = c.isMine(c.chosen);
  return h(
    "div",
    { key: c.chosen, class: "conversation" },
    title(c, c.known(c.chosen), mine),
    c.panel === "transfer" && transfer(c),
    c.panel === "note" && note(c),
    c.alert(`chat ${c.chosen}`),
    c.alert(`notes ${c.chosen}`),
    h(
      "div",
      { class: "log", id: `log ${c.chosen}`, role: "log", "aria-label": "Conversation", tabindex: 0 },
      transcript.events.map((event) => line(c, transcript, event)),
      transcript.outbox.map((one) => unsent(transcript, one)),
    ),
    typing(c),
    mine ? composer(c) : h("p", { class: "over" }, over(c, transcript)),
  );
}

/** Why nothing can be said. @param {Console} c */
function over(c, transcript) {
  if (c.isWrapping(c.chosen)) return "This chat is over. There is time for your notes.";
  return transcript.last("Closed") ? "This chat is over." : "Somebody else has this chat now.";
}

/** @param {Console} c */
function title(c, { name, number, site_name, page, title: heading, email, location }, mine) {
  return h(
    "header",
    { class: "title" },
    button("All chats", () => c.choose(""), "text back"),
    h(
      "div",
      { class: "about" },
      h("h2", null, h("bdi", null, name), number && h("span", { class: "number" }, ` #${number}`)),
      h(
        "p",
        { class: "small" },
        [site_name, page && link(page, heading || page), location, email && h("bdi", null, email)]
          .filter(Boolean)
          .map((part, place) => [place > 0 && " · ", part]),
      ),
      page && heading && h("p", { class: "address" }, page),
    ),
    (mine || c.isWrapping(c.chosen)) &&
      h(
        "div",
        { class: "actions" },
        button("Note", () => c.open("note"), "", { "aria-expanded": String(c.panel === "note") }),
        mine && button("Transfer", () => c.open("transfer"), "", { "aria-expanded": String(c.panel === "transfer") }),
        mine ? button("Close chat", () => c.about("close")) : notesDone(c, c.chosen),
      ),
  );
}

/** Choose who takes over (S0-30), or a line where the chat goes on (S2-22). @param {Console} c */
function transfer(c) {
  if (!c.shown) return h("p", { class: "panel small" }, "Loading…");
  const [colleagues, queues] = c.shown;
  const place = `chat ${c.chosen}`;
  const [to, comment] = [`to ${c.chosen}`, `comment ${c.chosen}`];
  const options = [
    ...colleagues.filter(({ agent, why_not }) => agent !== c.me && !why_not).map(person),
    ...queues.filter(({ id }) => id !== c.known(c.chosen).queue).map(another),
  ];
  if (!options.length) return h("p", { class: "panel" }, "Nobody else is available, and there is no other line.");
  const send = async (more = {}) => {
    const [kind, id] = (c.drafts[to] ?? options[0][0]).split(" ");
    if (await c.about("transfer", { [kind]: id, comment: c.drafts[comment] ?? "", ...more }))
      for (const draft of [to, comment]) c.draft(draft, "");
  };
  const nobody = c.faults[place]?.code === "nobody_available";
  return form(
    "transfer",
    () => send(),
    h(
      "div",
      { class: "panel" },
      field(
        "transfer-to",
        "To",
        h(
          "select",
          { ...c.typed(to, options[0][0]), onchange: () => c.forgive(place) },
          options.map(([value, text]) => h("option", { key: value, value }, text)),
        ),
      ),
      field(
        "transfer-comment",
        "Comment",
        h("input", { ...c.typed(comment), maxlength: 1000 }),
        "Only colleagues see it.",
      ),
      h(
        "div",
        { class: "actions" },
        h("button", { class: "main" }, "Transfer now"),
        nobody && button("Put it there anyway", () => send({ anyway: true })),
        button("Cancel", () => c.open("transfer")),
      ),
    ),
  );
}

/** A colleague to choose. */
const person = ({ agent, name, load, capacity }) => [`agent ${agent}`, `${name} (${load} of ${capacity} chats)`];

/** A line to choose, with who is there. */
const another = ({ id, name, state, waiting }) => [
  `queue ${id}`,
  `Line: ${name} (${state === "offline" ? "nobody is there" : `${waiting} waiting`})`,
];

/** @param {Console} c */
function note(c) {
  return form(
    "note",
    () => c.note(),
    h(
      "div",
      { class: "panel" },
      field(
        "note",
        "Note",
        h("textarea", { ...c.typed(`note ${c.chosen}`), required: true, maxlength: 5000 }),
        "Only colleagues see it.",
      ),
      h(
        "div",
        { class: "actions" },
        h("button", { class: "main" }, "Add note"),
        button("Cancel", () => c.open("note")),
      ),
    ),
  );
}

/** @param {Console} c */
function line(c, transcript, event) {
  const { type, data, at } = event;
  const key = transcript.key(event);
  if (type === "Started")
    return data.question
      ? bubble(key, "theirs", data.name || "Guest", data.question, time(at))
      : told(key, at, "The visitor asks for a chat.");
  if (type === "Posted")
    return bubble(key, data.author === "visitor" ? "theirs" : "own", data.name || "Guest", data.text, time(at));
  if (type === "Attached")
    return bubble(key, data.author === "visitor" ? "theirs" : "own", data.name || "Guest", attached(c, data), time(at));
  if (type === "Noted") return bubble(key, "remark", `${data.name}, to colleagues`, data.text, time(at));
  return TOLD[type] && told(key, at, TOLD[type](data));
}

function told(key, at, text) {
  return h("p", { key, class: "event" }, text, " ", time(at));
}

function bubble(key, style, name, text, ...foot) {
  return h(
    "div",
    { key, class: `bubble ${style}` },
    h("p", { class: "foot" }, h("bdi", null, name), " ", foot),
    h("p", { class: "text", dir: "auto" }, typeof text === "string" ? linkify(text) : text),
  );
}

function unsent(transcript, one) {
  const again = button("Send again", () => transcript.post(one.text, one.id), "text");
  return bubble(
    one.id,
    "own",
    "You",
    one.text,
    one.error ? [h("span", { class: "failed" }, explain(one.error)), again] : "Sending…",
  );
}

/** @param {Console} c */
function composer(c) {
  const keydown = (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    c.reply();
  };
  const typed = c.typed(`reply ${c.chosen}`);
  const oninput = (event) => {
    typed.oninput(event);
    c.typing.typed(c.chosen, event.target.value);
  };
  return form(
    "composer",
    () => c.reply(),
    h(
      "div",
      { class: "composer" },
      h("label", { for: "reply", class: "unseen" }, "Reply"),
      h("textarea", {
        ...typed,
        oninput,
        id: "reply",
        key: c.chosen,
        rows: 2,
        maxlength: 5000,
        placeholder: "Write a reply…",
        onkeydown: keydown,
      }),
      attach(c),
      h("button", { class: "main" }, "Send reply"),
    ),
  );
}
