import { el, follow, keep, moment, part } from "./outside.js";

function card(mail) {
  const title = `mail-${mail.id}`;
  const to = mail.to || mail.envelope.to.join(", ");
  return el(
    "li",
    {},
    el(
      "article",
      { class: "card", "aria-labelledby": title },
      el(
        "header",
        {},
        el("h2", { id: title }, el("span", { class: "quiet" }, "Subject "), mail.subject || "(none)"),
        moment(mail.envelope.received_at),
      ),
      el(
        "dl",
        { class: "facts" },
        fact("To", to),
        fact("From", mail.from || mail.envelope.from || "(empty)"),
      ),
      el("pre", { "aria-label": "Body" }, mail.body),
      headers(mail),
    ),
  );
}

function fact(name, value) {
  return el("div", {}, el("dt", {}, name), el("dd", {}, value));
}

function headers(mail) {
  const lines = mail.headers.map(([name, value]) => fact(name, value));
  return el(
    "details",
    {},
    el("summary", {}, "All headers"),
    el("dl", { class: "facts small" }, fact("Envelope from", mail.envelope.from || "(empty)"),
      fact("Envelope to", mail.envelope.to.join(", ")), lines),
  );
}

follow("messages", (messages) => {
  part("empty").hidden = messages.length > 0;
  keep(part("messages"), messages, (mail) => mail.id, card);
});
