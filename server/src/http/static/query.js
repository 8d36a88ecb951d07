// A page whose address carried a token: the address is emptied before anything else, so that it
// stays in no history. Then the page that opened the window may send it on.
history.replaceState(null, "", location.pathname);

const origin = document.getElementById("status")?.dataset.opener;
if (origin && window.opener) window.opener.postMessage({ type: "oauth-nonce-loaded" }, origin);
