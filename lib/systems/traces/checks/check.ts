/** What is known of a check on traces, and the forms of answer that several of them use. */
import type { Evidence, Finding } from '../../../core/finding.ts';
import { property } from '../../finding.ts';
import type { Check, CheckInfo } from '../../system.ts';
import type { TracesView } from './view.ts';

export type TraceCheck = Check<TracesView>;

export const PAGE = 'docs/checks/traces.md';
export const DOCS = { document: 'aragora-slo', section: PAGE } as const;
/** Headings of the page that explains the checks. */
type Section = 'spans' | 'spans-against-clients' | 'propagation-and-sampling' | 'backends';

/** What is known of a check; `id` is without `traces.`. */
export function infoOf({
  id,
  section,
  ...own
}: Pick<CheckInfo, 'id' | 'subject' | 'proves' | 'source' | 'bounds' | 'throughFaults'> & {
  readonly section: Section;
}): CheckInfo {
  return { ...own, id: `traces.${id}`, system: 'traces', gating: true, needs: ['traces'], page: `${PAGE}#${section}` };
}

/** No bad sample among `samples`; the caller has made sure that there are some. */
export function noneBad(
  check: CheckInfo,
  input: {
    readonly samples: number;
    readonly bad: number;
    readonly good: string;
    readonly broken: string;
    readonly evidence?: readonly Evidence[];
  },
): Finding {
  const { samples, bad, good, broken, evidence = [] } = input;
  return property(check, { samples, bad, summary: bad === 0 ? good : broken, evidence });
}

/** [] for no examples. */
export function examples(label: string, values: readonly string[]): Evidence[] {
  return values.length === 0 ? [] : [{ label, value: values.slice(0, 3).join(', ') }];
}
