/** The console, drawn: its head, the incoming chat, the lists. */

import { conversation } from "./console_chat.js";
import { h, link, span, time } from "./render.js";
import { button, field, form, unseen } from "./staff.js";

const STATUS = { available: "Available", busy: "Busy", away: "Away", offline: "Offline" };
const STATE = { connecting: "Connecting…", open: "Connected", lost: "Reconnecting…" };

/** @typedef {import("./console.js").LiveChatConsole} Console */

/** @param {Console} c */
export function view(c) {
  return h(
    "div",
    { class: c.chosen && c.chats.has(c.chosen) ? "console talking" : "console" },
    head(c),
    h("div", { class: "lists" }, incoming(c), c.alert("offer"), waiting(c), mine(c), visitors(c), bans(c)),
    h("section", { class: "chat", "aria-label": "Chat" }, conversation(c) ?? nothing(c)),
  );
}

/** @param {Console} c */
function head(c) {
  const { status, name } = c.session;
  const shown = STATUS[status] ? status : status === "draining" ? "offline" : "available";
  return h(
    "header",
    { class: "head" },
    h("div", null, h("h1", null, name), h("p", { class: `state ${c.state}`, role: "status" }, STATE[c.state])),
    h(
      "div",
      { class: "choice" },
      h("label", { for: "status" }, "Status"),
      h(
        "select",
        { id: "status", class: status, value: shown, onchange: ({ target }) => c.setStatus(target.value) },
        Object.entries(STATUS).map(([value, text]) => h("option", { value }, text)),
      ),
    ),
    status === "draining" && h("p", { class: "small" }, "You will be offline when your chats are over."),
    globalThis.Notification?.permission === "default" &&
      button("Tell me when this page is hidden", () => c.allowNotices(), "text"),
    c.alert("status"),
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

/** Who it is, and on which site. */
function who({ name, number, site_name, queue_name }) {
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

/** A list with its heading, which says so when it is empty. */
function list(id, name, empty, items) {
  return h(
    "section",
    { key: id, class: "list", "aria-labelledby": id },
    h(
      "div",
      { class: "row" },
      h("h2", { id }, name),
      items.length > 0 && h("span", { class: "count", "aria-hidden": "true" }, items.length),
    ),
    h(
      "ul",
      { role: "list", "aria-labelledby": id },
      items.length ? items : h("li", { key: "none", class: "none" }, empty),
    ),
  );
}

/** @param {Console} c */
function waiting(c) {
  return list(
    "waiting",
    "Waiting",
    "Nobody is waiting.",
    c
      .rows("waiting", "since")
      .map((row) =>
        h(
          "li",
          { key: row.key, class: "item" },
          h(
            "div",
            { class: "row" },
            who(row),
            ["", c.me].includes(row.offered_to) &&
              button(["Take", unseen(` ${row.name}, number ${row.number}`)], () => c.take({ ...row, offer: "" }), "", {
                "aria-disabled": c.busy.has(`take ${row.stream}`),
              }),
          ),
          row.question && h("p", { class: "line", dir: "auto" }, row.question),
          h(
            "p",
            { class: "small" },
            `Waiting ${span(c.desk.now() - row.since)}`,
            row.position > 0 && ` · place ${row.position}`,
            row.offered_to && " · being offered",
          ),
          c.alert(`take ${row.stream}`),
        ),
      ),
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
function visitors(c) {
  return list(
    "visitors",
    "Visitors",
    "Nobody is on the sites.",
    c
      .rows("visitors")
      .reverse()
      .map((row) => {
        const { stream, status, invited_by } = row;
        const free = ["browsing", "closed", "invited"].includes(status);
        return h(
          "li",
          { key: row.key, class: "item" },
          h(
            "div",
            { class: "row" },
            who({ ...row, queue_name: "" }),
            h("span", { class: `mark ${status.replace(" ", "-")}` }, invited_by ? `invited by ${invited_by}` : status),
          ),
          facts({ ...row, email: "" }),
          h(
            "div",
            { class: "actions" },
            free &&
              button(["Invite", unseen(` ${row.name}`)], () => c.order(`visit ${stream}`, "visit.invite", { stream })),
            button(["Path", unseen(` of ${row.name}`)], () => c.open(`path ${stream}`), "", {
              "aria-expanded": String(c.panel === `path ${stream}`),
            }),
            button(["Ban…", unseen(` ${row.name}`)], () => c.open(`ban ${stream}`), "", {
              "aria-expanded": String(c.panel === `ban ${stream}`),
            }),
          ),
          c.panel === `path ${stream}` && path(c),
          c.panel === `ban ${stream}` && ban(c, row),
          c.alert(`visit ${stream}`),
        );
      }),
  );
}

/** The pages a visitor took, over all sites (S0-32). @param {Console} c */
function path(c) {
  if (!c.shown) return h("p", { class: "panel small" }, "Loading…");
  return h(
    "ol",
    { class: "panel path", "aria-label": "Path" },
    c.shown[0].pages.map(({ site, url, title, at }) =>
      h("li", null, time(at), " ", link(url, title || url), h("span", { class: "small" }, ` ${site}`)),
    ),
  );
}

/** Ask for a ban; a supervisor bans at once (S0-33, S0-34). @param {Console} c */
function ban(c, { stream, visitor }) {
  const place = `visit ${stream}`;
  const [scope, reason, days] = ["scope", "reason", "days"].map((name) => `${name} ${stream}`);
  const send = async () => {
    const asked = {
      visitor,
      scope: c.drafts[scope] ?? "chat",
      reason: c.drafts[reason] ?? "",
      days: Number(c.drafts[days] ?? 30),
    };
    if (!(await c.order(place, "ban.ask", asked))) return;
    for (const name of [scope, reason, days]) c.draft(name, "");
    c.set({ panel: "" });
  };
  return form(
    "ban",
    send,
    h(
      "div",
      { class: "panel" },
      field(
        "ban-scope",
        "Banned from",
        h(
          "select",
          { ...c.typed(scope, "chat") },
          h("option", { value: "chat" }, "the chat"),
          h("option", { value: "site" }, "the sites"),
        ),
      ),
      field("ban-reason", "Reason", h("input", { ...c.typed(reason), required: true, maxlength: 300 })),
      field(
        "ban-days",
        "Days",
        h("input", { ...c.typed(days, "30"), type: "number", min: 0, max: 3650, required: true }),
        "0 means for good.",
      ),
      h(
        "div",
        { class: "actions" },
        h("button", { class: "main" }, c.isSupervisor ? "Ban" : "Ask a supervisor"),
        button("Cancel", () => c.open(`ban ${stream}`)),
      ),
    ),
  );
}

/** What supervisors decide. @param {Console} c */
function bans(c) {
  if (!c.isSupervisor) return null;
  const rows = c.rows("bans");
  return list(
    "bans",
    "Bans",
    "Nobody is banned.",
    rows.map(({ key, stream, phase, scope, reason, agent, until }) => {
      const decide = (name, verb, style = "") =>
        button(name, () => c.order(`ban ${stream}`, `ban.${verb}`, { stream }), style);
      return h(
        "li",
        { key, class: "item" },
        h(
          "p",
          null,
          phase === "asked" ? `${agent} asks for a ban from the ${scope}` : `Banned from the ${scope}`,
          until && [" until ", time(until, { dateStyle: "medium" })],
        ),
        h("p", { class: "line", dir: "auto" }, reason),
        h(
          "div",
          { class: "actions" },
          phase === "asked"
            ? [decide("Approve", "approve", "main"), decide("Refuse", "refuse")]
            : decide("Lift", "lift"),
        ),
        c.alert(`ban ${stream}`),
      );
    }),
  );
}

/** @param {Console} c */
function nothing(c) {
  const ready = c.session.status === "available";
  return h(
    "div",
    { class: "blank" },
    h("h2", null, ready ? "Ready for a chat" : "No chat is open"),
    h(
      "p",
      null,
      ready
        ? "An incoming chat appears on this page and rings. You can also take one from the line."
        : "Set your status to Available to be asked.",
    ),
  );
}
