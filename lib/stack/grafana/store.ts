/** The dashboards that the stand-in for Grafana has. Like Grafana it keeps one for each uid. */
import { CHANGED_BY_OTHERS, type Fields, type Refusal, refusalOf } from './refusal.ts';

export interface Stored {
  readonly id: number;
  readonly uid: string;
  readonly title: string;
  readonly version: number;
  readonly tags: readonly unknown[];
  /** As it came, with the id, uid and version that it has here. */
  readonly dashboard: Fields;
}

export class DashboardStore {
  readonly #stored = new Map<string, Stored>();
  /** Of what a folder of files would have: why it is not shown. */
  readonly refused: string[] = [];

  /** @param dashboards as in the files of a folder that Grafana reads: not wrapped in `dashboard`. */
  constructor(dashboards: readonly unknown[]) {
    for (const [at, dashboard] of dashboards.entries()) {
      const refusal = this.save(dashboard, false);
      const { title } = Object(dashboard) as { readonly title?: unknown };
      const name = typeof title === 'string' ? title : `dashboard ${at + 1}`;
      if ('message' in refusal) this.refused.push(`${name}: ${sameUid(refusal) ?? refusal.message}`);
    }
  }

  all(): Stored[] {
    return [...this.#stored.values()].sort((a, b) => (a.title < b.title ? -1 : 1));
  }

  get(uid: string): Stored | undefined {
    return this.#stored.get(uid);
  }

  save(dashboard: unknown, overwrite: boolean): Stored | Refusal {
    const refusal = refusalOf(dashboard);
    if (refusal !== null) return refusal;
    const fields = dashboard as Fields & { readonly title: string };
    const id = this.#stored.size + 1;
    const uid = typeof fields['uid'] === 'string' && fields['uid'] !== '' ? fields['uid'] : `uid-${id}`;
    const before = this.#stored.get(uid);
    if (before !== undefined && !overwrite) return CHANGED_BY_OTHERS;
    const version = (before?.version ?? 0) + 1;
    const tags = Array.isArray(fields['tags']) ? fields['tags'] : [];
    const kept = { ...{ id: before?.id ?? id, uid, version }, title: fields.title, tags };
    const stored = { ...kept, dashboard: { ...fields, id: kept.id, uid, version } };
    this.#stored.set(uid, stored);
    return stored;
  }
}

/** Two files with one uid: Grafana keeps one of them, and says so in its log. */
function sameUid({ reason }: Refusal): string | undefined {
  return reason === undefined ? undefined : 'the same UID is used more than once';
}
