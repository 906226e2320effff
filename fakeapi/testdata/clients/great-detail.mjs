// @great-detail/whatsapp: its address is a setting, its requests are ky's.
import { readFileSync } from "node:fs";
import Client from "@great-detail/whatsapp";
import { direct, fake, file, listen, Seen, sends, sha256, tell, to, verifyToken, words } from "./fake.mjs";

const authorization = { headers: { Authorization: "Bearer " + fake.token } };
const sdk = new Client({ prefixUrl: fake.url, graphVersion: "v24.0", request: authorization });
const phoneNumberID = fake.phone_number_id, businessAccountID = fake.waba_id;

const seen = new Seen();
const hook = await listen(async ({ method, query, headers, body }) => {
  if (method === "GET") {
    const registration = await sdk.webhook.register({ method, query, headers });
    return registration.verifyToken === verifyToken ? [200, registration.accept()] : [403, ""];
  }
  try {
    const event = await sdk.webhook.eventNotification({ method, query, headers, body });
    await event.verifySignature(fake.app_secret);
    for (const { value } of event.eventNotification.entry.flatMap((entry) => entry.changes)) {
      for (const s of value.statuses ?? []) seen.status(s.id, s.status);
      for (const m of value.messages ?? []) seen.message(m.id, m.from, m.text.body);
    }
  } catch (e) {
    return [401, String(e)];
  }
  return [200, ""];
});
await direct(hook);

const upload = async () => (await sdk.media.upload({
  phoneNumberID, file: new Blob([readFileSync(file)], { type: "image/png" }), filename: "picture.png", mimeType: "image/png",
}).json()).id;
const kept = await upload(), deleted = await upload();
const { url } = await sdk.media.getURL({ mediaID: kept, phoneNumberID }).json();
// The library writes the media host's name into the header Host itself.
const bytes = await sdk.media.download({ mediaURL: url, request: authorization }).arrayBuffer();
await sdk.media.delete({ mediaID: deleted, phoneNumberID }).json();
tell("media", { kept, deleted, sha256: sha256(bytes) });

const template = (name) => sdk.template.create(businessAccountID, {
  name, language: "en_US", category: "UTILITY",
  components: [{ type: "BODY", text: "Your order {{1}} is ready.", example: { body_text: [["42"]] } }],
}).json();
const { id } = await template("kept");
await template("deleted");
await sdk.template.delete(businessAccountID, { name: "deleted" }).json();
await sdk.template.update(id, { components: [{ type: "BODY", text: "Order {{1}} waits for you.", example: { body_text: [["42"]] } }] }).json();
const one = await sdk.template.get(id, { fields: ["name", "status"] }).json();
const list = await sdk.template.list(businessAccountID, { name_or_content: "waits for", status: ["APPROVED", "REJECTED"], category: ["UTILITY"], language: ["en_US"], limit: 5 }).json();
tell("templates", { listed: list.data.map((t) => t.name), one: one.name });

const link = "https://example.com/a";
// It has one call for all types; these are the types that it declares.
const send = (type, object, more) => async () => {
  const answer = await sdk.message.createMessage({ phoneNumberID, to, type, [type]: object, ...more }).json();
  return answer.messages[0].id;
};
const body = { text: "b" };
let first;
await sends([
  ["text", async () => (first = await send("text", { body: words, preview_url: true })())],
  ["text", async () => send("text", { body: "an answer" }, { context: { message_id: first } })()],
  ["image", send("image", { id: kept, caption: words })],
  ["audio", send("audio", { link: link + ".ogg" })],
  ["document", send("document", { link: link + ".pdf", filename: "a.pdf" })],
  ["video", send("video", { link: link + ".mp4", caption: "a" })],
  ["sticker", send("sticker", { link: link + ".webp" })],
  ["location", send("location", { latitude: 1.5, longitude: "2.5", name: "n", address: "a" })],
  ["contacts", send("contacts", [{ name: { formatted_name: "Ann Lee", first_name: "Ann" }, phones: [{ phone: "+15550100002", type: "HOME" }] }])],
  ["reaction", async () => send("reaction", { message_id: first, emoji: "👍" })()],
  ["template", send("template", { name: "kept", language: { code: "en_US" }, components: [{ type: "body", parameters: [{ type: "text", text: "42" }] }] })],
  ["interactive/button", send("interactive", { type: "button", body, action: { buttons: [{ type: "reply", reply: { id: "y", title: "Yes" } }] } })],
  ["interactive/list", send("interactive", { type: "list", body, action: { button: "Open", sections: [{ title: "s", rows: [{ id: "1", title: "one" }] }] } })],
  ["interactive/product", send("interactive", { type: "product", action: { catalog_id: "7", product_retailer_id: "p" } })],
  ["interactive/product_list", send("interactive", { type: "product_list", header: { type: "text", text: "h" }, body,
    action: { catalog_id: "7", sections: [{ title: "s", product_items: [{ product_retailer_id: "p" }] }] } })],
  ["interactive/catalog_message", send("interactive", { type: "catalog_message", body, action: { name: "catalog_message" } })],
  ["interactive/flow", send("interactive", { type: "flow", body, action: { name: "flow", parameters: {
    flow_message_version: "3", flow_id: "1", flow_token: "t", flow_cta: "Open", flow_action: "data_exchange" } } })],
  ["interactive/location_request_message", send("interactive", { type: "location_request_message", body, action: { name: "send_location" } })],
  ["interactive/cta_url", send("interactive", { type: "cta_url", body, action: { name: "cta_url", parameters: { display_text: "Go", url: link } } })],
]);

await sdk.businessProfile.updateBusinessProfile({ phoneNumberID, about: words, vertical: "RETAIL", websites: ["https://example.com"] }).json();
const profile = await sdk.businessProfile.getBusinessProfile({ phoneNumberID, fields: ["about", "vertical"] }).json();
tell("profile", { about: profile.data[0].about });

const number = await sdk.phoneNumbers.getPhoneNumber({ phoneNumberID, fields: ["display_phone_number", "verified_name"] }).json();
const numbers = await sdk.phoneNumbers.listPhoneNumbers({ businessAccountID }).json();
const account = await sdk.whatsappBusinessAccount.get(businessAccountID, { fields: ["name"] }).json();
await sdk.subscribedApps.createSubscription({ businessAccountID }).json();
const apps = await sdk.subscribedApps.listSubscriptions({ businessAccountID }).json();
tell("account", { account: {
  number: number.id, numbers: numbers.data.map((n) => n.id), account: account.id, apps: apps.data.length,
} });

await seen.finish(hook, (messageId) => sdk.message.createStatus({ phoneNumberID, status: "read", message_id: messageId }).json());
