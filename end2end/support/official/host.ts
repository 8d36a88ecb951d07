import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { close, listen } from "../ports.ts";
import { bundle, type Entry } from "./bundle.ts";
import { pageScript } from "./page-script.ts";
import { type Version, VERSIONS } from "./versions.ts";

/**
 * How the page tells the SDK where Patchbay is: `configureGlobal` with one URL for every service,
 * `new ConnectSDK` with the same or a host's name, or `configureGlobal` with a host's name alone.
 */
export type Way = "urls" | "class" | "host";

/** What a page is like: `host` is the name above, `container` a box for the portal. */
export interface Arrangement {
  way: Way;
  host?: string;
  container?: "420x640";
}

/** A host application, on an origin of its own, that uses the published SDK. */
export class OfficialHost {
  /** Where the app's own redirect page, `/back`, sends the browser on to. */
  sendsOnTo = "";

  private constructor(
    readonly origin: string,
    private readonly server: Server,
    private readonly patchbayUrl: string,
  ) {}

  static async start(patchbayUrl: string): Promise<OfficialHost> {
    let started: OfficialHost | undefined;
    const { server, port } = await listen((request, response) => {
      started?.answer(request, response).catch(() => request.socket.destroy());
    }, "localhost");
    started = new OfficialHost(`http://localhost:${port}`, server, patchbayUrl);
    return started;
  }

  /** The page's address. */
  page(version: Version, arranged: Arrangement): string {
    const query = new URLSearchParams({ version, ...arranged });
    return `${this.origin}/?${query.toString()}`;
  }

  stop(): Promise<void> {
    return close(this.server);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.origin);
    const [, folder, version, entry] = url.pathname.split("/");
    if (folder === "bundle") {
      const found = VERSIONS.find((known) => known === version);
      if (!found) return void response.writeHead(404).end();
      response.writeHead(200, {
        "content-type": "text/javascript",
        "cache-control": "max-age=600",
      });
      response.end(await bundle(found, entry as Entry));
    } else if (url.pathname === "/back") {
      response.writeHead(303, { location: this.sendsOnTo + url.search }).end();
    } else if (url.pathname === "/") {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
      response.end(html(this.patchbayUrl, url.searchParams.get("container")));
    } else {
      response.writeHead(204).end();
    }
  }
}

function html(patchbayUrl: string, container: string | null): string {
  const [width, height] = container?.split("x") ?? [];
  const box = `<div id="paragon-connect-frame-container"
  style="position: relative; width: ${width}px; height: ${height}px"></div>`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Host application</title>
<main><h1>Host application</h1>${container ? box : ""}</main>
<script type="module">
${pageScript(patchbayUrl)}
</script>
</html>`;
}
