// whatsapp: Meta's own SDK. Its settings are environment variables; the port 443
// and https are in its code, and the host is graph.facebook.com unless told
// otherwise. It has no media, no templates and no profile.
import WhatsApp from "whatsapp";
// Its check of signatures, which the package does not export by name.
import utils from "./node_modules/whatsapp/build/utils.js";
import { direct, fake, listen, Seen, sends, tell, to, verifyToken, words } from "./fake.mjs";

const client = new WhatsApp();
const seen = new Seen();

// Its own receiver passes the handshake, and then breaks at the first webhook:
// it joins the chunks of a body as text and gives them to Buffer.concat.
client.webhooks.start(() => {});
const own = `http://127.0.0.1:${process.env.LISTENER_PORT}/${process.env.WEBHOOK_ENDPOINT}`;
await direct(own);
const broken = new Promise((seen) => process.once("uncaughtException", seen));
const signed = "{}";
fetch(own, {
  method: "POST", body: signed, headers: { "X-Hub-Signature-256": "sha256=" + utils.generateXHub256Sig(signed, fake.app_secret) },
}).catch(() => {}); // it is never answered
tell("refused", { kind: "its own receiver", code: (await broken).code });

const hook = await listen(({ method, query, headers, body }) => {
  if (method === "GET") return query["hub.verify_token"] === verifyToken ? [200, query["hub.challenge"]] : [403, ""];
  if (headers["x-hub-signature-256"] !== "sha256=" + utils.generateXHub256Sig(body, fake.app_secret)) return [401, "signature"];
  for (const { value } of JSON.parse(body).entry.flatMap((entry) => entry.changes)) {
    for (const s of value.statuses ?? []) seen.status(s.id, s.status);
    for (const m of value.messages ?? []) seen.message(m.id, m.from, m.text.body);
  }
  return [200, ""];
});
await direct(hook);

const link = "https://example.com/a";
const m = client.messages;
const read = async (answer) => (await (await answer).responseBodyToJSON());
const id = async (answer) => (await read(answer)).messages[0].id;
const whom = Number(to);
let first;
await sends([
  ["text", async () => (first = await id(m.text({ body: words, preview_url: true }, whom)))],
  ["text", () => id(m.text({ body: "an answer" }, whom, first))],
  ["image", () => id(m.image({ link: link + ".jpg", caption: words }, whom))],
  ["audio", () => id(m.audio({ link: link + ".ogg" }, whom))],
  ["document", () => id(m.document({ link: link + ".pdf", filename: "a.pdf", caption: "a" }, whom))],
  ["video", () => id(m.video({ link: link + ".mp4" }, whom))],
  ["sticker", () => id(m.sticker({ link: link + ".webp" }, whom))],
  ["location", () => id(m.location({ longitude: 2.5, latitude: 1.5, name: "n", address: "a" }, whom))],
  ["contacts", () => id(m.contacts([{ name: { formatted_name: "Ann Lee", first_name: "Ann" }, phones: [{ phone: "+15550100002", type: "HOME" }] }], whom))],
  ["template", () => id(m.template({ name: "order_update", language: { policy: "deterministic", code: "en_US" },
    components: [{ type: "body", parameters: [{ type: "text", text: "42" }, { type: "currency", currency: { fallback_value: "$1", code: "USD", amount_1000: 1000 } }] }] }, whom))],
  ["interactive/button", () => id(m.interactive({ type: "button", body: { text: "b" }, footer: { text: "f" },
    action: { buttons: [{ type: "reply", reply: { id: "y", title: "Yes" } }] } }, whom))],
  ["interactive/list", () => id(m.interactive({ type: "list", body: { text: "b" }, header: { type: "text", text: "h" },
    action: { button: "Open", sections: [{ title: "s", rows: [{ id: "1", title: "one" }] }] } }, whom))],
  ["interactive/product", () => id(m.interactive({ type: "product", body: { text: "b" }, action: { catalog_id: "7", product_retailer_id: "p" } }, whom))],
  ["interactive/product_list", () => id(m.interactive({ type: "product_list", body: { text: "b" }, header: { type: "text", text: "h" },
    action: { catalog_id: "7", sections: [{ title: "s", product_items: [{ product_retailer_id: "p" }] }] } }, whom))],
]);
tell("account", { account: { pin: (await read(client.twoStepVerification.setPin(123456))).success } });

await seen.finish(hook, (message_id) => read(m.status({ status: "read", message_id })));
