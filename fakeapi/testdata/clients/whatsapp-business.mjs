// whatsapp-business: https://graph.facebook.com/v17.0 is in its code. It has no
// check of signatures.
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WABAClient, WebhookClient } from "whatsapp-business";
import { direct, fake, file, refused, Seen, sends, sha256, tell, to, verifyToken, words } from "./fake.mjs";

const client = new WABAClient({ apiToken: fake.token, phoneId: fake.phone_number_id, accountId: fake.waba_id });

const seen = new Seen();
await new Promise((onStartListening) => new WebhookClient({ token: verifyToken, path: "/hook", port: 8081 }).initWebhook({
  onStartListening,
  onStatusReceived: ({ id, status }) => seen.status(id, status),
  onTextMessageReceived: ({ id, from, text }) => seen.message(id, from, text.body),
}));
const hook = "http://127.0.0.1:8081/hook";
await direct(hook);

const upload = async () => (await client.uploadMedia({ file, type: "image/png" })).id;
const kept = await upload(), deleted = await upload();
const { url } = await client.getMedia(kept);
const dir = mkdtempSync(join(tmpdir(), "media-"));
await once(await client.downloadMedia(url, join(dir, "picture.png")), "finish");
const bytes = readFileSync(join(dir, "picture.png"));
rmSync(dir, { recursive: true });
await client.deleteMedia(deleted);
tell("media", { kept, deleted, sha256: sha256(bytes) });

const link = "https://example.com/a";
const send = (type, object, more) => async () => (await client.sendMessage({ to, type, [type]: object, ...more })).messages[0].id;
const body = { text: "b" };
let first;
await sends([
  ["text", async () => (first = await send("text", { body: words, preview_url: true })())],
  ["text", async () => send("text", { body: "an answer" }, { context: { message_id: first }, recipient_type: "individual" })()],
  ["image", send("image", { id: kept, caption: words })],
  ["audio", send("audio", { link: link + ".ogg" })],
  ["document", send("document", { link: link + ".pdf", filename: "a.pdf" })],
  ["video", send("video", { link: link + ".mp4" })],
  ["sticker", send("sticker", { link: link + ".webp" })],
  ["location", send("location", { latitude: 1.5, longitude: 2.5, name: "n", address: "a" })],
  ["contacts", send("contacts", [{ name: { formatted_name: "Ann Lee", first_name: "Ann" }, phones: [{ phone: "+15550100002", type: "HOME" }] }])],
  ["reaction", async () => send("reaction", { message_id: first, emoji: "👍" })()],
  ["template", send("template", { name: "order_update", language: { code: "en_US", policy: "deterministic" } })],
  ["interactive/button", send("interactive", { type: "button", body, action: { buttons: [{ type: "reply", reply: { id: "y", title: "Yes" } }] } })],
  ["interactive/list", send("interactive", { type: "list", body, action: { button: "Open", sections: [{ title: "s", rows: [{ id: "1", title: "one" }] }] } })],
  ["interactive/product", send("interactive", { type: "product", action: { catalog_id: "7", product_retailer_id: "p" } })],
  ["interactive/product_list", send("interactive", { type: "product_list", header: { type: "text", text: "h" }, body,
    action: { catalog_id: "7", sections: [{ title: "s", product_items: [{ product_retailer_id: "p" }] }] } })],
  ["interactive/catalog_message", send("interactive", { type: "catalog_message", body, action: { name: "catalog_message" } })],
]);
// What the platform refuses, the library throws.
await refused("no body", send("text", { body: "" }), (e) => e.code);

await client.updateBusinessProfile({ about: words, vertical: "RETAIL" });
const profile = await client.getBusinessProfile(["about", "vertical"]);
tell("profile", { about: profile.data[0].about });

const numbers = await client.getBusinessPhoneNumbers();
const phoneNumberId = fake.phone_number_id;
const number = await client.getSingleBusinessPhoneNumber(phoneNumberId);
await client.updateIdentityCheckState({ enable_identity_key_check: true });
await client.requestPhoneNumberVerificationCode({ phoneNumberId, code_method: "SMS", language: "en_US" });
await client.verifyPhoneNumberCode({ phoneNumberId, code: "123456" });
await client.setupTwoStepAuth({ phoneNumberId, pin: "123456" });
await client.registerPhone({ phoneNumberId, pin: "123456" });
await client.deregisterPhone(phoneNumberId);
await client.registerPhone({ phoneNumberId, pin: "123456" });
tell("account", { account: { numbers: numbers.data.map((n) => n.id), number: number.id } });

await seen.finish(hook, (id) => client.markMessageAsRead(id));
