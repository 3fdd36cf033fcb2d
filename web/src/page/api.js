/** Requests to the server of this page. */

import { text } from "./texts.js";

/** A refused request. `message` is in the page's language, `body` is the JSON of the response. */
export class Refused extends Error {
  constructor(status, body) {
    super(body.error ?? text("refused", { status }));
    this.status = status;
    this.body = body;
  }
}

async function request(method, path, content) {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: { "Content-Type": "application/json", "X-Learncnn": "1" },
      body: content === undefined ? undefined : JSON.stringify(content),
    });
  } catch {
    throw new Error(text("unreachable"));
  }
  const body = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
  if (!response.ok) throw new Refused(response.status, body);
  return body;
}

export const get = (path) => request("GET", path);
export const post = (path, content = {}) => request("POST", path, content);
export const put = (path, content) => request("PUT", path, content);
