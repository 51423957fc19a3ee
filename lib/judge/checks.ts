/** What is known of the checks on the load itself and of the objectives, in the words of every other check. */
import type { Bound } from '../core/coverage.ts';
import { unreachable } from '../core/error.ts';
import { OF_LOAD, OF_OBJECTIVES } from '../core/finding.ts';
import { msText, percentText } from '../core/numbers.ts';
import type { Objective, ProtocolObjective } from '../core/plan.ts';
import { endpointNamed } from '../journeys/index.ts';
import { above, below, both, boundsOf } from '../systems/bounds.ts';
import type { CheckInfo } from '../systems/system.ts';
import { clientSignal } from './clients-get.ts';

function ofLoad(own: Pick<CheckInfo, 'id' | 'subject' | 'proves'>): CheckInfo {
  const source = { document: 'aragora-slo', section: 'docs/verdict.md' };
  return { ...own, system: OF_LOAD, source, gating: true, needs: [], page: 'docs/checks/load.md' };
}

export const COMPLETED = ofLoad({
  id: 'load.completed',
  subject: 'load completed',
  proves: 'The load ran to its end, or ended early when the verdict was sure.',
});
export const GENERATOR = ofLoad({
  id: 'load.generator',
  subject: 'load generator',
  proves: "The machine that made the load was fast enough, so slowness was the server's.",
});
export const DELIVERED = ofLoad({
  id: 'load.delivered',
  subject: 'load delivered',
  proves:
    'Every planned arrival was started and answered, or no more are missing than the tightest objective allows (1 % where none counts them).',
});

export const RUNNERS = ofLoad({
  id: 'load.runners',
  subject: 'runners',
  proves:
    'The generators that shared the load ran one version of the engine, and began together. Only a run with several has it.',
});

export const FAULTS = ofLoad({
  id: 'load.faults',
  subject: 'injected faults',
  proves:
    'What was to be broken on purpose was broken, as often as planned, and clients saw it. Only a phase with faults has it.',
});

export const LOAD_CHECKS: readonly CheckInfo[] = [COMPLETED, GENERATOR, DELIVERED, RUNNERS, FAULTS];

function ofFault(own: Pick<CheckInfo, 'id' | 'subject' | 'proves'>): CheckInfo {
  const source = { document: 'aragora-slo', section: 'docs/checks/faults.md' };
  return { ...own, system: OF_OBJECTIVES, source, gating: true, needs: [], page: 'docs/checks/faults.md' };
}

export const RECOVERY = ofFault({
  id: 'fault.recovery',
  subject: 'recovery time',
  proves: 'After a fault, the objectives of the phase hold again within the time that it has for that.',
});
export const FAIL_FAST = ofFault({
  id: 'fault.fail-fast',
  subject: 'fails fast',
  proves:
    'While something is broken, no HTTP request ends later than the phase allows, whether its answer is good or not.',
});

/** Only a phase that asks for them has them. */
export const FAULT_CHECKS: readonly CheckInfo[] = [RECOVERY, FAIL_FAST];

export function objectiveCheck(objective: Objective): CheckInfo {
  const { id, subject, gating, source } = objective;
  const needs = objective.kind === 'external' ? [`monitor.${objective.monitor}`] : [];
  const page = source.section.startsWith('docs/') ? source.section : 'docs/checks/objectives.md';
  const bounds = boundsOn(objective);
  return { id, subject, proves: proved(objective), system: OF_OBJECTIVES, source, gating, needs, page, bounds };
}

/** Clients are the witness of all that they get. A failed or wrong answer is no answer, and none is in time. */
function boundsOn(objective: Objective): Bound[] {
  const signalsOf = (names: readonly string[]): string[] =>
    names.map((name) => clientSignal(endpointNamed(name) ?? { name }));
  switch (objective.kind) {
    case 'latency':
      return boundsOf(
        signalsOf([objective.endpoint]),
        below('clients', 'exists', 'content'),
        above('clients', 'time', 'content'),
      );
    case 'availability':
      return boundsOf(signalsOf(objective.endpoints), below('clients', 'exists'), both('clients', 'content'));
    case 'uptime':
    case 'protocol':
      return boundsOf(signalsOf([objective.endpoint]), below('clients', 'exists'), both('clients', 'content'));
    case 'external':
      return [];
    default:
      return unreachable(objective);
  }
}

function proved(objective: Objective): string {
  switch (objective.kind) {
    case 'latency':
      return `At least ${objective.percentile} % of all ${objective.endpoint} requests are answered within ${msText(objective.limitMs)}.`;
    case 'availability':
      return `At least ${percentText(objective.target)} of all requests to ${objective.endpoints.join(', ')} are answered successfully.`;
    case 'uptime':
      return `WebSockets are connected for at least ${percentText(objective.target)} of the time that they should be.`;
    case 'protocol':
      return provedProperty(objective);
    case 'external':
      return `At least ${percentText(objective.target)} of the pings of the ${objective.monitor} monitor succeed.`;
    default:
      return unreachable(objective);
  }
}

function provedProperty({ endpoint, subject, tolerance }: ProtocolObjective): string {
  switch (tolerance?.kind) {
    case undefined:
    case 'where-given':
      return `No sample of ${endpoint} broke the protocol (${subject}).`;
    case 'share':
      return `No more than ${percentText(tolerance.share)} of all samples of ${endpoint} are proven to break what clients expect (${subject}).`;
    case 'seen-once':
      return `At least one sample of ${endpoint} shows it (${subject}).`;
    case 'habit':
      return `No sample of ${endpoint} broke what clients expect (${subject}), where the server does it at all.`;
    default:
      return unreachable(tolerance);
  }
}
