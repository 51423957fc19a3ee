/** Finds a contract: a built-in one by name, or a file of a team's own names that is laid over one. */
import { z } from 'zod';
import { CONTRACTS, type ContractName } from '../../thresholds/contracts.ts';
import { legalValues } from '../core/nearest.ts';
import type { OwnNames } from '../core/own-names.ts';
import type { Kind } from '../options/kinds.ts';
import { DOCUMENTED_LOGS } from '../systems/logs/promises.ts';
import { DOCUMENTED_METRICS } from '../systems/metrics/promises.ts';
import { documentedSpans } from '../systems/traces/promises.ts';
import { checkConfig, readDocument } from './check.ts';

const NAMES = Object.keys(CONTRACTS) as ContractName[];
const PATH = /[/\\]|\.(ya?ml|json)$/;

/** What a run is judged by. */
export interface LoadedContract {
  readonly contract: ContractName;
  readonly ownNames?: OwnNames;
}

export const contractKind: Kind<string> = {
  expected: 'the name of a contract, or the path of a file of own names',
  fromText: (text) => text,
  accept: (value, place) => {
    if (typeof value !== 'string') return undefined;
    if (!PATH.test(value)) return isName(value) ? value : undefined;
    const path = place.path(value);
    // Seen from the current folder it may be a bare name, which would be read as that of a contract.
    return PATH.test(path) ? path : `./${path}`;
  },
  hint: (value) =>
    typeof value === 'string' ? `${legalValues(value, NAMES)}, or the path of a YAML or JSON file` : undefined,
  schema: { anyOf: [{ enum: NAMES }, { type: 'string', pattern: PATH.source }] },
  type: 'string',
};

/** @throws SloError `config-invalid` for a file that cannot be read, an unknown key (with the nearest), and a value of another shape. */
export function loadContract(named: string): LoadedContract {
  if (isName(named)) return { contract: named };
  return ownNamesOf(named, readDocument(named));
}

/** @param file as it is named in messages, and in the plan. @throws SloError `config-invalid`. */
export function ownNamesOf(file: string, content: unknown): LoadedContract {
  const { contract, ...names } = checkConfig(file, content, ownNamesFile());
  return { contract, ownNames: { file, ...said(names) } };
}

function isName(name: string): name is ContractName {
  return NAMES.some((known) => known === name);
}

const METRIC = 'the name of a metric (letters, digits, "_" and ":")';
const REGEXP = 'a regular expression';
const LABELS = 'an object of labels, each with a regular expression for its whole value';
const LABEL = 'the name of a label (letters, digits and "_")';
const NAME = 'a name';
const NOT_EMPTY = z.string({ error: NAME }).min(1, { error: NAME });
/** What a header may have. */
const TOKEN = 'a subprotocol (letters, digits and any of "!#$%&\'*+-.^_`|~")';

const regexp = z.string({ error: REGEXP }).min(1, { error: REGEXP }).refine(isRegExp, { error: REGEXP });
const label = z.string({ error: LABEL }).regex(/^[a-zA-Z_]\w*$/, { error: LABEL });

/** @param documented the labels that a document names. */
function metricOf(documented: readonly string[]) {
  const labels = Object.fromEntries(documented.map((name) => [name, label.optional()]));
  return z.strictObject(
    {
      name: z.string({ error: METRIC }).regex(/^[a-zA-Z_:][\w:]*$/, { error: METRIC }),
      where: z.record(z.string(), regexp, { error: LABELS }).optional(),
      labels: z.strictObject(labels, { error: objectWith('documented labels') }).optional(),
    },
    { error: objectWith('name, and where and labels if they differ') },
  );
}

/** Of the journeys that are registered at this moment. */
function ownNamesFile() {
  const metrics = DOCUMENTED_METRICS.metrics.map(({ name, labels }) => {
    return [name, metricOf(labels.flatMap(({ names }) => names)).optional()] as const;
  });
  const spans = documentedSpans().signals.map(({ id, forms }) => {
    const attributes = forms[0]?.attributes ?? {};
    return [id, spanOf(Object.keys(attributes)).optional()] as const;
  });
  const logs = DOCUMENTED_LOGS.fields.map(({ name }) => [name, NOT_EMPTY.optional()] as const);
  const object = { error: objectWith('contract, metrics, spans and logs, each by its documented name') };
  return z.strictObject(
    {
      contract: z.enum(NAMES, { error: `one of ${NAMES.join(', ')}` }).default('documented'),
      subprotocol: z
        .string({ error: TOKEN })
        .regex(/^[\w!#$%&'*+\-.^`|~]+$/, { error: TOKEN })
        .optional(),
      // A key below which every line is still a comment has no value.
      metrics: z.strictObject(Object.fromEntries(metrics), { error: objectWith('documented metrics') }).nullish(),
      spans: z.strictObject(Object.fromEntries(spans), { error: objectWith('documented spans') }).nullish(),
      traceIdAttribute: NOT_EMPTY.optional(),
      logs: z.strictObject(Object.fromEntries(logs), { error: objectWith('documented fields') }).nullish(),
    },
    object,
  );
}

function spanOf(documented: readonly string[]) {
  const attributes = documented.map((name) => [name, NOT_EMPTY.optional()] as const);
  return z.strictObject(
    {
      name: NOT_EMPTY,
      pattern: regexp.optional(),
      attributes: z
        .strictObject(Object.fromEntries(attributes), { error: objectWith('documented attributes') })
        .optional(),
    },
    { error: objectWith('name, and pattern and attributes if they differ') },
  );
}

/** The message for a value of another type. An unknown key keeps zod's own issue: check.ts words it. */
function objectWith(what: string): (issue: { code?: string | undefined }) => string | undefined {
  return ({ code }) => (code === 'unrecognized_keys' ? undefined : `an object with ${what}`);
}

function isRegExp(text: string): boolean {
  try {
    return new RegExp(`^(?:${text})$`) instanceof RegExp;
  } catch {
    return false;
  }
}

/** Without what is not said, so that the plan has no empty keys. */
function said(names: object): Omit<OwnNames, 'file'> {
  return JSON.parse(JSON.stringify(names, (_, value: unknown) => value ?? undefined)) as Omit<OwnNames, 'file'>;
}
