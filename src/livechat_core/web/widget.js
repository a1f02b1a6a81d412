/**
 * `<live-chat>`, the visitor's window, made by the script's own tag from its `data-`.
 * Attributes: `site`, `prefix` (if the desk is not above the script), `name`, `email`.
 */

import { base, chime, corner } from "./look.js";
import { explain, render } from "./render.js";
import { Connection, Transcript, load, save } from "./rpc.js";
import { view } from "./widget_view.js";

const PHASES = { Started: "waiting", Requeued: "waiting", Accepted: "active", TransferAccepted: "active", Closed: "closed" };

export class LiveChat extends HTMLElement {
  /** What a reload keeps. */
  memory = { open: false, hushed: false, silent: false, done: "", began: false, queue: "", name: "", email: "", text: "" };
  /** @type {Transcript | null} */
  chat = null;
  state = "connecting";
  number = 0;
  unread = 0;
  fault = "";
  instead = false;
  session = null;
  invitation = null;
  position = null;
  busy = false;
  mailing = false;
  #root = this.attachShadow({ mode: "open" });
  #key = "";
  #token = "";
  #ended = false;
  #page = "";
  #due = false;
  #first = null;
  desk = null;

  connectedCallback() {
    if (this.#key) return;
    const given = (name) => this.getAttribute(name) ?? "";
    const prefix = new URL(given("prefix") || new URL("..", import.meta.url), location.href).href.replace(/\/$/, "");
    this.#key = `live-chat:${prefix}`;
    this.#token = load(this.#key, "localStorage") ?? "";
    Object.assign(this.memory, { name: given("name"), email: given("email") }, load(`${this.#key}:tab`, "sessionStorage"));
    this.#root.adoptedStyleSheets = [base, corner];
    this.onkeydown = ({ key }) => {
      if (key === "Escape") this.remember({ open: false });
    };
    (globalThis.requestIdleCallback ?? setTimeout)(() => this.#connect(prefix));
  }

  #connect(prefix) {
    this.#page = this.#here().url;
    this.desk = new Connection(prefix, {
      keep: `${this.#key}:unsent`,
      hello: () => ({ as: "visitor", token: this.#token, page: this.#here(), language: navigator.language, return: location.hash.split("livechat=")[1], referrer: document.referrer }),
      onSession: (session) => this.#opened(session),
      onState: (state) => this.set({ state }),
      onNotice: (method, params) => this.#noticed(method, params),
      onRefused: ({ code }) => code === "unauthenticated",
    });
    for (const { method, params, answer } of this.desk.restored) {
      if (method === "conversation.post") this.#adopt(params).expect(params, answer);
      else if (/start|leave/.test(method)) this.#begun(answer);
      else answer.catch(() => {});
    }
    addEventListener("storage", (event) => this.#otherTab(event));
    document.addEventListener("visibilitychange", () => this.set());
    addEventListener("pagehide", () => this.#ended && this.leave());
    // Pages that come without a document (S0-2); the title follows the address.
    globalThis.navigation?.addEventListener("currententrychange", () => setTimeout(() => this.#look(), 250));
  }

  canChat({ state } = this.session.availability) {
    return state === "online" || (state === "busy" && this.session.availability.queue_when_busy !== "leave_message");
  }

  get queue() {
    const { topics } = this.session.availability;
    return topics.length > 1 ? this.memory.queue || topics[0].id : "";
  }

  get topic() {
    const all = this.session.availability;
    return all.topics.find(({ id }) => id === this.queue) ?? all;
  }

  /** A message that was begun stays one, whoever comes. */
  get canStart() {
    return !this.instead && !this.memory.began && this.canChat(this.topic);
  }

  get phase() {
    if (this.chat?.last("MessageLeft")) return "left";
    return PHASES[this.chat?.last(...Object.keys(PHASES))?.type] ?? "loading";
  }

  get agent() {
    return this.chat?.last("Accepted", "TransferAccepted")?.data.agent;
  }

  set(values = {}) {
    Object.assign(this, values);
    if (!this.#due) queueMicrotask(() => this.#draw());
    this.#due = true;
  }

  remember(values) {
    Object.assign(this.memory, values);
    save(`${this.#key}:tab`, this.memory, "sessionStorage");
    this.set();
  }

  draft(values) {
    this.remember({ began: !this.chat && !this.canStart, ...values });
  }

  /** Send the form; an invitation has none. */
  submit(invited = false) {
    if (this.busy) return;
    const { name, email, text: question } = this.memory;
    const { site, url: page, title } = this.#here();
    const fields = { site, name, email, page, title, ...(!invited && { queue: this.queue, question }) };
    const verb = invited || this.canStart ? "start" : "leave_message";
    this.#begun(this.desk.command(`conversation.${verb}`, this.instead ? { ...fields, stream: this.chat?.stream } : fields));
  }

  post() {
    const { text } = this.memory;
    if (!text.trim()) return;
    this.remember({ text: "" });
    this.chat?.post(text);
  }

  /** Whoever uses the computer next finds nothing (A25). */
  async end() {
    if (!(await this.act("conversation.close"))) return;
    this.#ended = true;
    save(this.#key, null, "localStorage");
    this.remember({ name: "", email: "", text: "" });
  }

  async mail(email) {
    if (await this.act("conversation.email_transcript", { email })) this.set({ mailing: false });
  }

  leave() {
    const done = this.chat?.stream ?? "";
    this.desk.unfollow(done);
    this.set({ chat: null, number: 0, position: null, instead: false, mailing: false, fault: "" });
    this.remember({ done, began: false, text: "", name: "", email: "" });
  }

  /** Nobody came in time: what was written is there for a message (F4). */
  #late() {
    const { name, email } = this.chat.last("Started").data;
    const said = this.chat.events.map(({ data }) => data.question || (data.author === "visitor" && data.text));
    const text = [...said, this.memory.text].filter(Boolean).join("\n");
    this.leave();
    this.fault = "We are sorry: nobody was free in time.";
    this.remember({ began: true, name, email, text });
  }

  #here() {
    const url = location.href.split("#")[0].slice(0, 4096);
    return { site: this.getAttribute("site"), url, title: document.title };
  }

  #look() {
    const page = this.#here();
    if (page.url === this.#page) return;
    this.#page = page.url;
    this.desk.command("visit.view", { pages: [page] }).catch(() => {});
  }

  async act(method, params = {}) {
    this.set({ fault: "" });
    try {
      return await this.desk.command(method, { stream: this.chat?.stream, ...params });
    } catch (error) {
      this.set({ fault: explain(error) });
    }
  }

  #opened(session) {
    const { invitation, greeting, conversation: chat } = session;
    this.#token = session.token;
    if (session.recorded && !this.#ended) save(this.#key, this.#token, "localStorage");
    if (chat && chat.phase !== "message_left" && chat.stream !== this.memory.done) this.#adopt(chat);
    if (session.returned) this.memory.open = true;
    this.set({ session, invitation: invitation || greeting });
  }

  #adopt({ stream, number = this.number }) {
    this.number = number;
    if (this.chat?.stream === stream) return this.chat;
    const since = this.desk.now();
    this.chat = new Transcript(this.desk, stream, ({ data }) => data.author === "visitor", (event) => this.#heard(event, since));
    this.chat.follow().catch(() => this.set({ chat: null }));
    return this.chat;
  }

  async #begun(answer) {
    this.set({ busy: true, fault: "" });
    try {
      const ack = await answer;
      this.#ended = false;
      save(this.#key, this.#token, "localStorage");
      // If a chat is open already, what was written is its next line.
      this.remember({ open: true, began: false, done: "", text: ack.existing ? this.memory.text : "" });
      this.#adopt(ack);
      this.set({ instead: false, invitation: null });
    } catch (error) {
      this.fault = explain(error);
      if (error.code === "nobody_available") this.remember({ began: true });
    }
    this.set({ busy: false });
  }

  #noticed(method, params) {
    const { type, stream, data } = params;
    if (method === "availability") this.session.availability = params;
    if (method === "position" && stream === this.chat?.stream) this.position = params;
    if (method === "entry") Object.assign(this.session, params);
    if (/^Invi|^Greet/.test(type)) this.invitation = data.name ? data : null;
    this.set();
  }

  #heard(event, since) {
    if (event?.type === "Accepted") Object.assign(this, { instead: false, position: null });
    if (/^(waited_too_long|nobody_answered)$/.test(this.chat?.last("Closed")?.data.reason)) this.#late();
    if (event?.data.author === "agent" && event.at > since) {
      this.unread++;
      if (!this.memory.silent) chime(660, 880);
    }
    this.set();
  }

  /** Signed in or ended in another window (A25). */
  #otherTab({ key, newValue }) {
    if (key !== this.#key) return;
    this.#token = JSON.parse(newValue) ?? "";
    if (newValue) return;
    this.leave();
    this.desk.restart();
  }

  #draw() {
    this.#due = false;
    if (this.memory.open && !document.hidden) this.unread = 0;
    const focused = this.#root.activeElement;
    const old = this.#root.querySelector(".log");
    const reading = old && old.scrollHeight - old.scrollTop - old.clientHeight > 60;
    render(this.#root, view(this));
    const log = this.#root.querySelector(".log");
    if (log && !reading) log.scrollTop = log.scrollHeight;
    // The focus follows to another part of the window.
    const first = this.#root.querySelector("[data-first]");
    const moved = first !== this.#first;
    this.#first = first;
    if (focused && moved) this.#first?.focus();
  }
}

customElements.define("live-chat", LiveChat);

for (const { src, dataset } of document.scripts) {
  if (src !== import.meta.url || !dataset.site) continue;
  const chat = document.createElement("live-chat");
  for (const name in dataset) chat.setAttribute(name, dataset[name] ?? "");
  document.body.append(chat);
}
