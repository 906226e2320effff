"use strict";
// Shows the messages as they pass. Everything that comes from a message is set
// as text, never as markup.
const rows = document.getElementById("messages");
const summary = document.getElementById("summary");
const to = document.getElementById("to");
const wanted = document.getElementById("status");

// The steps of a message in the order in which they come.
const steps = ["rejected", "accepted", "sent", "delivered", "read", "played", "failed"];

function cell(content, name) {
  const td = document.createElement("td");
  td.append(content);
  if (name) td.className = name;
  return td;
}

// course lists the steps with the time each took since the message came.
function course(m) {
  const list = document.createElement("ol");
  const began = Date.parse(m.times.accepted || m.times.rejected);
  for (const step of steps.filter(step => m.times[step])) {
    const item = document.createElement("li");
    const failed = (step === "failed" || step === "rejected") && m.code;
    item.append(failed ? step + " " + m.code : step);
    item.className = step === m.status ? step + " last" : step;
    if (step !== "accepted" && step !== "rejected") {
      const after = document.createElement("small");
      after.append(" +" + took(Date.parse(m.times[step]) - began));
      item.append(after);
    }
    list.append(item);
  }
  return list;
}

function took(milliseconds) {
  if (milliseconds < 1000) return milliseconds + " ms";
  return milliseconds < 120000 ? (milliseconds / 1000).toFixed(1) + " s" : Math.round(milliseconds / 60000) + " min";
}

function row(m) {
  const tr = document.createElement("tr");
  const received = m.times.accepted || m.times.rejected || "";
  tr.append(cell(received.slice(11, 23)), cell(m.api), cell(m.to), cell(m.type), cell(course(m)),
    cell(typeof m.body === "string" ? m.body : JSON.stringify(m.body), "body"));
  tr.title = m.id;
  return tr;
}

let shown = "";

async function refresh() {
  const query = new URLSearchParams({limit: "50"});
  if (to.value) query.set("to", to.value);
  if (wanted.value) query.set("status", wanted.value);
  try {
    const answer = await fetch("messages?" + query);
    if (!answer.ok) throw new Error("status " + answer.status);
    const text = await answer.text();
    if (text === shown) return; // so that a selection in the table stays
    shown = text;
    const page = JSON.parse(text);
    rows.replaceChildren(...page.messages.reverse().map(row));
    const left = page.left ? " " + page.left + " older ones are no longer remembered." : "";
    const count = page.messages.length;
    summary.textContent = count ? "The newest " + (count === 1 ? "message." : count + " messages.") + left : "No messages." + left;
  } catch (error) {
    shown = "";
    summary.textContent = "The fake does not answer: " + error.message + ".";
  }
}

// again waits for an answer before the next question, and asks nothing while
// nobody looks.
async function again() {
  if (!document.hidden) await refresh();
  setTimeout(again, 500);
}

to.addEventListener("input", refresh);
wanted.addEventListener("change", refresh);
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
document.querySelector("form").addEventListener("submit", event => event.preventDefault());
again();
