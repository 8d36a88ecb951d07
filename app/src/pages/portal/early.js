{
  const origin = new URLSearchParams(location.search).get("origin");
  const tell = (type, title) => {
    if (parent !== window && origin) parent.postMessage({ source: "patchbay", type, title }, origin);
  };
  const { ignored, hosted } = document.documentElement.dataset;
  if (ignored) console.warn(`[patchbay] appearance: ${ignored} cannot be used, so the project's own stays.`);
  const early = { pressed: false, popup: null, ready: false };
  const end = new AbortController();
  const on = (type, listen) => addEventListener(type, listen, { signal: end.signal });
  on("keydown", (event) => {
    if (event.key === "Escape") tell("close");
  });
  on("click", ({ target }) => {
    if (target.closest("[data-early=close]")) tell("close");
    if (target.closest("[data-early=open]") && !early.pressed && (parent !== window || hosted)) {
      early.pressed = true;
      const { lang } = document.documentElement;
      early.popup = open(`/connect/window?lang=${lang}`, "_blank", "popup,width=500,height=640");
    }
  });
  on("message", ({ origin, source, data }) => {
    if (origin === location.origin && source === early.popup && data?.type === "window-ready") {
      early.ready = true;
    }
  });
  early.stop = () => end.abort();
  window.patchbayEarly = early;
  tell("loaded", document.title);
}
