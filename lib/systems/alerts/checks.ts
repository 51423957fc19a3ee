/** The checks of the system `alerts`: for each documented alert what a drill finds of it, with the drill's own judge. */
import type { JudgeInput } from '../../core/run.ts';
import { collectedOf, onRun } from '../evidence.ts';
import { lacking } from '../finding.ts';
import { type Check, type CheckInfo, checkOf } from '../system.ts';
import { ASPECTS, type Aspect, findingId, SUBJECT } from './model/findings.ts';
import { judgeDrill } from './model/judge.ts';
import type { DrilledRule } from './model/timeline.ts';
import { unruledChecks } from './model/unruled.ts';
import type { AlertsObserved } from './observation.ts';
import type { AlertPromises } from './promises.ts';

export const PAGE = 'docs/checks/alerts.md';

/** What a pass shows, with the alert's name in front. */
const PROVES: Readonly<Record<Aspect, string>> = {
  loaded: 'is in Prometheus once, with its documented time, and can be evaluated.',
  reachable: 'reads metrics and labels that the server exposes, under the job that it names.',
  'silent-when-healthy': 'does not fire while the server is well, for as long as it would need to.',
  fires: 'fires for a real fault in the server.',
  'in-time': 'fires within the bound by its window, its documented time, a scrape and two evaluations.',
  delivered: 'is accepted by a receiver once it fires.',
  routed: 'reaches the documented receiver alone, with its name and severity.',
  once: 'is one page, which does not come again before it is due.',
  resolves: 'is over after the fault, and its receiver is notified of that.',
};

export function alertChecks({ rules }: AlertPromises): readonly Check[] {
  const checks = rules.flatMap((rule) =>
    ASPECTS.map((aspect) =>
      checkOf(infoOf(rule, aspect), (check, findings: ReturnType<typeof judgeDrill>) => {
        return findings.find(({ id }) => id === check.id) ?? lacking(check, 'no-data', 'it was not drilled');
      }),
    ),
  );
  const unruled = unruledChecks(PAGE).map(({ info, finding }) => checkOf(info, () => finding));
  return onRun([...checks, ...unruled], (input: JudgeInput) =>
    judgeDrill(collectedOf<AlertsObserved>(input, 'alerts').timeline, rules),
  );
}

function infoOf({ name, source }: DrilledRule, aspect: Aspect): CheckInfo {
  return {
    id: findingId(name, aspect),
    subject: `${name} ${SUBJECT[aspect]}`,
    proves: `${name} ${PROVES[aspect]}`,
    system: 'alerts',
    source,
    gating: true,
    needs: ['alerts'],
    page: PAGE,
  };
}
