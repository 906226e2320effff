// What every script here stands on: where the fake is, how to tell the test what
// the library did, and a receiver for webhooks. Nothing in here sends a message.
import { writeSync } from "node:fs";
import { createServer } from "node:http";
import { createHash } from "node:crypto";

// The line that bench fake prints, and what the test adds to it.
export const fake = JSON.parse(process.env.FAKE);
// A file of random bytes that calls itself a picture.
export const file = process.env.FAKE_FILE;
// Whom the messages are for, who writes to the business when all are sent, and
// the words of the texts, which are not all ASCII.
export const to = "15550100123";
const asker = "15550100001";
export const words = "Grüße, 你好 👋 \"quoted\"";
export const verifyToken = "a token of the receiver";

// tell writes a line to the test. Libraries talk on stdout, so it is not that.
export function tell(step, detail) {
  writeSync(3, JSON.stringify({ step, ...detail }) + "\n");
}

// sends runs calls of the library one after another. Each has a name, the type
// and the kind of interactive message, and returns the id of the message.
export async function sends(calls) {
  for (const [kind, call] of calls) {
    const id = await call();
    ids.push([kind, id]);
    tell("sent", { kind, id });
  }
}
const ids = [];

// refused runs a call that the platform refuses, and tells the error's code.
export async function refused(kind, call, code) {
  try {
    await call();
  } catch (e) {
    tell("refused", { kind, code: code(e) });
    return;
  }
  throw new Error(`${kind} was not refused`);
}

export const sha256 = (bytes) => createHash("sha256").update(Buffer.from(bytes)).digest("hex");

// control calls a control route.
export async function control(method, path, body) {
  const answer = await fetch(fake.url + "/_fake/" + path, { method, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

// direct sends the webhooks to url, once its receiver has passed the handshake.
export const direct = (url) => control("PATCH", "config", { webhook: url, verify_token: verifyToken });

// listen serves webhooks with a function that is given the method, the query,
// the headers and the raw body, and returns the status and the text to answer.
export async function listen(serve) {
  const server = createServer((req, res) => {
    const chunks = [];
    req.on("data", (chunk) => chunks.push(chunk));
    req.on("end", async () => {
      const url = new URL(req.url, "http://receiver");
      const [status, text] = await serve({
        method: req.method, query: Object.fromEntries(url.searchParams), headers: req.headers,
        body: Buffer.concat(chunks).toString("utf8"),
      });
      res.writeHead(status, { "content-type": "text/plain" }).end(text);
    });
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${server.address().port}/hook`;
}

// Seen is what the library made of the webhooks.
export class Seen {
  statuses = {};
  inbound = [];
  #wake = () => {};

  status(id, status) {
    (this.statuses[id] ??= []).push(status);
    this.#wake();
  }

  message(id, from, text) {
    this.inbound.push({ id, from, text });
    this.#wake();
  }

  // complete says whether every message has reached the last status it will
  // have: the platform tells of a reaction only that it was sent.
  complete() {
    return ids.every(([kind, id]) => this.statuses[id]?.includes(kind === "reaction" ? "sent" : "delivered"));
  }

  // finish has the test write as a user, waits for that message and for ready,
  // marks it as read if the library can and ends.
  async finish(url, markRead, ready = () => this.complete()) {
    tell("waiting", { url });
    const question = () => this.inbound.find((m) => m.from === asker);
    while (!question() || !ready()) await new Promise((wake) => { this.#wake = wake; });
    const answer = await markRead?.(question().id);
    tell("webhooks", { statuses: this.statuses, inbound: this.inbound, read: answer?.success === true });
    process.exit(0);
  }
}
