/** What the host page noted: an event, a callback, or the end of a promise. */
export interface Note {
  name: string;
  detail: Record<string, unknown>;
}

/** How a call ended, in a form that leaves the browser. */
export type Outcome = { value: unknown } | { error: Failure };

/** An error as the page caught it. */
export interface Failure {
  name: string;
  message: string;
  /** What the proxy answered. */
  response?: Record<string, unknown>;
}

declare global {
  interface Window {
    official: {
      notes: Note[];
      /** Calls a method of the SDK, given by its path. */
      call(path: string, parameters: unknown[]): Promise<Outcome>;
      /** `connect` or `installIntegration`; its end is noted, and its callbacks if it gets any. */
      begin(method: string, type: string, options: object, callbacks: boolean): void;
      /** `installFlow.start`, with every callback noted. */
      flow(type: string, options: object): void;
      /** Presses the button of the stage that instructs. */
      finish(): void;
      /** A setter of the install flow. */
      give(method: string, value: unknown): void;
    };
  }
}

const EVENTS = [
  "onIntegrationInstall",
  "onIntegrationUninstall",
  "onWorkflowChange",
  "onPortalOpen",
  "onPortalClose",
];

/** The script of the host page. It knows Patchbay's address and nothing else of Patchbay. */
export function pageScript(patchbayUrl: string): string {
  return `
const query = new URLSearchParams(location.search);
const [version, way, host] = ["version", "way", "host"].map((name) => query.get(name));
const services = ["CDN", "CONNECT", "DASHBOARD", "HERMES", "PASSPORT", "WORKER_PROXY", "ZEUS",
  "API_TRIGGER_KIT"].map((name) => name + "_PUBLIC_URL").concat("PASSPORT_PRODUCTION_URL");
const urls = Object.fromEntries(services.map((name) => [name, ${JSON.stringify(patchbayUrl)}]));

async function load() {
  if (way === "class") {
    const { ConnectSDK } = await import("/bundle/" + version + "/class");
    return new ConnectSDK(host || urls);
  }
  const { connectSingleton } = await import("/bundle/" + version + "/index");
  if (way === "host") connectSingleton.configureGlobal({ host });
  else connectSingleton.configureGlobal({ host: "patchbay.example" }, urls);
  return connectSingleton;
}

const sdk = await load();
const notes = [];
let stage;
const plain = (value) => value === undefined ? {} : JSON.parse(JSON.stringify(value));
const note = (name, detail) => notes.push({ name, detail: plain(detail) });
const told = (error) => ({
  name: error?.name ?? "",
  message: error?.message ?? String(error),
  response: error?.response && plain(error.response),
});
const noted = (...names) => Object.fromEntries(names.map((name) => [
  name, (first) => note(name, first instanceof Error ? told(first) : first),
]));
for (const event of ${JSON.stringify(EVENTS)}) sdk.subscribe(event, (detail) => note(event, detail));

window.official = {
  notes,
  async call(path, parameters) {
    const names = path.split(".");
    const last = names.pop();
    const target = names.reduce((object, name) => object[name], sdk);
    try {
      return { value: plain({ value: await target[last](...parameters) }).value };
    } catch (error) {
      return { error: told(error) };
    }
  },
  begin(method, type, options, callbacks) {
    const names = callbacks ? ["onInstall", "onError", "onUninstall", "onOpen", "onClose"] : [];
    const run = async () => sdk[method](type, { ...noted(...names), ...options });
    run().then((event) => note("resolved", event), (error) => note("rejected", told(error)));
  },
  flow(type, options) {
    const onError = (error, context) => note("failed", { ...told(error), ...plain(context ?? {}) });
    const onNext = (next) => {
      stage = next;
      note("onNext", next);
    };
    const run = async () =>
      sdk.installFlow.start(type, { ...noted("onComplete"), onNext, onError, ...options });
    run().catch(onError);
  },
  finish() {
    stage.finish.onClick();
  },
  give(method, value) {
    const failed = (error) => note("failed", told(error));
    const run = async () => sdk.installFlow[method](value, failed);
    run().catch(failed);
  },
};`;
}
