/**
 * What a drill records, one line of drill.jsonl each: what was set up, done and seen. Times are of this machine, and run as ever; seconds are
 * those of the documents, of which a fast clock puts `clockRate` into one real second.
 */
import type { PagerdutyEvent, SlackMessage } from '../../../stack/sinks/accepted.ts';
import type { AlertGroup, Counted, Route, Witness } from './witness.ts';

/** A documented alert. */
export interface DrilledRule {
  /** The alert's name, which no other one has. */
  readonly name: string;
  readonly group: string;
  readonly query: string;
  readonly forSec: number;
  /** The longest stretch of time that its query looks back; 0 for none. */
  readonly windowSec: number;
  readonly severity: string;
  /** null: no guide names the alert, so nobody knows who should get it. */
  readonly route: Route | null;
  readonly source: { readonly document: string; readonly section: string };
}

/** As configured, in documented seconds. */
export interface Intervals {
  readonly scrapeSec: number;
  readonly scrapeTimeoutSec: number;
  readonly evaluationSec: number;
  readonly groupWaitSec: number;
  readonly groupIntervalSec: number;
  readonly repeatSec: number;
}

export const RULE_STATES = ['unknown', 'inactive', 'pending', 'firing'] as const;
export type RuleState = (typeof RULE_STATES)[number];

/** What is waited for, in this order. */
export const STEPS = ['firing', 'delivered', 'again', 'inactive', 'resolved'] as const;
export type Step = (typeof STEPS)[number];

/** Something that happened between two moments. */
interface Between {
  /** It had not happened yet. */
  readonly beforeMs: number;
  /** It had happened. */
  readonly atMs: number;
}

interface At {
  readonly atMs: number;
}

/** The first entry of a stage: another rate, and a Prometheus and an Alertmanager that know nothing yet. */
export type Setup = At & {
  readonly kind: 'setup';
  readonly clockRate: number;
  readonly intervals: Intervals;
  readonly witness: Witness;
  /** That this stage drills. */
  readonly rules: readonly DrilledRule[];
};

/** As Prometheus lists it. */
export interface LoadedRule {
  readonly name: string;
  readonly group: string;
  readonly forSec: number;
  readonly health: string;
  readonly lastError: string;
}

/** How a rule of a file compares with what Prometheus has of its name. */
export interface ComparedRule {
  readonly name: string;
  /** `alerts.yml:12`. */
  readonly place: string;
  readonly is: 'same' | 'absent' | 'other' | 'unsure';
  /** What is different, or why nobody can say. */
  readonly words: string;
}

/** Something that came to a receiver. */
export type Delivered =
  | { readonly to: 'pagerduty'; readonly event: PagerdutyEvent | null }
  | { readonly to: 'slack'; readonly message: SlackMessage | null };

export type Entry =
  | Setup
  /** What the static check of rules says of it against what the server exposes. */
  | (At & {
      readonly kind: 'reach';
      readonly rule: string;
      readonly verdict: 'ok' | 'never' | 'wrong' | 'unsure';
      readonly reasons: readonly string[];
    })
  | (At & { readonly kind: 'loaded'; readonly rules: readonly LoadedRule[] })
  /** Of the files that the user named. */
  | (At & { readonly kind: 'compared'; readonly rules: readonly ComparedRule[] })
  /** The server is healthy in between. */
  | (At & { readonly kind: 'control'; readonly is: 'begun' | 'over' })
  /** `effectMs`: until the server counts the first of what it does wrong, real time. */
  | (Between & {
      readonly kind: 'fault';
      readonly rule: string;
      readonly is: 'on' | 'off';
      readonly what: string;
      readonly effectMs: number;
    })
  /** Nothing could be done to the server for this alert. */
  | (At & { readonly kind: 'undrilled'; readonly rule: string; readonly why: string })
  | (Between & { readonly kind: 'state'; readonly rule: string; readonly state: RuleState })
  | (At & {
      readonly kind: 'delivery';
      readonly status: number;
      readonly refusals: readonly string[];
      readonly delivered: Delivered;
    })
  /** What a team's Alertmanager has and counted, at each change. */
  | (Between & {
      readonly kind: 'alertmanager';
      readonly groups: readonly AlertGroup[];
      readonly counted: readonly Counted[];
    })
  /** A step was waited for, and came or did not within `limitSec`. */
  | (At & {
      readonly kind: 'waited';
      readonly rule: string;
      readonly step: Step;
      readonly came: boolean;
      readonly limitSec: number;
    })
  /**
   * How the machine held the clock, asked of Prometheus at the end of the stage. `slowestMs` is real time; a load that was sent whole has the
   * share 1.
   */
  | (At & {
      readonly kind: 'held';
      readonly scrapes: number;
      readonly longestGapSec: number;
      readonly slowestMs: number;
      readonly timeouts: number;
      readonly missedEvaluations: number;
      readonly unsentAlerts: number;
      readonly loadShare: number;
      /** How far Alertmanager's clock was ahead of Prometheus', documented seconds. */
      readonly aheadSec: number;
    })
  /** What `promtool test rules` says of the samples that were recorded. */
  | (At & {
      readonly kind: 'promtool';
      readonly rule: string;
      readonly says: 'agrees' | 'disagrees' | 'nothing';
      readonly words: string;
    })
  /** A part of the stack ended, or did not answer. */
  | (At & { readonly kind: 'lost'; readonly what: string })
  | (At & { readonly kind: 'end'; readonly why: 'done' | 'interrupted' });

export type EntryOf<Kind extends Entry['kind']> = Extract<Entry, { readonly kind: Kind }>;

/** A setup and what followed. */
export interface Stage {
  readonly setup: Setup;
  readonly entries: readonly Entry[];
}

/** In order. Entries before the first setup belong to none. */
export function stagesOf(timeline: readonly Entry[]): Stage[] {
  const stages: { setup: Setup; entries: Entry[] }[] = [];
  for (const entry of timeline) {
    if (entry.kind === 'setup') stages.push({ setup: entry, entries: [] });
    else stages.at(-1)?.entries.push(entry);
  }
  return stages;
}

export function ofKind<Kind extends Entry['kind']>(entries: readonly Entry[], kind: Kind): EntryOf<Kind>[] {
  return entries.filter((entry): entry is EntryOf<Kind> => entry.kind === kind);
}

/** Whether it is about this alert, by the words that a person reads. */
export function isAbout(delivered: Delivered, rule: string): boolean {
  return wordsOf(delivered).some((text) => text.split(/[^\w.-]+/).includes(rule));
}

function wordsOf(delivered: Delivered): readonly string[] {
  if (delivered.to === 'pagerduty') return delivered.event === null ? [] : [delivered.event.summary];
  if (delivered.message === null) return [];
  return [
    delivered.message.text,
    ...delivered.message.attachments.flatMap(({ title, text, fallback }) => [title, text, fallback]),
  ];
}

/** Whether it says that an alert fires, or that it is over; null for what was refused, or says neither. */
export function newsOf(delivered: Delivered): 'fires' | 'over' | null {
  if (delivered.to === 'pagerduty') {
    const action = delivered.event?.action;
    return action === 'trigger' ? 'fires' : action === 'resolve' ? 'over' : null;
  }
  const colours = delivered.message?.attachments.map(({ colour }) => colour) ?? [];
  if (colours.includes('danger')) return 'fires';
  return colours.includes('good') ? 'over' : null;
}
