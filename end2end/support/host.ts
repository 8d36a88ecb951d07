import type { Server } from "node:http";
import type { Patchbay } from "../../sdk/patchbay.d.ts";
import { close, listen } from "./ports.ts";

/** What the host page noted of one `connect`: callbacks and the end of its promise. */
export interface Note {
  name: "install" | "uninstall" | "error" | "close" | "resolved" | "rejected";
  detail: Record<string, unknown>;
}

declare global {
  interface Window {
    /** The host application of the tests, as its page exposes it. */
    app: { patchbay: Patchbay; notes: Note[]; ready: Promise<void> };
  }
}

/**
 * The application of a company that embeds Patchbay: another origin, a page of its own, and a
 * server side that hands the page its user token.
 */
export class HostApp {
  /** What its page sends along. */
  headers: Record<string, string> = {};

  private constructor(
    readonly origin: string,
    private readonly server: Server,
  ) {}

  /** `session` is asked at every page load, so a test can change user or project on the way. */
  static async start(
    patchbayUrl: string,
    session: () => { projectId: string; userToken: string },
  ): Promise<HostApp> {
    let app: HostApp | undefined;
    const { server, port } = await listen((request, response) => {
      const query = new URL(request.url ?? "/", "http://host").searchParams;
      if (request.url === "/session") {
        response.writeHead(200, { "content-type": "application/json" });
        response.end(JSON.stringify(session()));
      } else if (request.url === "/favicon.ico") {
        response.writeHead(204).end();
      } else {
        response.writeHead(200, { "content-type": "text/html; charset=utf-8", ...app?.headers });
        response.end(page(patchbayUrl, query.get("type") ?? "acme", query.get("language")));
      }
    }, "localhost");
    app = new HostApp(`http://localhost:${port}`, server);
    return app;
  }

  stop(): Promise<void> {
    return close(this.server);
  }
}

function page(patchbayUrl: string, type: string, language: string | null): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Host application</title>
<main>
  <h1>Host application</h1>
  <button id="before">Before</button>
  <button id="connect">Connect account</button>
  <button id="after">After</button>
</main>
<script type="module">
  import { patchbay } from "${patchbayUrl}/sdk/patchbay.js";
  const type = ${JSON.stringify(type)};
  const language = ${JSON.stringify(language)} ?? undefined;
  const notes = [];
  const note = (name, detail) =>
    notes.push({ name, detail: JSON.parse(JSON.stringify(detail ?? {})) });
  // An Error's own words are not enumerable.
  const told = (error) => ({ code: error.code, message: error.message, status: error.status });
  const ready = fetch("/session")
    .then((answer) => answer.json())
    .then(({ projectId, userToken }) => patchbay.authenticate(projectId, userToken));
  window.app = { patchbay, notes, ready };
  document.querySelector("#connect").addEventListener("click", () => {
    patchbay
      .connect(type, {
        language,
        onInstall: (event) => note("install", event),
        onUninstall: (event) => note("uninstall", event),
        onError: (error) => note("error", told(error)),
        onClose: () => note("close"),
      })
      .then((result) => note("resolved", result), (error) => note("rejected", told(error)));
  });
</script>
</html>`;
}
