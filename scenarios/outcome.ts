/** How the answer to a request ended, and whether it looks like one of the server's own. */
import { FAULT_HEADER } from '../lib/core/fault.ts';
import type { SampleOutcome } from '../lib/core/sample-outcome.ts';
import { type Author, authorOf, isForeign, isForeignToOwn } from './content/author.ts';
import { plan } from './settings.ts';

/** As engine/bounds numbers it. */
const BODY_TOO_LARGE = 1790;
/** As Go's HTTP client says it. */
const HEADER_TOO_LARGE = 'response headers exceeded';

/** What is read of an answer, as k6 has it. */
interface Answered {
  readonly error: string;
  readonly error_code: number;
  readonly status: number;
  readonly body: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Expected {
  /** The status of a good answer. */
  readonly good: number;
  /** An endpoint that a profile describes: nobody promises that its answers have a body, or the form of the others. */
  readonly own?: string;
}

/** The endpoints of the guides, which have one form. */
const DOCUMENTED = '';
/** Of the first good answer that this virtual user got, from the endpoints of the guides together, and from each other one. */
const authors: Record<string, Author> = {};

/** @param verify what is wrong with an answer of the good status. */
export function outcomeOf(
  response: Answered,
  expected: Expected,
  verify: () => SampleOutcome | undefined,
): SampleOutcome {
  const { own = DOCUMENTED } = expected;
  const failure = failureOf(response, expected);
  if (failure !== undefined) return failure;
  const problem = verify();
  if (problem === undefined) {
    authors[own] ??= authorOf(response.headers);
    return 'ok';
  }
  return isOfAnother(response.headers, own) ? `foreign_${response.status}` : problem;
}

/** Why a response has not the good status and a body; undefined when it has. k6 numbers its errors by the hundred. */
function failureOf(response: Answered, expected: Expected): SampleOutcome | undefined {
  // Each property is read from Go again, so read it once.
  const { error_code: code, status } = response;
  if (code === 0 && status === expected.good) {
    const { body } = response;
    return (body === null || body === '') && expected.own === undefined ? 'empty-body' : undefined;
  }
  if (code === 1050 || code === 1211) return 'timeout';
  if (code === BODY_TOO_LARGE || response.error.includes(HEADER_TOO_LARGE)) return 'answer-too-large';
  if (code === 1212) return 'refused';
  if (code === 1220 || code === 1201) return 'reset';
  if (code >= 1100 && code < 1200) return 'dns';
  if (code >= 1200 && code < 1300) return 'tcp';
  if (code >= 1300 && code < 1400) return 'tls';
  return status === 0 ? 'broken-answer' : ofStatus(response, expected);
}

/** Of an answer with another status than the good one. */
function ofStatus({ headers, status, body }: Answered, { good, own = DOCUMENTED }: Expected): SampleOutcome {
  if (isInjected(headers, body)) return `injected_${status}`;
  if (status >= 300 && status < 400) return `redirect_${status}`;
  if (status === good) return 'broken-answer';
  const isLater = status === 503 && headers['Retry-After'] !== undefined;
  if (isOfAnother(headers, own)) return isLater ? `foreign-later_${status}` : `foreign_${status}`;
  return isLater ? `later_${status}` : `status_${status}`;
}

function isOfAnother(headers: Answered['headers'], own: string): boolean {
  const judge = own === DOCUMENTED ? isForeign : isForeignToOwn;
  return judge(authorOf(headers), authors[own]);
}

/** By the layer, which has the mark in a header, or by an agent in a pod, which has it as its body. */
function isInjected(headers: Answered['headers'], body: string | null): boolean {
  return plan.faultMark !== undefined && (headers[FAULT_HEADER] === plan.faultMark || body === plan.faultMark);
}
