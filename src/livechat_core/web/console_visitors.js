/** The visitors on the console: where they are, inviting them, and bans. */

import { facts, list, who } from "./console_parts.js";
import { h, link, time } from "./render.js";
import { button, field, form, unseen } from "./staff.js";

/** @typedef {import("./console.js").LiveChatConsole} Console */

/** @param {Console} c */
export function visitors(c) {
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
export function bans(c) {
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
