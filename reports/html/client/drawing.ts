/** What a chart is before it is on the page. */
import type uPlot from 'uplot';

export interface Drawing {
  readonly options: Partial<uPlot.Options> & { readonly series: uPlot.Series[] };
  readonly data: uPlot.AlignedData;
  /** What to write beside each legend key when the cursor is at a point. */
  readonly read: (at: number) => Readonly<Record<string, string>>;
}
