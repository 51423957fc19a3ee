/** What the stand-ins for receivers of alerts share: a request that came, and the answer to it. */

export interface SinkRequest {
  readonly method: string;
  readonly path: string;
  /** Without its parameters, in lower case. */
  readonly contentType: string;
  /** null: it was too large to be read. */
  readonly body: string | null;
}

export interface SinkAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** What is wrong with the request, in the words of the answer; [] when it was accepted. */
  readonly refusals: readonly string[];
}

/** Larger bodies are refused. PagerDuty's documented limit. */
export const LARGEST_BODY_BYTES = 512 * 1024;

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** undefined: it is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export function isSaid(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}
