/** Where latency starts to climb with the rate. The knee belongs to the curve; objectives play no part. Pure. */
import { mostOf } from '../../core/extent.ts';
import { type CapacityStep, type Knee, LEAST_KNEE_RATES } from './facts.ts';

export interface Point {
  /** > 0. */
  readonly ratePerSec: number;
  /** ≥ 0. */
  readonly latencyMs: number;
}

/** A curve that does not even double has no knee. */
const LEAST_CLIMB = 2;
/** How far below the straight line from first to last point a convex curve must hang, as a share of its height. */
const LEAST_BEND = 0.2;

/**
 * Kneedle (Satopää, Albrecht, Irwin and Raghavan, ICDCS workshops 2011) for a convex rising curve, without its smoothing: the point that
 * hangs lowest below the straight line between the ends, with rates and latencies both scaled to 0–1. Points with one rate count by their
 * median. null: fewer than four rates, a latency that does not double, or a curve that is straight or bends the other way.
 */
export function kneeOf(points: readonly Point[]): Point | null {
  const curve = medians(points);
  const [first, last] = [curve[0], curve.at(-1)];
  if (first === undefined || last === undefined || curve.length < LEAST_KNEE_RATES) return null;
  const highestMs = mostOf(curve.map(({ latencyMs }) => latencyMs));
  if (highestMs < LEAST_CLIMB * first.latencyMs || highestMs <= first.latencyMs) return null;
  const bend = ({ ratePerSec, latencyMs }: Point): number =>
    (ratePerSec - first.ratePerSec) / (last.ratePerSec - first.ratePerSec) -
    (latencyMs - first.latencyMs) / (highestMs - first.latencyMs);
  const knee = curve.reduce((best, point) => (bend(point) > bend(best) ? point : best), first);
  return bend(knee) >= LEAST_BEND ? knee : null;
}

/** The knee of each endpoint's P95, where there is one, over the steps in which the generator was fit. */
export function kneesOf(steps: readonly CapacityStep[]): Knee[] {
  const fit = steps.filter(({ result }) => result !== 'unfit');
  const endpoints = [...new Set(fit.flatMap((step) => step.latencies.map(({ endpoint }) => endpoint)))];
  return endpoints.flatMap((endpoint) => {
    const points = fit.flatMap(({ ratePerSec, latencies }) => {
      const p95Ms = latencies.find((latency) => latency.endpoint === endpoint)?.p95Ms ?? null;
      return p95Ms === null ? [] : [{ ratePerSec, latencyMs: p95Ms }];
    });
    const knee = kneeOf(points);
    return knee === null ? [] : [{ endpoint, ratePerSec: knee.ratePerSec, p95Ms: knee.latencyMs }];
  });
}

function medians(points: readonly Point[]): Point[] {
  const rates = [...new Set(points.map(({ ratePerSec }) => ratePerSec))].sort((a, b) => a - b);
  return rates.map((ratePerSec) => {
    const values = points.filter((point) => point.ratePerSec === ratePerSec).map(({ latencyMs }) => latencyMs);
    const latencyMs = values.sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;
    return { ratePerSec, latencyMs };
  });
}
