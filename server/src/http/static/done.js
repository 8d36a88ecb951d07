// The flow is finished on the server; this window has nothing left to do.
window.close();
