/** Which trace ids are kept where not all can be: the spans and the log lines of the same traces, so that they can be compared. */

/** Above every hash. */
export const ALL_HASHES = 2 ** 32;

/** 0 … 2³² − 1. Samplers decide by the same digits. Multiplied, they no longer depend on how a sampler decided. */
export function traceHash(traceId: string): number {
  return Math.imul(Number.parseInt(traceId.slice(16, 24), 16), 0x9e3779b1) >>> 0;
}
