/** The visitor's window, drawn. */

import { explain, h, linkify, span, time } from "./render.js";

const ICONS = {
  chat: "M21 11.5a8 8 0 0 1-12 7L4 20l1.4-4.6A8 8 0 1 1 21 11.5Z",
  down: "m6 9 6 6 6-6",
  mail: "M3 6h18v12H3zM3 7l9 6 9-6",
  on: "M4 9.5v5h3l5 4V5.5l-5 4zM15.5 9a4 4 0 0 1 0 6M18 6a8 8 0 0 1 0 12",
  off: "M4 9.5v5h3l5 4V5.5l-5 4zM16 9.5l5 5M21 9.5l-5 5",
  again: "M20 11a8 8 0 1 0-1 5M20 5v6h-6",
  send: "M4 12 20 4l-4 16-4-6z",
  check: "m5 12.5 4.5 4.5L19 7.5",
  good: "M9 9.5v.2M15 9.5v.2M8 14a5 5 0 0 0 8 0",
  okay: "M9 9.5v.2M15 9.5v.2M8.5 15h7",
  bad: "M9 9.5v.2M15 9.5v.2M8 16a5 5 0 0 1 8 0",
};
const EMAIL = { type: "email", autocomplete: "email", maxlength: 254 };
const WHEN = { dateStyle: "full", timeStyle: "short" };
const ENDS = {
  visitor: "You have ended the chat.",
  inactive: "The chat was closed: nobody wrote for a while.",
  visitor_lost: "The chat was closed: the connection was lost.",
};

const icon = (name, more = null) => h("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, h("path", { d: ICONS[name] }), more);
const unseen = (text) => h("span", { class: "unseen" }, text);
const button = (name, onclick, style = "", more = {}) => h("button", { type: "button", class: style, onclick, ...more }, name);
const sign = (name, look, onclick) => button([icon(look), unseen(name)], onclick, "icon", { title: name });

/** @param {import("./widget.js").LiveChat} v */
export function view(v) {
  if (!v.session || v.state === "refused" || !(v.session.entry || v.chat)) return [];
  if (v.memory.open) return [dialog(v)];
  return [v.invitation ? invitation(v) : !v.memory.hushed && !v.chat && note(v), launcher(v)];
}

function launcher(v) {
  const name = v.canChat() || /waiting|active/.test(v.phase) ? "Chat with us" : "Leave a message";
  const badge = v.unread > 0 && h("span", { class: "badge" }, v.unread, unseen(" new"));
  return button([icon("chat"), name, badge], () => v.remember({ open: true }), "launcher main",
    { key: "launcher", "aria-expanded": "false", "data-first": true });
}

/** Whether a consultant is there (S0-3). */
function note(v) {
  return h("aside", { key: "note", class: "note" }, h("p", null, prompt(v)), sign("Hide this", "down", () => v.remember({ hushed: true })));
}

function prompt(v) {
  const { site, availability } = v.session;
  if (!v.canChat()) return why(v);
  return availability.state === "busy" ? "All consultants are busy right now. You can wait in line." : site.greeting;
}

function why(v) {
  const { closed, reason } = v.topic;
  if (v.instead) return "We will answer by e-mail.";
  return reason === "queue_full" ? explain({ code: "full", facts: {} }) : closed || v.session.site.away;
}

function invitation(v) {
  return h("aside", { key: "invitation", class: "note invitation" },
    h("p", { role: "status" }, h("strong", null, v.invitation.name), ": ", v.invitation.text ?? "May I help you?"),
    h("p", { role: "alert" }, v.fault),
    h("div", { class: "actions" },
      button(v.busy ? "One moment…" : "Chat now", () => v.submit(true), "main", { "data-first": true }),
      button("No, thanks", () => v.act("visit.answer_invitation"))));
}

function dialog(v) {
  const part = v.phase === "left" ? confirmation : v.chat && !v.instead ? conversation : form;
  const about = v.phase === "active" ? `You are talking to ${v.agent}` : v.canStart ? "We are here for you" : "We answer by e-mail";
  return h("div", { key: "dialog", class: "dialog", role: "dialog", "aria-label": "Live chat" },
    h("div", { class: "top" }, h("div", null, h("h2", null, v.session.site.name), h("p", null, about)),
      sign("Hide", "down", () => v.remember({ open: false }))),
    h("p", { class: "link", role: "status" }, v.state === "lost" && "Reconnecting…"),
    part(v));
}

function form(v) {
  const { canStart, instead } = v;
  const { topics } = v.session.availability;
  const { opens_at } = v.topic;
  const optional = canStart && "optional";
  const offer = !canStart && !instead && v.topic.state === "online";
  return h("form", { key: "form", class: "body", onsubmit: submit(() => v.submit()) },
    !offer && h("p", null, canStart ? prompt(v) : why(v)),
    opens_at && !canStart && h("p", null, "We are back ", time(opens_at, WHEN), "."),
    h("p", { role: "status" }, offer && ["Somebody is here now. ", button("Chat instead", () => v.remember({ began: false }), "text")]),
    topics.length > 1 && !instead && field("Topic", h("select", { value: v.queue, onchange: ({ target }) => v.remember({ queue: target.value }) },
      topics.map(({ id, name }) => h("option", { key: id, value: id }, name)))),
    field("Name", h("input", { ...draft(v, "name"), autocomplete: "name", maxlength: 100, "data-first": true }), "optional"),
    field("Email", h("input", { ...draft(v, "email"), ...EMAIL, required: !canStart }), optional),
    field("Message", h("textarea", { ...draft(v, "text"), maxlength: 5000, required: !canStart }), optional),
    h("p", { role: "alert" }, v.fault),
    h("div", { class: "actions" },
      h("button", { class: "main wide", "aria-disabled": v.busy }, v.busy ? "Sending…" : canStart ? "Start chat" : "Leave message"),
      instead && button("Go on waiting", () => v.set({ instead: false }))),
    h("p", { class: "small" }, h("slot", { name: "privacy" }, "We use this to answer you.")));
}

function field(label, control, hint = "") {
  const id = `field-${label}`;
  Object.assign(control.props, { id, "aria-describedby": hint && `${id}-hint` });
  return h("div", { key: label, class: "field" }, h("label", { for: id }, label), hint && h("span", { id: `${id}-hint` }, hint), control);
}

const submit = (act) => (event) => act(event.preventDefault());
const draft = (v, name) => ({ value: v.memory[name], oninput: ({ target }) => v.draft({ [name]: target.value }) });

function conversation(v) {
  const { chat, phase } = v;
  const { silent } = v.memory;
  return h("div", { key: "conversation", class: "conversation" },
    h("div", { class: "tools" },
      h("span", { class: "number" }, `#${v.number}`),
      sign("Email me the history", "mail", () => v.set({ mailing: !v.mailing })),
      sign(silent ? "Sound on" : "Sound off", silent ? "off" : "on", () => v.remember({ silent: !silent })),
      sign("Refresh", "again", () => v.desk.refresh()),
      phase !== "closed" && button("End chat", () => v.end())),
    v.mailing && mailing(v),
    h("div", { key: "log", class: "log", role: "log", "aria-label": "Conversation", tabindex: 0 },
      chat.events.map((event) => line(v, event)), chat.outbox.map((one) => unsent(v, one))),
    phase === "waiting" && waiting(v),
    h("p", { role: "alert" }, v.fault),
    phase === "closed" ? ended(v) : composer(v));
}

function mailing(v) {
  return h("form", { key: "mailing", class: "mailing", onsubmit: submit(() => v.mail(v.memory.email)) },
    field("Email", h("input", { ...draft(v, "email"), ...EMAIL, required: true })), h("button", { class: "main" }, "Mail it"));
}

function line(v, event) {
  const { type, data, at } = event;
  const key = v.chat.key(event);
  const text = data.text ?? data.question ?? data.filename;
  const open = data.file && button("Open", () => import("./files.js").then((files) => files.open(v, data)), "text");
  if (text) return bubble(key, (data.author ?? "visitor") !== "visitor" && data.name, text, time(at), open);
  const told = {
    Accepted: `${data.agent} is here now.`,
    TransferAccepted: `${data.agent} has taken over.`,
    TranscriptAsked: `The history goes to ${data.email}.`,
  }[type];
  return told && h("p", { key, class: "event" }, told);
}

/** The visitor's own has no name. */
function bubble(key, name, text, ...foot) {
  return h("div", { key, class: name ? "bubble" : "bubble own" },
    name ? h("p", { class: "foot" }, h("bdi", null, name)) : unseen("You: "),
    h("p", { class: "text", dir: "auto" }, linkify(text)), h("p", { class: "foot" }, foot));
}

function unsent(v, { id, text, error }) {
  return bubble(id, "", text, error ? [h("span", { class: "failed" }, explain(error)), button("Send again", () => v.chat.post(text, id), "text")] : "Sending…");
}

function waiting(v) {
  const { position, wait } = v.position ?? {};
  return h("div", { key: "waiting", class: "waiting" },
    h("p", { role: "status" }, "We are looking for a free consultant",
      position && h("span", null, `You are number ${position} in line.`, wait && ` The wait is about ${span(wait)}.`)),
    button("Leave a message instead", () => v.set({ instead: true }), "text"));
}

function composer(v) {
  const onsubmit = submit(() => v.post());
  const onkeydown = (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) onsubmit(event);
  };
  return h("form", { key: "composer", class: "composer", onsubmit }, h("label", { for: "line", class: "unseen" }, "Message"),
    h("textarea", { ...draft(v, "text"), id: "line", onkeydown, maxlength: 5000, placeholder: "Write here…", "data-first": true }),
    h("button", { class: "main", title: "Send" }, icon("send"), unseen("Send")));
}

function ended(v) {
  const { reason } = v.chat.last("Closed").data;
  return h("div", { key: "ended", class: "ended", tabindex: -1, "data-first": true },
    h("p", { role: "status" }, reason === "agent" ? `${v.agent} has ended the chat.` : ENDS[reason] ?? "The chat is over."),
    v.agent && rating(v),
    button("Start a new chat", () => v.leave(), "main"));
}

function rating(v) {
  if (v.chat.last("Rated")) return h("p", { key: "thanks", class: "good", role: "status" }, "Thank you for telling us.");
  const face = (name, value, look) => button([icon(look, h("circle", { cx: 12, cy: 12, r: 9.5 })), name], () => v.act("conversation.rate", { value }), look);
  return h("div", { key: "rating", class: "rating", role: "group", "aria-labelledby": "ask" }, h("p", { id: "ask" }, "How was it?"),
    face("Good", 3, "good"), face("Okay", 2, "okay"), face("Bad", 1, "bad"));
}

function confirmation(v) {
  const { reason, email } = v.chat.last("MessageLeft").data;
  return h("div", { key: "left", class: "body confirmation", tabindex: -1, role: "status", "data-first": true }, icon("check"),
    h("h3", null, "Thank you, we have your message"),
    h("p", null, "Its number is ", h("strong", null, `#${v.number}`), "."),
    h("p", null, reason && "Nobody was free in time. ", "We will answer to ", email, "."),
    button("Done", () => v.leave()));
}
