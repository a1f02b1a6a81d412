/** The team page, drawn: one article for each enquiry, with the step that is due. */

import { h, link, time } from "./render.js";
import { ago, button, field, form, unseen } from "./staff.js";
import { due, trouble } from "./team_steps.js";

/** @typedef {import("./team.js").LiveChatTeam} Team */

/** Phases in their order, each with the number of steps that are behind it. */
const BEHIND = { open: 0, claimed: 1, matching: 1, linked: 2, filed: 3, answered: 4, scheduled: 5, done: 6 };

const STATE = { connecting: "Connecting…", open: "Connected", lost: "Reconnecting…" };
const FILTERS = { all: "All", open: "Open", mine: "Mine" };
const NONE = {
  all: "No messages yet. What visitors leave appears here at once.",
  open: "Nothing is open.",
  mine: "You have nothing to do here.",
};
const STEPS = ["Claimed", "Customer", "History note", "E-mail", "Follow-up", "Done"];
const FACTS = { kind: "Kind", name: "Name", email: "E-mail", question: "Question", page: "Page", location: "Location" };
const NOTICES = { dead: "not delivered", unknown: "perhaps not delivered" };

/** @param {Team} t */
export function view(t) {
  const rows = t.enquiries;
  return h(
    "div",
    { class: "team" },
    h(
      "header",
      { class: "head" },
      h(
        "div",
        null,
        h("h1", null, "Team"),
        h(
          "p",
          { class: `state ${t.state}`, role: "status" },
          t.state === "open" ? `Signed in as ${t.session.name}` : STATE[t.state],
        ),
      ),
      h(
        "div",
        { class: "filters", role: "group", "aria-label": "Show" },
        Object.entries(FILTERS).map(([filter, name]) =>
          button(name, () => t.set({ filter }), "", { "aria-pressed": String(t.filter === filter) }),
        ),
      ),
    ),
    rows.length ? rows.map((row) => enquiry(t, row)) : h("p", { class: "blank" }, NONE[t.filter]),
  );
}

/** @param {Team} t */
function enquiry(t, row) {
  const { stream, number, phase, site_name, facts, opened_at, notices } = row;
  return h(
    "article",
    { key: stream, class: `card ${phase}`, "aria-labelledby": `title ${stream}` },
    h(
      "header",
      { class: "row" },
      h("h2", { id: `title ${stream}` }, h("bdi", null, facts.name), h("span", { class: "number" }, `#${number}`)),
      h("p", { class: "small" }, `${site_name} · `, time(opened_at, undefined), ` · ${ago(opened_at, t.desk.now())}`),
    ),
    h(
      "dl",
      { class: "facts" },
      Object.entries(FACTS).map(([name, label]) =>
        h(
          "div",
          { key: name },
          h("dt", null, label),
          h("dd", { dir: "auto" }, name === "page" ? link(facts.page) : facts[name]),
        ),
      ),
    ),
    notices?.length > 0 &&
      h(
        "p",
        { class: "marks" },
        notices.map(({ notifier, phase: stands, reason }) =>
          h(
            "span",
            { class: stands === "dead" ? "mark bad" : "mark warn", title: reason },
            `${notifier}: ${NOTICES[stands] ?? "not delivered yet"}`,
          ),
        ),
      ),
    phase !== "open" && progress(row),
    owner(row),
    t.isMine(row) && (trouble(t, row) ?? due(t, row)),
    t.alert(stream),
    options(t, row),
    unfolded(t, row),
  );
}

/** How far it has got. */
function progress({ phase }) {
  const behind = BEHIND[phase];
  return h(
    "ol",
    { class: "steps", "aria-label": "Steps" },
    STEPS.map((name, at) =>
      h(
        "li",
        { class: at < behind ? "behind" : "", "aria-current": at === behind ? "step" : null },
        name,
        at < behind && unseen(" (done)"),
      ),
    ),
  );
}

/** Who has it (S0-14). */
function owner({ phase, claimed_by_name: name, customer_name: customer }) {
  return (
    phase !== "open" &&
    h(
      "p",
      { class: "owner", role: "status" },
      h("span", { class: "mark good" }, `Claimed by ${name}`),
      customer && h("span", { class: "mark" }, "Customer: ", h("bdi", null, customer)),
    )
  );
}

/** What can be done with it as a whole. @param {Team} t */
function options(t, row) {
  const { stream, phase, claimed_by } = row;
  const mine = t.isMine(row);
  const early = ["open", "claimed", "matching"].includes(phase);
  const choices = [
    phase === "open" &&
      button("Claim", () => t.about(stream, "claim"), "main", { "aria-disabled": t.busy.has(stream) }),
    mine && early && button("Give back", () => t.about(stream, "release")),
    (mine || phase === "open") &&
      (early || phase === "linked") &&
      button("Drop…", () => t.set({ dropping: t.dropping === stream ? "" : stream }), "", {
        "aria-expanded": String(t.dropping === stream),
      }),
    t.isSupervisor &&
      claimed_by &&
      !mine &&
      phase !== "done" &&
      button("Take over", () => t.about(stream, "take_over")),
  ].filter(Boolean);
  return [
    choices.length > 0 && h("div", { key: "options", class: "actions options" }, choices),
    t.dropping === stream &&
      form(
        "drop",
        () => t.drop(row),
        h(
          "div",
          { class: "panel" },
          field(
            `reason ${stream}`,
            "Why is nothing to be done?",
            h("input", { ...t.typed(`reason ${stream}`), maxlength: 100 }),
          ),
          h(
            "div",
            { class: "actions" },
            h("button", { class: "main" }, "Drop it"),
            button("Cancel", () => t.set({ dropping: "" })),
          ),
        ),
      ),
  ];
}

/** The announcement as every channel has it, and what happened since. @param {Team} t */
function unfolded(t, row) {
  const events = t.histories[row.stream];
  return h(
    "details",
    { key: "details", ontoggle: ({ target }) => target.open && !events && t.unfold(row.stream) },
    h("summary", null, row.reference || "Announcement"),
    h("pre", { dir: "auto" }, row.text),
    events &&
      h(
        "ol",
        { class: "events", "aria-label": "What happened" },
        events.map((event) => h("li", { key: event.seq }, time(event.at), ` ${told(event)}`)),
      ),
  );
}

/** What an event says, from its own name: "ReplyBegan" is "Reply began". */
function told({ type, by, data }) {
  const words = type.replace(/\B[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const who = data.name && ["Claimed", "TakenOver"].includes(type) ? ` by ${data.name}` : "";
  const why = data.reason ? `: ${data.reason}` : "";
  return `${words}${who}${why}${!who && /agent|supervisor/.test(by) ? ` (${by.split(":")[1]})` : ""}`;
}
