/** The one sentence that a capacity search ends with. */
import { unreachable } from '../../core/error.ts';
import { leastOf } from '../../core/extent.ts';
import { countText, digitsText } from '../../core/numbers.ts';
import type { AtLeast, CapacityAnswer, CapacityStep } from './facts.ts';
import { MOST_VUS } from './shape.ts';

export function headlineOf(answer: CapacityAnswer, steps: readonly CapacityStep[]): string {
  switch (answer.kind) {
    case 'found':
      return `every gating objective holds at ${perSec(answer.holdsPerSec)}; at ${perSec(answer.breaksPerSec)} ${brokeAt(answer.breaksPerSec, steps)}`;
    case 'at-least': {
      return `at least ${perSec(answer.holdsPerSec)}: ${whyText(answer.why)}${andBroke(answer.breaksPerSec, steps)}`;
    }
    case 'below':
      return `below ${perSec(answer.breaksPerSec)}, the lowest rate that was tried: there ${brokeAt(answer.breaksPerSec, steps)}`;
    case 'not-known':
      return `no rate is known to hold: ${whyText(answer.why)}${andBroke(lowestBroken(steps), steps)}`;
    default:
      return unreachable(answer);
  }
}

/** The steps in which the objectives broke first: those at the lowest rate that does not hold. */
export function firstBroken(steps: readonly CapacityStep[], breaksPerSec: number): CapacityStep['broke'] {
  return steps.find(({ ratePerSec, result }) => ratePerSec === breaksPerSec && result === 'breaks')?.broke ?? [];
}

/** Empty where nothing broke. */
function andBroke(breaksPerSec: number | null, steps: readonly CapacityStep[]): string {
  return breaksPerSec === null ? '' : `; at ${perSec(breaksPerSec)} ${brokeAt(breaksPerSec, steps)}`;
}

function lowestBroken(steps: readonly CapacityStep[]): number | null {
  const broken = steps.filter(({ result }) => result === 'breaks').map(({ ratePerSec }) => ratePerSec);
  return broken.length === 0 ? null : leastOf(broken);
}

function brokeAt(breaksPerSec: number, steps: readonly CapacityStep[]): string {
  const [first, ...more] = firstBroken(steps, breaksPerSec);
  if (first === undefined) return 'they do not';
  return `${first.subject} breaks${more.length === 0 ? '' : `, and ${more.length} more`}`;
}

function whyText(why: AtLeast): string {
  switch (why) {
    case 'max-rate':
      return 'every rate up to --max-rate holds';
    case 'generator':
      return 'the generator was at its limit, so nothing above is known about the server';
    case 'virtual-users':
      return `a higher rate would need over ${countText(MOST_VUS)} virtual users`;
    case 'undecided':
      return 'the next rate could not be decided, not even in a step of twice the length';
    case 'time':
      return 'the time was up before more was known (--max-minutes)';
    case 'interrupted':
      return 'the search was interrupted';
    case 'target-gone':
      return 'the target no longer answers';
    default:
      return unreachable(why);
  }
}

/** `448/s` */
function perSec(rate: number): string {
  return `${digitsText(rate)}/s`;
}
