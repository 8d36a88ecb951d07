import type { Page } from "@playwright/test";

/** The ways in which a page is looked at. */
export interface Look {
  width: number;
  height: number;
  scheme: "light" | "dark";
}

const sized = (width: number, scheme: Look["scheme"]): Look => ({
  width,
  height: width < 600 ? 740 : 800,
  scheme,
});

/** Each width in each theme. */
export function looks(widths: number[]): Look[] {
  return widths.flatMap((width) => [sized(width, "light"), sized(width, "dark")]);
}

/** Each width and each theme, once: where the same page was looked at in full in another language. */
export const FEW = [sized(1280, "light"), sized(360, "dark")];

/** Shows the page that way. Without motion, so that nothing is caught half-way. */
export async function show(page: Page, look: Look): Promise<void> {
  await page.setViewportSize({ width: look.width, height: look.height });
  await page.emulateMedia({ colorScheme: look.scheme, reducedMotion: "reduce" });
}
