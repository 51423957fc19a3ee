/**
 * What an observed system is (metrics, traces, logs, …) and what a check is. A system brings its own promises, checks and page, so a
 * new one needs its folder and one line in the registry (index.ts). Pure: checks are judged offline, too.
 */
import type { ChecklistGround } from '../core/checklist.ts';
import type { Comparison } from '../core/comparison.ts';
import type { Bound, SignalInfo } from '../core/coverage.ts';
import type { Finding } from '../core/finding.ts';
import type { Observation, UnavailableObservation } from '../core/observation.ts';
import type { OwnNames } from '../core/own-names.ts';
import type { JudgeInput } from '../core/run.ts';
import type { Source } from '../core/source.ts';
import type { OptionSpec } from '../options/spec.ts';
import type { Implication } from './causes.ts';
import type { Unbounded } from './coverage.ts';
import type { ForeignShown } from './foreign.ts';

/** What is known of a check before anything is observed. */
export interface CheckInfo {
  /** Stable, dotted, for example `metrics.requests_total.present`. Also the id of its finding. */
  readonly id: string;
  /** Short words for a person. */
  readonly subject: string;
  /** One plain sentence: what a pass shows. */
  readonly proves: string;
  /** Id of the system that it checks; `objectives` or `load` if it checks no system. */
  readonly system: string;
  readonly source: Source;
  /** As promised. A finding does not gate if the load or the set-up was not meant to give its evidence. */
  readonly gating: boolean;
  /** As `Finding.ofDocument`. */
  readonly ofDocument?: true;
  /** Ids of the systems whose evidence it needs; the first is searched first. */
  readonly needs: readonly string[];
  /** Further signals that it compares its own with, by their documented names; absent: those that `proves` names. */
  readonly relates?: readonly string[];
  /** What it bounds; absent: nothing that is counted in the table of evidence. A test holds each of these up to lies that it must notice. */
  readonly bounds?: readonly Bound[];
  /** It looks at what clients saw, although it bounds nothing by that. Absent: only the witnesses of its bounds count. */
  readonly besideClients?: true;
  /** It holds where something between clients and the server is broken, too: it looks only at what reached the server. Absent: it may not. */
  readonly throughFaults?: true;
  /** Its page in the documentation, with an anchor if it has one, for example `docs/checks/logs.md#secrets`. */
  readonly page: string;
}

/** `Facts`: what it reads. In a system's folder that is the system's own view of a run; the registry has checks of a run's facts. */
export interface Check<Facts = JudgeInput> extends CheckInfo {
  /** Only evidence from this source of its system will do, for example `loki`; absent: the first source that could be read. */
  readonly from?: string;
  /** Called only when everything that the check needs was observed. */
  judge(facts: Facts): Finding;
  /** What it says without its evidence, if it can say more than that the evidence is missing; null: it can't. */
  without?(observation: UnavailableObservation, input: JudgeInput): Finding | null;
}

/** A check from what is known of it and how it is judged. */
export function checkOf<Facts>(info: CheckInfo, judge: (check: CheckInfo, facts: Facts) => Finding): Check<Facts> {
  return { ...info, judge: (facts) => judge(info, facts) };
}

/** A place where a system's evidence can be read. */
export interface SystemSource {
  /** As observations name it: `direct` (from the server itself), or a backend that the team runs, for example `prometheus`. */
  readonly id: string;
  /** Its name for a person, for example `Prometheus`. */
  readonly title: string;
  /** Options that name it; one of them is enough. [] for the place that is known without an option. */
  readonly options: readonly string[];
  /** Those of `options` that the source brings itself; absent: the system has them all. */
  readonly brings?: readonly OptionSpec[];
}

/** What a run looks at in one system. */
export interface Looked<Promises> {
  /** As the system wrote them into the plan. */
  readonly promises: Promises;
  /** Ids of the places where the evidence is read; [] when nobody named one. */
  readonly sources: readonly string[];
  /** Nothing but the load calls the server during it. */
  readonly exclusive: boolean;
}

/** What a report says of a system beside its findings. */
export interface ReportNotes {
  /** Something that a reader would miss, one or two sentences. */
  readonly note?: string;
  /** Where a trace can be looked up: a URL in which `{traceId}` stands for its id. */
  readonly traceUrl?: string;
}

/** `Promises` is plain data: it is written to plan.json, so that an old run is judged by what was promised when it was made. */
export interface System<Promises = unknown> {
  /** The kind of its observations and the first word of its findings' ids, for example `metrics`. */
  readonly id: string;
  /** Its name for a person, for example `Metrics`. */
  readonly title: string;
  readonly page: string;
  /**
   * How a user says where its evidence is. Flags, variables, config keys, help and documentation come from these options. A source names
   * some of them.
   */
  readonly options: readonly OptionSpec[];
  /** Every place from which its evidence can be read, the most direct one first. */
  readonly sources: readonly SystemSource[];
  /** A run whose options name none of its sources does not look at it at all, and has no finding of it. Absent: it always looks. */
  readonly onlyIfNamed?: true;
  /** What it looks at is the same whatever became of the server's process during the load. Absent: a process that was broken on purpose decides nothing here. */
  readonly apartFromLoad?: true;
  /** What a check says when nothing was observed at all. */
  readonly unobserved: { readonly status: 'no-data' | 'unavailable'; readonly summary: string };
  /** @param contract name of the release's contract: where it keeps what is promised. @param own names of its team, laid over it. */
  promises(contract: string, own?: OwnNames): Promises;
  /** Always the same checks for the same `looked`, whatever is observed. */
  checks(looked: Looked<Promises>): readonly Check[];
  /** Items of the documents' verification checklists that its findings can decide, by the item's id. */
  readonly checklist: Readonly<Record<string, ChecklistGround>>;
  /** Clients' figures beside the server's; null where it has none. */
  compare?(input: JudgeInput, looked: Looked<Promises>): Comparison | null;
  notes?(observations: readonly Observation[]): ReportNotes;
  /** What the documents name, for the table of evidence; absent: nothing of it is counted there. */
  signals?(promises: Promises): readonly SignalInfo[];
  /** Why some aspects of its signals can't be bounded. */
  readonly unbounded?: readonly Unbounded[];
  /** What it has of the answers that something in front of the server may have given; null: it can't tell. Absent: it never can. */
  foreign?(input: JudgeInput, looked: Looked<Promises>): ForeignShown | null;
  /** An observation without those of these answers that it lacks. Absent: it says nothing of single requests. */
  unclear?(observation: Observation, input: JudgeInput): Observation;
  /** Which of its findings explain which others; absent: none does. */
  implications?(looked: Looked<Promises>): readonly Implication[];
}
