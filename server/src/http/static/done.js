// The flow is finished on the server. A page of the host that began it is told where it waits for
// that; then this window has nothing left to do. What went wrong is left for the person to read where
// nobody else tells it.
const reply = document.getElementById("reply");
const told = reply !== null && window.opener !== null;
if (told) window.opener.postMessage(JSON.parse(reply.dataset.message), reply.dataset.origin);
if (told || !document.querySelector('[role="alert"]')) window.close();
