// whatsapp-api-js: https://graph.facebook.com is in its code.
import { readFileSync } from "node:fs";
import { WhatsAppAPI } from "whatsapp-api-js";
import * as m from "whatsapp-api-js/messages";
import { control, direct, fake, file, listen, refused, Seen, sends, sha256, tell, to, verifyToken, words } from "./fake.mjs";

const client = new WhatsAppAPI({ token: fake.token, appSecret: fake.app_secret, webhookVerifyToken: verifyToken, v: "v24.0" });
const number = fake.phone_number_id;

const seen = new Seen();
client.on.status = ({ id, status }) => seen.status(id, status);
client.on.message = ({ from, message }) => seen.message(message.id, from, message.text.body);
const hook = await listen(async ({ method, query, headers, body }) => {
  try {
    if (method === "GET") return [200, client.get(query)];
    await client.post(JSON.parse(body), body, headers["x-hub-signature-256"]);
  } catch (e) {
    return [e.httpStatus ?? 500, String(e)];
  }
  return [200, ""];
});
// It looks only at the first update of a webhook, and so loses the others of a
// batch. Here each has a webhook of its own.
await control("PATCH", "config", { cloud: { webhooks: { batch: 1 } } });
await direct(hook);

const upload = async () => {
  const form = new FormData();
  form.set("file", new Blob([readFileSync(file)], { type: "image/png" }), "picture.png");
  return (await client.uploadMedia(number, form)).id;
};
const kept = await upload(), deleted = await upload();
const { url } = await client.retrieveMedia(kept, number);
const bytes = await (await client.fetchMedia(url)).arrayBuffer();
await client.deleteMedia(deleted);
tell("media", { kept, deleted, sha256: sha256(bytes) });

const link = "https://example.com/a";
const send = (message, context) => async () => {
  const answer = await client.sendMessage(number, to, message, context);
  if (answer.error) throw new Error(answer.error.message);
  return answer.messages[0].id;
};
const body = new m.Body("b");
const header = new m.Header("h");
const product = new m.CatalogProduct("p", "7");
let first;
await sends([
  ["text", async () => (first = await send(new m.Text(words, true))())],
  ["text", async () => send(new m.Text("an answer"), first)()],
  ["image", send(new m.Image(kept, true, words))],
  ["audio", send(new m.Audio(link + ".ogg", false, true))],
  ["document", send(new m.Document(link + ".pdf", false, "a", "a.pdf"))],
  ["video", send(new m.Video(link + ".mp4"))],
  ["sticker", send(new m.Sticker(link + ".webp"))],
  ["location", send(new m.Location(2.5, 1.5, "n", "a"))],
  // It writes the list of contacts as a text of JSON, which the platform takes.
  ["contacts", send(new m.Contacts([
    new m.Name("Ann Lee", "Ann"), new m.Phone("+15550100002", "HOME", "15550100002"), new m.Email("a@example.com", "HOME"),
    new m.Birthday("1990", "01", "31"), new m.Organization("c"), new m.Address("Chile"), new m.Url("https://example.com"),
  ]))],
  ["reaction", async () => send(new m.Reaction(first, "👍"))()],
  ["reaction", async () => send(new m.Reaction(first))()],
  ["template", send(new m.Template("order_update", new m.Language("en_US", "deterministic"),
    new m.HeaderComponent(new m.HeaderParameter(new m.Image(kept, true))),
    new m.BodyComponent(new m.BodyParameter("42"), new m.BodyParameter(new m.Currency(1000, "USD", "$1")), new m.BodyParameter(new m.DateTime("today"))),
    new m.PayloadComponent("yes"), new m.URLComponent("path")))],
  ["template", send(m.Template.OTP("code", "en_US", "123456"))],
  ["template", send(new m.Template("cards", "en_US", new m.BodyComponent(new m.BodyParameter("42")), new m.CarouselComponent(
    new m.CarouselCard(new m.Image(kept, true), new m.BodyComponent(new m.BodyParameter("1")), new m.PayloadComponent("1")),
    new m.CarouselCard(new m.Image(kept, true), new m.BodyComponent(new m.BodyParameter("2")), new m.PayloadComponent("2")))))],
  ["template", send(new m.Template("offer", "en_US", new m.LTOComponent(1900000000000), new m.CopyComponent("CODE10")))],
  ["interactive/button", send(new m.Interactive(new m.ActionButtons(new m.Button("y", "Yes"), new m.Button("n", "No")), body, header, new m.Footer("f")))],
  ["interactive/list", send(new m.Interactive(new m.ActionList("Open", new m.ListSection("s", new m.Row("1", "one", "d"))), body, header))],
  ["interactive/catalog_message", send(new m.Interactive(new m.ActionCatalog(new m.Product("p")), body))],
  ["interactive/product", send(new m.Interactive(new m.ActionProduct(product)))],
  ["interactive/product_list", send(new m.Interactive(new m.ActionProductList("7", new m.ProductSection("s", new m.Product("p"))), body, header))],
  ["interactive/cta_url", send(new m.Interactive(new m.ActionCTA("Go", link), body))],
  ["interactive/flow", send(new m.Interactive(new m.ActionNavigateFlow("t", "1", "Open", "FIRST", { a: 1 }), body))],
  ["interactive/flow", send(new m.Interactive(new m.ActionDataExchangeFlow("t", "1", "Open"), body))],
  ["interactive/location_request_message", send(new m.Interactive(new m.ActionLocation(), body))],
  ["interactive/call_permission_request", send(new m.Interactive(new m.ActionCallPermission(), body))],
]);
// What the platform refuses, the library hands over.
await refused("no number", async () => {
  const { error } = await client.sendMessage(number, "not a number", new m.Text("a"));
  throw error;
}, (e) => e.code);

const code = await client.createQR(number, words);
const vector = await client.createQR(number, "b", "svg");
await client.updateQR(number, code.code, "c");
const [changed] = (await client.retrieveQR(number, code.code)).data;
await client.deleteQR(number, vector.code);
const codes = (await client.retrieveQR(number)).data;
await control("POST", "inbound", { from: to, type: "text", text: "about to be blocked" });
const blocked = await client.blockUser(number, to);
const unblocked = await client.unblockUser(number, to);
tell("account", { account: {
  prefilled: [code.prefilled_message, changed.prefilled_message], codes: codes.length,
  blocked: blocked.block_users.added_users[0].wa_id, unblocked: unblocked.block_users.removed_users[0].wa_id,
} });

await seen.finish(hook, (id) => client.markAsRead(number, id, "text"));
