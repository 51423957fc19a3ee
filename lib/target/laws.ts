/** How long the reference target makes something wait: a closed set of seeded latency laws and their spelling. */
import { SloError, unreachable } from '../core/error.ts';
import { evenly, normal, uniform } from './random.ts';

export type Law =
  /** Always `ms`. */
  | { readonly kind: 'constant'; readonly ms: number }
  /** Median `medianMs`, standard deviation `sigma` of the logarithm. */
  | { readonly kind: 'lognormal'; readonly medianMs: number; readonly sigma: number }
  /** `slowMs` for an evenly spread share `slowShare` (0–1), `fastMs` for the rest. */
  | { readonly kind: 'bimodal'; readonly fastMs: number; readonly slowMs: number; readonly slowShare: number }
  /** Everything that is due within `freezeMs` of every `everyMs` waits for the end of that freeze. */
  | { readonly kind: 'stall'; readonly everyMs: number; readonly freezeMs: number };

/** The wait (ms, ≥ 0, whole) for the next one, given the present time on the clock of the sampler's owner (ms). */
export type Sampler = (nowMs: number) => number;

const LEGAL = 'constant(2ms), lognormal(5ms,0.5), bimodal(2ms,200ms,0.1), stall(5s,200ms)';

/**
 * Reads laws joined by `+`, for example `lognormal(5ms,0.5)+stall(5s,200ms)`: waits add up, and a stall delays what is due in it. Durations
 * need a unit, ms or s. Throws SloError("config-invalid") with the legal spellings.
 */
export function parseLaws(text: string): readonly Law[] {
  return text.split('+').map((part) => parseLaw(part.trim()));
}

function parseLaw(text: string): Law {
  const match = /^(\w+)\(([^()]*)\)$/.exec(text);
  const args = (match?.[2] ?? '').split(',').map((arg) => arg.trim());
  switch (match?.[1]) {
    case 'constant':
      if (args.length === 1) return { kind: 'constant', ms: durationMs(args[0], text) };
      break;
    case 'lognormal':
      if (args.length === 2) {
        return { kind: 'lognormal', medianMs: durationMs(args[0], text), sigma: ratio(args[1], Infinity, text) };
      }
      break;
    case 'bimodal':
      if (args.length === 3) {
        const [fastMs, slowMs] = [durationMs(args[0], text), durationMs(args[1], text)];
        return { kind: 'bimodal', fastMs, slowMs, slowShare: ratio(args[2], 1, text) };
      }
      break;
    case 'stall':
      if (args.length === 2) return stall(durationMs(args[0], text), durationMs(args[1], text), text);
      break;
  }
  throw invalid(text, 'is no latency law');
}

function stall(everyMs: number, freezeMs: number, text: string): Law {
  if (freezeMs >= everyMs) throw invalid(text, 'freezes for as long as it runs or longer');
  return { kind: 'stall', everyMs, freezeMs };
}

function durationMs(arg: string | undefined, text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s)$/.exec(arg ?? '');
  if (match === null) throw invalid(text, `has no duration such as 5ms or 2s where it says "${arg}"`);
  return Number(match[1]) * (match[2] === 's' ? 1000 : 1);
}

function ratio(arg: string | undefined, max: number, text: string): number {
  const value = Number(arg || Number.NaN);
  if (!(value >= 0 && value <= max)) throw invalid(text, `has no number from 0 to ${max} where it says "${arg}"`);
  return value;
}

function invalid(text: string, what: string): SloError {
  return new SloError('config-invalid', `latency law "${text}" ${what}`, { hint: `legal: ${LEGAL}, joined by +` });
}

/**
 * A sampler of the laws one after the other; [] waits 0. The same seed and stream give the same waits (a stall's phase also comes from the
 * seed; its windows are on the owner's clock).
 */
export function sampler(laws: readonly Law[], seed: number, stream: string): Sampler {
  const parts = laws.map((law, index) => samplerOf(law, seed, `${stream}/${index}`));
  return (nowMs) => {
    let waitMs = 0;
    for (const part of parts) waitMs += part(nowMs + waitMs);
    return Math.round(waitMs);
  };
}

function samplerOf(law: Law, seed: number, stream: string): Sampler {
  switch (law.kind) {
    case 'constant':
      return () => law.ms;
    case 'lognormal': {
      const next = uniform(seed, stream);
      return () => law.medianMs * Math.exp(law.sigma * normal(next));
    }
    case 'bimodal': {
      const isSlow = evenly(law.slowShare, seed, stream);
      return () => (isSlow() ? law.slowMs : law.fastMs);
    }
    case 'stall': {
      const phaseMs = law.everyMs * uniform(seed, 'stall')();
      return (nowMs) => Math.max(0, law.freezeMs - ((nowMs + phaseMs) % law.everyMs));
    }
    default:
      return unreachable(law);
  }
}
