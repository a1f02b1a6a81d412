/**
 * `<live-chat-console>`: the agent's console. The host signs its staff in by its own means; the desk
 * learns from the page's cookies who it is.
 */

import { view } from "./console_view.js";
import { chime } from "./look.js";
import { Transcript, load, save } from "./rpc.js";
import { StaffPage } from "./staff.js";
import { sheet } from "./console_look.js";

const CHOSEN = "live-chat-console:chosen";

/** A chat on the console. @typedef {{transcript: Transcript, unread: number, info: any}} Chat */

export class LiveChatConsole extends StaffPage {
  /** @type {Map<string, Chat>} Chats that are mine, or that are shown. */
  chats = new Map();
  /** The stream of the chat that is shown. */
  chosen = load(CHOSEN, "sessionStorage") ?? "";
  /** Which small panel is open: "transfer", "note", "path visit/…", "ban visit/…" or none. */
  panel = "";
  /** What a small panel shows: colleagues and queues, or the pages of a visit. @type {any} */
  shown = null;
  #title = document.title;
  #since = 0;
  #told = new Set();

  get look() {
    return [sheet];
  }

  view() {
    return view(this);
  }

  drawn() {
    this.#flash();
  }

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener("visibilitychange", () => this.#read());
  }

  get me() {
    return this.session.agent;
  }

  get isSupervisor() {
    return this.session.role === "supervisor";
  }

  opened() {
    this.#since ||= this.session.now;
  }

  changed(list, rows) {
    if (list === "offers") for (const row of rows) this.#announce(row);
    if (list !== "mine") return;
    for (const row of rows) this.#chat(row.stream, row);
    for (const stream of this.chats.keys()) if (stream !== this.chosen && !this.isMine(stream)) this.#forget(stream);
  }

  noticed(method, params) {
    if (method === "status" && params.status === "offline") this.set({ panel: "" });
  }

  /** Whether a chat is mine now. @param {string} stream */
  isMine(stream) {
    return this.lists.mine?.has(stream) ?? false;
  }

  /** Show a chat. @param {string} stream */
  choose(stream) {
    const before = this.chosen;
    this.set({ chosen: stream, panel: "", shown: null });
    save(CHOSEN, stream, "sessionStorage");
    if (before !== stream && !this.isMine(before)) this.#forget(before);
    this.#read();
  }

  /** Choose one's own status. @param {string} status */
  setStatus(status) {
    return this.order("status", "presence.set_status", { status });
  }

  /** Take an offered chat, or one from the line. @param {any} row */
  async take(row) {
    const { stream, offer } = row;
    const done = offer
      ? await this.order("offer", "conversation.accept", { stream, offer })
      : await this.order(`take ${stream}`, "conversation.pick", { stream });
    if (!done) return;
    this.lists.offers?.delete(row.key);
    this.#chat(stream, row);
    this.choose(stream);
    this.focusOn("#reply");
  }

  /** @param {any} row */
  decline({ stream, offer, key }) {
    this.lists.offers?.delete(key);
    return this.order("offer", "conversation.decline", { stream, offer });
  }

  /** Say what is in the draft. */
  reply() {
    const text = this.drafts[`reply ${this.chosen}`] ?? "";
    if (!text.trim()) return;
    this.draft(`reply ${this.chosen}`, "");
    this.chats.get(this.chosen)?.transcript.post(text);
    this.focusOn("#reply");
  }

  /** Send a command about the chat that is shown. @param {string} verb @param {any} [params] */
  async about(verb, params = {}) {
    const done = await this.order(`chat ${this.chosen}`, `conversation.${verb}`, { stream: this.chosen, ...params });
    if (done) this.set({ panel: "" });
    return done;
  }

  async note() {
    const place = `note ${this.chosen}`;
    if (await this.about("note", { text: this.drafts[place] ?? "" })) this.draft(place, "");
  }

  /** Open or close a small panel. @param {string} panel */
  async open(panel) {
    this.set({ panel: panel === this.panel ? "" : panel, shown: null });
    const [kind, stream] = this.panel.split(" ");
    try {
      if (kind === "transfer") await this.#load(panel, ["desk.staff", {}], ["desk.queues", {}]);
      if (kind === "path") await this.#load(panel, ["visit.path", { stream }]);
    } catch {
      this.set({ panel: "" });
    }
    this.focusOn(".panel :is(select, textarea, input)");
  }

  async #load(panel, ...questions) {
    const shown = await Promise.all(questions.map(([method, params]) => this.desk.ask(method, params)));
    if (panel === this.panel) this.set({ shown });
  }

  /** Let the browser tell of offers while the page is out of sight. */
  async allowNotices() {
    await Notification.requestPermission();
    this.set();
  }

  #chat(stream, info) {
    const chat = this.chats.get(stream);
    if (chat) return Object.assign(chat, { info: { ...chat.info, ...info } });
    const mine = ({ by }) => by.endsWith(`:${this.me}`);
    const transcript = new Transcript(this.desk, stream, mine, (event) => this.#heard(stream, event));
    this.chats.set(stream, { transcript, unread: 0, info });
    transcript.follow().catch(() => this.#forget(stream));
  }

  #forget(stream) {
    this.desk.unfollow(stream);
    this.chats.delete(stream);
    if (stream === this.chosen) this.set({ chosen: "" });
  }

  #heard(stream, event) {
    const chat = this.chats.get(stream);
    if (
      chat &&
      event?.data.author === "visitor" &&
      event.at > this.#since &&
      (stream !== this.chosen || document.hidden)
    ) {
      chat.unread++;
      chime(740);
    }
    this.set();
  }

  #read() {
    const chat = this.chats.get(this.chosen);
    if (chat && !document.hidden) chat.unread = 0;
    this.set();
  }

  /** Call the agent to an offer, once. */
  #announce({ offer, name, question }) {
    if (this.#told.has(offer)) return;
    this.#told.add(offer);
    chime(660, 880, 660);
    if (document.hidden && globalThis.Notification?.permission === "granted")
      new Notification("Incoming chat", { body: `${name}: ${question}`, tag: offer });
  }

  /** The window's title calls too. */
  #flash() {
    const unread = [...this.chats.values()].reduce((sum, chat) => sum + chat.unread, 0);
    const called = this.lists.offers?.size && Math.floor(Date.now() / 1000) % 2;
    const title = called ? "● Incoming chat" : unread ? `(${unread}) ${this.#title}` : this.#title;
    if (document.title !== title) document.title = title;
  }
}

customElements.define("live-chat-console", LiveChatConsole);
