/** The published versions of `@useparagon/connect` that Patchbay serves, newest first. */
export const VERSIONS = ["2.4.0", "2.2.4", "2.1.1", "1.0.40"] as const;

export type Version = (typeof VERSIONS)[number];

/** Whether what came with `since` is in `version`. */
export function has(version: Version, since: Version): boolean {
  return VERSIONS.indexOf(version) <= VERSIONS.indexOf(since);
}
