/**
 * A lasting connection to the desk: what is unanswered is sent again with the same id, so nothing
 * happens twice, and events of a stream arrive whole, once, in order.
 */

const PATIENCE = 10_000;

export class RpcError extends Error {
  constructor({ message, data = {} }) {
    super(message);
    this.code = message;
    this.facts = data;
  }
}

export const newId = () => crypto.getRandomValues(new Uint8Array(16)).join("-");

export const backOff = (tries) => 500 + Math.random() * Math.min(19_500, 500 * 2 ** tries);

/** What the browser remembers, if it may. */
export function load(key, area) {
  try {
    return JSON.parse(globalThis[area].getItem(key) ?? "null");
  } catch {
    return null;
  }
}

export function save(key, value, area) {
  try {
    if (value === null) globalThis[area].removeItem(key);
    else globalThis[area].setItem(key, JSON.stringify(value));
  } catch {
    // It lasts as long as the page, then.
  }
}

/** @returns {Promise<Link>} */
function openSocket(prefix, ends) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(prefix.replace("http", "ws") + "/ws");
    // A dead network answers no closing handshake.
    const close = () => {
      socket.onmessage = socket.onclose = null;
      socket.close();
      reject();
      ends.onClose();
    };
    const late = setTimeout(close, PATIENCE);
    const send = (frame) => socket.send(JSON.stringify({ jsonrpc: "2.0", ...frame }));
    socket.onmessage = ({ data }) => ends.onFrame(JSON.parse(data));
    socket.onclose = close;
    socket.onopen = () => {
      clearTimeout(late);
      resolve({ send, close });
    };
  });
}

const openStream = async (prefix, ends) => (await import("./stream.js")).openStream(prefix, ends);

export class Connection {
  /** Commands that a reload interrupted, under way again. */
  restored = [];
  #requests = new Map();
  #streams = new Map();
  #ways = [openSocket, openStream];
  #link = null;
  #open = false;
  #ended = false;
  #number = 0;
  #offset = 0;
  #greeted = null;
  #wake = () => {};

  /** @param {ConnectionHost} host */
  constructor(prefix, host) {
    this.prefix = prefix;
    this.host = host;
    for (const { method, params } of (host.keep && load(host.keep, "sessionStorage")) || [])
      this.restored.push({ method, params, answer: this.ask(method, params, true) });
    addEventListener("online", () => this.#wake());
    document.addEventListener("visibilitychange", () => document.hidden || this.#wake());
    this.#run();
  }

  now() {
    return Date.now() * 1000 + this.#offset;
  }

  /** Ask; what is `kept` outlives a reload. */
  ask(method, params = {}, kept = false) {
    return new Promise((resolve, reject) => {
      this.#requests.set(++this.#number, { method, params, kept, resolve, reject });
      this.#keep();
      if (this.#open) this.#send(this.#number);
    });
  }

  /** The same `id` is the same command. */
  command(method, params) {
    return this.ask(method, { id: newId(), ...params }, true);
  }

  /** Hear the events of a stream, from its first. */
  follow(stream, tell) {
    this.#streams.set(stream, { held: 0, tell, early: [] });
    return this.#catchUp(stream);
  }

  unfollow(stream) {
    this.#streams.delete(stream);
  }

  /** Ask for whatever may have been missed (S0-38). */
  refresh() {
    return Promise.allSettled([...this.#streams.keys()].map((stream) => this.#catchUp(stream)));
  }

  restart() {
    this.#link?.close();
  }

  #send(id) {
    const request = this.#requests.get(id);
    const { method, params } = request;
    request.late = setTimeout(() => this.restart(), PATIENCE);
    this.#link?.send({ id, method, params });
  }

  #keep() {
    const kept = [...this.#requests.values()].filter((request) => request.kept);
    if (this.host.keep) save(this.host.keep, kept.map(({ method, params }) => ({ method, params })), "sessionStorage");
  }

  async #run() {
    for (let tries = 0; !this.#ended; tries++) {
      if (await this.#session()) tries = 0;
      if (this.#ended) return;
      this.host.onState("lost");
      await new Promise((resolve) => {
        this.#wake = () => resolve(0);
        setTimeout(resolve, backOff(tries));
      });
    }
  }

  /** Stay connected; tells whether there was a session. */
  async #session() {
    for (const way of this.#ways) {
      const { promise: lost, resolve: onClose } = Promise.withResolvers();
      const ends = { onFrame: (frame) => this.#got(frame), onClose };
      const link = (this.#link = await way(this.prefix, ends).catch(() => null));
      if (link && (await this.#hello(link, lost))) {
        this.#ways.sort((one) => (one === way ? -1 : 1));
        await lost;
        this.#open = false;
        for (const { late } of this.#requests.values()) clearTimeout(late);
        return true;
      }
      link?.close();
      if (this.#ended) return false;
    }
  }

  async #hello(link, lost) {
    const { promise, resolve } = Promise.withResolvers();
    this.#greeted = resolve;
    setTimeout(resolve, PATIENCE);
    lost.then(resolve);
    link.send({ id: 0, method: "session.open", params: this.host.hello() });
    const { result, error } = (await promise) ?? {};
    if (error) this.#refused(new RpcError(error));
    if (!result) return false;
    this.#offset = result.now - Date.now() * 1000;
    this.#open = true;
    this.#wake = () => this.refresh();
    for (const id of this.#requests.keys()) this.#send(id);
    this.host.onSession(result);
    this.host.onState("open");
    return this.refresh();
  }

  #refused(error) {
    const { http } = error.facts;
    if (http === 429 || http >= 500 || this.host.onRefused(error)) return;
    this.#ended = true;
    this.host.onState("refused");
  }

  #got({ id, method, params, result, error }) {
    if (method === "event" && this.#streams.has(params.stream)) this.#event(params);
    else if (method === "closed" && params.code === "unauthenticated") this.#refused(new RpcError({ message: params.code }));
    else if (method && this.#open) this.host.onNotice(method, params);
    else if (id === 0) this.#greeted({ result, error });
    const request = method ? null : this.#requests.get(id);
    if (!request) return;
    this.#requests.delete(id);
    this.#keep();
    clearTimeout(request.late);
    if (error) request.reject(new RpcError(error));
    else request.resolve(result);
  }

  #event(event) {
    const stream = this.#streams.get(event.stream);
    if (event.prev <= stream.held) return take(stream, event);
    stream.early.push(event);
    this.#catchUp(event.stream).catch(() => this.unfollow(event.stream));
  }

  /** Load what is missing of a stream; one question at a time. */
  #catchUp(name) {
    const stream = this.#streams.get(name);
    return (stream.asking ??= this.ask("conversation.follow", { stream: name, after: stream.held })
      .then(({ events }) => {
        const all = [...events, ...stream.early.splice(0)].sort((a, b) => a.seq - b.seq);
        for (const event of all) take(stream, event);
      })
      .finally(() => (stream.asking = null)));
  }
}

function take(stream, event) {
  if (event.seq <= stream.held) return;
  stream.held = event.seq;
  stream.tell(event);
}

/** One conversation: what the desk recorded, and the lines on their way to it. */
export class Transcript {
  /** @type {DeskEvent[]} */
  events = [];
  /** @type {Line[]} */
  outbox = [];
  #names = new Map();

  /** `mine` tells whether the reader wrote an event; `changed` is called when something is new. */
  constructor(desk, stream, mine, changed) {
    this.desk = desk;
    this.stream = stream;
    this.mine = mine;
    this.changed = changed;
  }

  follow() {
    return this.desk.follow(this.stream, (event) => this.#take(event));
  }

  last(...types) {
    return this.events.findLast(({ type }) => types.includes(type));
  }

  /** What names a line on the page, before and after it is an event. */
  key({ seq }) {
    return this.#names.get(seq) ?? seq;
  }

  post(text, id = newId()) {
    const { stream } = this;
    return this.expect({ id, text }, this.desk.command("conversation.post", { id, stream, text }));
  }

  async expect({ id, text }, answer) {
    const old = this.outbox.find((one) => one.id === id);
    const line = Object.assign(old ?? { id, text, seq: 0 }, { error: null });
    if (!old) this.outbox.push(line);
    this.changed();
    try {
      line.seq = (await answer).seq;
      if (this.events.some(({ seq }) => seq === line.seq)) this.#confirm(line, line.seq);
    } catch (error) {
      line.error = error;
    }
    this.changed();
  }

  #take(event) {
    this.events.push(event);
    const { seq, data } = event;
    const find = (test) => this.outbox.find(test);
    const line = find((one) => one.seq === seq) ?? find((one) => !one.seq && one.text === data.text && this.mine(event));
    if (line) this.#confirm(line, seq);
    this.changed(event);
  }

  #confirm(line, seq) {
    this.outbox = this.outbox.filter((one) => one !== line);
    this.#names.set(seq, line.id);
  }
}
