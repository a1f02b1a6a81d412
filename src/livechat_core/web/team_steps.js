/** The step of an enquiry that is due: what its owner sees and can do (S0-15 to S0-26). */

import { h } from "./render.js";
import { button, field, form } from "./staff.js";

/** @typedef {import("./team.js").LiveChatTeam} Team */

/** For each step: while it is under way, and what nobody may know. */
const STEPS = {
  lookup: ["Searching the ERM…", "Searching the ERM", "the search was done"],
  create: ["Creating the customer…", "Creating the customer", "the customer was created"],
  note: ["Saving the history note…", "Saving the history note", "the history note was saved"],
  mail: ["Sending the e-mail…", "Sending the e-mail", "the e-mail was sent"],
  follow_up: ["Scheduling the follow-up…", "Scheduling the follow-up", "the follow-up was scheduled"],
};

/** A step that is under way, or whose outcome a person must say; null if there is none. @param {Team} t */
export function trouble(t, { stream, step, unknown }) {
  if (!step) return null;
  if (!unknown) return h("p", { key: "under way", class: "under-way", role: "status" }, STEPS[step][0]);
  const settle = (name, outcome, style = "") => button(name, () => t.about(stream, "settle", { outcome }), style);
  return h(
    "section",
    { key: "unknown", class: "unknown", role: "alert" },
    h("h3", null, `Nobody knows whether ${STEPS[step][2]}`),
    h("p", null, `The connection was lost before the answer came (${unknown}). Please look, and say how it is.`),
    h(
      "div",
      { class: "actions" },
      settle(step === "mail" ? "It arrived" : "It was done", "arrived", "main"),
      settle(step === "mail" ? "Send again" : "Do it again", "repeat"),
      settle("Give up", "drop"),
    ),
  );
}

/** What can be done next. @param {Team} t */
export function due(t, row) {
  const next = { matching, filed: reply, answered: followUp, scheduled: done }[row.phase];
  return [failure(t, row), next ? next(t, row) : row.phase === "claimed" && search(t, row)];
}

/** What failed for good, and the way to try it again. @param {Team} t */
function failure(t, { stream, failed, failed_step: step }) {
  if (!failed) return null;
  return h(
    "div",
    { key: "failed", class: "failure", role: "alert" },
    h("p", null, `${STEPS[step]?.[1] ?? "The last step"} failed: ${failed}`),
    ["lookup", "create", "note"].includes(step) && button("Try again", () => t.about(stream, "retry")),
  );
}

/** Which customer is it? (S0-15, S0-16, S0-21) @param {Team} t */
function matching(t, row) {
  const { matches, email } = row;
  const found = matches.length;
  return h(
    "section",
    { key: "matching", class: "step", "aria-label": "Customer" },
    h(
      "h3",
      null,
      found === 0
        ? `The ERM knows nobody with ${email}`
        : found === 1
          ? "The ERM knows this customer"
          : `The ERM knows ${found} customers with ${email}`,
    ),
    found > 0 &&
      h(
        "ul",
        { class: "matches", role: "list" },
        matches.map((match) => customer(t, row, match)),
      ),
    h("div", { class: "two" }, search(t, row), creation(t, row)),
  );
}

/** @param {Team} t */
function customer(t, { stream }, { ref, name, email, phone, company }) {
  return h(
    "li",
    { key: ref, class: "match" },
    h(
      "p",
      null,
      h("strong", null, h("bdi", null, name || email)),
      h("span", { class: "small" }, ` ${ref}`),
      h("span", { class: "address" }, [email, phone, company].filter(Boolean).join(" · ")),
    ),
    button("Confirm match", () => t.about(stream, "confirm_match", { ref }), "main"),
  );
}

/** @param {Team} t */
function search(t, row) {
  const { stream, email } = row;
  const send = () => t.about(stream, "search_again", { email: t.text(row, "search", email) });
  return form(
    "search",
    send,
    h(
      "div",
      { class: "panel" },
      field(
        `search ${stream}`,
        "Search email",
        h("input", { ...t.typed(`search ${stream}`, email), type: "email", required: true, maxlength: 254 }),
      ),
      h("div", { class: "actions" }, h("button", null, "Search again")),
    ),
  );
}

/** Nothing is mandatory (S0-22). @param {Team} t */
function creation(t, row) {
  const { stream, facts } = row;
  const known = facts.name === "Guest" ? "" : facts.name.replace(/ \(not signed in\)$/, "");
  const value = (name, given = "") => t.text(row, name, given);
  const send = () =>
    t.about(stream, "create_customer", {
      name: value("name", known),
      phone: value("phone"),
      company: value("company"),
    });
  const input = (name, given = "", more = {}) =>
    h("input", { ...t.typed(`${name} ${stream}`, given), maxlength: 100, ...more });
  return form(
    "create",
    send,
    h(
      "div",
      { class: "panel" },
      field(`name ${stream}`, "Customer name", input("name", known)),
      field(`phone ${stream}`, "Phone", input("phone", "", { type: "tel", maxlength: 40 })),
      field(`company ${stream}`, "Company", input("company")),
      h("div", { class: "actions" }, h("button", { class: row.matches.length ? "" : "main" }, "Create customer")),
    ),
  );
}

/** The answer to the customer, once the history note is saved (S0-18, S0-19). @param {Team} t */
function reply(t, row) {
  const { stream, facts } = row;
  return form(
    "reply",
    () => t.reply(row),
    h(
      "div",
      { class: "step" },
      h("p", { class: "small" }, "To ", h("bdi", null, facts.email)),
      field(
        `subject ${stream}`,
        "Subject",
        h("input", { ...t.typed(`subject ${stream}`, subject(row)), required: true, maxlength: 300 }),
      ),
      field(
        `text ${stream}`,
        "Reply by email",
        h("textarea", { ...t.typed(`text ${stream}`), rows: 6, required: true, maxlength: 5000 }),
      ),
      h("div", { class: "actions" }, h("button", { class: "main" }, "Send email")),
    ),
  );
}

/** @param {Team} t */
function followUp(t, row) {
  const { stream, reference } = row;
  return form(
    "follow-up",
    () => t.schedule(row),
    h(
      "div",
      { class: "step" },
      h(
        "div",
        { class: "two" },
        field(
          `date ${stream}`,
          "Date",
          h("input", { ...t.typed(`date ${stream}`, tomorrow()), type: "date", required: true }),
        ),
        field(
          `task ${stream}`,
          "Task",
          h("input", { ...t.typed(`task ${stream}`), maxlength: 300, placeholder: `Follow up: ${reference}` }),
        ),
      ),
      h("div", { class: "actions" }, h("button", { class: "main" }, "Schedule follow-up")),
    ),
  );
}

/** @param {Team} t */
function done(t, row) {
  return h(
    "div",
    { key: "done", class: "step" },
    h("p", null, "Everything is done: the note is saved, the customer has an answer, the follow-up is planned."),
    h(
      "div",
      { class: "actions" },
      button("Done", () => t.complete(row), "main"),
    ),
  );
}

/** What the subject of the answer starts as. @param {any} row */
export const subject = ({ number }) => `Your enquiry #${number}`;

/** The date of tomorrow, as a date field has it. */
export function tomorrow() {
  const date = new Date();
  date.setDate(date.getDate() + 1);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
}
