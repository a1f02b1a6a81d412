/** The desk without WebSocket: POST for each request, and server-sent events read with `fetch`. */

/**
 * The first frame must be `session.open`. A visitor's token goes into a header, never into an address;
 * staff are known by the host's cookies.
 * @param {string} prefix @param {Ends} ends @returns {Promise<Link>}
 */
export async function openStream(prefix, ends) {
  const stop = new AbortController();
  const { signal } = stop;
  /** @type {Record<string, string>} */
  const headers = {};

  function close() {
    if (signal.aborted) return;
    stop.abort();
    ends.onClose();
  }

  function know(token) {
    if (token) headers.Authorization = `Bearer ${token}`;
  }

  async function post(frame) {
    const answer = await fetch(`${prefix}/rpc`, {
      method: "POST",
      body: JSON.stringify({ jsonrpc: "2.0", ...frame }),
      headers: { "Content-Type": "application/json", ...headers },
      signal,
    });
    return answer.json();
  }

  /** Open the session where the events come from: its first event is the session. */
  async function open({ id, method, params }) {
    const query = new URLSearchParams({ as: params.as });
    if (params.watch) query.set("watch", "1");
    if (params.as === "visitor") {
      know(params.token);
      const { result, error } = await post({ id, method, params });
      if (error) return ends.onFrame({ id, error });
      know(result.token);
    }
    const answer = await fetch(`${prefix}/events?${query}`, { headers, signal });
    if (!answer.ok) return ends.onFrame({ ...(await answer.json()), id });
    await listen(/** @type {ReadableStream<Uint8Array>} */ (answer.body), (frame) =>
      ends.onFrame(frame.method === "session" ? { id, result: frame.params } : frame),
    );
    close();
  }

  async function send(frame) {
    try {
      if (frame.method === "session.open") await open(frame);
      else ends.onFrame(await post(frame));
    } catch {
      close();
    }
  }

  return { send, close };
}

/** @param {ReadableStream<Uint8Array>} body */
async function listen(body, tell) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  for (let rest = ""; ;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.startsWith("data:")) tell(JSON.parse(line.slice(5)));
  }
}
