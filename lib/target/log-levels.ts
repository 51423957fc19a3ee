/** The level names that the guide documents, from the least to the gravest. Apart from log.ts, because reading that one reads pino. */
export const LOG_LEVELS = ['debug', 'info', 'warning', 'error', 'critical'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
