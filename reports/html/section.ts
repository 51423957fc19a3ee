/**
 * Owns what a section of the page is. One file per section under `sections/`, listed in `sections/index.ts`.
 * Refuses to know any of them.
 */
import type { RunFacts } from '../../lib/core/run.ts';
import type { ChartData } from './chart-data.ts';
import type { Html } from './html.ts';

export interface Section {
  /** Anchor, unique in the page. */
  readonly id: string;
  readonly title: string;
  /** Shorter, for the navigation; `title` when absent. */
  readonly navTitle?: string;
  readonly body: Html;
  /** Data for the figures in `body`, by the figure's name. */
  readonly charts?: Readonly<Record<string, ChartData>>;
}

export interface PageContext {
  /** Where the pages on checks are, ending in `/`. */
  readonly docsUrl: string;
}

/** null when the run has nothing for it. */
export type SectionBuilder = (facts: RunFacts, context: PageContext) => Section | null;
