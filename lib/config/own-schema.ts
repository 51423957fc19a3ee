/** A journey that a profile describes, as people write it. */
import { z } from 'zod';
import type { Json } from '../core/own-request.ts';
import { objectError } from './check.ts';
import { arrivalsKeys } from './loads.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const;
const METHOD = `one of ${METHODS.join(', ')}`;
const STATUS = 'the status of a good answer, 200 to 599';
const EXPRESSION = 'a regular expression';
const SCALAR = 'a text, a number, true, false or null';
const PERCENTILE = 'a number between 0 and 100, both excluded';
const MS = 'a number of ms, > 0 and ≤ 120,000';
const TARGET = 'a share between 0 and 1, both excluded';
const OBJECTIVE = 'an object with percentile and limitMs, or with availability';
const OF_ENDPOINT = 'an object with endpoint, and percentile and limitMs, or availability';
const DIFFERENT = 'objectives of different measures';

const number = z.number({ error: 'a number' });

/** What an answer must hold, beside `json`. */
const RULES = ['equals', 'atLeast', 'atMost', 'matches', 'exists'] as const;
const check = z
  .strictObject(
    {
      json: z.string({ error: 'a path of gjson, such as results.#' }).min(1, { error: 'a path of gjson' }),
      equals: z.union([z.string(), z.number(), z.boolean(), z.null()], { error: SCALAR }).optional(),
      atLeast: number.optional(),
      atMost: number.optional(),
      matches: z.string({ error: EXPRESSION }).refine(isExpression, { error: EXPRESSION }).optional(),
      exists: z.boolean({ error: 'true or false' }).optional(),
    },
    { error: objectError(`with json, and ${RULES.join(', ')}`) },
  )
  .refine((rules) => RULES.some((rule) => rules[rule] !== undefined), {
    error: `a check that says what must hold: ${RULES.join(', ')}`,
  });

function isExpression(source: string): boolean {
  try {
    return new RegExp(source) instanceof RegExp;
  } catch {
    return false;
  }
}

const latency = z.strictObject({
  percentile: z.number({ error: PERCENTILE }).gt(0, { error: PERCENTILE }).lt(100, { error: PERCENTILE }),
  limitMs: z.number({ error: MS }).gt(0, { error: MS }).max(120_000, { error: MS }),
});
const available = z.strictObject({
  availability: z.number({ error: TARGET }).gt(0, { error: TARGET }).lt(1, { error: TARGET }),
});
const objective = z.union([latency, available], { error: OBJECTIVE });

/** What an objective is about; two of the same would have one name. */
function measureOf(one: z.infer<typeof objective>): string {
  return 'availability' in one ? 'availability' : `p${one.percentile}`;
}

const HEADER = 'the name of a header that the harness does not send itself (traceparent, Authorization, Cookie, Host)';
/** A plan is stored, so no secret may stand in it. */
const OF_HARNESS = ['traceparent', 'authorization', 'cookie', 'host', 'content-length'];
const headerName = z
  .string()
  .refine((name) => /^[\w!#$%&'*+.^`|~-]+$/.test(name) && !OF_HARNESS.includes(name.toLowerCase()), { error: HEADER });

const headers = z.record(headerName, z.string({ error: 'a text' }), {
  error: ({ code }) => (code === 'invalid_key' ? HEADER : 'an object of headers'),
});

const BODY = 'what JSON can hold';
/** No recursive schema: editors would get a reference that they can't follow. */
const json = z
  .unknown()
  .refine(isJson, { error: BODY })
  .transform((value) => value as Json);

function isJson(value: unknown): boolean {
  if (typeof value === 'object' && value !== null)
    return (
      (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype) && Object.values(value).every(isJson)
    );
  return value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

const PATH = 'a path that begins with one slash, of letters, digits and -._~:@,% and {names}, and a query after "?"';
/** What else stands in a path means something in the patterns that are made of it. */
const LEGAL_PATH = /^\/(?!\/)(?:[\w\-.~:@,%/]|\{[A-Za-z_][\w-]*\})*(?:\?[^\s#]*)?$/;

const path = z.string({ error: PATH }).regex(LEGAL_PATH, { error: PATH });
const status = z
  .number({ error: STATUS })
  .int({ error: STATUS })
  .min(200, { error: STATUS })
  .max(599, { error: STATUS })
  .default(200);

/** One check, or a list. */
type Checks = z.ZodType<z.infer<typeof check> | z.infer<typeof check>[]>;
const CHECKS = 'a check with json, or a list of them';
const checkList = z.array(check, { error: CHECKS }).min(1, { error: CHECKS });

/** What is written as a list is checked as one: a problem inside a check is then named where it is. */
export function ownFileFor(written: unknown) {
  return fileWith(Array.isArray(Object(written).check) ? checkList : check);
}

const fileWith = (checks: Checks) =>
  z
    .strictObject(
      {
        method: z.enum(METHODS, { error: METHOD }).default('GET'),
        path,
        data: z.string({ error: 'the path of a CSV or JSON file' }).optional(),
        order: z.enum(['random', 'sequential'], { error: '"random" or "sequential"' }).default('random'),
        check: checks.default([]),
        status,
        headers: headers.optional(),
        body: json.optional(),
        objectives: z
          .array(objective, { error: 'a list of objectives' })
          .refine((all) => new Set(all.map(measureOf)).size === all.length, {
            error: 'objectives of different measures',
          })
          .default([]),
        ...arrivalsKeys,
      },
      { error: objectError('with path, and ratePerSec and durationSec or steps') },
    )
    .refine(({ method, body }) => body === undefined || (method !== 'GET' && method !== 'HEAD'), {
      path: ['body'],
      error: 'absent for GET and HEAD',
    });

export type OwnFile = z.infer<ReturnType<typeof ownFileFor>>;
export type OwnObjective = z.infer<typeof objective>;

const route = z.strictObject(
  {
    method: z.enum(METHODS, { error: METHOD }).default('GET'),
    path,
    status,
    optional: z.boolean({ error: 'true or false' }).default(false),
  },
  { error: objectError('with path') },
);

const ENDPOINT = 'a name of lower-case letters, digits and single dashes';
const ROUTES = 'an object of at least one endpoint, each with its path';
const endpointName = z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, { error: ENDPOINT });
const ofEndpoint = z.object({ endpoint: z.string({ error: 'the name of an endpoint' }) });

export const scriptFile = z.strictObject(
  {
    script: z.string({ error: 'the path of a TypeScript or JavaScript file' }),
    endpoints: z
      .record(endpointName, route, { error: ({ code }) => (code === 'invalid_key' ? ENDPOINT : ROUTES) })
      .refine((all) => Object.keys(all).length > 0, { error: ROUTES }),
    debate: z.boolean({ error: 'true or false' }).default(false),
    objectives: z
      .array(z.union([latency.extend(ofEndpoint.shape), available.extend(ofEndpoint.shape)], { error: OF_ENDPOINT }), {
        error: 'a list of objectives',
      })
      .refine((all) => new Set(all.map((one) => `${one.endpoint} ${measureOf(one)}`)).size === all.length, {
        error: DIFFERENT,
      })
      .default([]),
    ...arrivalsKeys,
  },
  { error: objectError('with script, endpoints, and ratePerSec and durationSec or steps') },
);

export type ScriptFile = z.infer<typeof scriptFile>;

/** For editors. */
export const ownFile = z.union([fileWith(z.union([check, checkList])), scriptFile]);
