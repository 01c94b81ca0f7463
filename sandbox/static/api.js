/* Talking to the sandbox: what a messenger app does over HTTP, and the live stream of events. */

export class ApiError extends Error {}

async function read(response) {
  const body = await response.json().catch(() => null);
  if (!response.ok || !body || body.ok === false) throw new ApiError(body?.description ?? `HTTP ${response.status}`);
  return body;
}

/** Everything person `as` can see: {me, people, bots, chats, messages, seq}. */
export async function fetchState(as) {
  return read(await fetch(`/client/state?as=${encodeURIComponent(as)}`));
}

/** POST /client/<verb>. With files the same JSON travels as the form field "payload". */
export async function act(verb, body, files = []) {
  if (!files.length) {
    const headers = { "content-type": "application/json" };
    return read(await fetch(`/client/${verb}`, { method: "POST", headers, body: JSON.stringify(body) }));
  }
  const form = new FormData();
  form.append("payload", JSON.stringify(body));
  files.forEach((file) => form.append("file", file, file.name));
  return read(await fetch(`/client/${verb}`, { method: "POST", body: form }));
}

const FIRST_DELAY = 400;
const LONGEST_DELAY = 8000;
const HIDDEN_GRACE = 20_000;

/** Keeps one person's view current, and hears of what reaches the other people. Loads the state, then follows the events after its `seq`. After
 *  any break it loads the state again: that is right both after a short cut and after a restarted
 *  server, whose `seq` begins anew. A tab out of sight lets go of its connection, because a
 *  browser grants only six per server and people open one tab per person. */
export class Connection {
  constructor({ onState, onEvent, onStatus }) {
    Object.assign(this, { onState, onEvent, onStatus, as: null, stream: null, timer: null, delay: FIRST_DELAY, turn: 0 });
    document.addEventListener("visibilitychange", () => this.#followVisibility());
    addEventListener("pagehide", () => this.#close());
  }

  /** Follow person `as`; resolves once the state is on the page. */
  async follow(as) {
    this.#close();
    this.as = as;
    const turn = ++this.turn;
    try {
      const state = await fetchState(as);
      if (turn !== this.turn) return;
      this.onState(state);
      this.#listen(state, turn);
    } catch (error) {
      if (turn !== this.turn) return;
      // A refused person is the caller's mistake; anything else is a server out of reach.
      if (error instanceof ApiError && this.stream === null && !/^HTTP 5/.test(error.message)) throw error;
      this.#retry();
    }
  }

  #listen({ seq, me, people }, turn) {
    const others = people.map((person) => person.id).filter((id) => id !== me.id);
    this.stream = new EventSource(`/client/events?as=${me.id}&since=${seq}&also=${others.join()}`);
    this.stream.onopen = () => {
      this.delay = FIRST_DELAY;
      this.onStatus(true);
    };
    this.stream.onmessage = ({ data }) => turn === this.turn && this.#hear(JSON.parse(data));
    this.stream.onerror = () => turn === this.turn && this.#retry();
  }

  #hear(event) {
    // The server no longer remembers everything since our last event.
    if (event.type === "reset") this.follow(this.as).catch(() => this.#retry());
    else this.onEvent(event);
  }

  #retry() {
    this.#close();
    this.onStatus(false);
    this.timer = setTimeout(() => this.follow(this.as).catch(() => this.#retry()), this.delay);
    this.delay = Math.min(this.delay * 2, LONGEST_DELAY);
  }

  #close() {
    clearTimeout(this.timer);
    this.stream?.close();
    this.stream = null;
  }

  #followVisibility() {
    clearTimeout(this.hidden);
    if (document.hidden) this.hidden = setTimeout(() => this.#close(), HIDDEN_GRACE);
    else if (!this.stream && this.as !== null) this.follow(this.as).catch(() => this.#retry());
  }
}
