/** The addresses of a target. */

export interface TargetUrls {
  /** Without a slash at its end. */
  readonly httpUrl: string;
  readonly wsUrl: string;
}

/** @param ws its WebSocket address; /ws of the same server when absent. Both were checked where they were said. */
export function targetUrls(target: string, ws?: string): TargetUrls {
  const httpUrl = new URL(target).href.replace(/\/+$/, '');
  return { httpUrl, wsUrl: ws === undefined ? usualWsUrl(httpUrl) : new URL(ws).href };
}

/** Where the documents have it. */
export function usualWsUrl(httpUrl: string): string {
  return `${httpUrl.replace(/^http/, 'ws')}/ws`;
}
