// whatsapp-cloud-api: https://graph.facebook.com is in its code. It sends and
// receives messages, and nothing else; it has no check of signatures.
import { createBot } from "whatsapp-cloud-api";
import { direct, fake, refused, Seen, sends, tell, to, verifyToken, words } from "./fake.mjs";

const bot = createBot(fake.phone_number_id, fake.token, { version: "v24.0" });
const seen = new Seen();
await bot.startExpressServer({ port: 8082, webhookPath: "/hook", webhookVerifyToken: verifyToken });
bot.on("text", ({ id, from, data }) => seen.message(id, from, data.text));
const hook = "http://127.0.0.1:8082/hook";

const link = "https://example.com/a";
const id = async (answer) => (await answer).messageId;
await sends([
  ["text", () => id(bot.sendText(to, words, { preview_url: true }))],
  ["text", () => id(bot.sendMessage(to, "another"))],
  ["image", () => id(bot.sendImage(to, link + ".jpg", { caption: words }))],
  // It writes the keys caption and filename of every kind of media, undefined ones too.
  ["document", () => id(bot.sendDocument(to, link + ".pdf", { caption: "a", filename: "a.pdf" }))],
  ["audio", () => id(bot.sendAudio(to, link + ".ogg"))],
  ["video", () => id(bot.sendVideo(to, link + ".mp4", { caption: "a" }))],
  ["sticker", () => id(bot.sendSticker(to, link + ".webp"))],
  ["location", () => id(bot.sendLocation(to, 1.5, 2.5, { name: "n", address: "a" }))],
  ["contacts", () => id(bot.sendContacts(to, [{ name: { formatted_name: "Ann Lee", first_name: "Ann" }, phones: [{ phone: "+15550100002", type: "HOME" }] }]))],
  ["template", () => id(bot.sendTemplate(to, "order_update", "en_US", [{ type: "body", parameters: [{ type: "text", text: "42" }] }]))],
  ["interactive/button", () => id(bot.sendReplyButtons(to, "b", { y: "Yes", n: "No" }, { footerText: "f", header: { type: "text", text: "h" } }))],
  ["interactive/list", () => id(bot.sendList(to, "Open", "b", { s: [{ id: "1", title: "one", description: "d" }] }, { footerText: "f" }))],
]);
// What the platform refuses, the library throws.
await refused("no body", () => bot.sendText(to, ""), (e) => e.error.code);

// Only now: it answers a status with 202, which the platform takes for a failure
// and repeats.
await direct(hook);
await seen.finish(hook, null, () => true);
