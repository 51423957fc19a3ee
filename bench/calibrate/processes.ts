/** The synthetic samples that the verdict is tried on. Each law has known true quantiles. Everything follows from a seed. */

/** Uniform on [0, 1). */
export type Uniform = () => number;

/** mulberry32: 32 bits of state, good enough for simulation, the same everywhere. */
export function seededUniform(seed: number): Uniform {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Standard normal by Marsaglia's polar method. */
export function seededNormal(uniform: Uniform): () => number {
  let spare: number | null = null;
  return () => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const r = x * x + y * y;
      if (r === 0 || r >= 1) continue;
      const factor = Math.sqrt((-2 * Math.log(r)) / r);
      spare = y * factor;
      return x * factor;
    }
  };
}

/** Where a simulation gets its randomness from. */
export interface Draws {
  readonly uniform: Uniform;
  /** Standard normal. */
  readonly normal: () => number;
}

export function seededDraws(seed: number): Draws {
  const uniform = seededUniform(seed);
  return { uniform, normal: seededNormal(uniform) };
}

/** Latencies in arbitrary units and the second in which each sample was complete. */
export interface Series {
  readonly latency: Float64Array;
  readonly second: Int32Array;
}

export interface Load {
  readonly seconds: number;
  readonly ratePerSec: number;
}

/** A law of latencies under constant load. `overShare` is the true share of samples over `limit`. */
export interface Process {
  readonly name: string;
  /** How many samples are worth one independent sample, for the sample mean (stalls: the samples in one stall). */
  correlationSamples(ratePerSec: number): number;
  /** The limit that a true share of `overShare` exceeds. */
  limit(overShare: number, ratePerSec: number): number;
  /** true: the samples themselves depend on overShare (stalls come more often). false: only the limit does. */
  readonly dependsOnShare: boolean;
  fill(series: Series, load: Load, draws: Draws, overShare: number): void;
}

/** Standard deviation of log latency. */
const SPREAD = 0.5;

/** Standard normal AR(1) with coefficient `rho` per sample, as the logarithm of a latency; rho = 0 is independent. */
export function autoregressive(name: string, rho: number): Process {
  const innovation = Math.sqrt(1 - rho * rho);
  return {
    name,
    dependsOnShare: false,
    correlationSamples: () => (1 + rho) / (1 - rho),
    limit: (overShare) => Math.exp(SPREAD * normalQuantile(1 - overShare)),
    fill({ latency, second }, { ratePerSec }, { normal }) {
      let value = normal();
      for (let i = 0; i < latency.length; i++) {
        latency[i] = Math.exp(SPREAD * value);
        second[i] = Math.floor(i / ratePerSec);
        value = rho * value + innovation * normal();
      }
    },
  };
}

/** Every request that is due in a stall is answered at its end, and is over the limit. Stalls of fixed length come at random. */
export function stalls(name: string, lengthSec: number): Process {
  return {
    name,
    dependsOnShare: true,
    correlationSamples: (ratePerSec) => Math.max(1, lengthSec * ratePerSec),
    limit: () => STALLED,
    fill({ latency, second }, { ratePerSec }, { uniform, normal }, overShare) {
      const meanGapSec = (lengthSec * (1 - overShare)) / overShare;
      let start = uniform() < overShare ? -lengthSec * uniform() : -Math.log(1 - uniform()) * meanGapSec;
      for (let i = 0; i < latency.length; i++) {
        const due = (i + uniform()) / ratePerSec;
        while (due >= start + lengthSec) start += lengthSec - Math.log(1 - uniform()) * meanGapSec;
        const stalled = due >= start;
        latency[i] = stalled ? 2 * STALLED : Math.exp(SPREAD * normal());
        second[i] = Math.floor(stalled ? start + lengthSec : due);
      }
    },
  };
}

/** Far above what a lognormal with that spread reaches. */
const STALLED = 100;

/** One server, Poisson arrivals, lognormal service (sigma 1), 70 % busy. True quantiles come from one long simulation. */
export function queue(name: string): Process {
  const long = longQueue();
  return {
    name,
    dependsOnShare: false,
    correlationSamples: () => long.correlationSamples,
    limit: (overShare, ratePerSec) => (long.sorted[Math.floor(long.sorted.length * (1 - overShare))] ?? 0) / ratePerSec,
    fill(series, { ratePerSec }, draws) {
      fillQueue(series, ratePerSec, draws);
    },
  };
}

const UTILISATION = 0.7;
const WARM_UP = 2_000;

/** Lindley's recursion. `second` may be null when only the latencies matter. */
function fillQueue(
  { latency, second }: { readonly latency: Float64Array; readonly second: Int32Array | null },
  rate: number,
  { uniform, normal }: Draws,
) {
  const logMean = Math.log(UTILISATION / rate) - 0.5;
  let wait = 0;
  let arrival = 0;
  for (let i = -WARM_UP; i < latency.length; i++) {
    const total = wait + Math.exp(logMean + normal());
    const gap = -Math.log(1 - uniform()) / rate;
    wait = Math.max(0, total - gap);
    if (i < 0) continue;
    latency[i] = total;
    if (second !== null) second[i] = Math.floor(arrival + total);
    arrival += gap;
  }
}

function longQueue(): { sorted: Float64Array; correlationSamples: number } {
  const latency = new Float64Array(8_000_000);
  fillQueue({ latency, second: null }, 1, seededDraws(20_260_101));
  const correlationSamples = integratedCorrelation(latency, 20_000);
  return { sorted: latency.sort(), correlationSamples };
}

/** Variance of batch means against that of single samples, times the batch. */
function integratedCorrelation(values: Float64Array, batch: number): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let single = 0;
  let batched = 0;
  for (let start = 0; start + batch <= values.length; start += batch) {
    let sum = 0;
    for (const value of values.subarray(start, start + batch)) {
      single += (value - mean) ** 2;
      sum += value - mean;
    }
    batched += sum * sum;
  }
  return batched / single;
}

/** Bisection: slow, but clearly correct, and used only a few times for each process. */
export function normalQuantile(probability: number): number {
  let low = -9;
  let high = 9;
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Φ(x) by Marsaglia's series (J. Stat. Software 11(4), 2004); accurate to 1e-15 for |x| < 7, 0 or 1 well beyond. */
export function normalCdf(x: number): number {
  if (Math.abs(x) > 9) return x < 0 ? 0 : 1;
  let sum = x;
  let term = x;
  for (let i = 3; Math.abs(term) > 1e-17 && i < 400; i += 2) {
    term *= (x * x) / i;
    sum += term;
  }
  const value = 0.5 + sum * Math.exp(-0.5 * x * x - 0.9189385332046728);
  return Math.min(1, Math.max(0, value));
}

/** Those without stalls. */
export function smoothLaws(): Process[] {
  return [
    autoregressive('independent', 0),
    autoregressive('AR(1) 0.9', 0.9),
    autoregressive('AR(1) 0.99', 0.99),
    queue('M/G/1 queue'),
  ];
}
