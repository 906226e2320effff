"use strict";
// The server draws; this puts each drawing in place of the one before.
const inside = document.getElementById("inside");
const state = document.getElementById("state");
const source = new EventSource("snapshots?view");
source.addEventListener("view", (event) => {
  inside.innerHTML = JSON.parse(event.data);
  state.textContent = "";
});
source.addEventListener("done", () => {
  source.close();
  state.textContent = "The run has ended. Its report is in the run directory.";
});
source.addEventListener("error", () => {
  state.textContent = "bench does not answer: the run has ended, or the connection broke.";
});
