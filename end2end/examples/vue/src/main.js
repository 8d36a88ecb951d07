import { createApp } from "vue";
import App from "./App.vue";
import { fetchSession } from "./session.js";

const session = await fetchSession();
// The element comes from the Patchbay server that it works with.
await import(/* @vite-ignore */ `${session.server}/sdk/element.js`);
createApp(App, { session }).mount("#app");
