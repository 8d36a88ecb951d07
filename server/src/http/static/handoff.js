// The window of a flow that an SDK began in a page of the host. The address could have been sent by
// somebody else, so it goes on only when the page behind it has this very user signed in, or when
// the person has read who connects what.
const PATIENCE = 1500;
const [flowId, ticket] = location.hash.slice(1).split(".");
history.replaceState(null, "", location.pathname + location.search);

const { lang: language } = document.documentElement;
const byId = (id) => document.getElementById(id);

function show(text) {
  byId("going").hidden = false;
  byId("confirm").hidden = true;
  byId("status").textContent = text ?? byId("status").dataset.unreachable;
  byId("status").setAttribute("role", "alert");
}

/** The server's sentence; whatever else fails is the network. */
class Refusal extends Error {}

const fail = (error) => show(error instanceof Refusal ? error.message : undefined);

async function ask(path) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ flowId, ticket, language }),
  });
  const body = await answer.json();
  if (!answer.ok) throw new Refusal(body.message);
  return body;
}

/** Whether the page behind this window is of that origin and has that user signed in. */
function isBehind({ origin, userId }) {
  if (!window.opener) return false;
  const id = crypto.randomUUID();
  return new Promise((resolve) => {
    const listen = ({ data, origin: from, source }) => {
      if (from !== origin || source !== window.opener || data?.id !== id) return;
      if (data.messageType !== "SDK_FUNCTION_RESPONSE" && data.messageType !== "SDK_FUNCTION_ERROR") return;
      resolve(data.result?.authenticated === true && data.result.userId === userId);
    };
    window.addEventListener("message", listen);
    setTimeout(() => resolve(false), PATIENCE);
    const question = { messageType: "SDK_FUNCTION_INVOCATION", type: "getUser", parameters: [], id };
    window.opener.postMessage(question, origin);
  });
}

async function go() {
  const { redirectUrl } = await ask("/connect/window/begin");
  location.replace(redirectUrl);
}

function confirm({ provider, app, userId, userName, returnUrl }) {
  const told = { provider, app, user: userName ? `${userName} (${userId})` : userId };
  for (const place of document.querySelectorAll("[data-is]")) place.textContent = told[place.dataset.is];
  byId("going").hidden = true;
  byId("confirm").hidden = false;
  const heading = document.querySelector("#confirm h1");
  document.title = heading.textContent;
  heading.focus();
  byId("leave").addEventListener("click", () => {
    if (returnUrl) return location.replace(returnUrl);
    window.close();
    show(byId("status").dataset.left);
  });
  byId("confirm").addEventListener("submit", (event) => {
    event.preventDefault();
    byId("confirm").hidden = true;
    byId("going").hidden = false;
    go().catch(fail);
  });
}

async function start() {
  const described = await ask("/connect/handoff/describe");
  if (await isBehind(described)) await go();
  else confirm(described);
}

start().catch(fail);
