/** What a section of the page is. Each section is a file in `sections/`, listed in `sections/index.ts`. */
import type { Finding } from '../../lib/core/finding.ts';
import type { RunFacts } from '../../lib/core/run.ts';
import type { ChartData } from './chart-data.ts';
import type { Html } from './html.ts';

export interface Section {
  /** Anchor, unique in the page. */
  readonly id: string;
  readonly title: string;
  /** Shorter, for the navigation; absent: `title`. */
  readonly navTitle?: string;
  /** It is not in the navigation, which has room for few. */
  readonly isMinor?: true;
  readonly body: Html;
  /** Data for the figures in `body`, by the figure's name. */
  readonly charts?: Readonly<Record<string, ChartData>>;
}

export interface PageContext {
  /** Which aragora-slo the pages on checks are of. The same in each installation, so that a run judged elsewhere gives the same bytes. */
  readonly version: string;
}

/** What the page of a run knows besides its facts. */
export interface RunContext extends PageContext {
  /** In the documents; they are not among the findings of the facts. */
  readonly mistakes: readonly Finding[];
}

/** null when the run has nothing for it. */
export type SectionBuilder = (facts: RunFacts, context: RunContext) => Section | null;
