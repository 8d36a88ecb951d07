import type { Page } from "@playwright/test";

/** The ways in which a page is looked at. */
export interface Look {
  width: number;
  height: number;
  scheme: "light" | "dark";
}

export function looks(widths: number[]): Look[] {
  return widths.flatMap((width) =>
    (["light", "dark"] as const).map((scheme) => ({ width, height: width < 600 ? 740 : 800, scheme })),
  );
}

/** Shows the page that way. Without motion, so that nothing is caught half-way. */
export async function show(page: Page, look: Look): Promise<void> {
  await page.setViewportSize({ width: look.width, height: look.height });
  await page.emulateMedia({ colorScheme: look.scheme, reducedMotion: "reduce" });
}
