/** Times as text: ISO 8601, also with an offset, and with a Z behind an offset, as `datetime.isoformat() + "Z"` writes them. Runs in k6, too. */

/** Where a time says its zone. `contradictory`: a Z stands behind an offset that is not 0, so nobody knows which of the two is meant. */
export type TimeForm = 'z' | 'offset' | 'offset-and-z' | 'contradictory' | 'no-zone';

export interface IsoTime {
  readonly form: TimeForm;
  /** Unix ms; null where it can't be known. */
  readonly atMs: number | null;
}

const ISO_TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?:([+-])(\d\d)(?::?(\d\d))?)?([Zz])?$/;

/** undefined: the text is no such time. */
export function isoTime(text: string): IsoTime | undefined {
  const [matched, date, minute, second = '00', fraction = '', sign, hours, minutes = '0', z] =
    ISO_TIME.exec(text) ?? [];
  if (matched === undefined) return undefined;
  // Not left to Date.parse: readers differ in how many digits of a second, and which separators, they take.
  const asUtcMs = Date.parse(`${date}T${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}Z`);
  if (Number.isNaN(asUtcMs)) return undefined;
  const offsetMs =
    sign === undefined ? null : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  const form = formOf(offsetMs, z !== undefined);
  return { form, atMs: form === 'no-zone' || form === 'contradictory' ? null : asUtcMs - (offsetMs ?? 0) };
}

function formOf(offsetMs: number | null, hasZ: boolean): TimeForm {
  if (offsetMs === null) return hasZ ? 'z' : 'no-zone';
  if (!hasZ) return 'offset';
  return offsetMs === 0 ? 'offset-and-z' : 'contradictory';
}
