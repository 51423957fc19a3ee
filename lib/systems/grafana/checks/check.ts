/** What the checks of Grafana read, and how each is made. */
import type { Finding } from '../../../core/finding.ts';
import type { JudgeInput } from '../../../core/run.ts';
import type { Source } from '../../../core/source.ts';
import { collectedOf } from '../../evidence.ts';
import { lacking, whyUnavailable } from '../../finding.ts';
import { type Check, type CheckInfo, checkOf } from '../../system.ts';
import type { GrafanaObserved, Part, SeenDashboard } from '../observation.ts';
import type { PromisedDashboard } from '../promises.ts';

export const PAGE = 'docs/checks/grafana.md';

export interface GrafanaFacts {
  readonly observed: GrafanaObserved;
}

export function grafanaFacts(input: JudgeInput): GrafanaFacts {
  return { observed: collectedOf<GrafanaObserved>(input, 'grafana') };
}

interface Own {
  readonly id: string;
  readonly subject: string;
  readonly proves: string;
  readonly source: Source;
  readonly judge: (check: CheckInfo, facts: GrafanaFacts) => Finding;
}

export function grafanaCheck({ judge, id, ...own }: Own): Check<GrafanaFacts> {
  return checkOf(
    { ...own, id: `grafana.${id}`, system: 'grafana', gating: true, needs: ['grafana'], page: PAGE },
    judge,
  );
}

/** As people write it: in any case, with any space. */
export function plainTitle(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
}

/** Judges all dashboards of one title; without one, nothing can be said of it. */
export function onDashboards(
  check: CheckInfo,
  { name }: PromisedDashboard,
  { observed }: GrafanaFacts,
  judge: (seen: readonly SeenDashboard[]) => Finding,
): Finding {
  const { dashboards } = observed;
  if (!dashboards.ok) return unreadable(check, dashboards);
  const seen = dashboards.data.filter(({ title }) => plainTitle(title) === plainTitle(name));
  return seen.length === 0 ? lacking(check, 'no-data', `there is no dashboard "${name}"`) : judge(seen);
}

export function unreadable(check: CheckInfo, part: Extract<Part<unknown>, { readonly ok: false }>): Finding {
  return lacking(check, 'unavailable', whyUnavailable(part));
}
