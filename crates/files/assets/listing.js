// SPDX-License-Identifier: MIT OR Apache-2.0
"use strict";

// Each file is sent with PUT to its own name in this folder. The first attempt asks for the name to be free
// (If-None-Match: *); a file of that name is replaced only after a question.
const list = document.getElementById("uploads");
const pick = document.getElementById("pick");

function put(file, row, replace) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("PUT", encodeURIComponent(file.name));
    if (!replace) {
      request.setRequestHeader("If-None-Match", "*");
    }
    request.upload.onprogress = (event) => {
      row.bar.max = event.total;
      row.bar.value = event.loaded;
    };
    request.onload = () => resolve({ status: request.status, text: request.responseText.trim() });
    request.onerror = () => resolve({ status: 0, text: "the connection was lost" });
    request.send(file);
  });
}

function begin(file) {
  const item = document.createElement("li");
  const word = document.createElement("span");
  const bar = document.createElement("progress");
  bar.setAttribute("aria-label", "Upload of " + file.name);
  item.append(file.name, " ", word, bar);
  list.append(item);
  return {
    bar,
    end(text, kind) {
      word.textContent = text;
      word.className = kind;
      bar.remove();
    },
  };
}

async function send(file) {
  const row = begin(file);
  let answer = await put(file, row, false);
  if (answer.status === 412) {
    if (!window.confirm(file.name + " is there already. Replace it?")) {
      row.end("left as it was", "");
      return false;
    }
    answer = await put(file, row, true);
  }
  const done = answer.status === 201 || answer.status === 204;
  row.end(done ? "uploaded" : answer.text || "failed with status " + answer.status, done ? "good" : "bad");
  return done;
}

async function sendAll(files) {
  let all = true;
  for (const file of files) {
    all = (await send(file)) && all;
  }
  if (all && files.length > 0) {
    window.location.reload();
  }
}

pick.addEventListener("change", () => sendAll([...pick.files]));

let depth = 0;
document.addEventListener("dragenter", (event) => {
  event.preventDefault();
  depth += 1;
  document.body.classList.add("over");
});
document.addEventListener("dragleave", () => {
  depth -= 1;
  if (depth <= 0) {
    document.body.classList.remove("over");
  }
});
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  depth = 0;
  document.body.classList.remove("over");
  sendAll([...event.dataTransfer.files]);
});
