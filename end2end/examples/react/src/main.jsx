import { createRoot } from "react-dom/client";
import { App } from "./app.jsx";
import { fetchSession } from "./session.js";

const session = await fetchSession();
// The element comes from the Patchbay server that it works with.
await import(/* @vite-ignore */ `${session.server}/sdk/element.js`);
createRoot(document.getElementById("app")).render(<App session={session} />);
