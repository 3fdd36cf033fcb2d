/** Events of the server: files saved elsewhere, checks, reports, progress.
 *
 * A browser opens at most six connections to a server, so its tabs share one: the tab that holds
 * the lock receives the events and passes them on. When it is closed, another tab takes over.
 */

const KINDS = ["file", "checking", "report", "progress"];
const CHANNEL = "learncnn-events";

const target = new EventTarget();

/** Call `listener` with the data of each event of a kind; `open` is sent for a new connection. */
export function listen(kind, listener) {
  target.addEventListener(kind, (event) => listener(event.detail));
}

function hear(kind, data) {
  target.dispatchEvent(new CustomEvent(kind, { detail: data }));
}

/** Start receiving events; without shared locks, each tab opens its own connection. */
export function connect() {
  if (!navigator.locks) return void open(hear);
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }) => hear(data.kind, data.data);
  hear("open", null); // Another tab may be connected already.
  navigator.locks.request(CHANNEL, () => {
    open((kind, data) => {
      hear(kind, data);
      channel.postMessage({ kind, data });
    });
    return new Promise(() => {}); // Hold the lock until the tab is closed.
  });
}

function open(tell) {
  const source = new EventSource("/api/events");
  source.onopen = () => tell("open", null);
  source.onerror = () => tell("lost", null);
  for (const kind of KINDS) {
    source.addEventListener(kind, (event) => tell(kind, JSON.parse(event.data)));
  }
}
