/** How much there is of a journey, as people write it in a profile. */
import { z } from 'zod';
import { objectError } from './check.ts';

const RATE = 'a number of arrivals per second, > 0 and ≤ 100,000, of at most two decimals';
const SECONDS = 'a whole number of seconds, 1 to 86,400';

const ratePerSec = z
  .number({ error: RATE })
  .gt(0, { error: RATE })
  .max(100_000, { error: RATE })
  // The engine takes whole arrivals in a hundred seconds.
  .refine((rate) => Math.abs(rate * 100 - Math.round(rate * 100)) < 1e-6 && Math.round(rate * 100) > 0, {
    error: RATE,
  });
const durationSec = z
  .number({ error: SECONDS })
  .int({ error: SECONDS })
  .min(1, { error: SECONDS })
  .max(86_400, { error: SECONDS });
const step = z.strictObject({ ratePerSec, durationSec }, { error: objectError('with ratePerSec and durationSec') });
/** The keys of a load of arrivals. */
export const arrivalsKeys = {
  ratePerSec: ratePerSec.optional(),
  durationSec: durationSec.optional(),
  steps: z.array(step, { error: 'a list of steps' }).min(1, { error: 'a list of at least one step' }).optional(),
};
const arrivals = z
  .strictObject(arrivalsKeys, { error: objectError('with ratePerSec and durationSec, or steps') })
  .refine((spec) => (spec.steps === undefined) === (spec.ratePerSec !== undefined && spec.durationSec !== undefined), {
    error: 'either ratePerSec and durationSec, or steps',
  })
  .transform((spec) => ({
    steps: spec.steps ?? [{ ratePerSec: spec.ratePerSec ?? 0, durationSec: spec.durationSec ?? 0 }],
  }));

const SOCKETS = 'a whole number of sockets, 1 to 10,000';
const PING = 'a number of seconds, 0.1 to 60';
const sockets = z.strictObject(
  {
    sockets: z
      .number({ error: SOCKETS })
      .int({ error: SOCKETS })
      .min(1, { error: SOCKETS })
      .max(10_000, { error: SOCKETS }),
    durationSec,
    pingEverySec: z.number({ error: PING }).min(0.1, { error: PING }).max(60, { error: PING }).default(1),
  },
  { error: objectError('with sockets and durationSec') },
);

/** How much there is of a journey, by its kind. */
export const LOADS = { arrivals, sockets } as const;
