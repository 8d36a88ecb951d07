// The demo's page: buttons and panels around host.js.
const main = document.querySelector("main");
const problem = document.getElementById("problem");
const state = document.getElementById("user");
const answer = document.getElementById("answer");
const TYPES = ["sandbox", "sandboxkey"];

const show = (element, value) => {
  element.textContent = JSON.stringify(value, null, 2);
};

async function guarded(work) {
  problem.hidden = true;
  try {
    await work();
  } catch (error) {
    problem.textContent = error.message;
    problem.hidden = false;
  }
}

async function render(host) {
  const user = await host.getUser();
  show(state, user);
  for (const type of TYPES) {
    const card = document.getElementById(type);
    const connected = user.integrations?.[type]?.credentialStatus !== undefined;
    const valid = user.integrations?.[type]?.enabled === true;
    card.querySelector(".state").textContent = valid ? "Connected" : connected ? "Reconnect needed" : "Not connected";
    card.querySelector(".state").dataset.state = valid ? "ok" : connected ? "warn" : "off";
    card.querySelector("[data-act=connect]").textContent = connected ? "Manage" : "Connect";
    card.querySelector("[data-act=call]").disabled = !valid;
  }
  main.dataset.ready = "true";
}

function wire(host) {
  for (const type of TYPES) {
    const card = document.getElementById(type);
    const on = (act, work) =>
      card.querySelector(`[data-act=${act}]`).addEventListener("click", () => guarded(() => work()));
    on("connect", async () => {
      await host.connect(type);
      await render(host);
    });
    on("call", async () => show(answer, await host.readNotes(type)));
  }
}

document.getElementById("code").textContent = await (await fetch("/demo/host.js")).text();
await guarded(async () => {
  const host = await import("/demo/host.js");
  wire(host);
  await render(host);
});
