// The portal until its machine is there, and without one: hears the host page, opens the window in the
// press, has the server do what was pressed, shows its answer. The machine takes over in `driver::early`.
{
  const root = document.documentElement;
  const { ignored, hosted, layout } = root.dataset;
  const byId = (id) => document.getElementById(id);
  const stage = () => document.querySelector(".portal-screen");
  const [{ Ok: page, Err: broken }] = JSON.parse(byId("portal-boot").textContent);
  const origin = page ? page.parentOrigin : new URLSearchParams(location.search).get("origin");
  const framed = parent !== window && origin && !hosted;
  const tell = (type, more) => framed && parent.postMessage({ source: "patchbay", type, ...more }, origin);
  const text = (value) => (typeof value === "string" ? value : null);
  const end = new AbortController();
  const on = (type, listen) => addEventListener(type, listen, { signal: end.signal });
  const early = { session: null, popup: null, ready: false, tab: false, stop: () => end.abort() };
  const ring = document.createElement("span");
  ring.className = "button-busy";
  ring.ariaHidden = "true";
  let at = "/"; // what the page stands for: way to connect, account
  let values = {};
  let busy, drawn, first, go, held, kept, timer, renewed;
  let rests = true;
  let [turn, gone, failed] = [0, 0, 0];

  function wake() {
    if (!go || busy || !rests) return;
    byId("portal-away")?.remove();
    if (first) stage().replaceWith(first);
    go = void go();
  }

  function idle() {
    busy?.removeAttribute("aria-busy");
    ring.remove();
    busy = held = undefined;
  }

  function draw(html) {
    const old = stage();
    const { id: focus } = document.activeElement;
    first ??= old;
    old.insertAdjacentHTML("afterend", html);
    const now = old.nextElementSibling;
    old.remove();
    // What was typed stays where it is asked for again.
    for (const { name, value, files } of old.querySelectorAll("input[name][id]")) {
      const input = now.querySelector(`input[name="${CSS.escape(name)}"][id]`);
      if (input && files) input.files = files;
      else if (input) input.value ||= value;
    }
    if (layout === "inline" && !document.hasFocus()) return;
    const find = (what) => now.querySelector(what);
    (find("[aria-invalid]") ?? find(`select[id="${focus}"]`) ?? find("h1")).focus();
  }

  function fail() {
    idle();
    byId("portal-away")?.remove();
    stage().querySelector(".portal-form, .portal-actions").before(byId("portal-unreachable").content.cloneNode(true));
    wake();
  }

  function hand() {
    if (!early.ready || !early.ticket) return;
    const begin = { source: "patchbay", type: "begin", flowId: early.flow, ticket: early.ticket };
    early.popup.postMessage(begin, location.origin);
    early.ticket = null;
  }

  function take({ html, told, begin, leaves, ...answer }) {
    idle();
    byId("portal-away")?.remove();
    for (const { type, ...more } of told) tell(type, more);
    if (told.some(({ type }) => type === "connected") || (answer.rests && !answer.flow)) values = {};
    if (leaves) return tell("redirect", { path: `/connect/handoff?lang=${root.lang}#${begin.join(".")}` });
    if (!answer.still) {
      ({ at } = answer);
      Object.assign(early, answer, { ticket: begin?.[1] ?? null });
    }
    if (!early.flow) {
      early.popup?.close();
      Object.assign(early, { popup: null, ready: false, tab: false });
    }
    hand();
    if (html && html !== drawn) {
      [drawn, rests] = [html, answer.rests];
      draw(html);
    }
    wake();
  }

  const post = (name, body, keepalive = false) =>
    fetch(`/api/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(body),
      keepalive,
    });

  function session() {
    const { userToken, account: chosen } = early.session;
    const account = {
      selectedCredentialId: text(chosen?.selectedCredentialId),
      externalId: text(chosen?.externalId),
      allowMultipleCredentials: Boolean(chosen?.allowMultipleCredentials),
    };
    return { projectId: page.projectId, userToken, account };
  }

  /** Has the server do it; a token that is over is asked for anew, once. */
  async function run(press) {
    const { page: returnUrl, renews } = early.session;
    const { integrationType, methods } = page;
    const mine = ++turn;
    clearTimeout(timer);
    const answer = await post("plain", {
      session: session(),
      page: { integrationType, accountTypes: methods.map(({ id }) => id), language: root.lang },
      pressed: { press, values, flowId: early.flow, returnUrl: text(returnUrl) },
    }).then((answer) => answer.ok && answer.json(), () => false);
    if (mine !== turn || end.signal.aborted) return;
    failed = answer ? 0 : failed + 1;
    if (answer?.over && renews && !renewed) {
      [renewed, held, kept] = [true, press, answer];
      return tell("token");
    }
    if (answer && !answer.over) renewed = false;
    if (answer) take(answer);
    else if (!press.startsWith("watch") || failed > 2) fail();
    if (!early.flow || end.signal.aborted) return;
    const closed = early.popup ? early.popup.closed : !early.tab;
    gone = answer?.still && closed ? gone + 1 : 0;
    if (gone === 2) return run(`closed/${at}`);
    timer = setTimeout(() => end.signal.aborted || run(`watch/${at}`), Math.min(800 * 2 ** failed, 8000));
  }

  function begin(press) {
    at = press.slice(press.indexOf("/") + 1);
    if (early.session) return run(press);
    held = press;
    timer = setTimeout(fail, 10000);
  }

  function close() {
    early.popup?.close();
    if (early.flow) {
      // The frame is gone in a moment.
      post("cancel_flow", { session: session(), flow_id: early.flow }, true);
    }
    tell("close");
  }

  /** As the server takes it. A file is an address with its name in it; one that is too large is none. */
  const typed = (value, trims) =>
    typeof value === "string"
      ? trims ? value.trim() : value
      : value.size > 131072
        ? "too large"
        : value.name &&
          new Promise((done) => {
            const reader = new FileReader();
            const name = encodeURIComponent(value.name);
            reader.onload = () => done(reader.result.replace(/;base64,|$/, `;name=${name};base64,`));
            reader.readAsDataURL(value);
          });

  async function submit(event) {
    const { submitter: button, target: form } = event;
    event.preventDefault();
    if (button.dataset.early === "close") return close();
    if (busy || !framed) return;
    const trims = !("settings" in form.dataset);
    const entries = form.matches(".portal-form") && [...new FormData(form)];
    let press = button.value;
    if (button.dataset.early === "open") {
      early.popup?.close();
      const popup = open(`/connect/window?lang=${root.lang}`, "_blank", "popup,width=500,height=640");
      Object.assign(early, { popup, ready: false, tab: false });
      if (!popup) press = press.replace(/^\w+/, "blocked");
    }
    busy = button;
    button.ariaBusy = "true";
    if (button.matches(".button")) button.append(ring);
    if (entries) {
      const read = entries.map(async ([name, value]) => [name, await typed(value, trims)]);
      values = Object.fromEntries(await Promise.all(read));
    }
    begin(press);
  }

  function click({ target }) {
    if (target.closest(".portal-close") || (target.matches(".portal") && !busy && !early.flow)) close();
    const tab = target.closest("[data-early=tab]");
    if (!tab) return;
    Object.assign(early, { popup: null, ready: false, tab: true });
    begin(tab.dataset.press);
  }

  function hear({ origin: from, source, data }) {
    if (typeof data?.type !== "string" || data.source !== "patchbay") return;
    if (from === origin && source === parent) {
      if (data.type === "no-token" && kept) kept = take(kept);
      if (data.type !== "session") return;
      early.session = data;
      const press = held;
      held = undefined;
      if (press) run(press);
      else if (!first && !busy) timer = setTimeout(look, 4000);
    } else if (from === location.origin && data.type === "window-ready" && (early.popup ? early.popup === source : early.tab)) {
      Object.assign(early, { popup: source, ready: true, tab: false });
      hand();
    } else {
      const count = (window.patchbayIgnoredMessages ?? 0) + 1;
      window.patchbayIgnoredMessages = count;
      if (count === 1) console.debug(`[patchbay] A message from ${from} was ignored: it is not the host page's.`);
    }
  }

  /** Without the machine the person sees how things stand all the same. */
  function look() {
    if (!busy && !first && !early.flow && !end.signal.aborted) begin("look//");
  }

  window.patchbayEarly = early;
  early.letIn = (start) => {
    go = start;
    wake();
  };
  if (ignored) console.warn(`[patchbay] appearance: ${ignored} cannot be used, so the project's own stays.`);
  if (!hosted) {
    on("submit", submit);
    on("click", click);
    on("message", hear);
    on("unhandledrejection", look);
    on("change", ({ target }) => {
      if ("leads" in target.dataset) target.form.querySelector("[value^=choices]").click();
    });
    on("keydown", ({ key, isComposing }) => {
      if (key === "Escape" && !isComposing && layout !== "inline") close();
    });
    tell("loaded", { title: document.title });
    tell("ready");
    if (broken) tell("error", { code: broken.code, message: broken.message });
  }
  // As a part of the host page it is as tall as what it shows, for as long as it is there.
  if (layout === "inline") new ResizeObserver(() => tell("height", { height: root.offsetHeight })).observe(root);
}
