import type { Frame, Locator, Page } from "@playwright/test";
import axe from "axe-core";

/** The document inside an iframe. */
export async function documentOf(frame: Locator): Promise<Frame> {
  const handle = await frame.elementHandle();
  const document = await handle?.contentFrame();
  if (!document) throw new Error("the frame holds no document");
  return document;
}

/** Waits for transitions: a colour that is on its way to another is neither. */
export function settled(document: Page | Frame): Promise<void> {
  return document.evaluate(() => {
    const moving = window.document.getAnimations().filter((one) => one instanceof CSSTransition);
    return Promise.allSettled(moving.map((one) => one.finished)).then(() => undefined);
  });
}

/** Everything that axe finds wrong with a document, a line a finding. */
export async function violations(document: Page | Frame): Promise<string[]> {
  // Evaluated from outside, so that the page's own content security policy stays as it is.
  if (!(await document.evaluate(() => "axe" in window))) await document.evaluate(axe.source);
  await settled(document);
  const found = await document.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import("axe-core") };
    const { violations } = await axe.run(window.document, {
      // Of everything else it would write a report, for nobody.
      resultTypes: ["violations"],
      // Targets of 24 px at least, WCAG 2.2 AA; off by default.
      rules: { "target-size": { enabled: true } },
    });
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map((node) => `${id}: ${help}: ${node.target.join(" ")} ${node.html.slice(0, 160)}`),
    );
  });
  return found;
}

/** How far a document is wider than its window, in pixels. */
export function overflow(document: Page | Frame): Promise<number> {
  return document.evaluate(() => {
    const { scrollWidth, clientWidth } = window.document.documentElement;
    return Math.max(0, scrollWidth - clientWidth);
  });
}
