/** Judges a drill from its timeline alone, so that an old one can be judged again. Pure. */
import type { Finding } from '../../../core/finding.ts';
import type { Outcome } from '../../../core/verdict.ts';
import { loaded, loadedAsInFile, reachable, silent, silentBeforeFault } from './before.ts';
import { delivered, resolves, routed } from './delivery.ts';
import { type Answer, type Aspect, aspectsOf, findingOf } from './findings.ts';
import { fires, inTime } from './firing.ts';
import { type Followed, followed, rateWords } from './followed.ts';
import { once } from './once.ts';
import { countedDelivery, countedEnd, countedOnce, countedRoute } from './own.ts';
import { type DrilledRule, type Entry, ofKind, type Setup, type Stage, stagesOf } from './timeline.ts';

const JUDGE: Readonly<Record<Aspect, (followed: Followed) => Answer>> = {
  loaded,
  reachable,
  'silent-when-healthy': silent,
  fires,
  'in-time': inTime,
  delivered,
  routed,
  once,
  resolves,
};

/** A team's Alertmanager shows only what it counted. */
const OWN_JUDGE: typeof JUDGE = {
  ...JUDGE,
  loaded: loadedAsInFile,
  'silent-when-healthy': silentBeforeFault,
  delivered: countedDelivery,
  routed: countedRoute,
  once: countedOnce,
  resolves: countedEnd,
};

function judgesOf({ witness }: Setup): typeof JUDGE {
  return witness.by === 'sinks' ? JUDGE : OWN_JUDGE;
}

/** Every finding says how fast the clock ran. */
function withRate(answer: Answer, setup: Setup): Answer {
  const words = rateWords(setup);
  if (answer.summary.includes(words)) return answer;
  return { ...answer, summary: `${answer.summary}${words}` };
}

/** Nine findings for each documented rule, three for another one. `wanted`: all rules that should have been drilled; what no stage has is not drilled. */
export function judgeDrill(timeline: readonly Entry[], wanted: readonly DrilledRule[]): Finding[] {
  const stages = stagesOf(timeline);
  return wanted.flatMap((rule) => {
    const stage = stages.find(({ setup }) => setup.rules.some(({ name }) => name === rule.name));
    const answers = new Map(
      aspectsOf(rule).map((aspect) => [aspect, stage === undefined ? NOT_REACHED : answerOf(stage, rule, aspect)]),
    );
    return [...answers].map(([aspect, answer]) => findingOf(rule, aspect, filed(aspect, answer, answers)));
  });
}

/** What explains a failure that came of it. */
const EXPLAINED: Readonly<Partial<Record<Aspect, readonly Aspect[]>>> = {
  fires: ['loaded', 'reachable'],
  'in-time': ['loaded'],
};

/** The answer under what explains it, which is explained by none. */
function filed(aspect: Aspect, answer: Answer, answers: ReadonlyMap<Aspect, Answer>): Answer {
  const failed = EXPLAINED[aspect]?.find((root) => answers.get(root)?.status === 'fail');
  const because = answer.status === 'fail' ? failed : answer.because;
  if (because === undefined) return answer;
  const above = answers.get(because);
  const root = above === undefined ? undefined : filed(because, above, answers).because;
  return { ...answer, because: root ?? because };
}

const NOT_REACHED: Answer = { status: 'no-data', summary: 'not drilled: the drill did not get so far' };

function answerOf(stage: Stage, rule: DrilledRule, aspect: Aspect): Answer {
  return withRate(seen(stage, rule, aspect), stage.setup);
}

function seen(stage: Stage, rule: DrilledRule, aspect: Aspect): Answer {
  const answer = judgesOf(stage.setup)[aspect](followed(stage, rule));
  const lost = ofKind(stage.entries, 'lost');
  // Without its parts nothing can be said against an alert; what was seen before still counts.
  if (lost.length === 0 || answer.status === 'pass' || BEFORE.includes(aspect)) return answer;
  const { because: _, ...rest } = answer;
  return { ...rest, status: 'unavailable', summary: lost.map(({ what }) => what).join('; ') };
}

/** Seen before anything can be lost, or not at all. */
const BEFORE: readonly Aspect[] = ['loaded', 'reachable'];

/** `interrupted`: somebody ended it. */
export function outcomeOf(findings: readonly Finding[], timeline: readonly Entry[]): Outcome {
  if (findings.some(({ status, gating }) => gating && status === 'fail')) return 'breaches';
  if (ofKind(timeline, 'end').some(({ why }) => why === 'interrupted')) return 'interrupted';
  return findings.every(({ status, gating }) => !gating || status === 'pass') ? 'conforms' : 'inconclusive';
}
