// @microfox/whatsapp-business: its address, with the version, is a setting.
// It has no check of signatures.
import { readFileSync } from "node:fs";
import { WhatsAppBusinessSDK } from "@microfox/whatsapp-business";
import { direct, fake, file, listen, refused, Seen, sends, sha256, tell, to, verifyToken, words } from "./fake.mjs";

const sdk = new WhatsAppBusinessSDK({
  phoneNumberId: fake.phone_number_id, businessAccountId: fake.waba_id, accessToken: fake.token, baseUrl: fake.url + "/v24.0",
});

const seen = new Seen();
const hook = await listen(({ method, query, body }) => {
  if (method === "GET") return query["hub.verify_token"] === verifyToken ? [200, query["hub.challenge"]] : [403, ""];
  for (const { value } of JSON.parse(body).entry.flatMap((entry) => entry.changes)) {
    for (const s of value.statuses ?? []) seen.status(s.id, s.status);
    for (const m of value.messages ?? []) seen.message(m.id, m.from, m.text.body);
  }
  return [200, ""];
});
await direct(hook);

const upload = async () => (await sdk.uploadMedia(new File([readFileSync(file)], "picture.png", { type: "image/png" }), "image")).data.id;
const kept = await upload();
const { data: bytes } = await sdk.downloadMedia(kept);
tell("media", { kept, sha256: sha256(bytes) });

const link = "https://example.com/a";
const id = (answer) => answer.data.messages[0].id;
const body = { text: "b" };
let first;
await sends([
  ["text", async () => (first = id(await sdk.sendTextMessage(to, words)))],
  ["text", async () => id(await sdk.sendReply(to, "text", "an answer", first))],
  ["image", async () => id(await sdk.sendImageMessage(to, { id: kept, caption: words }))],
  ["video", async () => id(await sdk.sendVideoMessage(to, { link: link + ".mp4" }))],
  ["document", async () => id(await sdk.sendDocumentMessage(to, { link: link + ".pdf", filename: "a.pdf" }))],
  ["audio", async () => id(await sdk.sendAudioMessage(to, { link: link + ".ogg" }))],
  ["sticker", async () => id(await sdk.sendStickerMessage(to, { link: link + ".webp" }))],
  ["location", async () => id(await sdk.sendLocationMessage(to, { latitude: 1.5, longitude: 2.5, name: "n" }))],
  ["contacts", async () => id(await sdk.sendContactMessage(to, [{ name: { formatted_name: "Ann Lee", first_name: "Ann" }, phones: [{ phone: "+15550100002", type: "CELL" }] }]))],
  ["interactive/button", async () => id(await sdk.sendInteractiveMessage(to, { type: "button", body, action: { buttons: [{ type: "reply", reply: { id: "y", title: "Yes" } }] } }))],
  ["interactive/list", async () => id(await sdk.sendInteractiveMessage(to, { type: "list", body, action: { button: "Open", sections: [{ title: "s", rows: [{ id: "1", title: "one" }] }] } }))],
  ["interactive/cta_url", async () => id(await sdk.sendInteractiveMessage(to, { type: "cta_url", body, action: { name: "cta_url", parameters: { display_text: "Go", url: link } } }))],
  ["template", async () => id(await sdk.sendTemplateMessage(to, "order_update", "en_US"))],
  ["interactive/flow", async () => id(await sdk.sendFlowMessage(to, { id: "1", token: "t", header: { type: "text", text: "h" }, body, footer: { text: "f" },
    parameters: { flow_id: "1", flow_cta: "Open" } }))],
  ["interactive/location_request_message", async () => id(await sdk.sendLocationRequestMessage(to, "Where are you?"))],
  ["reaction", async () => id(await sdk.sendReaction(to, first, "👍"))],
]);
const code = (e) => e.code;
// The platform calls this kind cta_url; the call above, which takes any kind, gets it right.
await refused("interactive/cta", () => sdk.sendInteractiveCtaMessage(to, "b", link), code);
// A read receipt names one message.
await refused("many read", () => sdk.markMessagesAsRead([first]), code);
// The library takes the text out of a template's body.
await refused("template without text", () => sdk.createTemplate({
  name: "kept", language: "en_US", category: "UTILITY", components: [{ type: "body", text: "Ready.", parameters: [] }],
}), code);
await refused("template unknown", () => sdk.deleteTemplate("deleted"), code);
const list = await sdk.getTemplates();
tell("templates", { listed: list.data.data.map((t) => t.name) });

await sdk.updateBusinessProfile({ about: words, email: "a@example.com" });
// It names no fields when it reads the profile, so the platform gives it none.
const profile = await sdk.getBusinessProfile();
tell("profile", { fields: Object.keys(profile.data[0]) });

process.env.WHATSAPP_WEBHOOK_URL = hook; // it wants to see one
await sdk.configureConversationalComponents({ enable_welcome_message: true, prompts: ["Hello"], commands: [{ command_name: "help", command_description: "Helps" }] });
const numbers = await sdk.getPhoneNumbers();
await sdk.registerPhone(fake.phone_number_id, "123456");
tell("account", { account: { numbers: numbers.data.data.map((n) => n.id) } });

await seen.finish(hook, async (messageId) => (await sdk.sendTypingIndicator({ messageId })).data);
