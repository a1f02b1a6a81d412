/**
 * `<live-chat-team>`: the team channel. Every left message is an enquiry here, for one person to claim
 * and to bring to its end; everybody else sees who has it.
 */

import { StaffPage } from "./staff.js";
import { sheet } from "./team_look.js";
import { subject, tomorrow } from "./team_steps.js";
import { view } from "./team_view.js";

export class LiveChatTeam extends StaffPage {
  /** Which enquiries are shown: "all", "open" or "mine". */
  filter = "all";
  /** The enquiry for which a reason to drop it is being asked. */
  dropping = "";
  /** What happened to the enquiries that were unfolded. @type {Record<string, any[]>} */
  histories = {};

  get hello() {
    return { as: "staff", watch: true };
  }

  get look() {
    return [sheet];
  }

  view() {
    return view(this);
  }

  get isSupervisor() {
    return this.session.role === "supervisor";
  }

  changed(list, rows) {
    if (list === "enquiries") for (const { stream } of rows) if (stream in this.histories) this.unfold(stream);
  }

  /** @param {any} row */
  isMine({ claimed_by, phase }) {
    return claimed_by === this.session.agent && phase !== "done";
  }

  /** What is free and what is mine comes first, then what others do, then what is done. */
  get enquiries() {
    const shown = this.rows("enquiries").filter((row) =>
      this.filter === "open" ? row.phase === "open" : this.filter === "mine" ? this.isMine(row) : true,
    );
    const rank = (row) => (row.phase === "open" || this.isMine(row) ? 0 : row.phase === "done" ? 2 : 1);
    return shown.sort((one, other) => rank(one) - rank(other) || other.opened_at - one.opened_at);
  }

  /** Send a command about an enquiry. @param {string} stream @param {string} verb @param {any} [params] */
  about(stream, verb, params = {}) {
    return this.order(stream, `enquiry.${verb}`, { stream, ...params });
  }

  /** The text of a field of an enquiry's forms. @param {any} row @param {string} name @param {string} [given] */
  text({ stream }, name, given = "") {
    return this.drafts[`${name} ${stream}`] ?? given;
  }

  /** Answer by e-mail; the draft is kept until the answer is out. @param {any} row */
  reply(row) {
    return this.about(row.stream, "reply", {
      subject: this.text(row, "subject", subject(row)),
      text: this.text(row, "text"),
    });
  }

  /** @param {any} row */
  async schedule(row) {
    const due = new Date(`${this.text(row, "date", tomorrow())}T09:00`);
    await this.about(row.stream, "schedule_follow_up", { title: this.text(row, "task"), due_at: due.getTime() * 1000 });
  }

  /** @param {any} row */
  async drop(row) {
    if (await this.about(row.stream, "drop", { reason: this.text(row, "reason") })) this.set({ dropping: "" });
  }

  /** Bring an enquiry to its end, and forget what was typed for it. @param {any} row */
  async complete({ stream }) {
    if (!(await this.about(stream, "complete"))) return;
    for (const place of Object.keys(this.drafts)) if (place.endsWith(` ${stream}`)) this.draft(place, "");
  }

  /** Show what happened to an enquiry. @param {string} stream */
  async unfold(stream) {
    const { events } = await this.desk.ask("enquiry.show", { stream }).catch(() => ({ events: [] }));
    this.set({ histories: { ...this.histories, [stream]: events } });
  }
}

customElements.define("live-chat-team", LiveChatTeam);
