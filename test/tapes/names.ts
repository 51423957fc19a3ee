/** The names of the tapes, each a folder beside this file; record.ts shows how each was made. */
export const TAPES = [
  'healthy',
  'breaching',
  'inconclusive',
  'interrupted',
  'untold',
  'accepted',
  'named',
  'aragora',
  'ended',
] as const;

export type TapeName = (typeof TAPES)[number];
