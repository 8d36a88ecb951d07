import type { Adapter, AdapterConstructor, AdapterPayload } from "oidc-provider";

/** Everything the OAuth server remembers, in reach of the tests. */
export class Storage {
  private readonly models = new Map<string, Map<string, AdapterPayload>>();

  model(name: string): Map<string, AdapterPayload> {
    let model = this.models.get(name);
    if (!model) {
      model = new Map();
      this.models.set(name, model);
    }
    return model;
  }

  /** The adapter that oidc-provider makes one of for each model. */
  adapter(): AdapterConstructor {
    const storage = this;
    return class implements Adapter {
      private readonly rows: Map<string, AdapterPayload>;

      constructor(name: string) {
        this.rows = storage.model(name);
      }

      async upsert(id: string, payload: AdapterPayload): Promise<void> {
        this.rows.set(id, payload);
      }

      async find(id: string): Promise<AdapterPayload | undefined> {
        const row = this.rows.get(id);
        return row ? { ...row } : undefined;
      }

      async findByUid(uid: string): Promise<AdapterPayload | undefined> {
        return [...this.rows.values()].find((row) => row.uid === uid);
      }

      async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
        return [...this.rows.values()].find((row) => row.userCode === userCode);
      }

      async consume(id: string): Promise<void> {
        const row = this.rows.get(id);
        if (row) row.consumed = Math.floor(Date.now() / 1000);
      }

      async destroy(id: string): Promise<void> {
        this.rows.delete(id);
      }

      async revokeByGrantId(grantId: string): Promise<void> {
        for (const [id, row] of this.rows) if (row.grantId === grantId) this.rows.delete(id);
      }
    };
  }
}
