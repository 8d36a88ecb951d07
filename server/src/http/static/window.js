// The window of a flow. Its ticket comes from the page that opened it, which must be of this very
// origin; then this browser takes the flow and goes to the provider.
const status = document.getElementById("status");

function show(text) {
  status.textContent = text;
  status.setAttribute("role", "alert");
}

async function begin(flowId, ticket) {
  const answer = await fetch("/connect/window/begin", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ flowId, ticket, language: document.documentElement.lang }),
  });
  const body = await answer.json();
  if (answer.ok) location.replace(body.redirectUrl);
  else show(body.message);
}

if (window.opener) {
  window.addEventListener("message", (event) => {
    if (event.origin !== location.origin || event.source !== window.opener) return;
    const { source, type, flowId, ticket } = event.data ?? {};
    if (source !== "patchbay" || type !== "begin") return;
    begin(flowId, ticket).catch(() => show(status.dataset.unreachable));
  });
  window.opener.postMessage({ source: "patchbay", type: "window-ready" }, location.origin);
} else {
  status.hidden = true;
  document.getElementById("stuck").hidden = false;
}
