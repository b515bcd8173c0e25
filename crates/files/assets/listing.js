// SPDX-License-Identifier: MIT OR Apache-2.0
"use strict";

// Each file is sent with PUT to its own name in this folder. Whether the name is taken is asked first: a file
// of that name is replaced only after a question, and only if nobody else has changed it meanwhile.
const section = document.getElementById("upload");
const list = document.getElementById("uploads");
const pick = document.getElementById("pick");
const largest = section.dataset.largest ? Number(section.dataset.largest) : Infinity;

function put(url, file, condition, bar) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    if (condition) {
      request.setRequestHeader(condition[0], condition[1]);
    }
    request.upload.onprogress = (event) => {
      bar.max = event.total;
      bar.value = event.loaded;
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
  if (file.size > largest) {
    row.end("too large", "bad");
    return false;
  }
  const url = encodeURIComponent(file.name);
  const there = await fetch(url, { method: "HEAD", cache: "no-store" }).catch(() => null);
  let condition = ["If-None-Match", "*"];
  if (there && there.ok) {
    if (!window.confirm(file.name + " is there already. Replace it?")) {
      row.end("left as it was", "");
      return false;
    }
    const tag = there.headers.get("ETag");
    condition = tag ? ["If-Match", tag] : null;
  }
  const answer = await put(url, file, condition, row.bar);
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
