// The page is whole without this: it only shows the buttons that copy, and has them copy.
for (const button of document.querySelectorAll("[data-copy]")) {
  const label = button.querySelector(".button-label");
  const code = button.closest(".snippet")?.querySelector("code");
  if (!label || !code) continue;
  label.setAttribute("aria-live", "polite");
  button.hidden = false;
  button.addEventListener("click", async () => {
    const done = await navigator.clipboard.writeText(code.textContent ?? "").then(
      () => true,
      () => false,
    );
    label.textContent = done ? "Copied" : "Not copied";
    setTimeout(() => (label.textContent = "Copy"), 2000);
  });
}

// On a narrow page the contents are folded, so that the page begins with its own.
const contents = document.querySelector(".docs-contents details");
if (contents && matchMedia("(max-width: 56.25rem)").matches) contents.open = false;
