/** Stands for the module `k6/websockets`. */
import { type Frame, stage } from '../stage.ts';

const HANDSHAKE_MS = 3;
const CLOSE_MS = 2;

interface Heard {
  readonly data: unknown;
  readonly timestamp: number;
}

export class WebSocket {
  readonly protocol = 'aragora-v1';
  onopen: () => void = () => {};
  onmessage: (message: Heard) => void = () => {};
  onerror: () => void = () => {};
  onclose: (event: { readonly code: number }) => void = () => {};
  #isOpen = true;

  constructor() {
    const { server } = stage();
    stage().after(HANDSHAKE_MS, () => {
      this.onopen();
      this.#deliver(server.greet());
    });
  }

  send(text: string): void {
    this.#deliver(stage().server.hear(JSON.parse(text) as Readonly<Record<string, unknown>>));
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    stage().after(CLOSE_MS, () => this.onclose({ code: 1000 }));
  }

  /** k6 hands over no message of a socket that is closing. */
  #deliver(frames: readonly Frame[]): void {
    for (const { afterMs, text } of frames) {
      stage().after(afterMs, () => {
        const data = text ?? new ArrayBuffer(1);
        if (this.#isOpen) this.onmessage({ data, timestamp: stage().nowMs });
      });
    }
  }
}
