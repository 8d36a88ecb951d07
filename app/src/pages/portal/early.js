{
  const origin = new URLSearchParams(location.search).get("origin");
  const root = document.documentElement;
  const inline = root.dataset.layout === "inline";
  const tell = (type, more) => {
    if (parent !== window && origin) parent.postMessage({ source: "patchbay", type, ...more }, origin);
  };
  const { ignored, hosted } = document.documentElement.dataset;
  if (ignored) console.warn(`[patchbay] appearance: ${ignored} cannot be used, so the project's own stays.`);
  const early = { pressed: false, popup: null, ready: false };
  const end = new AbortController();
  const on = (type, listen) => addEventListener(type, listen, { signal: end.signal });
  on("keydown", (event) => {
    if (event.key === "Escape" && !inline) tell("close");
  });
  on("click", ({ target }) => {
    if (target.closest("[data-early=close]")) tell("close");
    if (target.closest("[data-early=open]") && !early.pressed && (parent !== window || hosted)) {
      early.pressed = true;
      early.popup = open(`/connect/window?lang=${root.lang}`, "_blank", "popup,width=500,height=640");
    }
  });
  on("message", ({ origin, source, data }) => {
    if (origin === location.origin && source === early.popup && data?.type === "window-ready") {
      early.ready = true;
    }
  });
  early.stop = () => end.abort();
  window.patchbayEarly = early;
  tell("loaded", { title: document.title });
  // As a part of the host page it is as tall as what it shows, for as long as it is there.
  if (inline) new ResizeObserver(() => tell("height", { height: root.offsetHeight })).observe(root);
}
