/** Where a promise is written. */

/** Where a promise is written. */
export interface Source {
  readonly document: 'monitoring-setup-guide.md' | 'observability-setup-guide.md' | 'aragora-slo' | (string & {});
  readonly section: string;
}
