/** Whether an answer that is JSON says so. Pure, so that it is tested without k6. */
import type { SampleOutcome } from '../../lib/core/sample-outcome.ts';

const JSON_TYPE = /^[\w.+-]+\/([\w.+-]+\+)?(x-)?json$/i;
/** JSON between systems is UTF-8 (RFC 8259, 8.1); ASCII is a part of it. */
const CHARSET = /;\s*charset\s*=\s*"?([^";\s]+)/i;
const UTF_8 = /^(utf-?8|us-ascii|ascii)$/i;

/**
 * What is wrong with the `Content-Type` of a JSON answer; undefined when nothing is. One that is absent says nothing wrong (RFC 9110, 8.3:
 * a sender may leave it out when it does not know).
 */
export function formProblem(contentType: string | undefined): SampleOutcome | undefined {
  if (contentType === undefined || contentType === '' || contentType === 'application/json') return undefined;
  if (!isJsonType(contentType)) return 'not-json-type';
  const [, charset] = CHARSET.exec(contentType) ?? [];
  return charset === undefined || UTF_8.test(charset) ? undefined : 'wrong-charset';
}

/** @param contentType with or without parameters. */
export function isJsonType(contentType: string): boolean {
  const [type = ''] = contentType.split(';', 1);
  return JSON_TYPE.test(type.trim());
}
