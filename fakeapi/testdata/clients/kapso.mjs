// @kapso/whatsapp-cloud-api: its address is a setting.
import { readFileSync } from "node:fs";
import { WhatsAppClient } from "@kapso/whatsapp-cloud-api";
import { normalizeWebhook, verifySignature } from "@kapso/whatsapp-cloud-api/server";
import { direct, fake, file, listen, Seen, sends, sha256, tell, to, refused, verifyToken, words } from "./fake.mjs";

const client = new WhatsAppClient({ accessToken: fake.token, baseUrl: fake.url, graphVersion: "v24.0" });
const phoneNumberId = fake.phone_number_id, businessAccountId = fake.waba_id;
const at = { phoneNumberId, to };

const seen = new Seen();
const hook = await listen(({ method, query, headers, body }) => {
  if (method === "GET") return query["hub.verify_token"] === verifyToken ? [200, query["hub.challenge"]] : [403, ""];
  const signatureHeader = headers["x-hub-signature-256"];
  if (!verifySignature({ appSecret: fake.app_secret, rawBody: body, signatureHeader })) return [401, "signature"];
  const event = normalizeWebhook(JSON.parse(body));
  for (const s of event.statuses) seen.status(s.id, s.status);
  for (const m of event.messages) seen.message(m.id, m.from, m.text.body);
  return [200, ""];
});
await direct(hook);

const upload = async () => (await client.media.upload({
  phoneNumberId, type: "image/png", file: readFileSync(file), fileName: "picture.png",
})).id;
const kept = await upload(), deleted = await upload();
// Without auth: "always" the library asks for the bytes without the token,
// which the platform refuses.
const bytes = await client.media.download({ mediaId: kept, auth: "always" });
await client.media.delete({ mediaId: deleted, phoneNumberId });
tell("media", { kept, deleted, sha256: sha256(bytes) });

const template = (name) => client.templates.create({
  businessAccountId, name, language: "en_US", category: "UTILITY", parameterFormat: "POSITIONAL",
  components: [
    { type: "BODY", text: "Your order {{1}} is ready.", example: { body_text: [["42"]] } },
    { type: "BUTTONS", buttons: [{ type: "QUICK_REPLY", text: "Stop" }] },
  ],
});
await template("kept");
await template("deleted");
await client.templates.delete({ businessAccountId, name: "deleted" });
const list = await client.templates.list({ businessAccountId, name: "kept", status: "APPROVED", limit: 10 });
tell("templates", { listed: list.data.map((t) => t.name) });
// The platform has templates at /{template}; the library looks below the account.
await refused("template by id", () => client.templates.get({ businessAccountId, templateId: list.data[0].id }), (e) => e.code);

const link = "https://example.com/a";
const id = (answer) => answer.messages[0].id;
const m = client.messages;
let first;
await sends([
  ["text", async () => (first = id(await m.sendText({ ...at, body: words, previewUrl: true })))],
  ["image", async () => id(await m.sendImage({ ...at, image: { id: kept, caption: words } }))],
  ["audio", async () => id(await m.sendAudio({ ...at, audio: { link: link + ".ogg", voice: true } }))],
  ["document", async () => id(await m.sendDocument({ ...at, document: { link: link + ".pdf", filename: "a.pdf", caption: "a" } }))],
  ["video", async () => id(await m.sendVideo({ ...at, video: { link: link + ".mp4", caption: "a" } }))],
  ["sticker", async () => id(await m.sendSticker({ ...at, sticker: { link: link + ".webp" } }))],
  ["location", async () => id(await m.sendLocation({ ...at, location: { latitude: -33.45, longitude: -70.66, name: "n", address: "a" } }))],
  ["contacts", async () => id(await m.sendContacts({ ...at, contacts: [
    { name: { formattedName: "Ann Lee", firstName: "Ann" }, phones: [{ phone: "+15550100002", type: "WORK", waId: "15550100002" }], emails: [{ email: "a@example.com", type: "WORK" }] },
  ] }))],
  ["reaction", async () => id(await m.sendReaction({ ...at, reaction: { messageId: first, emoji: "👍" } }))],
  ["template", async () => id(await m.sendTemplate({ ...at, template: {
    name: "kept", language: { code: "en_US" }, components: [{ type: "body", parameters: [{ type: "text", text: "42" }] }],
  } }))],
  ["interactive/button", async () => id(await m.sendInteractiveButtons({ ...at, bodyText: "b", footerText: "f",
    header: { type: "image", image: { id: kept } }, buttons: [{ id: "y", title: "Yes" }, { id: "n", title: "No" }] }))],
  ["interactive/list", async () => id(await m.sendInteractiveList({ ...at, bodyText: "b", buttonText: "Open", header: { type: "text", text: "h" },
    sections: [{ title: "s", rows: [{ id: "1", title: "one", description: "d" }] }] }))],
  ["interactive/product", async () => id(await m.sendInteractiveProduct({ ...at, bodyText: "b", catalogId: "7", productRetailerId: "p" }))],
  ["interactive/product_list", async () => id(await m.sendInteractiveProductList({ ...at, bodyText: "b", header: { type: "text", text: "h" }, catalogId: "7",
    sections: [{ title: "s", productItems: [{ productRetailerId: "p" }] }] }))],
  ["interactive/flow", async () => id(await m.sendInteractiveFlow({ ...at, bodyText: "b", parameters: {
    flowId: "1", flowCta: "Open", flowToken: "t", flowAction: "navigate", flowActionPayload: { screen: "FIRST", data: { a: 1 } } } }))],
  ["interactive/address_message", async () => id(await m.sendInteractiveAddress({ ...at, bodyText: "b", parameters: {
    country: "IN", values: { name: "Ann", phoneNumber: "+919999999999" } } }))],
  ["interactive/location_request_message", async () => id(await m.sendInteractiveLocationRequest({ ...at, bodyText: "Where are you?",
    parameters: { requestMessage: "Where are you?" } }))],
  ["interactive/call_permission_request", async () => id(await m.sendInteractiveCallPermission({ ...at, bodyText: "May we call?",
    parameters: { phoneNumber: "+15550100002" } }))],
  ["interactive/cta_url", async () => id(await m.sendInteractiveCtaUrl({ ...at, bodyText: "b", parameters: { displayText: "Go", url: link } }))],
  ["interactive/carousel", async () => id(await m.sendInteractiveCarousel({ ...at, bodyText: "b", cards: [0, 1].map((cardIndex) => ({
    cardIndex, header: { type: "image", image: { link: link + ".jpg" } }, bodyText: "card", action: { type: "cta_url", displayText: "Go", url: link },
  })) }))],
  ["interactive/catalog_message", async () => id(await m.sendInteractiveCatalogMessage({ ...at, bodyText: "b", parameters: { thumbnailProductRetailerId: "p" } }))],
]);

await client.phoneNumbers.businessProfile.update({ phoneNumberId, about: words, websites: ["https://example.com"] });
const profile = await client.phoneNumbers.businessProfile.get({ phoneNumberId, fields: "about,websites" });
tell("profile", { about: profile.data[0].about });

await client.phoneNumbers.requestCode({ phoneNumberId, codeMethod: "SMS", language: "en_US" });
await client.phoneNumbers.verifyCode({ phoneNumberId, code: "123456" });
await client.phoneNumbers.register({ phoneNumberId, pin: "123456" });

await seen.finish(hook, (messageId) => m.markRead({ phoneNumberId, messageId, typingIndicator: { type: "text" } }));
