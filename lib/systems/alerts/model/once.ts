/** What is found of an alert's pages: one for all its series, and no second one before the configuration says so. */
import type { Answer } from './findings.ts';
import { type Followed, news, overSince, rateWords, waited } from './followed.ts';
import type { Delivered, EntryOf } from './timeline.ts';

type Page = EntryOf<'delivery'>;

export function once(followed: Followed): Answer {
  const { setup, strain } = followed;
  const { groupIntervalSec, repeatSec } = setup.intervals;
  const pages = pagesOfOneFiring(followed);
  const [first, ...more] = pages;
  if (first === undefined) return { status: 'no-data', summary: 'it was not delivered', because: 'delivered' };
  const problem =
    splitProblem(pages, (groupIntervalSec * 1000) / setup.clockRate) ??
    earlyProblem(followed, pages) ??
    silenceProblem(followed);
  if (problem === null) {
    const last = more.at(-1);
    if (last !== undefined && waited(followed, 'again')?.came) {
      const afterSec = Math.round(((last.atMs - first.atMs) * setup.clockRate) / 1000);
      return { status: 'pass', summary: `one page, sent again after ${afterSec} s${rateWords(setup)}` };
    }
    const again = more.length === 0 ? '' : `, and what came after it says something new`;
    return {
      status: 'pass',
      summary: `one page${again}; it would be sent again after ${repeatSec} s${rateWords(setup)}`,
    };
  }
  const words = `${problem}${rateWords(setup)}`;
  if (strain.length > 0)
    return { status: 'inconclusive', summary: `${words}; but the machine was slow: ${strain.join('; ')}` };
  return { status: 'fail', summary: words };
}

/** Until the alert was over. One that fires again is sent again. */
function pagesOfOneFiring(followed: Followed): Page[] {
  if (followed.fired === undefined) return [];
  const over = overSince(followed);
  return news(followed, 'fires').filter(({ atMs }) => atMs <= (over?.beforeMs ?? Number.POSITIVE_INFINITY));
}

/** Two pages that differ, sooner than a group is sent again, are of two groups. A page that is sent again after an error is the same. */
function splitProblem([first, ...more]: readonly Page[], groupIntervalMs: number): string | null {
  if (first === undefined) return null;
  const own = sayingOf(first.delivered);
  // A group's next page comes no sooner than this, whatever its timers do.
  const others = more.filter(({ delivered, atMs }) => {
    return atMs - first.atMs < groupIntervalMs / 2 && sayingOf(delivered) !== own;
  });
  const count = new Set(others.map(({ delivered }) => sayingOf(delivered))).size;
  return count === 0 ? null : `it was sent as ${count + 1} pages at once, and is documented as one group`;
}

/** The same page again, by the documented interval too soon. */
function earlyProblem({ setup }: Followed, pages: readonly Page[]): string | null {
  const { groupIntervalSec, repeatSec } = setup.intervals;
  for (const [at, page] of pages.entries()) {
    const before = pages[at - 1];
    if (before === undefined || sayingOf(before.delivered) !== sayingOf(page.delivered)) continue;
    const gapSec = ((page.atMs - before.atMs) * setup.clockRate) / 1000;
    // Sooner than a group is sent: the receiver's answer was lost, so it is sent again.
    if (gapSec < groupIntervalSec / 2 || gapSec > repeatSec - groupIntervalSec) continue;
    return `it was sent again after ${Math.round(gapSec)} s, and is documented to be sent again after ${repeatSec} s`;
  }
  return null;
}

/** It fired on, and nobody was reminded. */
function silenceProblem(followed: Followed): string | null {
  const wait = waited(followed, 'again');
  if (wait === undefined || wait.came) return null;
  const { repeatSec } = followed.setup.intervals;
  return `it was not sent again within ${Math.round(wait.limitSec)} s, and is documented to be sent again after ${repeatSec} s`;
}

/** What a page says, and of which incident. */
function sayingOf(delivered: Delivered): string {
  return JSON.stringify(
    delivered.to === 'pagerduty'
      ? [delivered.event?.dedupKey, delivered.event?.summary]
      : [delivered.message?.channel, delivered.message?.attachments],
  );
}
