/** Reads a team's file of known failures: which findings it accepts, why, and until when. */
import { z } from 'zod';
import { SloError } from '../core/error.ts';
import { nearestFew } from '../core/nearest.ts';
import type { AcceptedDeviation } from '../core/plan.ts';
import { readConfigFile } from './check.ts';

const LIST = 'a list of deviations, each with finding, reason and expires';
const ID = 'the id of a finding';
const REASON = 'a text that says why';
const DATE = 'a date such as 2027-01-31, the last day on which it is accepted';

const deviation = z.strictObject(
  {
    finding: z.string({ error: ID }).min(1, { error: ID }),
    // As in a draft that nobody has confirmed yet.
    reason: z.string({ error: REASON }).trim().min(1, { error: REASON }).nullable(),
    expires: z.iso.date({ error: DATE }),
  },
  { error: (issue) => (issue.code === 'unrecognized_keys' ? undefined : 'an object with finding, reason and expires') },
);
const acceptedFile = z.strictObject(
  { accepted: z.array(deviation, { error: LIST }) },
  { error: (issue) => (issue.code === 'unrecognized_keys' ? undefined : 'an object with accepted') },
);

/**
 * @param findings ids of all that a run can judge of the target.
 * @throws SloError `config-invalid` for another shape, a finding that does not exist (with the nearest), one named twice, or one without a
 * reason yet.
 */
export function loadAccepted(path: string, findings: readonly string[]): AcceptedDeviation[] {
  const { accepted } = readConfigFile(path, acceptedFile);
  const seen = new Set<string>();
  for (const { finding } of accepted) {
    if (!findings.includes(finding)) {
      throw new SloError('config-invalid', `${path}: "finding" names "${finding}", which no finding is called`, {
        hint: `nearest: ${nearestFew(finding, findings).join(', ')}; findings.json of a run lists all of them`,
      });
    }
    if (seen.has(finding)) throw new SloError('config-invalid', `${path}: "${finding}" is accepted twice`);
    seen.add(finding);
  }
  return explained(path, accepted);
}

function explained(path: string, accepted: readonly z.infer<typeof deviation>[]): AcceptedDeviation[] {
  const silent = accepted.filter(({ reason }) => reason === null).map(({ finding }) => finding);
  if (silent.length > 0) {
    throw new SloError('config-invalid', `${path}: no reason is written yet for ${silent.join(', ')}`, {
      hint: 'a draft accepts nothing: write why each finding is accepted, or remove its entry',
    });
  }
  return accepted.flatMap(({ reason, ...entry }) => (reason === null ? [] : [{ ...entry, reason }]));
}
