/**
 * `<live-chat-console>`: the agent's console. The host signs its staff in by its own means; the desk
 * learns from the page's cookies who it is.
 */

import { view } from "./console_view.js";
import { chime } from "./look.js";
import { Transcript, load, save } from "./rpc.js";
import { StaffPage } from "./staff.js";
import { sheet } from "./console_look.js";
import { Typing } from "./console_typing.js";

const CHOSEN = "live-chat-console:chosen";
/** How often what is asked for, and not pushed, is asked for again while it is shown. */
const REFRESH = 5000;
/** What small panels ask the desk. @type {Record<string, (stream: string) => [string, any][]>} */
const QUESTIONS = {
  assign: () => [["desk.staff", {}]],
  path: (stream) => [["visit.path", { stream }]],
  transfer: () => [["desk.staff", {}], ["desk.queues", {}]],
  why: (stream) => [["conversation.routing", { stream }]],
};

/** A chat on the console. @typedef {{transcript: Transcript, unread: number, info: any}} Chat */

export class LiveChatConsole extends StaffPage {
  /** @type {Map<string, Chat>} Chats that are mine, or that are shown. */
  chats = new Map();
  /** The stream of the chat that is shown. */
  chosen = load(CHOSEN, "sessionStorage") ?? "";
  /** Which small panel is open: "transfer", "note", "why conversation/…", "ban visit/…" or none. */
  panel = "";
  /** What a small panel shows: the answers to its questions. @type {any} */
  shown = null;
  /** All colleagues, while they are shown. @type {any[] | null} */
  team = null;
  typing = new Typing(this);
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
    setInterval(() => this.#refresh(), REFRESH);
  }

  get me() {
    return this.session.agent;
  }

  get isSupervisor() {
    return this.session.role === "supervisor";
  }

  opened() {
    this.#since ||= this.session.now;
    this.#wrap();
  }

  changed(list, rows) {
    if (list === "offers") for (const row of rows) this.#announce(row);
    if (list !== "mine") return;
    for (const row of rows) this.#chat(row.stream, row);
    for (const stream of this.chats.keys()) if (!this.#needs(stream)) this.#forget(stream);
  }

  noticed(method, params) {
    if (method === "typing") this.typing.noticed(params);
    if (method !== "status") return;
    if (params.status === "offline") {
      Object.assign(this.session, { load: 0, reason: "", in_call: false, wrapping: [] });
      this.set({ panel: "" });
    }
    this.#wrap();
  }

  /** Whether a chat is mine now. @param {string} stream */
  isMine(stream) {
    return this.lists.mine?.has(stream) ?? false;
  }

  /** Whether a chat is over, and there is time for notes on it (F26). @param {string} stream */
  isWrapping(stream) {
    return this.session.wrapping?.includes(stream) ?? false;
  }

  /** What is known about a chat: its row, or else how it began. @param {string} stream */
  known(stream) {
    const { info, transcript } = this.chats.get(stream) ?? {};
    const began = transcript?.events[0]?.data ?? {};
    return { ...began, ...info, name: info?.name || began.name || "Guest" };
  }

  /** Show a chat. @param {string} stream */
  choose(stream) {
    const before = this.chosen;
    this.set({ chosen: stream, panel: "", shown: null });
    save(CHOSEN, stream, "sessionStorage");
    if (!this.#needs(before)) this.#forget(before);
    this.#read();
  }

  /** Take a chat from the line by the first reply (S3-15). @param {any} row */
  async answer(row) {
    const { stream } = row;
    const text = this.drafts[`answer ${stream}`] ?? "";
    if (!text.trim() || !(await this.order(`take ${stream}`, "conversation.post", { stream, text }))) return;
    this.draft(`answer ${stream}`, "");
    this.#chat(stream, row);
    this.choose(stream);
    this.focusOn("#reply");
  }

  /** Put a chat before the one in front of it (F18). @param {any} row @param {any[]} rows */
  moveUp({ stream, queue, position }, rows) {
    const next = rows.find((row) => row.queue === queue && row.position === position - 1);
    if (next) this.order(`wait ${stream}`, "conversation.prioritize", { stream, priority: next.priority + 1 });
  }

  /** The notes on a chat are written. @param {string} conversation */
  finishNotes(conversation) {
    return this.order(`notes ${conversation}`, "presence.finish_wrap_up", { conversation });
  }

  /** Show the team, or hide it. */
  showTeam() {
    this.set({ team: this.team ? null : [] });
    this.loadTeam();
  }

  async loadTeam() {
    const team = this.team && (await this.desk.ask("desk.staff").catch(() => null));
    if (team && this.team) this.set({ team });
  }

  /** Choose one's own status. @param {string} status */
  setStatus(status) {
    return this.order("status", "presence.set_status", { status });
  }

  /** Say that a call has begun, or is over. @param {boolean} in_call */
  async setCall(in_call) {
    this.session.in_call = in_call;
    if (await this.order("status", "presence.set_call", { in_call })) return;
    this.session.in_call = !in_call;
    this.set();
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
    this.typing.sent(this.chosen);
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
    await this.#load().catch(() => this.set({ panel: "" }));
    this.focusOn(".panel :is(select, textarea, input)");
  }

  /** Ask what the open panel shows. */
  async #load() {
    const { panel } = this;
    const [kind, stream] = panel.split(" ");
    const questions = QUESTIONS[kind]?.(stream) ?? [];
    const shown = await Promise.all(questions.map(([method, params]) => this.desk.ask(method, params)));
    if (panel === this.panel) this.set({ shown });
  }

  #refresh() {
    if (document.hidden || this.state !== "open") return;
    this.loadTeam();
    if (this.panel.startsWith("why ")) this.#load().catch(() => this.set({ panel: "" }));
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

  /** Whether a chat is shown, or waits to be looked at. */
  #needs(stream) {
    return stream === this.chosen || this.isMine(stream) || this.isWrapping(stream);
  }

  /** Keep the chats at hand that there is time for notes on, and no others that are over. */
  #wrap() {
    for (const stream of this.session.wrapping ?? []) this.#chat(stream, {});
    for (const stream of this.chats.keys()) if (!this.#needs(stream)) this.#forget(stream);
  }

  #forget(stream) {
    this.desk.unfollow(stream);
    this.chats.delete(stream);
    if (stream === this.chosen) this.set({ chosen: "" });
  }

  #heard(stream, event) {
    this.typing.heard(stream, event);
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
  #announce({ offer, name, email, question }) {
    if (this.#told.has(offer)) return;
    this.#told.add(offer);
    chime(660, 880, 660);
    if (!document.hidden || globalThis.Notification?.permission !== "granted") return;
    const notice = new Notification("Incoming chat", { body: [name, email, question].filter(Boolean).join("\n"), tag: offer });
    notice.onclick = () => {
      window.focus();
      notice.close();
    };
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
