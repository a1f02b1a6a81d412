/** What the console and the team page share: a staff session, its lists, drafts, and refusals in words. */

import { base } from "./look.js";
import { explain, h, render, span } from "./render.js";
import { Connection, load, save } from "./rpc.js";
import { common } from "./staff_look.js";

/** Refusals that only staff meet. */
const WORDS = {
  taken: ({ owner }) => `${owner} was faster and has this chat.`,
  claimed: ({ owner }) => `${owner} has claimed this.`,
  invited: ({ owner }) => `${owner} has invited this visitor already.`,
  offer_over: () => "The time to answer is over; the chat went on to somebody else.",
  agent_full: () => "All places for chats are taken. Close one first.",
  full: () => "All places for chats are taken. Close one first.",
  not_available: () => "This person takes no chats at the moment.",
  same_agent: () => "The chat is with this person already.",
  same_queue: () => "The chat is in this queue already.",
  transfer_pending: () => "Somebody has been asked already. Wait for the answer.",
  not_now: () => "This cannot be done at this point.",
  step_under_way: () => "A step is under way. Wait until it is done.",
  not_announced: () => "The announcement is still being written. Try again in a moment.",
  not_unknown: () => "The outcome is known by now.",
  unknown_customer: () => "This customer is not among the matches any more. Search again.",
  reason_missing: () => "Please say why.",
  forbidden: ({ why }) => (why ? `You may not do this: ${why}.` : "You may not do this."),
  nobody_available: () => "Nobody is there for this line at the moment.",
  agent_full_in_queue: () => "This person has as many chats of this line as may be.",
  bad_priority: () => "The chat is as far in front as can be.",
  too_large: ({ limit }) => (limit ? `This file is too large: at most ${limit / 1e6} MB.` : "This file is too large."),
  too_many_files: () => "This chat has as many files as may be.",
  too_many_pixels: () => "This picture is too large.",
  unsupported_type: () => "Files of this kind are not taken.",
  upload_over: () => "This took too long. Please attach the file again.",
  upload_broken: () => "The file did not arrive. Please attach it again.",
  unavailable: () => "This is switched off.",
  not_verified: () => "Verify first who this is.",
  changed: ({ owner }) => `${owner || "Somebody"} has changed this meanwhile. Look at it again.`,
  merged: () => "This person was merged into another one.",
  address_taken: () => "This address belongs to another person.",
  different_person: () => "These are two persons: what was verified differs.",
  known_survives: () => "Merge it the other way round: the known person stays.",
  bad_choice: () => "This is not among the choices.",
  no_customer: () => "Say first which customer this is.",
  signed_out: () => "You are offline. Choose a status first.",
  not_connected: () => "Your connection was lost. Wait until it is back.",
  not_found: () => "This is not there any more.",
  conflict: () => "Somebody else was faster. Please look again.",
  invalid_url: () => "Please enter a complete web address.",
  unauthenticated: () => "You are signed out.",
};

/** A refusal in a sentence. */
export const sorry = (error) => explain(error, WORDS);

/** How long ago a moment was, in words. @param {number} since @param {number} now In microseconds. */
export function ago(since, now) {
  return now - since < 1e7 ? "just now" : `${span(now - since)} ago`;
}

/** A page of the staff: draws itself from a session and its lists. */
export class StaffPage extends HTMLElement {
  /** @type {any} What `session.open` answered. */
  session = null;
  state = "connecting";
  /** @type {Record<string, Map<string, any>>} Rows by list and key. */
  lists = {};
  /** @type {Record<string, any>} Refusals, by place on the page. */
  faults = {};
  /** @type {Set<string>} Places that wait for the desk. */
  busy = new Set();
  /** @type {Record<string, string>} What is being typed, by place; a reload keeps it. */
  drafts = {};
  #root = this.attachShadow({ mode: "open" });
  #due = false;
  #focus = "";
  #key = "";

  /** How the session is opened. */
  get hello() {
    return { as: "staff" };
  }

  /** @returns {CSSStyleSheet[]} The page's own look. */
  get look() {
    return [];
  }

  /** @returns {any} The page's content. */
  view() {
    return [];
  }

  /** A session was opened; its lists come next. */
  opened() {}

  /** The page was drawn. */
  drawn() {}

  /** Something was pushed. @param {string} method @param {any} params */
  noticed(method, params) {}

  /** Rows came or changed. @param {string} list @param {any[]} rows */
  changed(list, rows) {}

  connectedCallback() {
    if (this.#key) return;
    const prefix = new URL(this.getAttribute("prefix") || new URL("..", import.meta.url), location.href).href.replace(
      /\/$/,
      "",
    );
    this.#key = `${this.localName}:${prefix}`;
    this.drafts = load(this.#key, "sessionStorage") ?? {};
    this.#root.adoptedStyleSheets = [base, common, ...this.look];
    this.desk = new Connection(prefix, {
      hello: () => this.hello,
      onSession: (session) => this.#opened(session),
      onState: (state) => this.set({ state }),
      onNotice: (method, params) => this.#noticed(method, params),
      onRefused: () => false,
    });
    setInterval(() => this.set(), 1000);
    this.set();
  }

  /** The rows of a list, in order. @param {string} list @param {string} [by] Name of a field. */
  rows(list, by) {
    const rows = [...(this.lists[list]?.values() ?? [])];
    return by ? rows.sort((one, other) => one[by] - other[by]) : rows;
  }

  /** Change something, and draw: once, however much has changed. @param {any} values */
  set(values = {}) {
    Object.assign(this, values);
    if (!this.#due) queueMicrotask(() => this.#draw());
    this.#due = true;
  }

  /** Move the focus when the page is next drawn. @param {string} selector */
  focusOn(selector) {
    this.#focus = selector;
    this.set();
  }

  /**
   * Send a command; a refusal is told at its place. One at a time from each place.
   * @param {string} place @param {string} method @param {any} params @returns {Promise<any>} the answer, or nothing
   */
  async order(place, method, params) {
    if (this.busy.has(place)) return null;
    this.busy.add(place);
    delete this.faults[place];
    this.set();
    try {
      return await this.desk.command(method, params);
    } catch (error) {
      this.faults[place] = error;
    } finally {
      this.busy.delete(place);
      this.set();
    }
  }

  /** Forget a refusal: what it was about has changed. @param {string} place */
  forgive(place) {
    delete this.faults[place];
    this.set();
  }

  /** Keep what is being typed. @param {string} place @param {string} text Empty to forget it. */
  draft(place, text) {
    if (text) this.drafts[place] = text;
    else delete this.drafts[place];
    save(this.#key, this.drafts, "sessionStorage");
    this.set();
  }

  /** Make props of a field whose text is kept. @param {string} place @param {string} [given] What it begins with. */
  typed(place, given = "") {
    return {
      name: place,
      value: this.drafts[place] ?? given,
      oninput: ({ target }) => this.draft(place, target.value),
    };
  }

  /** Where a refusal is told. @param {string} place */
  alert(place) {
    const refusal = this.faults[place];
    return h("p", { role: "alert", key: `alert ${place}` }, refusal && sorry(refusal));
  }

  #opened(session) {
    this.session = session;
    this.opened();
    for (const list in session.lists) this.#put(list, session.lists[list], null);
    this.set();
  }

  #noticed(method, params) {
    if (method === "list") this.#put(params.list, params.changed, params.gone);
    if (method === "status") Object.assign(this.session, params);
    this.noticed(method, params);
    this.set();
  }

  /** @param {string} list @param {any[]} changed @param {string[] | null} gone Null if these are all. */
  #put(list, changed, gone) {
    const rows = gone ? (this.lists[list] ?? new Map()) : new Map();
    for (const key of gone ?? []) rows.delete(key);
    for (const row of changed) rows.set(row.key, row);
    this.lists[list] = rows;
    this.changed(list, changed);
  }

  #draw() {
    this.#due = false;
    const before = this.#root.querySelector(".log");
    const name = before?.id;
    const reading = before && before.scrollHeight - before.scrollTop - before.clientHeight > 60;
    render(
      this.#root,
      this.state === "refused" ? gone() : this.session ? this.view() : h("p", { class: "blank" }, "Connecting…"),
    );
    const log = this.#root.querySelector(".log");
    if (log && !(reading && log.id === name)) log.scrollTop = log.scrollHeight;
    this.drawn();
    const target = this.#focus && this.#root.querySelector(this.#focus);
    if (!target) return;
    this.#focus = "";
    /** @type {HTMLElement} */ (target).focus();
  }
}

function gone() {
  return h(
    "div",
    { class: "blank" },
    h("h2", null, "You are signed out"),
    h("p", null, h("slot", null, "Sign in and open this page again.")),
  );
}

/** A button. @param {any} name @param {() => void} onclick @param {string} [style] @param {any} [more] */
export function button(name, onclick, style = "", more = {}) {
  return h("button", { type: "button", class: style, onclick, ...more }, name);
}

/** A field with its label. @param {string} id @param {string} label @param {View} control @param {any} [hint] */
export function field(id, label, control, hint) {
  Object.assign(control.props, { id, "aria-describedby": hint ? `${id}-hint` : null });
  return h(
    "div",
    { key: id, class: "field" },
    h("label", { for: id }, label),
    control,
    hint && h("p", { class: "small", id: `${id}-hint` }, hint),
  );
}

/** A form that does not leave the page. @param {string} key @param {() => void} act @param {...any} children */
export function form(key, act, ...children) {
  const onsubmit = (event) => {
    event.preventDefault();
    act();
  };
  return h("form", { key, onsubmit }, children);
}

/** Text that only screen readers need. @param {string} text */
export const unseen = (text) => h("span", { class: "unseen" }, text);
