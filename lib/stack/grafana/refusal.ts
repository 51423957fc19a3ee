/**
 * What Grafana refuses of a dashboard, as its documentation of the HTTP API and of provisioning says: "Create / Update dashboard" and
 * "Provision dashboards". Pure. The texts are Grafana's own.
 */
import { isRecord } from '../sinks/sink.ts';

export type Fields = Readonly<Record<string, unknown>>;

export interface Refusal {
  readonly status: 400 | 412;
  readonly message: string;
  /** A word for programs, beside status 412. */
  readonly reason?: 'version-mismatch';
}

const LONGEST_UID = 40;

/** null: it takes it. What stands wrapped in `dashboard` has no title of its own. */
export function refusalOf(dashboard: unknown): Refusal | null {
  if (!isRecord(dashboard)) return bad('bad request data');
  const { title, uid, panels, templating } = dashboard;
  if (title !== undefined && typeof title !== 'string') return bad('bad request data');
  if (title === undefined || title.trim() === '') return bad('Dashboard title cannot be empty');
  if (uid !== undefined && uid !== null) {
    if (typeof uid !== 'string') return bad('bad request data');
    if (uid.length > LONGEST_UID) return bad('uid too long. 40 characters is the maximum.');
    if (!/^[\w-]*$/.test(uid)) return bad('uid contains illegal characters');
  }
  if (panels !== undefined && !Array.isArray(panels)) return bad('bad request data');
  if (templating !== undefined && !isRecord(templating)) return bad('bad request data');
  return null;
}

function bad(message: string): Refusal {
  return { status: 400, message };
}

export const CHANGED_BY_OTHERS: Refusal = {
  status: 412,
  message: 'The dashboard has been changed by someone else',
  reason: 'version-mismatch',
};
