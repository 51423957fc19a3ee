/** What a script has of xk6-disruptor, as disruptor/ gives it. */
declare module 'k6/x/disruptor' {
  export interface PodSelector {
    readonly namespace: string;
    readonly select: { readonly labels: Readonly<Record<string, string>> };
  }

  /** Delays are texts with a unit, for example `200ms`. */
  export interface HttpFault {
    readonly port: number;
    /** Between 0 and 1; with it, `errorCode`. */
    readonly errorRate?: number;
    readonly errorCode?: number;
    readonly errorBody?: string;
    readonly averageDelay?: string;
    readonly delayVariation?: string;
    /** Paths with commas between. */
    readonly exclude?: string;
  }

  export interface NetworkFault {
    readonly port: number;
    readonly protocol: 'tcp' | 'udp';
  }

  export class PodDisruptor {
    /** @throws where there is no cluster, or no pod. */
    constructor(pods: PodSelector);
    targets(): string[];
    /** Puts an agent into each pod that has none. */
    attach(image: string): void;
    /** Blocks until the script is interrupted. @param duration after which the agents end by themselves, which is an error. */
    injectHTTPFaults(fault: HttpFault, duration: string, options: { readonly proxyPort: number }): void;
    /** As `injectHTTPFaults`. */
    injectNetworkFaults(fault: NetworkFault, duration: string): void;
  }
}
