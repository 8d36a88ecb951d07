/** A setting of each kind. */
export const SETTINGS = [
  { id: "label", type: "TEXT_NO_VARS", title: "Label", tooltip: "Put before each record." },
  { id: "note", type: "TEXTAREA_NO_VARS", title: "Note", required: false },
  { id: "limit", type: "NUMBER", title: "Limit", required: false },
  { id: "mail", type: "EMAIL", title: "E-mail", required: false },
  { id: "page", type: "URL", title: "Web page", required: false },
  { id: "secret", type: "PASSWORD", title: "Webhook secret", required: false },
  { id: "sync", type: "SWITCH", title: "Sync at night" },
  {
    id: "region",
    type: "ENUM",
    title: "Region",
    values: [
      { value: "eu", label: "Europe" },
      { value: "us", label: "America" },
    ],
  },
  { id: "site", type: "DYNAMIC_ENUM", title: "Site", source: "sites" },
  { id: "team", type: "CUSTOM_DROPDOWN", title: "Team", key: "teams", required: false },
  {
    id: "map",
    type: "FIELD_MAPPER",
    title: "Contacts",
    source: "sites",
    dependentSource: "fields",
    fields: ["Surname"],
    required: false,
  },
  { id: "file", type: "FILE", title: "Template", required: false },
  {
    id: "allow",
    type: "PERMISSION",
    title: "Permissions",
    scopes: [
      { name: "read", description: "Read records", required: true },
      { name: "write", description: "Write records" },
    ],
  },
  { id: "hook", type: "COPYABLE_BUTTON_INPUT", title: "Hook", copyText: "https://a.example/{credentialId}" },
];

/** The host page says which fields there are. */
export const MAPPING = {
  id: "map",
  type: "FIELD_MAPPER",
  title: "Tasks",
  key: "Task",
  source: "sites",
  dependentSource: "fields",
};

/** Two choices, and fields beside them. */
export const COMBO = {
  id: "site",
  type: "COMBO_INPUT",
  title: "Site",
  source: "sites",
  dependentSource: "fields",
  fieldSource: "fields",
  fields: ["Surname"],
};
