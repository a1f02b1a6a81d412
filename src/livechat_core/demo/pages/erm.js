import { day, el, follow, keep, moment, part } from "./outside.js";

function card(customer) {
  const title = `customer-${customer.id}`;
  return el(
    "li",
    {},
    el(
      "article",
      { class: "card customer", "aria-labelledby": title },
      el(
        "header",
        {},
        el("h2", { id: title }, customer.name),
        el("span", { class: "quiet" }, `Customer ${customer.id}, since ${day(customer.created_at)}`),
      ),
      el("div", { class: "columns" }, facts(customer), records(customer)),
    ),
  );
}

function facts(customer) {
  const emails = customer.emails.map((email) => el("li", {}, email));
  return el(
    "dl",
    { class: "facts stacked" },
    fact("E-mail", emails.length > 0 && list("E-mail addresses", "plain", emails)),
    fact("Phone", customer.phone),
    fact("Company", customer.company),
    fact("Location", customer.location),
  );
}

function fact(name, value) {
  const none = el("span", { class: "quiet" }, "none");
  return el("div", {}, el("dt", {}, name), el("dd", {}, value || none));
}

function list(name, kind, entries) {
  return el("ul", { class: kind, role: "list", "aria-label": name }, entries);
}

function records(customer) {
  return el(
    "div",
    { class: "records" },
    el("h3", {}, "History"),
    filled("History notes", customer.notes.map(note)),
    el("h3", {}, "Follow-ups"),
    filled("Follow-ups", customer.tasks.map(task)),
  );
}

function filled(name, entries) {
  return entries.length > 0
    ? list(name, "entries", entries)
    : el("p", { class: "quiet" }, "none yet");
}

function note(entry) {
  return el(
    "li",
    {},
    el("p", { class: "line" }, el("strong", {}, entry.author), " ", moment(entry.created_at)),
    el("pre", {}, entry.text),
  );
}

function task(entry) {
  const state = entry.done_at === null ? "Open" : "Done";
  return el(
    "li",
    { class: "task" },
    el("p", { class: "line" }, el("strong", {}, entry.title), " ",
      el("span", { class: `state ${state.toLowerCase()}` }, state)),
    el("p", { class: "line quiet" }, "Due ", moment(entry.due_at), `, assigned to ${entry.assignee}`),
  );
}

follow("customers", (customers) => {
  part("empty").hidden = customers.length > 0;
  keep(part("customers"), customers, (customer) => customer.id, card);
});
