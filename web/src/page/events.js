/** What the server tells: files saved elsewhere, checks, reports, progress.
 *
 * A browser opens six connections to a server at most, so its tabs share one: the tab that holds
 * the lock listens and passes on what it hears. When it is closed another one takes over.
 */

const KINDS = ["file", "checking", "report", "progress"];
const CHANNEL = "learncnn-events";

const target = new EventTarget();

/** Call `listener` with the data of each event of a kind; `open` comes with a new connection. */
export function listen(kind, listener) {
  target.addEventListener(kind, (event) => listener(event.detail));
}

function hear(kind, data) {
  target.dispatchEvent(new CustomEvent(kind, { detail: data }));
}

/** Begin to listen; with no way to share, each tab has a connection of its own. */
export function connect() {
  if (!navigator.locks) return void open(hear);
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }) => hear(data.kind, data.data);
  hear("open", null); // the tab that listens may have been there before
  navigator.locks.request(CHANNEL, () => {
    open((kind, data) => {
      hear(kind, data);
      channel.postMessage({ kind, data });
    });
    return new Promise(() => {}); // the lock is held for as long as the tab is open
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
