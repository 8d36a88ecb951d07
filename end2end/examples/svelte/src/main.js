import { mount } from "svelte";
import App from "./App.svelte";
import { fetchSession } from "./session.js";

const session = await fetchSession();
// The element comes from the Patchbay server that it works with.
await import(/* @vite-ignore */ `${session.server}/sdk/element.js`);
mount(App, { target: document.getElementById("app"), props: { session } });
