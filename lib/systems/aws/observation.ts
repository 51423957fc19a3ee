/** What AWS Secrets Manager says of secrets: names and times. No value is ever asked for. */
import type { Unavailable } from '../../core/observation.ts';

export interface SecretSeen {
  readonly name: string;
  /** It is to be deleted then; null: it stays. */
  readonly deletedAtMs: number | null;
  /** null: AWS does not say. */
  readonly changedAtMs: number | null;
  readonly rotatedAtMs: number | null;
  readonly rotates: boolean;
}

export interface AwsObserved {
  readonly kind: 'aws';
  readonly status: 'collected';
  readonly source: 'direct';
  /** For a person: where it was asked. */
  readonly from: string;
  readonly region: string;
  readonly wanted: readonly WantedSecret[];
}

/** A name, or the beginning of names, and what has it. */
export interface WantedSecret {
  /** As the user gave it: with a `*` at its end it is the beginning of names. */
  readonly pattern: string;
  readonly found: readonly SecretSeen[];
}

export type AwsObservation = AwsObserved | Unavailable<'aws'>;
