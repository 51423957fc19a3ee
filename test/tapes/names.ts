/** The names of the tapes, each a folder beside this file; record.ts shows how each was made. */
export const TAPES = [
  'healthy',
  'breaching',
  'inconclusive',
  'interrupted',
  'no-telemetry',
  'accepted',
  'named',
  'aragora',
  'ended',
  // The others are run folders of schema version 1.
  'version-2',
] as const;

export type TapeName = (typeof TAPES)[number];
