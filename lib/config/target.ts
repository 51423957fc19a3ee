/** The addresses of a target. */

export interface TargetUrls {
  /** Without a slash at its end. */
  readonly httpUrl: string;
  readonly wsUrl: string;
}

/** @param ws its WebSocket address; /ws of the same server when absent. Both were checked where they were said. */
export function targetUrls(target: string, ws?: string): TargetUrls {
  const httpUrl = new URL(target).href.replace(/\/+$/, '');
  return { httpUrl, wsUrl: ws === undefined ? `${httpUrl.replace(/^http/, 'ws')}/ws` : new URL(ws).href };
}
