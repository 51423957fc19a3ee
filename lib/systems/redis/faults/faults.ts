/** How the reference target's scheduler can be wrong, as data. index.ts carries out each kind. */

export interface RedisFault {
  readonly kind: 'no-ack' | 'no-delete' | 'stuck-worker' | 'poison-task' | 'lost-task' | 'dead-letters';
}
