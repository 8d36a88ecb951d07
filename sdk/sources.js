// @ts-check
/**
 * Lists that the host page has for settings: choices of a dropdown, fields to map. Asked for by the
 * portal, a page at a time.
 *
 * @import { DataSources, FieldSource, ListPage } from "./patchbay.d.ts"
 */

/**
 * What the portal hears. Without options there is no such list.
 * @param {DataSources | undefined} sources @param {any} question
 * @returns {Promise<object>}
 */
export async function answer(sources, { kind, key, chosen, cursor, search }) {
  const place = (cursor ?? undefined) || undefined;
  const typed = (search ?? undefined) || undefined;
  if (kind === "dropdown") {
    const list = sources?.dropdowns?.[key];
    if (!list || Array.isArray(list)) return list ? page(list) : {};
    return { ...page(await list.loadOptions(place, typed)), refreshes: list.refreshOnOpen === true };
  }
  const fields = sources?.mapObjectFields?.[key];
  if (!fields) return {};
  if (kind === "fields") return told(fields);
  if (Array.isArray(fields)) return {};
  if (kind === "objects" && fields.objectTypes) return page(await fields.objectTypes.get(place, typed));
  if (kind === "columns" && fields.integrationFields) {
    return page(await fields.integrationFields.get({ objectType: chosen }, place, typed));
  }
  return {};
}

/** @param {ListPage | ListPage["options"]} list */
function page(list) {
  const { options, nextPageCursor } = Array.isArray(list) ? { options: list, nextPageCursor: null } : list;
  const plain = options.map(({ value, label }) => ({ value: String(value), label: String(label) }));
  return { options: plain, next: nextPageCursor ? String(nextPageCursor) : null };
}

/** The application's fields, and what people may do with them. @param {FieldSource} source */
function told(source) {
  const loads = !Array.isArray(source) && Boolean(source.objectTypes);
  const own = Array.isArray(source) ? { fields: source } : (source.applicationFields ?? source);
  return {
    ...page(own.fields ?? []),
    defaults: own.defaultFields?.map(String),
    removes: own.userCanRemoveMappings === true,
    creates: own.userCanCreateFields === true,
    loads,
  };
}
