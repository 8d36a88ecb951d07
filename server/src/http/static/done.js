// The flow is finished on the server. A page of the host that began it is told where it waits for
// that; then this window has nothing left to do.
const reply = document.getElementById("reply");
if (reply && window.opener) window.opener.postMessage(JSON.parse(reply.dataset.message), reply.dataset.origin);
if (!document.querySelector('[role="alert"]')) window.close();
