/** What clients find out about the content of answers: whether a property was kept. */
import type { JourneyEndpoint } from '../core/endpoint.ts';

/** There is a sample for some of the good answers, and for each in which the property was not kept. */
export const KEPT = { samples: 'property', fromDue: false, owed: { by: 'nobody' } } as const;

/** When something happened: see lib/core/moment.ts. */
export const MOMENT = { samples: 'event', fromDue: false, owed: { by: 'nobody' } } as const;

/** Whether a good answer says that it is JSON. Every journey with a request has it. */
export const answerForm = { name: 'answer-form', ...KEPT } as const satisfies JourneyEndpoint;
/** How long it took to open a TCP connection, for each new one of a request. Every journey with a request has it. */
export const tcpConnect = { name: 'tcp-connect', ...MOMENT } as const satisfies JourneyEndpoint;
/** Whether a time that the server gave fits those that it gave before. */
export const serverTime = { name: 'server-time', ...KEPT } as const satisfies JourneyEndpoint;
