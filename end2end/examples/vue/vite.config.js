import vue from "@vitejs/plugin-vue";

// Vue leaves an element of that name to the browser.
const isCustomElement = (tag) => tag === "patchbay-connect";

export default { plugins: [vue({ template: { compilerOptions: { isCustomElement } } })] };
